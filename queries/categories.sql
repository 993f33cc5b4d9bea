-- id = "categories"
-- title = { en = "Sales by category", ru = "Продажи по категориям" }
-- chart = { kind = "bar", x = "key", y = ["revenue"] }
-- columns = [
--   { name = "key", type = "text", title = { en = "Category", ru = "Категория" } },
--   { name = "revenue", type = "decimal", unit = "currency", title = { en = "Revenue", ru = "Выручка" } },
--   { name = "orders", type = "integer", unit = "orders", title = { en = "Orders", ru = "Заказы" } },
--   { name = "customers", type = "integer", unit = "customers", title = { en = "Customers", ru = "Покупатели" } },
--   { name = "units", type = "decimal", unit = "units", title = { en = "Units", ru = "Штуки" } },
--   { name = "share", type = "number", unit = "ratio", title = { en = "Share of revenue", ru = "Доля выручки" } },
-- ]
-- [description]
-- en = """
-- Revenue (refunds included) of each product category, the orders that contain it and the known customers with such an
-- order. An order with two categories counts in both, so orders and customers of the rows do not add up to the totals.
-- An empty key stands for lines without a category."""
-- ru = """
-- Выручка (с возвратами) по категориям товаров, заказы, в которых категория есть, и известные покупатели с такими заказами.
-- Заказ с двумя категориями считается в обеих, поэтому заказы и покупатели по строкам не складываются в общее число. Пустой
-- ключ обозначает строки без категории."""

-- Revenue needs every line. Orders and customers need only the first line of each category in an order, one row a category
-- and customer, so that customers are counted without DISTINCT.
WITH lines AS (
    SELECT category, sum(amount) AS revenue, coalesce(sum(quantity) FILTER (WHERE kind = 'product'), 0) AS units
    FROM sales
    WHERE currency = $currency
      AND ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY category
),
buyers AS (
    SELECT category, customer_id, count(*) AS orders
    FROM sales
    WHERE first_of_category
      AND purchase_amount > 0
      AND currency = $currency
      AND ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY category, customer_id
),
parts AS (
    SELECT category, revenue, units, 0 AS orders, 0 AS customers FROM lines
    UNION ALL
    SELECT category, 0, 0, sum(orders), count(customer_id) FROM buyers GROUP BY category
)
SELECT
    category AS key,
    sum(revenue) AS revenue,
    sum(orders) AS orders,
    sum(customers) AS customers,
    sum(units) AS units,
    CAST(sum(revenue) AS DOUBLE) / nullif(CAST(sum(sum(revenue)) OVER () AS DOUBLE), 0) AS share
FROM parts
GROUP BY category
ORDER BY revenue DESC, key
LIMIT $limit
