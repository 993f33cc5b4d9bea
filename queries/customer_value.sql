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
-- ]
-- [[parameters]]
-- name = "horizon_days"
-- type = "integer"
-- default = "365"
-- min = 1
-- max = 3650
-- description = { en = "Days ahead", ru = "На сколько дней вперёд" }
-- [[parameters]]
-- name = "as_of"
-- type = "time"
-- default = "to"
-- description = { en = "The moment to look ahead from; to or now if not sent", ru = "Момент, от которого смотрим вперёд; если не задан, to или сейчас" }
-- [description]
-- en = """
-- What each known customer with an order before as_of is expected to buy in the horizon. Orders by the model that fits best of
-- BG/NBD, MBG/NBD and Pareto/NBD, the value of an order by Gamma-Gamma; with few customers near a prior. Days with an order
-- count, not single orders. churn_risk is the risk of no order in the horizon and ranks by the orders expected. The highest value
-- first. `from` has no effect: the whole history counts."""
-- ru = """
-- Что каждый известный клиент с заказом до as_of купит за горизонт. Заказы: лучшая из моделей BG/NBD, MBG/NBD и Pareto/NBD,
-- ценность заказа: Gamma-Gamma; при малом числе клиентов рядом с априорной. Считаются дни с заказом, а не отдельные заказы.
-- churn_risk: риск, что за горизонт заказа не будет; порядок по ожидаемым заказам. Сначала самая высокая ценность. `from` не
-- действует: учитывается вся история."""

SELECT
    s.customer_id,
    c.name,
    s.expected_purchases,
    s.predicted_clv,
    s.churn_risk,
    s.expected_order_value,
    s.next_order_at
-- `scores` is made with these parameters.
FROM scores s
LEFT JOIN customers c ON c.customer_id = s.customer_id
WHERE $horizon_days > 0 AND $as_of IS NOT NULL
ORDER BY s.predicted_clv DESC, s.customer_id
LIMIT $limit
