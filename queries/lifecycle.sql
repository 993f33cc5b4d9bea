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
-- Known customers with an order before as_of, by their own rhythm: new (one day with orders, not overdue), active (came again, not
-- overdue), cooling (overdue), lost (so long overdue that few come back), won_back (not overdue, but was lost when the last order
-- came). An order that refunds naming it (refund_of) had taken back whole before as_of is none. Time is counted in days of the workspace's clock. A customer's own gap is (days from the first order to the last + 2 usual
-- gaps) / (gaps between the days with orders + 2); the usual gap is the mean of the mean gaps of all who came again, at least a
-- day, and 30 days if nobody did. How late is too late is measured in the shop: each gap between orders is divided by what was the
-- customer's own gap before it, and of these, from the shortest, cooling begins beyond the first after four of five, lost beyond the
-- first after nineteen of twenty. With fewer than 30 gaps these are 1.5 and 3 own gaps. Whoever has no order in the 24 months before the
-- day of as_of (look_back_months of /v1/segments/rules) is lost in any case. revenue is that of the whole history before
-- as_of, refunds included. predicted_clv is the value expected in the year after as_of. `from` has no effect. The most customers
-- first."""
-- ru = """
-- Известные клиенты с заказом до as_of по собственному ритму: new (новые: один день с заказами, следующий не просрочен), active
-- (активные: приходили снова, не просрочены), cooling (остывают: просрочены), lost (потеряны: так просрочены, что возвращаются
-- немногие), won_back (возвращены: не просрочены, но были потеряны, когда пришёл последний заказ). Заказ, который до as_of целиком вернули называющие его возвраты (refund_of), не считается. Время считается в днях по часам
-- пространства. Собственный промежуток клиента: (дни от первого заказа до последнего + 2 обычных промежутка) / (число промежутков
-- между днями с заказами + 2); обычный промежуток: среднее средних промежутков всех, кто приходил снова, не меньше дня, а если таких
-- нет, 30 дней. Что значит поздно, измерено в самом магазине: каждый промежуток между заказами делится на собственный промежуток
-- клиента до него, и из этих чисел по возрастанию остывание начинается за первым после четырёх из пяти, потеря за первым после
-- девятнадцати из двадцати. Если промежутков меньше 30, это 1,5 и 3 собственных промежутка. У кого нет заказа за 24 месяца до дня as_of
-- (look_back_months в /v1/segments/rules), тот потерян в любом случае. revenue: выручка за всю историю до
-- as_of, с возвратами. predicted_clv: ценность, ожидаемая за год после as_of. `from` не действует. Сначала самые многочисленные."""

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
    FROM sales
    WHERE line = 1 AND customer_id IS NOT NULL AND currency = $currency AND occurred_at < $as_of
    GROUP BY customer_id
) r ON r.customer_id = s.customer_id
WHERE s.lifecycle IS NOT NULL
GROUP BY s.lifecycle
ORDER BY customers DESC, stage
LIMIT $limit
