-- DuckDB's own way to margins: gaps filled by a join with generate_series.
WITH figures AS MATERIALIZED (
    SELECT date_trunc($grain, timezone($time_zone, occurred_at)) AS period,
           sum(amount - cost) AS margin, coalesce(sum(cost), 0) AS cost,
           coalesce(sum(amount) FILTER (cost IS NOT NULL), 0) AS covered, sum(amount) AS revenue,
           coalesce(sum(amount) FILTER (kind = 'product'), 0) AS product_revenue,
           coalesce(-sum(amount) FILTER (kind = 'discount'), 0) + coalesce(sum(discount), 0) AS discounts,
           coalesce(sum(amount) FILTER (kind = 'shipping'), 0) AS shipping, coalesce(sum(amount) FILTER (kind = 'fee'), 0) AS fees
    FROM purchases
    WHERE currency = $currency AND ($from IS NULL OR occurred_at >= $from) AND ($to IS NULL OR occurred_at < $to)
    GROUP BY period
),
periods AS (
    SELECT unnest(generate_series(
        coalesce(date_trunc($grain, timezone($time_zone, $from)), min(period),
                 date_trunc($grain, timezone($time_zone, $to - INTERVAL 1 microsecond))),
        coalesce(date_trunc($grain, timezone($time_zone, $to - INTERVAL 1 microsecond)), max(period),
                 date_trunc($grain, timezone($time_zone, $from))),
        CASE $grain WHEN 'day' THEN INTERVAL 1 day WHEN 'week' THEN INTERVAL 7 days
                    WHEN 'month' THEN INTERVAL 1 month WHEN 'quarter' THEN INTERVAL 3 months ELSE INTERVAL 1 year END)) AS period
    FROM figures
)
SELECT period, margin, coalesce(cost, 0) AS cost, covered / nullif(revenue, 0) AS coverage, coalesce(revenue, 0) AS revenue,
       coalesce(product_revenue, 0) AS product_revenue, coalesce(discounts, 0) AS discounts, coalesce(shipping, 0) AS shipping,
       coalesce(fees, 0) AS fees
FROM periods LEFT JOIN figures USING (period)
ORDER BY period
LIMIT $limit
