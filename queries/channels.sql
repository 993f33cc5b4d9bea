-- id = "channels"
-- title = { en = "Sales by channel", ru = "Продажи по каналам" }
-- chart = { kind = "bar", x = "key", y = ["revenue"] }
-- columns = [
--   { name = "key", type = "text", title = { en = "Channel", ru = "Канал" } },
--   { name = "revenue", type = "decimal", unit = "currency", title = { en = "Revenue", ru = "Выручка" } },
--   { name = "orders", type = "integer", unit = "orders", title = { en = "Orders", ru = "Заказы" } },
--   { name = "customers", type = "integer", unit = "customers", title = { en = "Customers", ru = "Покупатели" } },
--   { name = "average_order", type = "decimal", unit = "currency", title = { en = "Average order", ru = "Средний чек" } },
--   { name = "share", type = "number", unit = "ratio", title = { en = "Share of revenue", ru = "Доля выручки" } },
-- ]
-- [description]
-- en = """
-- Revenue (refunds included), orders and known customers with an order by the channel of the purchase. A customer of two
-- channels counts in both. An empty key stands for purchases without a channel."""
-- ru = """
-- Выручка (с возвратами), заказы и известные покупатели по каналам покупки. Клиент двух каналов считается в обоих. Пустой
-- ключ обозначает покупки без канала."""

WITH buyers AS (
    SELECT
        channel,
        customer_id,
        sum(purchase_amount) AS revenue,
        count(*) FILTER (WHERE purchase_amount > 0) AS orders,
        sum(purchase_amount) FILTER (WHERE purchase_amount > 0) AS order_revenue
    FROM sales
    WHERE line = 1
      AND currency = $currency
      AND ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY channel, customer_id
)
SELECT
    channel AS key,
    sum(revenue) AS revenue,
    sum(orders) AS orders,
    count(customer_id) FILTER (WHERE orders > 0) AS customers,
    CAST(sum(order_revenue) / nullif(sum(orders), 0) AS DECIMAL(38, 4)) AS average_order,
    CAST(sum(revenue) AS DOUBLE) / nullif(CAST(sum(sum(revenue)) OVER () AS DOUBLE), 0) AS share
FROM buyers
GROUP BY channel
ORDER BY revenue DESC, key
LIMIT $limit
