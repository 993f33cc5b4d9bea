-- DuckDB's own way to purchase_hours.
WITH bounded AS (
    SELECT * FROM purchases
    WHERE currency = $currency AND ($from IS NULL OR occurred_at >= $from) AND ($to IS NULL OR occurred_at < $to)
)
SELECT isodow(timezone($time_zone, occurred_at)) AS weekday, hour(timezone($time_zone, occurred_at)) AS hour,
       count(DISTINCT purchase_id) FILTER (purchase_amount > 0) AS orders, sum(amount) AS revenue
FROM bounded
GROUP BY ALL
ORDER BY ALL
LIMIT $limit
