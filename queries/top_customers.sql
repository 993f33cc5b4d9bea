-- id = "top_customers"
-- title = { en = "Top customers", ru = "Лучшие клиенты" }
-- chart = { kind = "bar", x = "name", y = ["revenue"] }
-- columns = [
--   { name = "customer_id", type = "text", title = { en = "Customer id", ru = "Код клиента" } },
--   { name = "name", type = "text", title = { en = "Name", ru = "Имя" } },
--   { name = "revenue", type = "decimal", unit = "currency", title = { en = "Revenue", ru = "Выручка" } },
--   { name = "orders", type = "integer", unit = "orders", title = { en = "Orders", ru = "Заказы" } },
--   { name = "last_purchase_at", type = "time", title = { en = "Last purchase", ru = "Последняя покупка" } },
--   { name = "average_order", type = "decimal", unit = "currency", title = { en = "Average order", ru = "Средний чек" } },
-- ]
-- [description]
-- en = """
-- Known customers by revenue, refunds included. last_purchase_at is the time of the last record of a purchase in the period,
-- a refund too. A customer who only gave goods back in the period is there with no orders."""
-- ru = """
-- Известные клиенты по выручке с учётом возвратов. last_purchase_at: время последней записи о покупке за период, в том числе
-- о возврате. Клиент, который за период только возвращал товары, показан с нулём заказов."""

WITH buyers AS (
    SELECT
        customer_id,
        sum(purchase_amount) AS revenue,
        count(*) FILTER (WHERE purchase_amount > 0) AS orders,
        sum(purchase_amount) FILTER (WHERE purchase_amount > 0) AS order_revenue,
        max(occurred_at) AS last_purchase_at
    FROM sales
    WHERE line = 1
      AND customer_id IS NOT NULL
      AND currency = $currency
      AND ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY customer_id
)
SELECT
    b.customer_id,
    c.name,
    b.revenue,
    b.orders,
    b.last_purchase_at,
    CAST(b.order_revenue / nullif(b.orders, 0) AS DECIMAL(38, 4)) AS average_order
FROM buyers b
LEFT JOIN customers c ON c.customer_id = b.customer_id
ORDER BY b.revenue DESC, b.customer_id
LIMIT $limit
