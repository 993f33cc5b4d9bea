-- id = "abc_xyz"
-- title = { en = "Products by weight and steadiness (ABC-XYZ)", ru = "Товары по весу и ровности спроса (ABC-XYZ)" }
-- chart = { kind = "table", x = "product", y = ["revenue"] }
-- columns = [
--   { name = "product_id", type = "text", title = { en = "Product id", ru = "Код товара" } },
--   { name = "product", type = "text", title = { en = "Product", ru = "Товар" } },
--   { name = "revenue", type = "decimal", unit = "currency", title = { en = "Revenue", ru = "Выручка" } },
--   { name = "share", type = "number", unit = "ratio", title = { en = "Share of revenue", ru = "Доля выручки" } },
--   { name = "abc", type = "text", title = { en = "ABC", ru = "ABC" } },
--   { name = "variation", type = "number", unit = "ratio", title = { en = "Variation of units", ru = "Колебание штук" } },
--   { name = "xyz", type = "text", title = { en = "XYZ", ru = "XYZ" } },
--   { name = "units", type = "decimal", unit = "units", title = { en = "Units", ru = "Штуки" } },
--   { name = "since", type = "period", title = { en = "Judged since", ru = "Оценивается с" } },
-- ]
-- [[parameters]]
-- name = "a_share"
-- type = "number"
-- default = "0.8"
-- min = 0
-- max = 1
-- description = { en = "Share of revenue up to which products are A", ru = "Доля выручки, до которой товары относятся к A" }
-- [[parameters]]
-- name = "b_share"
-- type = "number"
-- default = "0.95"
-- min = 0
-- max = 1
-- description = { en = "Share of revenue up to which they are B", ru = "Доля выручки, до которой они относятся к B" }
-- [[parameters]]
-- name = "x_variation"
-- type = "number"
-- default = "0.5"
-- min = 0
-- description = { en = "Variation below which products are X", ru = "Колебание, ниже которого товары относятся к X" }
-- [[parameters]]
-- name = "y_variation"
-- type = "number"
-- default = "1"
-- min = 0
-- description = { en = "Variation below which they are Y", ru = "Колебание, ниже которого они относятся к Y" }
-- [description]
-- en = """
-- ABC: products by falling revenue (refunds included) are A while those before them bring less than a_share of the revenue of
-- all products that bring any, then B up to b_share, then C. XYZ: the variation is the standard deviation of the monthly
-- units divided by their mean, over every month from the first to the last with sales (or of from..to where given), months
-- without sales as zeros: X below x_variation, Y below y_variation, else Z. A product that was launched after the first of these
-- months, by its first line ever, is judged since the month of its launch (since), and before it has three months it has neither variation
-- nor class. Without a positive mean there is no variation and the class is Z."""
-- ru = """
-- ABC: товары по убыванию выручки (с возвратами) относятся к A, пока стоящие перед ними дают меньше доли a_share от выручки
-- всех товаров, у которых она есть, затем к B до доли b_share, затем к C. XYZ: колебание равно стандартному отклонению штук
-- по месяцам, делённому на их среднее, за все месяцы от первого до последнего с продажами (или от from до to, если они
-- заданы), месяцы без продаж считаются нулями: X ниже x_variation, Y ниже y_variation, иначе Z. Товар, который появился после
-- первого из этих месяцев (по самой первой его строке), оценивается с месяца появления (since), а пока ему меньше трёх месяцев, у него нет ни
-- колебания, ни класса. Если среднее не положительно, колебания нет, а класс Z."""

WITH names AS (
    SELECT
        product_id,
        product,
        date_trunc('month', local_time(occurred_at)) AS month,
        count(*) AS lines,
        sum(amount) AS revenue,
        sum(quantity) AS units
    FROM goods
    WHERE currency = $currency
      AND ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY 1, 2, 3
),
-- Names of a product are few, and so are months: from here on there is little left. A product has the name that stands on
-- most of its lines.
months AS (
    SELECT
        product_id,
        month,
        sum(revenue) AS revenue,
        sum(units) AS units,
        last_value(product ORDER BY product IS NOT NULL, name_lines, product) AS product,
        max(name_lines) FILTER (WHERE product IS NOT NULL) AS name_lines
    FROM (SELECT *, sum(lines) OVER (PARTITION BY product_id, product) AS name_lines FROM names)
    GROUP BY product_id, month
),
bounded AS (
    SELECT
        *,
        coalesce(date_trunc('month', local_time($from)), min(month) OVER ()) AS first_month,
        -- The last microsecond before `to`, taken in UTC: the clock may have jumped to what it shows at `to`.
        coalesce(
            date_trunc('month', local_time(arrow_cast(CAST($to AS BIGINT) - 1, 'Timestamp(Microsecond, Some("UTC"))'))),
            max(month) OVER ()
        ) AS last_month
    FROM months
),
-- Products that were sold before the period are no launches in it.
older AS (
    SELECT product_id
    FROM goods
    WHERE $from IS NOT NULL AND occurred_at < $from AND currency = $currency
    GROUP BY product_id
),
products AS (
    SELECT
        product_id,
        last_value(product ORDER BY product IS NOT NULL, name_lines, product) AS product,
        sum(revenue) AS revenue,
        sum(units) AS units,
        CAST(sum(units) AS DOUBLE) AS total,
        sum(CAST(units AS DOUBLE) * CAST(units AS DOUBLE)) AS squares,
        min(month) AS own_month,
        min(first_month) AS first_month,
        max(last_month) AS last_month
    FROM bounded
    GROUP BY product_id
),
judged AS (
    SELECT
        *,
        (date_part('year', last_month) - date_part('year', since)) * 12
            + date_part('month', last_month) - date_part('month', since) + 1 AS months
    FROM (
        SELECT p.*, CASE WHEN o.product_id IS NULL AND p.product_id IS NOT NULL THEN own_month ELSE first_month END AS since
        FROM products p
        LEFT JOIN older o ON o.product_id = p.product_id
    )
),
ranked AS (
    SELECT
        *,
        sum(greatest(revenue, 0)) OVER () AS all_revenue,
        sum(greatest(revenue, 0)) OVER (
            ORDER BY revenue DESC, product_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) - greatest(revenue, 0) AS revenue_before,
        -- n * squares - total^2 is exact for whole units below 2^53, so equal months give exactly 0.
        CASE
            WHEN total > 0 AND (months >= 3 OR since = first_month)
                THEN round(sqrt(greatest(months * squares - total * total, 0)) / total, 6)
        END AS variation
    FROM judged
)
SELECT
    product_id,
    product,
    revenue,
    coalesce(CAST(greatest(revenue, 0) AS DOUBLE) / nullif(CAST(all_revenue AS DOUBLE), 0), 0) AS share,
    CASE
        WHEN revenue <= 0 THEN 'C'
        WHEN CAST(revenue_before AS DOUBLE) < $a_share * CAST(all_revenue AS DOUBLE) THEN 'A'
        WHEN CAST(revenue_before AS DOUBLE) < $b_share * CAST(all_revenue AS DOUBLE) THEN 'B'
        ELSE 'C'
    END AS abc,
    variation,
    CASE
        WHEN months < 3 AND since > first_month THEN NULL
        WHEN variation < $x_variation THEN 'X'
        WHEN variation < $y_variation THEN 'Y'
        ELSE 'Z'
    END AS xyz,
    units,
    since
FROM ranked
ORDER BY revenue DESC, product_id
LIMIT $limit
