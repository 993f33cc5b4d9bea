-- DuckDB's own way to sales_summary: distinct counts and sums straight from the lines.
WITH bounded AS (
    SELECT *, $from IS NULL OR occurred_at >= $from AS now
    FROM purchases
    WHERE currency = $currency AND ($to IS NULL OR occurred_at < $to)
),
first_orders AS (
    SELECT customer_id, min(occurred_at) AS first_order_at
    FROM bounded WHERE purchase_amount > 0 AND customer_id IS NOT NULL GROUP BY customer_id
),
sides AS (
    SELECT * FROM bounded WHERE now OR (occurred_at >= $previous_from AND occurred_at < $previous_to)
),
lines AS (
    SELECT now, sum(amount) AS revenue, coalesce(sum(amount) FILTER (amount > 0), 0) AS gross,
           -coalesce(sum(amount) FILTER (amount < 0), 0) AS refunds, sum(quantity) AS units
    FROM sides GROUP BY now
),
purchase_totals AS (
    SELECT now, purchase_id, customer_id, sum(amount) AS total FROM sides GROUP BY ALL HAVING total > 0
),
buyers AS (
    SELECT now, customer_id, count(*) AS orders, sum(total) AS total FROM purchase_totals GROUP BY ALL
),
orders AS (
    SELECT now, sum(orders) AS orders, sum(total) AS total, count(customer_id) AS customers,
           count(customer_id) FILTER (orders > 1) AS repeaters
    FROM buyers GROUP BY now
),
newcomers AS (
    SELECT $from IS NULL OR first_order_at >= $from AS now, count(*) AS new_customers
    FROM first_orders
    WHERE $from IS NULL OR first_order_at >= $from OR (first_order_at >= $previous_from AND first_order_at < $previous_to)
    GROUP BY 1
),
wide AS (
    SELECT n.now, coalesce(revenue, 0)::DOUBLE AS revenue, coalesce(gross, 0)::DOUBLE AS gross,
           coalesce(refunds, 0)::DOUBLE AS refunds, coalesce(orders, 0)::DOUBLE AS orders, coalesce(units, 0)::DOUBLE AS units,
           coalesce(customers, 0)::DOUBLE AS customers, round(total / orders, 4)::DOUBLE AS average_order,
           coalesce(new_customers, 0)::DOUBLE AS new_customers, round(repeaters / nullif(customers, 0), 6)::DOUBLE AS repeat_rate
    FROM (VALUES (true), (false)) AS n (now)
    LEFT JOIN lines USING (now) LEFT JOIN orders USING (now) LEFT JOIN newcomers USING (now)
),
long AS (
    FROM wide UNPIVOT INCLUDE NULLS (
        figure FOR metric IN (revenue, gross, refunds, orders, units, customers, average_order, new_customers, repeat_rate))
),
pairs AS (
    SELECT metric, max(figure) FILTER (now) AS value,
           CASE WHEN $previous_from IS NOT NULL THEN max(figure) FILTER (NOT now) END AS previous
    FROM long GROUP BY metric
)
SELECT metric, value, previous, CASE WHEN previous > 0 THEN value / previous - 1 END AS change,
       CASE WHEN metric IN ('revenue', 'gross', 'refunds', 'average_order') THEN $currency
            WHEN metric IN ('orders', 'units') THEN metric
            WHEN metric = 'repeat_rate' THEN 'ratio' ELSE 'customers' END AS unit
FROM pairs
ORDER BY list_position(['revenue', 'gross', 'refunds', 'orders', 'units', 'customers', 'average_order', 'new_customers',
                        'repeat_rate'], metric)
LIMIT $limit
