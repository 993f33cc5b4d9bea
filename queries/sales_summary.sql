-- id = "sales_summary"
-- title = { en = "Sales at a glance", ru = "Продажи: главное" }
-- chart = { kind = "figures", x = "metric", y = ["value"] }
-- columns = [
--   { name = "metric", type = "text", title = { en = "Metric", ru = "Показатель" } },
--   { name = "value", type = "decimal", title = { en = "Value", ru = "Значение" } },
--   { name = "previous", type = "decimal", title = { en = "Period before", ru = "Период до этого" } },
--   { name = "change", type = "number", unit = "ratio", title = { en = "Change", ru = "Изменение" } },
--   { name = "unit", type = "text", title = { en = "Unit", ru = "Единица" } },
-- ]
-- [description]
-- en = """
-- The main figures of the period beside those of the period before: June beside May, other days beside as many days before, a
-- period that is running beside the same part of the one before. Revenue is the sum of all amounts, refunds included; gross
-- counts the positive amounts only, refunds the negative ones. Orders are purchases with a positive total; customers are known
-- customers with an order; average_order is the revenue of orders divided by orders; new_customers are those whose first order
-- ever (in this currency) falls in the period; repeat_rate is the share of customers with two or more orders in the period.
-- change is value / previous - 1, empty where there was nothing before, or less than nothing, as when refunds exceed sales."""
-- ru = """
-- Главные показатели периода рядом с показателями периода перед ним: июнь рядом с маем, другие дни рядом с таким же числом дней
-- до них, неоконченный период рядом с той же частью предыдущего. Выручка: сумма всех строк
-- вместе с возвратами; gross: только положительные суммы, refunds: только отрицательные. Заказы: покупки с положительным
-- итогом; покупатели: известные клиенты с заказом; average_order: выручка заказов, делённая на их число; new_customers: те,
-- чей самый первый заказ (в этой валюте) попал в период; repeat_rate: доля покупателей с двумя и более заказами за период.
-- change равно value / previous - 1 и пусто, если до этого не было ничего или было меньше нуля, как при возвратах больше
-- продаж."""

