-- DuckDB's own way to basket_pairs: a join of the lines with themselves, of products frequent enough.
WITH bounded AS (
    SELECT purchase_id, coalesce(product_id, product) AS id, product
    FROM purchases
    WHERE currency = $currency AND ($from IS NULL OR occurred_at >= $from) AND ($to IS NULL OR occurred_at < $to)
      AND amount > 0 AND purchase_amount > 0 AND coalesce(product_id, product) IS NOT NULL
),
lines AS (SELECT purchase_id, id, max(product) AS product FROM bounded GROUP BY purchase_id, id),
total AS (SELECT count(DISTINCT purchase_id) AS n FROM lines),
items AS (
    SELECT id, max(product) AS product, count(*) AS n FROM lines
    GROUP BY id HAVING count(*) >= $min_support * (SELECT n FROM total)
),
kept AS (SELECT purchase_id, id FROM lines SEMI JOIN items USING (id)),
pairs AS (
    SELECT a.id AS antecedent, b.id AS consequent, count(*) AS n
    FROM kept a JOIN kept b ON a.purchase_id = b.purchase_id AND a.id <> b.id
    GROUP BY 1, 2 HAVING count(*) >= $min_support * (SELECT n FROM total)
)
SELECT antecedent, consequent, p.n / t.n AS support, p.n / a.n AS confidence,
       CAST(p.n AS DOUBLE) * t.n / (CAST(a.n AS DOUBLE) * b.n) AS lift, p.n AS orders, a.product AS antecedent_product, b.product AS consequent_product,
       CASE WHEN a.n > p.n THEN CAST(t.n - b.n AS DOUBLE) * a.n / (CAST(t.n AS DOUBLE) * (a.n - p.n)) END AS conviction
FROM pairs p JOIN items a ON a.id = antecedent JOIN items b ON b.id = consequent CROSS JOIN total t
WHERE p.n >= $min_confidence * a.n
ORDER BY lift DESC, orders DESC, antecedent, consequent
LIMIT $limit
