-- DuckDB's own way to lifecycle: gaps by window functions. What a year will bring (predicted_clv) is a fitted model's, not SQL's.
WITH taken_back AS (
    SELECT o.purchase_id, taken_back_at
    FROM (SELECT purchase_id, currency, sum(amount) AS total FROM purchases GROUP BY ALL) o
    JOIN (SELECT refund_of, currency, -sum(amount) AS back, max(occurred_at) AS taken_back_at
          FROM purchases WHERE refund_of IS NOT NULL GROUP BY ALL) r
      ON r.refund_of = o.purchase_id AND r.currency = o.currency
    WHERE total > 0 AND back >= total
),
totals AS (
    SELECT customer_id, purchase_id, timezone($time_zone, min(occurred_at))::DATE AS day, sum(amount) AS total
    FROM purchases
    WHERE customer_id IS NOT NULL AND currency = $currency AND occurred_at < $as_of
    GROUP BY customer_id, purchase_id
),
visits AS (
    SELECT customer_id, day, row_number() OVER own AS nth, lag(day) OVER own AS previous, first(day) OVER own AS first_day
    FROM (SELECT DISTINCT customer_id, day FROM totals
          WHERE total > 0 AND purchase_id NOT IN (SELECT purchase_id FROM taken_back WHERE taken_back_at < $as_of))
    WINDOW own AS (PARTITION BY customer_id ORDER BY day)
),
customers_so_far AS (
    SELECT customer_id, count(*) AS visits, min(day) AS first_day, max(day) AS last_day FROM visits GROUP BY customer_id
),
usual AS (
    SELECT coalesce(greatest(avg((last_day - first_day) / (visits - 1)), 1), 30) AS gap FROM customers_so_far WHERE visits > 1
),
-- How late an order came, in the own gaps of that time: nth - 2 gaps lie before the order before it.
late AS (
    SELECT customer_id, day, (day - previous) / ((previous - first_day + 2 * gap) / (nth - 2 + 2)) AS lateness
    FROM visits, usual
    WHERE nth > 1
),
sorted AS (
    SELECT lateness, row_number() OVER (ORDER BY lateness) AS place, count(*) OVER () AS gaps FROM late
),
limits AS (
    SELECT coalesce(min(lateness) FILTER (gaps >= 30 AND place = gaps * 4 // 5 + 1), 1.5) AS cooling_after,
           coalesce(min(lateness) FILTER (gaps >= 30 AND place = gaps * 19 // 20 + 1), 3) AS lost_after
    FROM sorted
),
now_late AS (
    SELECT customer_id, visits, last_day, cooling_after, lost_after,
           (timezone($time_zone, $as_of)::DATE - last_day) / ((last_day - first_day + 2 * gap) / (visits - 1 + 2)) AS lateness
    FROM customers_so_far, usual, limits
),
staged AS (
    SELECT n.customer_id,
           CASE WHEN n.lateness > lost_after OR last_day < timezone($time_zone, $as_of)::DATE - INTERVAL 24 MONTH THEN 'lost'
                WHEN n.lateness > cooling_after THEN 'cooling'
                WHEN visits = 1 THEN 'new'
                WHEN l.lateness > lost_after THEN 'won_back'
                ELSE 'active' END AS stage
    FROM now_late n LEFT JOIN late l ON l.customer_id = n.customer_id AND l.day = n.last_day
),
revenues AS (
    SELECT customer_id, sum(total) AS revenue FROM totals GROUP BY customer_id
)
SELECT stage, count(*) AS customers, sum(revenue) AS revenue, count(*) / sum(count(*)) OVER () AS share
FROM staged JOIN revenues USING (customer_id)
GROUP BY stage
ORDER BY customers DESC, stage
LIMIT $limit
