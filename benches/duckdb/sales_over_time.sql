-- DuckDB's own way to sales_over_time: COUNT(DISTINCT) over the lines, gaps filled by a join with generate_series.
WITH bounded AS (
    SELECT date_trunc($grain, timezone($time_zone, occurred_at)) AS period, *
    FROM purchases
    WHERE currency = $currency AND ($from IS NULL OR occurred_at >= $from) AND ($to IS NULL OR occurred_at < $to)
),
figures AS MATERIALIZED (
    SELECT period, sum(amount) AS revenue,
           count(DISTINCT purchase_id) FILTER (purchase_amount > 0) AS orders,
           count(DISTINCT customer_id) FILTER (purchase_amount > 0) AS customers,
           sum(quantity) AS units, sum(amount) FILTER (purchase_amount > 0) AS order_revenue
    FROM bounded GROUP BY period
),
periods AS (
    SELECT unnest(generate_series(
        coalesce(date_trunc($grain, timezone($time_zone, $from)), min(period),
                 date_trunc($grain, timezone($time_zone, $to - INTERVAL 1 microsecond))),
        coalesce(date_trunc($grain, timezone($time_zone, $to - INTERVAL 1 microsecond)), max(period),
                 date_trunc($grain, timezone($time_zone, $from))),
        CASE $grain WHEN 'hour' THEN INTERVAL 1 hour WHEN 'day' THEN INTERVAL 1 day WHEN 'week' THEN INTERVAL 7 days
                    WHEN 'month' THEN INTERVAL 1 month WHEN 'quarter' THEN INTERVAL 3 months ELSE INTERVAL 1 year END)) AS period
    FROM figures
)
SELECT period, coalesce(revenue, 0) AS revenue, coalesce(orders, 0) AS orders, coalesce(customers, 0) AS customers,
       coalesce(units, 0) AS units, order_revenue / nullif(orders, 0) AS average_order
FROM periods LEFT JOIN figures USING (period)
ORDER BY period
LIMIT $limit
