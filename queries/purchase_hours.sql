-- id = "purchase_hours"
-- title = { en = "Hours of purchases", ru = "Часы покупок" }
-- chart = { kind = "heatmap", x = "hour", y = ["orders"], series = "weekday" }
-- columns = [
--   { name = "weekday", type = "integer", title = { en = "Weekday", ru = "День недели" } },
--   { name = "hour", type = "integer", title = { en = "Hour", ru = "Час" } },
--   { name = "orders", type = "integer", unit = "orders", title = { en = "Orders", ru = "Заказы" } },
--   { name = "revenue", type = "decimal", unit = "currency", title = { en = "Revenue", ru = "Выручка" } },
-- ]
-- [description]
-- en = """
-- Orders and revenue (refunds included) by weekday, from 1 for Monday to 7 for Sunday, and hour, from 0 to 23, on the
-- workspace's clock. Hours without purchases are left out."""
-- ru = """
-- Заказы и выручка (с возвратами) по дням недели, от 1 (понедельник) до 7 (воскресенье), и часам, от 0 до 23, по часам
-- рабочего пространства. Часы без покупок пропущены."""

-- Hours of the calendar first: date_part then runs once an hour of data and not once a purchase.
WITH hours AS (
    SELECT
        date_trunc('hour', local_time(occurred_at)) AS hour,
        count(*) FILTER (WHERE purchase_amount > 0) AS orders,
        sum(purchase_amount) AS revenue
    FROM sales
    WHERE line = 1
      AND currency = $currency
      AND ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY 1
)
SELECT
    -- `dow` counts from 0 for Sunday.
    CAST((date_part('dow', hour) + 6) % 7 + 1 AS BIGINT) AS weekday,
    CAST(date_part('hour', hour) AS BIGINT) AS hour,
    sum(orders) AS orders,
    sum(revenue) AS revenue
FROM hours
GROUP BY 1, 2
ORDER BY 1, 2
LIMIT $limit
