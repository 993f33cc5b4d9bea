-- DuckDB's own way to interactions_summary: EXISTS for each interaction.
WITH contacts AS (
    SELECT i.*, EXISTS (
        SELECT 1 FROM purchases p
        WHERE p.customer_id = i.customer_id AND p.purchase_amount > 0 AND p.occurred_at >= i.occurred_at
          AND epoch_us(p.occurred_at) <= epoch_us(i.occurred_at) + $window_days::BIGINT * 86400000000) AS bought,
    EXISTS (
        SELECT 1 FROM purchases p
        WHERE p.customer_id = i.customer_id AND p.purchase_amount > 0 AND p.occurred_at < i.occurred_at
          AND epoch_us(p.occurred_at) >= epoch_us(i.occurred_at) - $window_days::BIGINT * 86400000000) AS bought_before
    FROM interactions i
    WHERE ($from IS NULL OR occurred_at >= $from) AND ($to IS NULL OR occurred_at < $to)
)
SELECT kind, channel, count(*) AS interactions, count(DISTINCT customer_id) AS customers,
       count(DISTINCT customer_id) FILTER (bought) AS customers_buying_after,
       count(DISTINCT customer_id) FILTER (bought) / nullif(count(DISTINCT customer_id), 0) AS buying_rate,
       count(DISTINCT customer_id) FILTER (bought_before) AS customers_buying_before,
       count(DISTINCT customer_id) FILTER (bought_before) / nullif(count(DISTINCT customer_id), 0) AS base_rate
FROM contacts
GROUP BY kind, channel
ORDER BY interactions DESC, kind, channel
LIMIT $limit