-- Money and units need every line; orders and customers only the first line of each purchase. Each part is read once.
WITH lines AS (
    SELECT
        sum(amount) FILTER (WHERE amount > 0 AND ($from IS NULL OR occurred_at >= $from)) AS gross,
        sum(amount) FILTER (WHERE amount < 0 AND ($from IS NULL OR occurred_at >= $from)) AS negative,
        sum(quantity) FILTER (WHERE kind = 'product' AND ($from IS NULL OR occurred_at >= $from)) AS units,
        sum(amount) FILTER (WHERE amount > 0 AND occurred_at < $previous_to) AS gross_before,
        sum(amount) FILTER (WHERE amount < 0 AND occurred_at < $previous_to) AS negative_before,
        sum(quantity) FILTER (WHERE kind = 'product' AND occurred_at < $previous_to) AS units_before
    FROM sales
    WHERE currency = $currency
      AND (coalesce($previous_from, $from) IS NULL OR occurred_at >= coalesce($previous_from, $from))
      AND ($to IS NULL OR occurred_at < $to)
),
-- One row a customer (and one for all guests), over all history: whether a customer is new is decided there.
buyers AS (
    SELECT
        customer_id,
        min(occurred_at) AS first_order_at,
        count(*) FILTER (WHERE $from IS NULL OR occurred_at >= $from) AS orders,
        sum(purchase_amount) FILTER (WHERE $from IS NULL OR occurred_at >= $from) AS revenue,
        count(*) FILTER (WHERE occurred_at < $previous_to AND occurred_at >= $previous_from) AS orders_before,
        sum(purchase_amount) FILTER (WHERE occurred_at < $previous_to AND occurred_at >= $previous_from) AS revenue_before
    FROM sales
    WHERE line = 1
      AND purchase_amount > 0
      AND currency = $currency
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY customer_id
),
orders AS (
    SELECT
        coalesce(sum(orders), 0) AS orders,
        sum(revenue) AS revenue,
        count(customer_id) FILTER (WHERE orders > 0) AS customers,
        count(customer_id) FILTER (WHERE orders > 1) AS repeaters,
        count(customer_id) FILTER (WHERE $from IS NULL OR first_order_at >= $from) AS new_customers,
        coalesce(sum(orders_before), 0) AS orders_before,
        sum(revenue_before) AS revenue_before,
        count(customer_id) FILTER (WHERE orders_before > 0) AS customers_before,
        count(customer_id) FILTER (WHERE orders_before > 1) AS repeaters_before,
        count(customer_id) FILTER (WHERE first_order_at < $previous_to AND first_order_at >= $previous_from) AS new_customers_before
    FROM buyers
),
figures AS (
    SELECT
        m.position,
        m.metric,
        m.unit,
        CASE m.metric
            WHEN 'revenue' THEN CAST(coalesce(l.gross, 0) + coalesce(l.negative, 0) AS DECIMAL(38, 6))
            WHEN 'gross' THEN CAST(coalesce(l.gross, 0) AS DECIMAL(38, 6))
            WHEN 'refunds' THEN CAST(-coalesce(l.negative, 0) AS DECIMAL(38, 6))
            WHEN 'orders' THEN CAST(o.orders AS DECIMAL(38, 6))
            WHEN 'units' THEN CAST(coalesce(l.units, 0) AS DECIMAL(38, 6))
            WHEN 'customers' THEN CAST(o.customers AS DECIMAL(38, 6))
            WHEN 'average_order' THEN CAST(CAST(o.revenue / nullif(o.orders, 0) AS DECIMAL(38, 4)) AS DECIMAL(38, 6))
            WHEN 'new_customers' THEN CAST(o.new_customers AS DECIMAL(38, 6))
            ELSE CAST(CAST(o.repeaters AS DECIMAL(18, 6)) / nullif(o.customers, 0) AS DECIMAL(38, 6))
        END AS value,
        CASE m.metric
            WHEN 'revenue' THEN CAST(coalesce(l.gross_before, 0) + coalesce(l.negative_before, 0) AS DECIMAL(38, 6))
            WHEN 'gross' THEN CAST(coalesce(l.gross_before, 0) AS DECIMAL(38, 6))
            WHEN 'refunds' THEN CAST(-coalesce(l.negative_before, 0) AS DECIMAL(38, 6))
            WHEN 'orders' THEN CAST(o.orders_before AS DECIMAL(38, 6))
            WHEN 'units' THEN CAST(coalesce(l.units_before, 0) AS DECIMAL(38, 6))
            WHEN 'customers' THEN CAST(o.customers_before AS DECIMAL(38, 6))
            WHEN 'average_order'
                THEN CAST(CAST(o.revenue_before / nullif(o.orders_before, 0) AS DECIMAL(38, 4)) AS DECIMAL(38, 6))
            WHEN 'new_customers' THEN CAST(o.new_customers_before AS DECIMAL(38, 6))
            ELSE CAST(CAST(o.repeaters_before AS DECIMAL(18, 6)) / nullif(o.customers_before, 0) AS DECIMAL(38, 6))
        END AS before
    FROM lines l
    CROSS JOIN orders o
    CROSS JOIN (
        VALUES
            (1, 'revenue', $currency), (2, 'gross', $currency), (3, 'refunds', $currency), (4, 'orders', 'orders'),
            (5, 'units', 'units'), (6, 'customers', 'customers'), (7, 'average_order', $currency),
            (8, 'new_customers', 'customers'), (9, 'repeat_rate', 'ratio')
    ) AS m (position, metric, unit)
),
compared AS (
    SELECT position, metric, unit, value, CASE WHEN $previous_from IS NOT NULL THEN before END AS previous FROM figures
)
SELECT
    metric,
    value,
    previous,
    -- Against less than nothing a ratio would tell a rise as a fall.
    CASE WHEN previous > 0 THEN CAST(value AS DOUBLE) / CAST(previous AS DOUBLE) - 1 END AS change,
    unit
FROM compared
ORDER BY position
LIMIT $limit
