-- DuckDB's own way to segment_movement: both moments in one pass, each scored as in rfm_segments. Of 50 customers and more.
WITH taken_back AS (
    SELECT o.purchase_id, taken_back_at
    FROM (SELECT purchase_id, currency, sum(amount) AS total FROM purchases GROUP BY ALL) o
    JOIN (SELECT refund_of, currency, -sum(amount) AS back, max(occurred_at) AS taken_back_at
          FROM purchases WHERE refund_of IS NOT NULL GROUP BY ALL) r
      ON r.refund_of = o.purchase_id AND r.currency = o.currency
    WHERE total > 0 AND back >= total
),
totals AS (
    SELECT customer_id, purchase_id, min(occurred_at) AS bought_at, sum(amount) AS total
    FROM purchases
    WHERE customer_id IS NOT NULL AND currency = $currency
    GROUP BY customer_id, purchase_id
),
moments AS (
    SELECT false AS later, coalesce($from, $as_of - to_hours(24 * $days)) AS moment
    UNION ALL
    SELECT true, $as_of
),
buyers AS (
    SELECT later, customer_id, count(*) FILTER (total > 0 AND t.purchase_id IS NULL) AS frequency, sum(total) AS monetary,
           (epoch_us(any_value(moment)) - epoch_us(max(bought_at) FILTER (total > 0))) // 86400000000 AS recency
    FROM totals JOIN moments ON bought_at < moment
         AND bought_at >= timezone($time_zone, timezone($time_zone, moment)::DATE - INTERVAL 24 MONTH)
    LEFT JOIN taken_back t ON t.purchase_id = totals.purchase_id AND taken_back_at < moment
    GROUP BY later, customer_id HAVING frequency > 0
),
scored AS (
    SELECT *, 1 + 5 * (2 * rank() OVER (PARTITION BY later ORDER BY recency DESC) - 2 + count(*) OVER (PARTITION BY later, recency))
               // (2 * count(*) OVER (PARTITION BY later)) AS r,
           1 + 5 * (2 * rank() OVER (PARTITION BY later ORDER BY frequency) - 2 + count(*) OVER (PARTITION BY later, frequency))
               // (2 * count(*) OVER (PARTITION BY later)) AS f,
           1 + 5 * (2 * rank() OVER (PARTITION BY later ORDER BY monetary) - 2 + count(*) OVER (PARTITION BY later, monetary))
               // (2 * count(*) OVER (PARTITION BY later)) AS m
    FROM buyers
),
grid (r, segments) AS (VALUES
    (1, ['lost', 'hibernating', 'at_risk', 'at_risk', 'cannot_lose']),
    (2, ['hibernating', 'hibernating', 'at_risk', 'at_risk', 'cannot_lose']),
    (3, ['about_to_sleep', 'about_to_sleep', 'need_attention', 'loyal', 'loyal']),
    (4, ['promising', 'potential_loyalists', 'potential_loyalists', 'loyal', 'loyal']),
    (5, ['new_customers', 'potential_loyalists', 'potential_loyalists', 'champions', 'champions'])
),
named AS (
    SELECT later, customer_id, segments[ceil((f + m) / 2)::INT] AS segment FROM scored JOIN grid USING (r)
),
between_them AS (
    SELECT customer_id, sum(total) AS revenue
    FROM totals
    WHERE bought_at >= (SELECT moment FROM moments WHERE NOT later) AND bought_at < $as_of
    GROUP BY customer_id
),
moves AS (
    SELECT b.segment AS from_segment, a.segment AS to_segment, revenue
    FROM (FROM named WHERE later) a
    LEFT JOIN (FROM named WHERE NOT later) b USING (customer_id)
    LEFT JOIN between_them USING (customer_id)
)
SELECT from_segment, to_segment, count(*) AS customers, coalesce(sum(revenue), 0) AS revenue,
       count(*) / sum(count(*)) OVER (PARTITION BY from_segment) AS share
FROM moves
GROUP BY from_segment, to_segment
ORDER BY customers DESC, from_segment NULLS FIRST, to_segment
LIMIT $limit
