-- DuckDB's own way to channels.
WITH bounded AS (
    SELECT * FROM purchases
    WHERE currency = $currency AND ($from IS NULL OR occurred_at >= $from) AND ($to IS NULL OR occurred_at < $to)
)
SELECT channel AS key, sum(amount) AS revenue, count(DISTINCT purchase_id) FILTER (purchase_amount > 0) AS orders,
       count(DISTINCT customer_id) FILTER (purchase_amount > 0) AS customers,
       sum(amount) FILTER (purchase_amount > 0) / nullif(count(DISTINCT purchase_id) FILTER (purchase_amount > 0), 0) AS average_order,
       sum(amount) / sum(sum(amount)) OVER () AS share
FROM bounded
GROUP BY channel
ORDER BY revenue DESC, key
LIMIT $limit
