-- id = "top_products"
-- title = { en = "Top products", ru = "Лучшие товары" }
-- chart = { kind = "bar", x = "product", y = ["revenue"] }
-- columns = [
--   { name = "product_id", type = "text", title = { en = "Product id", ru = "Код товара" } },
--   { name = "product", type = "text", title = { en = "Product", ru = "Товар" } },
--   { name = "revenue", type = "decimal", unit = "currency", title = { en = "Revenue", ru = "Выручка" } },
--   { name = "units", type = "decimal", unit = "units", title = { en = "Units", ru = "Штуки" } },
--   { name = "orders", type = "integer", unit = "orders", title = { en = "Orders", ru = "Заказы" } },
--   { name = "share", type = "number", unit = "ratio", title = { en = "Share of revenue", ru = "Доля выручки" } },
-- ]
-- [description]
-- en = """
-- Products by revenue, refunds included. orders counts the orders that contain the product; a product has the name that
-- stands on most of its lines in the period. share is its part of the revenue of all products."""
-- ru = """
-- Товары по выручке с учётом возвратов. orders: число заказов, в которых есть товар; название берётся то, которое стоит на
-- большинстве его строк за период. share: доля товара в выручке всех товаров."""

-- Grouped by id and name first, because picking a name a product over all lines would cost more than the report.
WITH names AS (
    SELECT
        product_id,
        product,
        count(*) AS lines,
        sum(amount) AS revenue,
        sum(quantity) AS units,
        count(*) FILTER (WHERE first_of_product AND purchase_amount > 0) AS orders
    FROM goods
    WHERE currency = $currency
      AND ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY product_id, product
)
SELECT
    product_id,
    last_value(product ORDER BY product IS NOT NULL, lines, product) AS product,
    sum(revenue) AS revenue,
    sum(units) AS units,
    sum(orders) AS orders,
    CAST(sum(revenue) AS DOUBLE) / nullif(CAST(sum(sum(revenue)) OVER () AS DOUBLE), 0) AS share
FROM names
GROUP BY product_id
ORDER BY revenue DESC, product_id
LIMIT $limit
