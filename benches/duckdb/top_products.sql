-- DuckDB's own way to top_products.
WITH bounded AS (
    SELECT *
    FROM purchases
    WHERE currency = $currency AND ($from IS NULL OR occurred_at >= $from) AND ($to IS NULL OR occurred_at < $to)
),
names AS (
    SELECT product_id, product
    FROM bounded WHERE product IS NOT NULL GROUP BY product_id, product
    QUALIFY row_number() OVER (PARTITION BY product_id ORDER BY count(*) DESC, product DESC) = 1
),
figures AS (
    SELECT product_id, sum(amount) AS revenue, sum(quantity) AS units,
           count(DISTINCT purchase_id) FILTER (purchase_amount > 0) AS orders
    FROM bounded GROUP BY product_id
)
SELECT f.product_id, n.product, revenue, units, orders, revenue / sum(revenue) OVER () AS share
FROM figures f LEFT JOIN names n ON f.product_id IS NOT DISTINCT FROM n.product_id
ORDER BY revenue DESC, f.product_id
LIMIT $limit
