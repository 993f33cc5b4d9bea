-- One row a product, over the whole history in the workspace's currency. `abc` as in the report abc_xyz with its defaults:
-- A while the products before it bring less than 80 % of the revenue, then B up to 95 %, then C.
WITH lines AS (
    SELECT
        product_id,
        product,
        category,
        customer_id,
        occurred_at,
        amount,
        quantity,
        first_of_product AND purchase_amount > 0 AS counts_as_order,
        purchase_amount > 0 AS in_order
    FROM goods
    WHERE currency = $currency
),
totals AS (
    SELECT
        product_id,
        last_value(product ORDER BY product IS NOT NULL, occurred_at, product) AS product,
        last_value(category ORDER BY category IS NOT NULL, occurred_at, category) AS category,
        sum(amount) AS revenue,
        sum(quantity) AS units,
        count(*) FILTER (WHERE counts_as_order) AS orders,
        count(DISTINCT customer_id) FILTER (WHERE in_order) AS customers,
        coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS refunds,
        min(occurred_at) FILTER (WHERE amount > 0) AS first_sold_at,
        max(occurred_at) FILTER (WHERE amount > 0) AS last_sold_at,
        coalesce(sum(amount) FILTER (WHERE occurred_at >= now() - INTERVAL '30 days'), 0) AS revenue_30_days,
        coalesce(
            sum(amount) FILTER (
                WHERE occurred_at >= now() - INTERVAL '60 days' AND occurred_at < now() - INTERVAL '30 days'
            ),
            0
        ) AS revenue_previous_30_days
    FROM lines
    GROUP BY product_id
),
ranked AS (
    SELECT
        *,
        sum(greatest(revenue, 0)) OVER () AS all_revenue,
        sum(greatest(revenue, 0)) OVER (
            ORDER BY revenue DESC, product_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) - greatest(revenue, 0) AS revenue_before
    FROM totals
)
SELECT
    product_id,
    product,
    category,
    revenue,
    units,
    orders,
    customers,
    refunds,
    CAST(revenue / nullif(units, 0) AS DECIMAL(38, 4)) AS average_price,
    first_sold_at,
    last_sold_at,
    revenue_30_days,
    revenue_previous_30_days,
    coalesce(CAST(greatest(revenue, 0) AS DOUBLE) / nullif(CAST(all_revenue AS DOUBLE), 0), 0) AS share,
    CASE
        WHEN revenue <= 0 THEN 'C'
        WHEN CAST(revenue_before AS DOUBLE) < 0.8 * CAST(all_revenue AS DOUBLE) THEN 'A'
        WHEN CAST(revenue_before AS DOUBLE) < 0.95 * CAST(all_revenue AS DOUBLE) THEN 'B'
        ELSE 'C'
    END AS abc
FROM ranked
