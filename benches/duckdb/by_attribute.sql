-- DuckDB's own way to by_attribute.
WITH bounded AS (
    SELECT CASE $source WHEN 'purchase' THEN p.attributes ->> $attribute WHEN 'customer' THEN c.attributes ->> $attribute
           ELSE coalesce(p.attributes ->> $attribute, c.attributes ->> $attribute) END AS key, p.*
    FROM purchases p LEFT JOIN customers c USING (customer_id)
    WHERE currency = $currency AND ($from IS NULL OR occurred_at >= $from) AND ($to IS NULL OR occurred_at < $to)
)
SELECT key, sum(amount) AS revenue, count(DISTINCT purchase_id) FILTER (purchase_amount > 0) AS orders,
       count(DISTINCT customer_id) FILTER (purchase_amount > 0) AS customers,
       sum(amount) FILTER (purchase_amount > 0) / nullif(count(DISTINCT purchase_id) FILTER (purchase_amount > 0), 0) AS average_order,
       sum(amount) / sum(sum(amount)) OVER () AS share
FROM bounded
GROUP BY key
ORDER BY revenue DESC, key
LIMIT $limit
