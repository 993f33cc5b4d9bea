-- id = "customer_value"
-- title = { en = "Customer value", ru = "Ценность клиентов" }
-- chart = { kind = "bar", x = "name", y = ["predicted_clv"] }
-- columns = [
--   { name = "customer_id", type = "text", title = { en = "Customer id", ru = "Код клиента" } },
--   { name = "name", type = "text", title = { en = "Name", ru = "Имя" } },
--   { name = "expected_purchases", type = "number", unit = "orders", title = { en = "Orders expected", ru = "Ожидается заказов" } },
--   { name = "predicted_clv", type = "decimal", unit = "currency", title = { en = "Value expected", ru = "Ожидаемая ценность" } },
--   { name = "churn_risk", type = "number", unit = "ratio", title = { en = "Risk of leaving", ru = "Риск ухода" } },
--   { name = "expected_order_value", type = "decimal", unit = "currency", title = { en = "Value of an order", ru = "Ценность заказа" } },
--   { name = "next_order_at", type = "time", title = { en = "Next order", ru = "Следующий заказ" } },
--   { name = "churn_horizon_days", type = "integer", unit = "days", title = { en = "Days of the risk", ru = "Дней риска" } },
--   { name = "predicted_margin", type = "decimal", unit = "currency", title = { en = "Margin expected", ru = "Ожидаемая маржа" } },
-- ]
-- [[parameters]]
-- name = "horizon_days"
-- type = "integer"
-- min = 1
-- max = 3650
-- description = { en = "Days ahead; if not sent 365, and for the risk of leaving those of the shop's own rhythm", ru = "На сколько дней вперёд; если не задано, 365, а для риска ухода столько, сколько следует из ритма магазина" }
-- [[parameters]]
-- name = "as_of"
-- type = "time"
-- default = "to"
-- description = { en = "The moment to look ahead from; to or now if not sent", ru = "Момент, от которого смотрим вперёд; если не задан, to или сейчас" }
-- [description]
-- en = """
-- What each known customer with an order before as_of is expected to buy in the horizon. Orders by the model that fits best of
-- BG/NBD, MBG/NBD and Pareto/NBD, the value of an order by Gamma-Gamma; with few customers near a prior. Days with an order
-- count, not single orders; an order that refunds naming it have taken back whole is none. predicted_clv is revenue, not margin.
-- churn_risk is the risk of no order within churn_horizon_days, and ranks by the orders expected in them. These are horizon_days where
-- that is sent, else those of the shop's own rhythm: the usual gap between orders times how late is lost (see lifecycle), in months of 30
-- days up to 720, and 365 where nobody has come again. next_order_at is empty where an order is not to be expected. predicted_margin is predicted_clv times the customer's margin: of the lines before as_of that were sent
-- with a cost, drawn to that of all known customers' as if two more of the customer's orders had it; empty where no known customer has
-- such a line, and only as good as the share of revenue that has a cost (see margin). The highest value first. `from` has no effect: the whole history counts."""
-- ru = """
-- Что каждый известный клиент с заказом до as_of купит за горизонт. Заказы: лучшая из моделей BG/NBD, MBG/NBD и Pareto/NBD,
-- ценность заказа: Gamma-Gamma; при малом числе клиентов рядом с априорной. Считаются дни с заказом, а не отдельные заказы; заказ,
-- который целиком вернули называющие его возвраты, не считается. predicted_clv: выручка, а не маржа. churn_risk: риск, что за
-- churn_horizon_days дней заказа не будет; порядок по ожидаемым за них заказам. Это horizon_days, если он передан, а иначе срок по ритму
-- самого магазина: обычный промежуток между заказами, умноженный на то, с какого опоздания клиент потерян (см. lifecycle), месяцами по 30
-- дней, до 720, и 365, если никто не приходил снова. next_order_at пуст, если заказа ждать не стоит. predicted_margin:
-- predicted_clv, умноженная на маржинальность клиента: по строкам до as_of, где передана себестоимость, со сдвигом к общей по всем известным
-- клиентам, как если бы с ней было ещё два его заказа; пусто, если таких строк нет ни у одного известного клиента, и верно лишь
-- настолько, насколько себестоимость известна (см. margin). Сначала самая высокая ценность. `from` не
-- действует: учитывается вся история."""

-- Files without a cost are not read.
WITH costed AS (
    SELECT
        *,
        CAST(sum(margin) OVER () AS DOUBLE) / nullif(CAST(sum(covered) OVER () AS DOUBLE), 0) AS usual
    FROM (
        SELECT customer_id, sum(amount) AS covered, sum(amount - cost) AS margin
        FROM sales
        WHERE cost IS NOT NULL AND customer_id IS NOT NULL AND currency = $currency AND occurred_at < $as_of
        GROUP BY customer_id
    )
),
valued AS (
    SELECT
        s.*,
        c.name,
        coalesce(CAST(k.margin AS DOUBLE), 0) AS margin,
        greatest(coalesce(CAST(k.covered AS DOUBLE), 0), 0) AS covered,
        max(k.usual) OVER () AS usual,
        2 * CAST(s.expected_order_value AS DOUBLE) AS weight
    -- `scores` is made with these parameters.
    FROM scores s
    LEFT JOIN customers c ON c.customer_id = s.customer_id
    LEFT JOIN costed k ON k.customer_id = s.customer_id
)
SELECT
    customer_id,
    name,
    expected_purchases,
    predicted_clv,
    churn_risk,
    expected_order_value,
    next_order_at,
    churn_horizon_days,
    CAST(
        CAST(predicted_clv AS DOUBLE) * (margin + usual * weight) / nullif(covered + weight, 0) AS DECIMAL(38, 4)
    ) AS predicted_margin
FROM valued
WHERE ($horizon_days IS NULL OR $horizon_days > 0) AND $as_of IS NOT NULL
ORDER BY predicted_clv DESC, customer_id
LIMIT $limit
