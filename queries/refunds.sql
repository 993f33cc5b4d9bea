-- id = "refunds"
-- title = { en = "Refunds", ru = "Возвраты" }
-- chart = { kind = "line", x = "period", y = ["refund_rate", "refunds"] }
-- columns = [
--   { name = "period", type = "period", title = { en = "Period", ru = "Период" } },
--   { name = "refunds", type = "decimal", unit = "currency", title = { en = "Refunds", ru = "Возвраты" } },
--   { name = "refund_rate", type = "number", unit = "ratio", title = { en = "Refund rate", ru = "Доля возвратов" } },
--   { name = "gross", type = "decimal", unit = "currency", title = { en = "Gross", ru = "Продажи без вычета" } },
--   { name = "refunded_lines", type = "integer", unit = "lines", title = { en = "Refunded lines", ru = "Строк возврата" } },
-- ]
-- [[parameters]]
-- name = "grain"
-- type = "choice"
-- default = "month"
-- allowed = ["day", "week", "month", "quarter", "year"]
-- description = { en = "Length of a period; weeks begin on Monday", ru = "Длина периода; неделя начинается с понедельника" }
-- [description]
-- en = """
-- refunds is minus the sum of the negative amounts of the period, gross the sum of the positive ones, refund_rate the first
-- divided by the second (empty where nothing was sold). A refund counts when it is made, not when the goods were bought. A
-- period without purchases is there with zeros: from the first to the last, or over the whole of from..to where given."""
-- ru = """
-- refunds: сумма отрицательных сумм периода с обратным знаком, gross: сумма положительных, refund_rate: первое, делённое на
-- второе (пусто, если ничего не продано). Возврат относится к тому времени, когда он сделан, а не когда товар куплен. Период
-- без покупок показан нулями: от первого до последнего, а если заданы from и to, то на всём их протяжении."""

WITH parts AS (
    SELECT
        date_trunc($grain, local_time(occurred_at)) AS period,
        coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS refunds,
        coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS gross,
        count(*) FILTER (WHERE amount < 0) AS refunded_lines
    FROM sales
    WHERE currency = $currency
      AND ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY 1
    UNION ALL
    SELECT date_trunc($grain, local_time($from)), 0, 0, 0 WHERE $from IS NOT NULL
    UNION ALL
    SELECT
        date_trunc($grain, local_time(arrow_cast(CAST($to AS BIGINT) - 1, 'Timestamp(Microsecond, Some("UTC"))'))),
        0, 0, 0
    WHERE $to IS NOT NULL
),
-- How the empty periods are found is told in sales_over_time.
periods AS (
    SELECT
        period,
        sum(refunds) AS refunds,
        sum(gross) AS gross,
        sum(refunded_lines) AS refunded_lines,
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
    CASE WHEN n = 0 THEN refunds ELSE 0 END AS refunds,
    CASE WHEN n = 0 THEN CAST(refunds AS DOUBLE) / nullif(CAST(gross AS DOUBLE), 0) END AS refund_rate,
    CASE WHEN n = 0 THEN gross ELSE 0 END AS gross,
    CASE WHEN n = 0 THEN refunded_lines ELSE 0 END AS refunded_lines
FROM filled
ORDER BY 1
LIMIT $limit
