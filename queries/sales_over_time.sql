-- id = "sales_over_time"
-- title = { en = "Sales over time", ru = "Продажи по времени" }
-- chart = { kind = "line", x = "period", y = ["revenue", "orders", "customers"] }
-- columns = [
--   { name = "period", type = "period", title = { en = "Period", ru = "Период" } },
--   { name = "revenue", type = "decimal", unit = "currency", title = { en = "Revenue", ru = "Выручка" } },
--   { name = "orders", type = "integer", unit = "orders", title = { en = "Orders", ru = "Заказы" } },
--   { name = "customers", type = "integer", unit = "customers", title = { en = "Customers", ru = "Покупатели" } },
--   { name = "units", type = "decimal", unit = "units", title = { en = "Units", ru = "Штуки" } },
--   { name = "average_order", type = "decimal", unit = "currency", title = { en = "Average order", ru = "Средний чек" } },
-- ]
-- [[parameters]]
-- name = "grain"
-- type = "choice"
-- default = "month"
-- allowed = ["hour", "day", "week", "month", "quarter", "year"]
-- description = { en = "Length of a period; weeks begin on Monday", ru = "Длина периода; неделя начинается с понедельника" }
-- [description]
-- en = """
-- Revenue (refunds included), orders, customers and units of each hour, day, week, month, quarter or year. A period without
-- sales is there with zeros: from the first period to the last, or over the whole of from..to where these are given.
-- average_order is the revenue of orders divided by orders, rounded to 4 digits (half away from zero)."""
-- ru = """
-- Выручка (с возвратами), заказы, покупатели и штуки по часам, дням, неделям, месяцам, кварталам или годам. Период без
-- продаж показан нулями: от первого до последнего периода, а если заданы from и to, то на всём их протяжении.
-- average_order: выручка заказов, делённая на их число, с округлением до 4 знаков (половина от нуля)."""

WITH lines AS (
    SELECT date_trunc($grain, local_time(occurred_at)) AS period, sum(amount) AS revenue, coalesce(sum(quantity) FILTER (WHERE kind = 'product'), 0) AS units
    FROM sales
    WHERE currency = $currency
      AND ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY 1
),
-- One row a period and customer first, so that customers are counted without DISTINCT.
buyers AS (
    SELECT
        date_trunc($grain, local_time(occurred_at)) AS period,
        customer_id,
        count(*) AS orders,
        sum(purchase_amount) AS order_revenue
    FROM sales
    WHERE line = 1
      AND purchase_amount > 0
      AND currency = $currency
      AND ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY 1, 2
),
parts AS (
    SELECT period, revenue, units, 0 AS orders, 0 AS customers, 0 AS order_revenue FROM lines
    UNION ALL
    SELECT period, 0, 0, sum(orders), count(customer_id), sum(order_revenue) FROM buyers GROUP BY period
    UNION ALL
    SELECT date_trunc($grain, local_time($from)), 0, 0, 0, 0, 0 WHERE $from IS NOT NULL
    UNION ALL
    -- The last microsecond before `to`, taken in UTC: the clock may have jumped to what it shows at `to`.
    SELECT
        date_trunc($grain, local_time(arrow_cast(CAST($to AS BIGINT) - 1, 'Timestamp(Microsecond, Some("UTC"))'))),
        0, 0, 0, 0, 0
    WHERE $to IS NOT NULL
),
-- The mean length of a period in microseconds: the middle of the n-th mean period after the start of a period always
-- lies in the n-th calendar period after it, so date_trunc of that middle gives its start.
periods AS (
    SELECT
        period,
        sum(revenue) AS revenue,
        sum(orders) AS orders,
        sum(customers) AS customers,
        sum(units) AS units,
        sum(order_revenue) AS order_revenue,
        CASE $grain
            WHEN 'hour' THEN 3600000000
            WHEN 'day' THEN 86400000000
            WHEN 'week' THEN 604800000000
            WHEN 'month' THEN 2629746000000
            WHEN 'quarter' THEN 7889238000000
            ELSE 31556952000000
        END AS length
    FROM parts
    GROUP BY period
),
-- Each period is followed by the empty ones before the next period that has something.
filled AS (
    SELECT *, unnest(range(0, coalesce((next + length / 2 - CAST(period AS BIGINT)) / length, 1))) AS n
    FROM (SELECT *, CAST(lead(period) OVER (ORDER BY period) AS BIGINT) AS next FROM periods)
)
SELECT
    date_trunc($grain, arrow_cast(CAST(period AS BIGINT) + n * length + length / 2, 'Timestamp(Microsecond, None)')) AS period,
    CASE WHEN n = 0 THEN revenue ELSE 0 END AS revenue,
    CASE WHEN n = 0 THEN orders ELSE 0 END AS orders,
    CASE WHEN n = 0 THEN customers ELSE 0 END AS customers,
    CASE WHEN n = 0 THEN units ELSE 0 END AS units,
    CASE WHEN n = 0 THEN CAST(order_revenue / nullif(orders, 0) AS DECIMAL(38, 4)) END AS average_order
FROM filled
ORDER BY 1
LIMIT $limit
