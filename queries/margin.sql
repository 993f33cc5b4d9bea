-- id = "margin"
-- title = { en = "Margin and what it is made of", ru = "Маржа и из чего она складывается" }
-- chart = { kind = "bar", x = "period", y = ["margin", "cost"] }
-- columns = [
--   { name = "period", type = "period", title = { en = "Period", ru = "Период" } },
--   { name = "margin", type = "decimal", unit = "currency", title = { en = "Margin", ru = "Маржа" } },
--   { name = "cost", type = "decimal", unit = "currency", title = { en = "Cost", ru = "Себестоимость" } },
--   { name = "coverage", type = "number", unit = "ratio", title = { en = "Revenue with a cost", ru = "Доля выручки с себестоимостью" } },
--   { name = "revenue", type = "decimal", unit = "currency", title = { en = "Revenue", ru = "Выручка" } },
--   { name = "product_revenue", type = "decimal", unit = "currency", title = { en = "Products", ru = "Товары" } },
--   { name = "discounts", type = "decimal", unit = "currency", title = { en = "Discounts", ru = "Скидки" } },
--   { name = "shipping", type = "decimal", unit = "currency", title = { en = "Shipping", ru = "Доставка" } },
--   { name = "fees", type = "decimal", unit = "currency", title = { en = "Fees", ru = "Сборы" } },
-- ]
-- [[parameters]]
-- name = "grain"
-- type = "choice"
-- default = "month"
-- allowed = ["day", "week", "month", "quarter", "year"]
-- description = { en = "Length of a period; weeks begin on Monday", ru = "Длина периода; неделя начинается с понедельника" }
-- [description]
-- en = """
-- margin is the sum of amounts less costs over the lines that were sent with a cost, refunds included; it is empty where none
-- was, and coverage says which share of revenue those lines are (empty without revenue). cost sums their costs. Products,
-- shipping and fees are the amounts of lines of that kind; discounts are the lines of that kind with the sign turned, and what
-- was taken off within other lines. A period without sales is there with zeros: from the first to the last, or over the whole
-- of from..to where given."""
-- ru = """
-- margin: суммы за вычетом себестоимости по строкам, где она передана, вместе с возвратами; пусто, если таких нет, а coverage
-- говорит, какая это доля выручки (пусто без выручки). cost: себестоимость этих строк. Товары, доставка и сборы: суммы строк
-- такого вида; скидки: строки этого вида с обратным знаком и то, что снято внутри других строк. Период без продаж показан
-- нулями: от первого до последнего, а если заданы from и to, то на всём их протяжении."""

WITH parts AS (
    SELECT
        date_trunc($grain, local_time(occurred_at)) AS period,
        sum(amount - cost) AS margin,
        coalesce(sum(cost), 0) AS cost,
        coalesce(sum(amount) FILTER (WHERE cost IS NOT NULL), 0) AS covered,
        sum(amount) AS revenue,
        coalesce(sum(amount) FILTER (WHERE kind = 'product'), 0) AS product_revenue,
        coalesce(-sum(amount) FILTER (WHERE kind = 'discount'), 0) + coalesce(sum(discount), 0) AS discounts,
        coalesce(sum(amount) FILTER (WHERE kind = 'shipping'), 0) AS shipping,
        coalesce(sum(amount) FILTER (WHERE kind = 'fee'), 0) AS fees
    FROM sales
    WHERE currency = $currency
      AND ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY 1
    UNION ALL
    SELECT date_trunc($grain, local_time($from)), NULL, 0, 0, 0, 0, 0, 0, 0 WHERE $from IS NOT NULL
    UNION ALL
    SELECT
        date_trunc($grain, local_time(arrow_cast(CAST($to AS BIGINT) - 1, 'Timestamp(Microsecond, Some("UTC"))'))),
        NULL, 0, 0, 0, 0, 0, 0, 0
    WHERE $to IS NOT NULL
),
-- How the empty periods are found is told in sales_over_time.
periods AS (
    SELECT
        period,
        sum(margin) AS margin,
        sum(cost) AS cost,
        sum(covered) AS covered,
        sum(revenue) AS revenue,
        sum(product_revenue) AS product_revenue,
        sum(discounts) AS discounts,
        sum(shipping) AS shipping,
        sum(fees) AS fees,
        CASE $grain
            WHEN 'day' THEN 86400000000
            WHEN 'week' THEN 604800000000
            WHEN 'month' THEN 2629746000000
            WHEN 'quarter' THEN 7889238000000
            ELSE 31556952000000
        END AS length
    FROM parts
    GROUP BY period
),
filled AS (
    SELECT *, unnest(range(0, coalesce((next + length / 2 - CAST(period AS BIGINT)) / length, 1))) AS n
    FROM (SELECT *, CAST(lead(period) OVER (ORDER BY period) AS BIGINT) AS next FROM periods)
)
SELECT
    date_trunc($grain, arrow_cast(CAST(period AS BIGINT) + n * length + length / 2, 'Timestamp(Microsecond, None)')) AS period,
    CASE WHEN n = 0 THEN margin END AS margin,
    CASE WHEN n = 0 THEN cost ELSE 0 END AS cost,
    CASE WHEN n = 0 THEN CAST(covered AS DOUBLE) / nullif(CAST(revenue AS DOUBLE), 0) END AS coverage,
    CASE WHEN n = 0 THEN revenue ELSE 0 END AS revenue,
    CASE WHEN n = 0 THEN product_revenue ELSE 0 END AS product_revenue,
    CASE WHEN n = 0 THEN discounts ELSE 0 END AS discounts,
    CASE WHEN n = 0 THEN shipping ELSE 0 END AS shipping,
    CASE WHEN n = 0 THEN fees ELSE 0 END AS fees
FROM filled
ORDER BY 1
LIMIT $limit
