-- DuckDB's own way to new_vs_returning: a join with the first orders.
WITH history AS (
    SELECT *, date_trunc($grain, timezone($time_zone, occurred_at)) AS period
    FROM purchases WHERE currency = $currency AND ($to IS NULL OR occurred_at < $to)
),
first_orders AS (
    SELECT customer_id, min(occurred_at) AS first_at, min(period) AS first_period
    FROM history WHERE purchase_amount > 0 AND customer_id IS NOT NULL GROUP BY customer_id
),
lines AS (
    SELECT h.*, first_period = period AND ($from IS NULL OR first_at >= $from) AS is_new,
           first_period < period OR first_at < $from AS is_returning
    FROM history h LEFT JOIN first_orders f USING (customer_id)
    WHERE $from IS NULL OR occurred_at >= $from
),
orders AS (
    SELECT period, purchase_id, customer_id, occurred_at, any_value(purchase_amount) AS total,
           row_number() OVER (PARTITION BY customer_id ORDER BY occurred_at, any_value(purchase_amount)) AS nth
    FROM history WHERE purchase_amount > 0 GROUP BY period, purchase_id, customer_id, occurred_at
),
by_order AS (
    SELECT period, count(*) FILTER (customer_id IS NOT NULL AND nth = 1) AS first_orders,
           count(*) FILTER (customer_id IS NOT NULL AND nth > 1) AS repeat_orders,
           count(*) FILTER (customer_id IS NULL) AS guest_orders,
           sum(total) FILTER (customer_id IS NOT NULL AND nth = 1) AS revenue_first_orders,
           sum(total) FILTER (customer_id IS NOT NULL AND nth > 1) AS revenue_repeat_orders,
           sum(total) FILTER (customer_id IS NULL) AS revenue_guest_orders
    FROM orders WHERE $from IS NULL OR occurred_at >= $from GROUP BY period
),
by_customer AS (
SELECT period, count(DISTINCT customer_id) FILTER (is_new AND purchase_amount > 0) AS new_customers,
       count(DISTINCT customer_id) FILTER (is_returning AND purchase_amount > 0) AS returning_customers,
       coalesce(sum(amount) FILTER (is_new), 0) AS revenue_new,
       coalesce(sum(amount) FILTER (is_returning), 0) AS revenue_returning,
       coalesce(sum(amount) FILTER (coalesce(NOT is_new, true) AND coalesce(NOT is_returning, true)), 0) AS revenue_other
FROM lines
GROUP BY period
)
SELECT c.*, coalesce(first_orders, 0) AS first_orders, coalesce(repeat_orders, 0) AS repeat_orders, coalesce(guest_orders, 0) AS guest_orders,
       coalesce(revenue_first_orders, 0) AS revenue_first_orders, coalesce(revenue_repeat_orders, 0) AS revenue_repeat_orders,
       coalesce(revenue_guest_orders, 0) AS revenue_guest_orders
FROM by_customer c LEFT JOIN by_order USING (period)
ORDER BY period
LIMIT $limit
