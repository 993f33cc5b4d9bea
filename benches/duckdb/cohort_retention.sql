-- DuckDB's own way to cohort_retention: date_diff, and a grid of cohorts and ages.
WITH orders AS (
    SELECT DISTINCT customer_id, purchase_id, occurred_at, purchase_amount, date_trunc($grain, timezone($time_zone, occurred_at)) AS period
    FROM purchases
    WHERE currency = $currency AND purchase_amount > 0 AND customer_id IS NOT NULL AND ($to IS NULL OR occurred_at < $to)
),
members AS (
    SELECT customer_id, min(period) AS cohort FROM orders GROUP BY customer_id HAVING $from IS NULL OR min(occurred_at) >= $from
),
lasts AS (
    SELECT customer_id, max(period) AS last_period FROM orders GROUP BY customer_id
),
active AS MATERIALIZED (
    SELECT cohort, date_diff($grain, cohort, period) AS age, count(DISTINCT customer_id) AS customers, sum(purchase_amount) AS revenue, max(period) AS period
    FROM orders JOIN members USING (customer_id) GROUP BY cohort, age
),
grid AS (
    SELECT cohort, customers AS size, unnest(range(0, date_diff($grain, cohort, (SELECT max(period) FROM active)) + 1)) AS age
    FROM active WHERE age = 0
)
SELECT cohort, age,
       CASE $mode WHEN 'rolling' THEN (SELECT count(*) FROM members m JOIN lasts l USING (customer_id)
                                       WHERE m.cohort = grid.cohort AND date_diff($grain, m.cohort, l.last_period) >= grid.age)
                  ELSE coalesce(customers, 0) END AS customers,
       CASE $mode WHEN 'rolling' THEN (SELECT count(*) FROM members m JOIN lasts l USING (customer_id)
                                       WHERE m.cohort = grid.cohort AND date_diff($grain, m.cohort, l.last_period) >= grid.age)
                  ELSE coalesce(customers, 0) END / size AS retention,
       coalesce(revenue, 0) AS revenue, size AS cohort_size,
       age >= date_diff($grain, cohort, date_trunc($grain, timezone($time_zone, least(coalesce($to, $now), $now)))) AS running
FROM grid LEFT JOIN active USING (cohort, age)
ORDER BY cohort, age
LIMIT $limit
