-- id = "interactions_summary"
-- title = { en = "Interactions and what followed", ru = "Контакты и что было после" }
-- currency = false
-- chart = { kind = "bar", x = "kind", y = ["interactions", "customers_buying_after"] }
-- columns = [
--   { name = "kind", type = "text", title = { en = "Kind", ru = "Вид" } },
--   { name = "channel", type = "text", title = { en = "Channel", ru = "Канал" } },
--   { name = "interactions", type = "integer", unit = "interactions", title = { en = "Interactions", ru = "Контакты" } },
--   { name = "customers", type = "integer", unit = "customers", title = { en = "Customers", ru = "Клиенты" } },
--   { name = "customers_buying_after", type = "integer", unit = "customers", title = { en = "Bought after", ru = "Купили после" } },
--   { name = "buying_rate", type = "number", unit = "ratio", title = { en = "Buying rate", ru = "Доля купивших" } },
-- ]
-- [[parameters]]
-- name = "window_days"
-- type = "integer"
-- default = "14"
-- min = 1
-- max = 3660
-- description = { en = "Days after an interaction in which an order counts", ru = "Сколько дней после контакта учитывать заказы" }
-- [description]
-- en = """
-- Interactions of the period by kind and channel, the known customers they were with, and how many of these made an order (in
-- any currency) at the time of such an interaction or within window_days of 24 hours after it, also past the end of the
-- period. That they bought after it does not mean that they bought because of it."""
-- ru = """
-- Контакты за период по видам и каналам, известные клиенты, с которыми они были, и сколько из этих клиентов сделали заказ (в
-- любой валюте) в момент такого контакта или в течение window_days суток после него, в том числе уже за концом периода.
-- Покупка после контакта ещё не значит покупку из-за контакта."""

WITH contacts AS (
    SELECT kind, channel, customer_id, count(*) AS interactions
    FROM interactions
    WHERE ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY kind, channel, customer_id
),
-- The big table is on the side that is only probed.
buyers AS (
    SELECT i.kind, i.channel, i.customer_id
    FROM interactions i
    JOIN sales p
      ON p.customer_id = i.customer_id
     AND p.occurred_at >= i.occurred_at
     AND CAST(p.occurred_at AS BIGINT) <= CAST(i.occurred_at AS BIGINT) + $window_days * 86400000000
    WHERE ($from IS NULL OR i.occurred_at >= $from)
      AND ($to IS NULL OR i.occurred_at < $to)
      AND p.line = 1
      AND p.purchase_amount > 0
      AND ($from IS NULL OR p.occurred_at >= $from)
    GROUP BY i.kind, i.channel, i.customer_id
),
parts AS (
    SELECT kind, channel, interactions, CASE WHEN customer_id IS NOT NULL THEN 1 ELSE 0 END AS customers, 0 AS buying
    FROM contacts
    UNION ALL
    SELECT kind, channel, 0, 0, 1 FROM buyers
)
SELECT
    kind,
    channel,
    sum(interactions) AS interactions,
    sum(customers) AS customers,
    sum(buying) AS customers_buying_after,
    CAST(sum(buying) AS DOUBLE) / nullif(sum(customers), 0) AS buying_rate
FROM parts
GROUP BY kind, channel
ORDER BY interactions DESC, kind, channel
LIMIT $limit
