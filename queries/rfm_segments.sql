-- id = "rfm_segments"
-- title = { en = "Customer segments (RFM)", ru = "Сегменты клиентов (RFM)" }
-- chart = { kind = "bar", x = "segment", y = ["customers", "revenue"] }
-- columns = [
--   { name = "segment", type = "text", title = { en = "Segment", ru = "Сегмент" } },
--   { name = "customers", type = "integer", unit = "customers", title = { en = "Customers", ru = "Покупатели" } },
--   { name = "revenue", type = "decimal", unit = "currency", title = { en = "Revenue", ru = "Выручка" } },
--   { name = "recency_days", type = "number", unit = "days", title = { en = "Days since order", ru = "Дней с заказа" } },
--   { name = "frequency", type = "number", unit = "orders", title = { en = "Orders each", ru = "Заказов на клиента" } },
--   { name = "monetary", type = "decimal", unit = "currency", title = { en = "Revenue each", ru = "Выручка на клиента" } },
--   { name = "share", type = "number", unit = "ratio", title = { en = "Share of customers", ru = "Доля клиентов" } },
-- ]
-- [[parameters]]
-- name = "as_of"
-- type = "time"
-- default = "to"
-- description = { en = "The moment to look back from; to or now if not sent", ru = "Момент, от которого смотрим назад; если не задан, to или сейчас" }
-- [description]
-- en = """
-- Known customers with an order, scored from 1 to 5 by recency (whole days since the last order), frequency (orders) and
-- monetary (revenue, refunds included): 1 plus the fifths of all customers who are worse, half of the equal ones among them, so
-- equals score the same and stand in the middle of their places. An order that refunds naming it (refund_of) have taken back whole by
-- as_of is none; a refund that names no order takes back money, and no order. Orders and refunds of the 24 months before the day of
-- as_of count (look_back_months of /v1/segments/rules): who has no order in them is in no segment, and lost in the lifecycle. By the
-- default rules fewer than 50 customers with an order are not ranked: their segments are the stages of the lifecycle (new, active,
-- cooling, lost, won_back).
-- F is the mean of frequency and monetary scores, rounded up. The default segments by R and F, which a workspace may change
-- under /v1/segments/rules: champions R5 F4-5; loyal R3-4 F4-5; potential_loyalists R4-5 F2-3; new_customers R5 F1; promising
-- R4 F1; need_attention R3 F3; about_to_sleep R3 F1-2; cannot_lose R1-2 F5; at_risk R1-2 F3-4; lost R1 F1; hibernating the rest
-- of R1-2 F1-2. recency_days, frequency and monetary are the means of the segment."""
-- ru = """
-- Известные клиенты с заказом получают оценки от 1 до 5 по давности (полных дней с последнего заказа), частоте (заказы) и
-- деньгам (выручка с возвратами): 1 и столько, сколько пятых долей всех клиентов хуже вместе с половиной равных, так что равные равны
-- и стоят посередине своих мест. Заказ, который к моменту as_of целиком вернули возвраты, называющие его (refund_of), не считается; возврат,
-- не называющий заказа, убавляет деньги, но не заказы. Считаются заказы и возвраты за 24 месяца до дня as_of (look_back_months в
-- /v1/segments/rules): у кого за это время нет заказа, тот ни в каком сегменте, а в жизненном цикле он lost (потерян). По изначальным
-- правилам клиентов, если их с заказом меньше 50, не ранжируют: их сегменты называются стадиями жизненного цикла (new, active, cooling,
-- lost, won_back). F: среднее оценок частоты и денег с округлением вверх. Сегменты по R и F, заданные изначально (изменить их можно в /v1/segments/rules):
-- champions (чемпионы) R5 F4-5; loyal (лояльные) R3-4 F4-5; potential_loyalists (станут лояльными) R4-5 F2-3; new_customers
-- (новые) R5 F1; promising (обещающие) R4 F1; need_attention (требуют внимания) R3 F3; about_to_sleep (засыпают) R3 F1-2;
-- cannot_lose (нельзя терять) R1-2 F5; at_risk (под угрозой) R1-2 F3-4; lost (потеряны) R1 F1; hibernating (спящие): остальные
-- из R1-2 F1-2. recency_days, frequency и monetary: средние по сегменту."""

