-- id = "cohort_retention"
-- title = { en = "Retention by cohort", ru = "Удержание по когортам" }
-- chart = { kind = "heatmap", x = "age", y = ["retention"], series = "cohort" }
-- columns = [
--   { name = "cohort", type = "period", title = { en = "First order", ru = "Первый заказ" } },
--   { name = "age", type = "integer", unit = "periods", title = { en = "Periods after", ru = "Периодов спустя" } },
--   { name = "customers", type = "integer", unit = "customers", title = { en = "Customers", ru = "Покупатели" } },
--   { name = "retention", type = "number", unit = "ratio", title = { en = "Retention", ru = "Удержание" } },
--   { name = "revenue", type = "decimal", unit = "currency", title = { en = "Revenue of orders", ru = "Выручка заказов" } },
--   { name = "cohort_size", type = "integer", unit = "customers", title = { en = "Cohort", ru = "Размер когорты" } },
--   { name = "running", type = "boolean", title = { en = "Not over yet", ru = "Ещё не кончился" } },
-- ]
-- [[parameters]]
-- name = "grain"
-- type = "choice"
-- default = "month"
-- allowed = ["day", "week", "month", "quarter", "year"]
-- description = { en = "Length of a period; weeks begin on Monday", ru = "Длина периода; неделя начинается с понедельника" }
-- [[parameters]]
-- name = "mode"
-- type = "choice"
-- default = "classic"
-- allowed = ["classic", "rolling"]
-- [parameters.description]
-- en = "classic counts who ordered in the period so many periods later, rolling who ordered in it or in any later one"
-- ru = "classic: кто сделал заказ именно в этом периоде, rolling: кто сделал заказ в нём или в любом более позднем"
-- [description]
-- en = """
-- A cohort is the known customers whose first order ever (in this currency) falls in the same period; age 0 is that period.
-- customers are those of the cohort with an order in the period so many periods later, retention is their share of the whole
-- cohort (cohort_size). With mode=rolling customers are those with an order in that period or in any later one: who is not lost yet.
-- revenue is that of the orders of the period itself, in both. from and to choose the cohorts by first order; orders count up to to.
-- running marks a period that is not over, now or at to: its figures still grow. An age at which nobody came back is there
-- with zeros, up to the last period in which anybody of the cohorts shown ordered."""
-- ru = """
-- Когорта: известные клиенты, чей самый первый заказ (в этой валюте) пришёлся на один и тот же период; он имеет возраст 0.
-- customers: сколько из них сделали заказ столько-то периодов спустя, retention: их доля во всей когорте (cohort_size). При
-- mode=rolling customers: кто сделал заказ в этом периоде или в любом более позднем, то есть ещё не потерян. revenue в обоих случаях:
-- выручка заказов самого периода. from и to отбирают когорты по первому заказу; заказы учитываются до to. running отмечает период,
-- который ещё не кончился, сейчас или к моменту to: его цифры ещё вырастут. Возраст, в котором никто не вернулся, показан нулями
-- вплоть до последнего периода, в котором хоть кто-то из показанных когорт сделал заказ."""

WITH activity AS (
    SELECT
        customer_id,
        date_trunc($grain, local_time(occurred_at)) AS period,
        min(occurred_at) AS first_order_at,
        sum(purchase_amount) AS revenue
    FROM sales
    WHERE line = 1
      AND purchase_amount > 0
      AND customer_id IS NOT NULL
      AND currency = $currency
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY 1, 2
),
members AS (
    SELECT
        period,
        revenue,
        min(period) OVER (PARTITION BY customer_id) AS cohort,
        max(period) OVER (PARTITION BY customer_id) AS last_period,
        min(first_order_at) OVER (PARTITION BY customer_id) AS first_ever_at
    FROM activity
),
cells AS (
    SELECT
        CAST(cohort AS BIGINT) AS cohort,
        CAST(period AS BIGINT) AS period,
        count(*) AS customers,
        -- Who came in this period for the last time.
        count(*) FILTER (WHERE period = last_period) AS leavers,
        sum(revenue) AS revenue,
        -- The mean length of a period in microseconds; see sales_over_time.
        CASE $grain
            WHEN 'day' THEN 86400000000
            WHEN 'week' THEN 604800000000
            WHEN 'month' THEN 2629746000000
            WHEN 'quarter' THEN 7889238000000
            ELSE 31556952000000
        END AS length
    FROM members
    WHERE $from IS NULL OR first_ever_at >= $from
    GROUP BY cohort, period
),
-- Each age is followed by the empty ones before the next age at which somebody came back.
filled AS (
    SELECT
        *,
        (period - cohort + length / 2) / length AS age,
        -- The age at which the period is that in which orders cease to count: it is not over.
        (
            CAST(date_trunc($grain, local_time(least(coalesce($to, $now), $now))) AS BIGINT) - cohort + length / 2
        ) / length AS running_age,
        unnest(range(0, (next - period + length / 2) / length)) AS n
    FROM (
        SELECT
            *,
            first_value(customers) OVER (PARTITION BY cohort ORDER BY period) AS size,
            sum(leavers) OVER (
                PARTITION BY cohort ORDER BY period ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
            ) AS staying,
            coalesce(
                lead(period) OVER (PARTITION BY cohort ORDER BY period),
                max(period) OVER () + length
            ) AS next
        FROM cells
    )
),
counted AS (
    SELECT
        *,
        CASE
            WHEN $mode = 'rolling' THEN CASE WHEN n = 0 THEN staying ELSE staying - leavers END
            WHEN n = 0 THEN customers
            ELSE 0
        END AS present
    FROM filled
)
SELECT
    arrow_cast(cohort, 'Timestamp(Microsecond, None)') AS cohort,
    age + n AS age,
    present AS customers,
    CAST(present AS DOUBLE) / size AS retention,
    CASE WHEN n = 0 THEN revenue ELSE 0 END AS revenue,
    size AS cohort_size,
    age + n >= running_age AS running
FROM counted
ORDER BY cohort, age
LIMIT $limit
