-- DuckDB's own way to refunds: gaps filled by a join with generate_series.
WITH figures AS MATERIALIZED (
    SELECT date_trunc($grain, timezone($time_zone, occurred_at)) AS period,
           coalesce(-sum(amount) FILTER (amount < 0), 0) AS refunds, coalesce(sum(amount) FILTER (amount > 0), 0) AS gross,
           count(*) FILTER (amount < 0) AS refunded_lines,
           coalesce(-sum(amount) FILTER (amount < 0 AND refund_of IS NULL), 0) AS unnamed
    FROM purchases
    WHERE currency = $currency AND ($from IS NULL OR occurred_at >= $from) AND ($to IS NULL OR occurred_at < $to)
    GROUP BY period
),
taken AS MATERIALIZED (
    SELECT date_trunc($grain, timezone($time_zone, bought_at)) AS period, -sum(r.amount) AS taken_back
    FROM (SELECT DISTINCT purchase_id, occurred_at AS bought_at FROM purchases
          WHERE currency = $currency AND ($from IS NULL OR occurred_at >= $from) AND ($to IS NULL OR occurred_at < $to)) s
    JOIN purchases r ON r.refund_of = s.purchase_id AND r.currency = $currency AND r.amount < 0
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
SELECT period, coalesce(refunds, 0) AS refunds, refunds / nullif(gross, 0) AS refund_rate, coalesce(gross, 0) AS gross,
       coalesce(refunded_lines, 0) AS refunded_lines, coalesce(taken_back, 0) AS refunds_of_sales,
       CASE WHEN gross > 0 THEN coalesce(taken_back, 0) / gross END AS refund_rate_of_sales, coalesce(unnamed, 0) AS refunds_unnamed
FROM periods LEFT JOIN figures USING (period) LEFT JOIN taken USING (period)
ORDER BY period
LIMIT $limit