WITH buyers AS (
    SELECT
        customer_id,
        count(*) FILTER (WHERE purchase_amount > 0 AND t.purchase_id IS NULL) AS frequency,
        sum(purchase_amount) AS monetary,
        max(occurred_at) FILTER (WHERE purchase_amount > 0 AND t.purchase_id IS NULL) AS last_order_at
    FROM sales s
    LEFT JOIN taken_back t ON t.purchase_id = s.purchase_id AND t.taken_back_at <= $as_of
    WHERE line = 1
      AND customer_id IS NOT NULL
      AND currency = $currency
      AND ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to)
      AND occurred_at <= $as_of
      AND occurred_at >= utc_time(CAST(local_time(arrow_cast(CAST($as_of AS BIGINT), 'Timestamp(Microsecond, Some("UTC"))')) AS DATE) - INTERVAL '24 months')
    GROUP BY customer_id
    HAVING count(*) FILTER (WHERE purchase_amount > 0 AND t.purchase_id IS NULL) > 0
),
-- The rule, from here to its end, serves the customer list too: it reads `buyers`, where the three columns are null for
-- whoever has no order, and such rows count for nothing. The names are the default ones: a workspace's own rules take the
-- place of this CASE.
-- rule begins
aged AS (
    -- Whole days between two moments.
    SELECT *, (CAST($as_of AS BIGINT) - CAST(last_order_at AS BIGINT)) / 86400000000 AS recency FROM buyers
),
scored AS (
    SELECT
        *,
        -- Of all customers those worse and half of the equal ones: (rank - 1) + (worse and equal), by two. Ranks are unsigned, and
        -- unsigned times signed would be a decimal: BIGINT keeps the divisions whole.
        1 + 5 * (CAST(rank() OVER (ORDER BY recency DESC NULLS LAST) AS BIGINT) - 1 + count(*) OVER (ORDER BY recency DESC NULLS LAST)) / nullif(2 * count(frequency) OVER (), 0) AS r,
        1 + 5 * (CAST(rank() OVER (ORDER BY frequency NULLS LAST) AS BIGINT) - 1 + count(*) OVER (ORDER BY frequency NULLS LAST)) / nullif(2 * count(frequency) OVER (), 0) AS f,
        1 + 5 * (CAST(rank() OVER (ORDER BY monetary NULLS LAST) AS BIGINT) - 1 + count(*) OVER (ORDER BY monetary NULLS LAST)) / nullif(2 * count(frequency) OVER (), 0) AS m
    FROM aged
),
placed AS (
    SELECT *, (f + m + 1) / 2 AS fm FROM scored
),
named AS (
    SELECT
        *,
        CASE
            WHEN r = 5 AND fm >= 4 THEN 'champions'
            WHEN r BETWEEN 3 AND 4 AND fm >= 4 THEN 'loyal'
            WHEN r >= 4 AND fm BETWEEN 2 AND 3 THEN 'potential_loyalists'
            WHEN r = 5 AND fm = 1 THEN 'new_customers'
            WHEN r = 4 AND fm = 1 THEN 'promising'
            WHEN r = 3 AND fm = 3 THEN 'need_attention'
            WHEN r = 3 AND fm <= 2 THEN 'about_to_sleep'
            WHEN r <= 2 AND fm = 5 THEN 'cannot_lose'
            WHEN r <= 2 AND fm BETWEEN 3 AND 4 THEN 'at_risk'
            WHEN r = 1 AND fm = 1 THEN 'lost'
            ELSE 'hibernating'
        END AS segment
    FROM placed
)
-- rule ends
SELECT
    segment,
    count(*) AS customers,
    sum(monetary) AS revenue,
    CAST(sum(recency) AS DOUBLE) / count(*) AS recency_days,
    CAST(sum(frequency) AS DOUBLE) / count(*) AS frequency,
    CAST(sum(monetary) / count(*) AS DECIMAL(38, 4)) AS monetary,
    CAST(count(*) AS DOUBLE) / sum(count(*)) OVER () AS share
FROM named
GROUP BY segment
ORDER BY revenue DESC, segment
LIMIT $limit
