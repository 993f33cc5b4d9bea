-- id = "lifecycle"
-- title = { en = "Where customers stand", ru = "Жизненный цикл клиентов" }
-- chart = { kind = "bar", x = "stage", y = ["customers", "revenue"] }
-- columns = [
--   { name = "stage", type = "text", title = { en = "Stage", ru = "Стадия" } },
--   { name = "customers", type = "integer", unit = "customers", title = { en = "Customers", ru = "Покупатели" } },
--   { name = "revenue", type = "decimal", unit = "currency", title = { en = "Revenue", ru = "Выручка" } },
--   { name = "share", type = "number", unit = "ratio", title = { en = "Share of customers", ru = "Доля клиентов" } },
--   { name = "predicted_clv", type = "decimal", unit = "currency", title = { en = "Value expected in a year", ru = "Ожидаемая ценность за год" } },
-- ]
-- [[parameters]]
-- name = "as_of"
-- type = "time"
-- default = "to"
-- description = { en = "The moment to look back from; to or now if not sent", ru = "Момент, от которого смотрим назад; если не задан, to или сейчас" }
-- [description]
-- en = """
-- Known customers with an order before as_of, by their own rhythm: new (one day with orders, the next not overdue), active (came
-- again, not overdue), cooling (overdue), lost (so long overdue that few come back), won_back (was lost before the last order). How
-- late is too late is measured in the shop: of all gaps between orders, each divided by what was then the customer's own gap, four
-- of five were shorter than where cooling begins, nineteen of twenty than where lost begins. revenue is that of the whole history.
-- `from` has no effect."""
-- ru = """
-- Известные клиенты с заказом до as_of по собственному ритму: new (новые: один день с заказами, следующий не просрочен), active
-- (активные: приходили снова, не просрочены), cooling (остывают: просрочены), lost (потеряны: так просрочены, что возвращаются
-- немногие), won_back (возвращены: были потеряны до последнего заказа). Что значит поздно, измерено в самом магазине: из всех
-- промежутков между заказами, делённых на тогдашний собственный промежуток клиента, четыре из пяти короче начала остывания, девятнадцать
-- из двадцати короче начала потери. revenue: выручка за всю историю. `from` не действует."""

SELECT
    s.lifecycle AS stage,
    count(*) AS customers,
    coalesce(sum(r.revenue), CAST(0 AS DECIMAL(38, 4))) AS revenue,
    CAST(count(*) AS DOUBLE) / sum(count(*)) OVER () AS share,
    sum(s.predicted_clv) AS predicted_clv
-- `scores` is made with these parameters.
FROM scores s
LEFT JOIN (
    SELECT customer_id, sum(purchase_amount) AS revenue
    FROM purchases
    WHERE line = 1 AND customer_id IS NOT NULL AND currency = $currency AND occurred_at < $as_of
    GROUP BY customer_id
) r ON r.customer_id = s.customer_id
WHERE s.lifecycle IS NOT NULL
GROUP BY s.lifecycle
ORDER BY customers DESC, stage
LIMIT $limit
