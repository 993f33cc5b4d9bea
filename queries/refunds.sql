-- id = "refunds"
-- title = { en = "Refunds", ru = "Возвраты" }
-- chart = { kind = "line", x = "period", y = ["refund_rate", "refunds"] }
-- columns = [
--   { name = "period", type = "period", title = { en = "Period", ru = "Период" } },
--   { name = "refunds", type = "decimal", unit = "currency", title = { en = "Refunds", ru = "Возвраты" } },
--   { name = "refund_rate", type = "number", unit = "ratio", title = { en = "Refund rate", ru = "Доля возвратов" } },
--   { name = "gross", type = "decimal", unit = "currency", title = { en = "Gross", ru = "Продажи без вычета" } },
--   { name = "refunded_lines", type = "integer", unit = "lines", title = { en = "Refunded lines", ru = "Строк возврата" } },
--   { name = "refunds_of_sales", type = "decimal", unit = "currency", title = { en = "Taken back of these sales", ru = "Вернули из этих продаж" } },
--   { name = "refund_rate_of_sales", type = "number", unit = "ratio", title = { en = "Share taken back", ru = "Доля возвращённого" } },
--   { name = "refunds_unnamed", type = "decimal", unit = "currency", title = { en = "Refunds without a sale", ru = "Возвраты без продажи" } },
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
-- divided by the second (empty where nothing was sold). These count a refund when it is made. refunds_of_sales counts it when
-- the goods were bought: what refunds, whenever they were made, have taken back of the sales of the period by naming them (refund_of);
-- refund_rate_of_sales is its share of gross. refunds_unnamed are the refunds made in the period that name no sale: of which sales they
-- were cannot be told, and where they are many, refund_rate_of_sales is too low. A period without purchases is there with zeros: from the first to the last, or over the whole of from..to where given."""
-- ru = """
-- refunds: сумма отрицательных сумм периода с обратным знаком, gross: сумма положительных, refund_rate: первое, делённое на
-- второе (пусто, если ничего не продано). Здесь возврат относится к тому времени, когда он сделан. В refunds_of_sales он относится к
-- тому времени, когда товар куплен: сколько вернули из продаж периода, когда бы это ни произошло, возвраты, которые называют свою
-- продажу (refund_of); refund_rate_of_sales: их доля в gross. refunds_unnamed: возвраты, сделанные в периоде и не называющие продажу: к
-- каким продажам они относятся, неизвестно, и если их много, refund_rate_of_sales занижена. Период
-- без покупок показан нулями: от первого до последнего, а если заданы from и to, то на всём их протяжении."""

WITH parts AS (
    SELECT
        date_trunc($grain, local_time(occurred_at)) AS period,
        coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS refunds,
        coalesce(sum(amount) FILTER (WHERE amount > 0), 0) AS gross,
        count(*) FILTER (WHERE amount < 0) AS refunded_lines,
        0 AS taken_back,
        coalesce(-sum(amount) FILTER (WHERE amount < 0 AND refund_of IS NULL), 0) AS unnamed
    FROM sales
    WHERE currency = $currency
      AND ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY 1
    UNION ALL
    -- Few purchases name another; where none does, the sales are not read again.
    SELECT date_trunc($grain, local_time(s.occurred_at)), 0, 0, 0, sum(r.back), 0
    FROM (
        SELECT refund_of, -sum(amount) AS back
        FROM sales
        WHERE refund_of IS NOT NULL AND amount < 0 AND currency = $currency
        GROUP BY refund_of
    ) r
    JOIN sales s ON s.purchase_id = r.refund_of
    WHERE s.line = 1
      AND s.currency = $currency
      AND ($from IS NULL OR s.occurred_at >= $from)
      AND ($to IS NULL OR s.occurred_at < $to)
    GROUP BY 1
    UNION ALL
    SELECT date_trunc($grain, local_time($from)), 0, 0, 0, 0, 0 WHERE $from IS NOT NULL
    UNION ALL
    SELECT
        date_trunc($grain, local_time(arrow_cast(CAST($to AS BIGINT) - 1, 'Timestamp(Microsecond, Some("UTC"))'))),
        0, 0, 0, 0, 0
    WHERE $to IS NOT NULL
),
-- How the empty periods are found is told in sales_over_time.
periods AS (
    SELECT
        period,
        sum(refunds) AS refunds,
        sum(gross) AS gross,
        sum(refunded_lines) AS refunded_lines,
        sum(taken_back) AS taken_back,
        sum(unnamed) AS unnamed,
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
    CASE WHEN n = 0 THEN refunded_lines ELSE 0 END AS refunded_lines,
    CASE WHEN n = 0 THEN taken_back ELSE 0 END AS refunds_of_sales,
    CASE WHEN n = 0 THEN CAST(taken_back AS DOUBLE) / nullif(CAST(gross AS DOUBLE), 0) END AS refund_rate_of_sales,
    CASE WHEN n = 0 THEN unnamed ELSE 0 END AS refunds_unnamed
FROM filled
ORDER BY 1
LIMIT $limit
