-- DuckDB's own way to abc_xyz: a grid of products and months, and stddev_pop over it.
WITH bounded AS (
    SELECT *, date_trunc('month', timezone($time_zone, occurred_at)) AS month
    FROM purchases
    WHERE currency = $currency AND ($from IS NULL OR occurred_at >= $from) AND ($to IS NULL OR occurred_at < $to)
),
cells AS MATERIALIZED (
    SELECT product_id, product, month, count(*) AS lines, sum(amount) AS revenue, sum(quantity) AS units FROM bounded GROUP BY ALL
),
names AS (
    SELECT product_id, product FROM cells WHERE product IS NOT NULL GROUP BY product_id, product
    QUALIFY row_number() OVER (PARTITION BY product_id ORDER BY sum(lines) DESC, product DESC) = 1
),
months AS (
    SELECT unnest(generate_series(
        coalesce(date_trunc('month', timezone($time_zone, $from)), min(month)),
        coalesce(date_trunc('month', timezone($time_zone, $to - INTERVAL 1 microsecond)), max(month)), INTERVAL 1 month)) AS month
    FROM cells
),
products AS (
    SELECT product_id, coalesce(sum(revenue), 0) AS revenue, coalesce(sum(units), 0) AS units FROM cells GROUP BY product_id
),
launches AS (
    SELECT product_id, CASE WHEN product_id IS NULL THEN (SELECT min(month) FROM months)
                            ELSE greatest(date_trunc('month', timezone($time_zone, min(occurred_at))), (SELECT min(month) FROM months)) END AS since
    FROM purchases WHERE currency = $currency GROUP BY product_id
),
variations AS (
    SELECT p.product_id, any_value(l.since) AS since, count(*) AS lived, any_value((SELECT min(month) FROM months)) AS first_month, stddev_pop(coalesce(u.units, 0)) / nullif(greatest(avg(coalesce(u.units, 0)), 0), 0) AS variation
    FROM products p
    JOIN launches l ON l.product_id IS NOT DISTINCT FROM p.product_id
    JOIN months m ON m.month >= l.since
    LEFT JOIN (SELECT product_id, month, sum(units)::DOUBLE AS units FROM cells GROUP BY ALL) u
      ON u.product_id IS NOT DISTINCT FROM p.product_id AND u.month = m.month
    GROUP BY p.product_id
),
ranked AS (
    SELECT p.*, greatest(revenue, 0) / sum(greatest(revenue, 0)) OVER () AS share,
           sum(greatest(revenue, 0)) OVER (ORDER BY revenue DESC, product_id) - greatest(revenue, 0) AS before,
           sum(greatest(revenue, 0)) OVER () AS total
    FROM products p
)
SELECT r.product_id, n.product, r.revenue, share,
       CASE WHEN r.revenue <= 0 THEN 'C' WHEN before < $a_share * total THEN 'A' WHEN before < $b_share * total THEN 'B' ELSE 'C' END AS abc,
       CASE WHEN lived >= 3 OR since = first_month THEN round(variation, 6) END AS variation,
       CASE WHEN lived < 3 AND since > first_month THEN NULL
            WHEN round(variation, 6) < $x_variation THEN 'X' WHEN round(variation, 6) < $y_variation THEN 'Y' ELSE 'Z' END AS xyz,
       r.units, since
FROM ranked r
JOIN variations v ON v.product_id IS NOT DISTINCT FROM r.product_id
LEFT JOIN names n ON n.product_id IS NOT DISTINCT FROM r.product_id
ORDER BY r.revenue DESC, r.product_id
LIMIT $limit
