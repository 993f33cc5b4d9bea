-- DuckDB's own way to top_customers.
WITH bounded AS (
    SELECT * FROM purchases
    WHERE currency = $currency AND ($from IS NULL OR occurred_at >= $from) AND ($to IS NULL OR occurred_at < $to)
)
SELECT b.customer_id, any_value(c.name) AS name, sum(amount) AS revenue,
       count(DISTINCT purchase_id) FILTER (purchase_amount > 0) AS orders, max(occurred_at) AS last_purchase_at,
       sum(amount) FILTER (purchase_amount > 0) / nullif(count(DISTINCT purchase_id) FILTER (purchase_amount > 0), 0) AS average_order
FROM bounded b LEFT JOIN customers c ON c.customer_id = b.customer_id
WHERE b.customer_id IS NOT NULL
GROUP BY b.customer_id
ORDER BY revenue DESC, b.customer_id
LIMIT $limit
