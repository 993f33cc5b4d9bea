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
--   { name = "first_orders", type = "integer", unit = "orders", title = { en = "First orders", ru = "Первые заказы" } },
--   { name = "repeat_orders", type = "integer", unit = "orders", title = { en = "Repeat orders", ru = "Повторные заказы" } },
--   { name = "guest_orders", type = "integer", unit = "orders", title = { en = "Orders of guests", ru = "Заказы гостей" } },
--   { name = "revenue_first_orders", type = "decimal", unit = "currency", title = { en = "First orders, money", ru = "Первые заказы, деньги" } },
--   { name = "revenue_repeat_orders", type = "decimal", unit = "currency", title = { en = "Repeat orders, money", ru = "Повторные заказы, деньги" } },
--   { name = "revenue_guest_orders", type = "decimal", unit = "currency", title = { en = "Orders of guests, money", ru = "Заказы гостей, деньги" } },
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
-- period. By order: first_orders are the first one ever of each customer, repeat_orders all later ones of known customers, those of a new
-- customer's first period too (of two at the same moment the smaller is the first), guest_orders those without a customer; the three add
-- up to the orders, and their revenue to the revenue of orders, before refunds. Periods without purchases are left out."""
-- ru = """
-- Известные клиенты с заказом в каждом периоде: новые, если самый первый их заказ (в этой валюте) пришёлся на него,
-- вернувшиеся, если он был раньше, пусть даже на день, когда from попадает внутрь периода. Выручка (с возвратами) делится
-- так же; revenue_other приходится на гостей и на клиентов, у которых заказов ещё не было, а в сумме все три дают выручку
-- периода. По заказам: first_orders: самые первые заказы клиентов, repeat_orders: все последующие заказы известных клиентов, в том числе в
-- первом периоде нового клиента (из двух в один и тот же момент первым считается меньший), guest_orders: заказы без клиента; вместе это все
-- заказы, а их деньги вместе: выручка заказов до возвратов. Периоды без покупок пропущены."""

-- One row a customer and period over all history: a first order can lie before the report's beginning.
WITH activity AS (
    SELECT
        customer_id,
        date_trunc($grain, local_time(occurred_at)) AS period,
        min(occurred_at) FILTER (WHERE purchase_amount > 0) AS first_order_at,
        first_value(purchase_amount ORDER BY occurred_at, purchase_amount) FILTER (WHERE purchase_amount > 0) AS first_amount,
        count(*) FILTER (WHERE $from IS NULL OR occurred_at >= $from) AS purchases,
        count(*) FILTER (WHERE purchase_amount > 0 AND ($from IS NULL OR occurred_at >= $from)) AS orders,
        sum(purchase_amount) FILTER (WHERE purchase_amount > 0 AND ($from IS NULL OR occurred_at >= $from)) AS order_revenue,
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
        order_revenue,
        revenue,
        first_amount,
        customer_id IS NULL AS of_guests,
        customer_id IS NOT NULL
            AND first_order_at = first_ever_at
            AND ($from IS NULL OR first_ever_at >= $from) AS has_first,
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
    coalesce(sum(revenue) FILTER (WHERE class = 'other'), 0) AS revenue_other,
    count(*) FILTER (WHERE has_first) AS first_orders,
    coalesce(sum(orders) FILTER (WHERE NOT of_guests), 0) - count(*) FILTER (WHERE has_first) AS repeat_orders,
    coalesce(sum(orders) FILTER (WHERE of_guests), 0) AS guest_orders,
    coalesce(sum(first_amount) FILTER (WHERE has_first), 0) AS revenue_first_orders,
    coalesce(sum(order_revenue) FILTER (WHERE NOT of_guests), 0)
        - coalesce(sum(first_amount) FILTER (WHERE has_first), 0) AS revenue_repeat_orders,
    coalesce(sum(order_revenue) FILTER (WHERE of_guests), 0) AS revenue_guest_orders
FROM classed
WHERE purchases > 0
GROUP BY period
ORDER BY period
LIMIT $limit
