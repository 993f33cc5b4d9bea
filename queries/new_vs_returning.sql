-- id = "new_vs_returning"
-- title = { en = "New and returning customers", ru = "Новые и вернувшиеся клиенты" }
-- chart = { kind = "stacked_bar", x = "period", y = ["revenue_new", "revenue_returning"] }
-- columns = [
--   { name = "period", type = "period", title = { en = "Period", ru = "Период" } },
--   { name = "new_customers", type = "integer", unit = "customers", title = { en = "New", ru = "Новые" } },
--   { name = "returning_customers", type = "integer", unit = "customers", title = { en = "Returning", ru = "Вернувшиеся" } },
--   { name = "revenue_new", type = "decimal", unit = "currency", title = { en = "From new", ru = "От новых" } },
--   { name = "revenue_returning", type = "decimal", unit = "currency", title = { en = "From returning", ru = "От вернувшихся" } },
--   { name = "revenue_other", type = "decimal", unit = "currency", title = { en = "From others", ru = "От остальных" } },
-- ]
-- [[parameters]]
-- name = "grain"
-- type = "choice"
-- default = "month"
-- allowed = ["day", "week", "month", "quarter", "year"]
-- description = { en = "Length of a period; weeks begin on Monday", ru = "Длина периода; неделя начинается с понедельника" }
-- [description]
-- en = """
-- Known customers with an order in each period: new where their first order ever (in this currency) is in it, returning where
-- it was earlier, even if only by a day when from falls inside a period. Revenue (refunds included) is told apart in the same
-- way; revenue_other is that of guests and of customers without an order so far, and the three add up to the revenue of the
-- period. Periods without purchases are left out."""
-- ru = """
-- Известные клиенты с заказом в каждом периоде: новые, если самый первый их заказ (в этой валюте) пришёлся на него,
-- вернувшиеся, если он был раньше, пусть даже на день, когда from попадает внутрь периода. Выручка (с возвратами) делится
-- так же; revenue_other приходится на гостей и на клиентов, у которых заказов ещё не было, а в сумме все три дают выручку
-- периода. Периоды без покупок пропущены."""

-- One row a customer and period over all history: a first order can lie before the report's beginning.
WITH activity AS (
    SELECT
        customer_id,
        date_trunc($grain, local_time(occurred_at)) AS period,
        min(occurred_at) FILTER (WHERE purchase_amount > 0) AS first_order_at,
        count(*) FILTER (WHERE $from IS NULL OR occurred_at >= $from) AS purchases,
        count(*) FILTER (WHERE purchase_amount > 0 AND ($from IS NULL OR occurred_at >= $from)) AS orders,
        sum(purchase_amount) FILTER (WHERE $from IS NULL OR occurred_at >= $from) AS revenue
    FROM sales
    WHERE line = 1
      AND currency = $currency
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY 1, 2
),
known AS (
    SELECT *, min(first_order_at) OVER (PARTITION BY customer_id) AS first_ever_at FROM activity
),
classed AS (
    SELECT
        period,
        purchases,
        orders,
        revenue,
        CASE
            WHEN customer_id IS NULL OR first_ever_at IS NULL THEN 'other'
            WHEN $from IS NOT NULL AND first_ever_at < $from THEN 'returning'
            WHEN date_trunc($grain, local_time(first_ever_at)) = period THEN 'new'
            WHEN date_trunc($grain, local_time(first_ever_at)) < period THEN 'returning'
            ELSE 'other'
        END AS class
    FROM known
)
SELECT
    period,
    count(*) FILTER (WHERE class = 'new' AND orders > 0) AS new_customers,
    count(*) FILTER (WHERE class = 'returning' AND orders > 0) AS returning_customers,
    coalesce(sum(revenue) FILTER (WHERE class = 'new'), 0) AS revenue_new,
    coalesce(sum(revenue) FILTER (WHERE class = 'returning'), 0) AS revenue_returning,
    coalesce(sum(revenue) FILTER (WHERE class = 'other'), 0) AS revenue_other
FROM classed
WHERE purchases > 0
GROUP BY period
ORDER BY period
LIMIT $limit
