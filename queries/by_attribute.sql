-- id = "by_attribute"
-- title = { en = "Sales by attribute", ru = "Продажи по признаку" }
-- chart = { kind = "bar", x = "key", y = ["revenue"] }
-- columns = [
--   { name = "key", type = "text", title = { en = "Value", ru = "Значение" } },
--   { name = "revenue", type = "decimal", unit = "currency", title = { en = "Revenue", ru = "Выручка" } },
--   { name = "orders", type = "integer", unit = "orders", title = { en = "Orders", ru = "Заказы" } },
--   { name = "customers", type = "integer", unit = "customers", title = { en = "Customers", ru = "Покупатели" } },
--   { name = "average_order", type = "decimal", unit = "currency", title = { en = "Average order", ru = "Средний чек" } },
--   { name = "share", type = "number", unit = "ratio", title = { en = "Share of revenue", ru = "Доля выручки" } },
-- ]
-- [[parameters]]
-- name = "attribute"
-- type = "text"
-- required = true
-- description = { en = "Name of the attribute, for example city", ru = "Имя признака, например city" }
-- [[parameters]]
-- name = "source"
-- type = "choice"
-- default = "any"
-- allowed = ["any", "purchase", "customer"]
-- [parameters.description]
-- en = "Whose attribute: the purchase's, its customer's, or any: the purchase's, and the customer's where the purchase has none"
-- ru = "Чей признак: покупки, её клиента или любой: покупки, а где у неё такого нет, клиента"
-- [description]
-- en = """
-- Revenue (refunds included), orders and known customers with an order by the value of an attribute that you send with
-- purchases or customers. An empty key stands for purchases without that attribute."""
-- ru = """
-- Выручка (с возвратами), заказы и известные покупатели по значениям признака, который вы передаёте с покупками или
-- клиентами. Пустой ключ обозначает покупки без этого признака."""

-- Purchases with the same attributes and customer are added up before any JSON is read. The cast tells the planner the type
-- of a parameter whose value it does not see yet.
WITH written AS (
    SELECT
        attributes,
        customer_id,
        sum(purchase_amount) AS revenue,
        count(*) FILTER (WHERE purchase_amount > 0) AS orders,
        sum(purchase_amount) FILTER (WHERE purchase_amount > 0) AS order_revenue
    FROM sales
    WHERE line = 1
      AND currency = $currency
      AND ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY attributes, customer_id
),
buyers AS (
    SELECT
        CASE $source
            WHEN 'purchase' THEN json_as_text(w.attributes, CAST($attribute AS VARCHAR))
            WHEN 'customer' THEN json_as_text(c.attributes, CAST($attribute AS VARCHAR))
            ELSE coalesce(
                json_as_text(w.attributes, CAST($attribute AS VARCHAR)), json_as_text(c.attributes, CAST($attribute AS VARCHAR))
            )
        END AS key,
        w.customer_id,
        sum(w.revenue) AS revenue,
        sum(w.orders) AS orders,
        sum(w.order_revenue) AS order_revenue
    FROM written w
    LEFT JOIN customers c ON c.customer_id = w.customer_id
    GROUP BY 1, 2
)
SELECT
    key,
    sum(revenue) AS revenue,
    sum(orders) AS orders,
    count(customer_id) FILTER (WHERE orders > 0) AS customers,
    CAST(sum(order_revenue) / nullif(sum(orders), 0) AS DECIMAL(38, 4)) AS average_order,
    CAST(sum(revenue) AS DOUBLE) / nullif(CAST(sum(sum(revenue)) OVER () AS DOUBLE), 0) AS share
FROM buyers
GROUP BY key
ORDER BY revenue DESC, key
LIMIT $limit
