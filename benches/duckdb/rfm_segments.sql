-- DuckDB's own way to rfm_segments: scores from percent_rank, segments from a table. Of 50 customers and more: fewer have no ranks.
WITH taken_back AS (
    SELECT o.purchase_id, taken_back_at
    FROM (SELECT purchase_id, currency, sum(amount) AS total FROM purchases GROUP BY ALL) o
    JOIN (SELECT refund_of, currency, -sum(amount) AS back, max(occurred_at) AS taken_back_at
          FROM purchases WHERE refund_of IS NOT NULL GROUP BY ALL) r
      ON r.refund_of = o.purchase_id AND r.currency = o.currency
    WHERE total > 0 AND back >= total
),
buyers AS (
    SELECT customer_id, count(DISTINCT p.purchase_id) FILTER (purchase_amount > 0 AND t.purchase_id IS NULL) AS frequency, sum(amount) AS monetary,
           floor(epoch_us($as_of::TIMESTAMPTZ - max(occurred_at) FILTER (purchase_amount > 0 AND t.purchase_id IS NULL)) / 86400e6) AS recency
    FROM purchases p LEFT JOIN taken_back t ON t.purchase_id = p.purchase_id AND taken_back_at <= $as_of
    WHERE customer_id IS NOT NULL AND currency = $currency AND ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to) AND occurred_at <= $as_of
      AND occurred_at >= timezone($time_zone, timezone($time_zone, $as_of::TIMESTAMPTZ)::DATE - INTERVAL 24 MONTH)
    GROUP BY customer_id HAVING frequency > 0
),
scored AS (
    SELECT *, 1 + floor(5 * (rank() OVER (ORDER BY recency DESC) - 1 + count(*) OVER (PARTITION BY recency) / 2) / count(*) OVER ()) AS r,
           1 + floor(5 * (rank() OVER (ORDER BY frequency) - 1 + count(*) OVER (PARTITION BY frequency) / 2) / count(*) OVER ()) AS f,
           1 + floor(5 * (rank() OVER (ORDER BY monetary) - 1 + count(*) OVER (PARTITION BY monetary) / 2) / count(*) OVER ()) AS m
    FROM buyers
),
grid (r, segments) AS (VALUES
    (1, ['lost', 'hibernating', 'at_risk', 'at_risk', 'cannot_lose']),
    (2, ['hibernating', 'hibernating', 'at_risk', 'at_risk', 'cannot_lose']),
    (3, ['about_to_sleep', 'about_to_sleep', 'need_attention', 'loyal', 'loyal']),
    (4, ['promising', 'potential_loyalists', 'potential_loyalists', 'loyal', 'loyal']),
    (5, ['new_customers', 'potential_loyalists', 'potential_loyalists', 'champions', 'champions'])
)
SELECT segments[ceil((f + m) / 2)::INT] AS segment, count(*) AS customers, sum(monetary) AS revenue, avg(recency) AS recency_days,
       avg(frequency) AS frequency, sum(monetary) / count(*) AS monetary, count(*) / sum(count(*)) OVER () AS share
FROM scored JOIN grid USING (r)
GROUP BY segment
ORDER BY revenue DESC, segment
LIMIT $limit
