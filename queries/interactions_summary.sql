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
--   { name = "customers_buying_before", type = "integer", unit = "customers", title = { en = "Bought before", ru = "Купили до" } },
--   { name = "base_rate", type = "number", unit = "ratio", title = { en = "Base rate", ru = "Доля купивших до контакта" } },
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
-- period. customers_buying_before are those of the same customers with an order in the window_days before such an interaction, and base_rate
-- is their share: what these customers do in as many days without it. Only what buying_rate has beyond base_rate can be the
-- interaction's, and not even that where people are contacted because of an order, or because none came."""
-- ru = """
-- Контакты за период по видам и каналам, известные клиенты, с которыми они были, и сколько из этих клиентов сделали заказ (в
-- любой валюте) в момент такого контакта или в течение window_days суток после него, в том числе уже за концом периода.
-- customers_buying_before: сколько из этих же клиентов сделали заказ за window_days суток до такого контакта, base_rate: их доля, то есть
-- как эти клиенты покупают за столько же дней без контакта. Заслугой контакта может быть лишь то, на что buying_rate больше base_rate, и
-- даже это не наверняка, если с людьми связываются из-за заказа или из-за его отсутствия."""

WITH contacts AS (
    SELECT kind, channel, customer_id, count(*) AS interactions
    FROM interactions
    WHERE ($from IS NULL OR occurred_at >= $from)
      AND ($to IS NULL OR occurred_at < $to)
    GROUP BY kind, channel, customer_id
),
-- The big table is on the side that is only probed.
buyers AS (
    SELECT
        i.kind,
        i.channel,
        i.customer_id,
        max(CASE WHEN p.occurred_at >= i.occurred_at THEN 1 ELSE 0 END) AS buying,
        max(CASE WHEN p.occurred_at < i.occurred_at THEN 1 ELSE 0 END) AS before
    FROM interactions i
    JOIN sales p
      ON p.customer_id = i.customer_id
     AND CAST(p.occurred_at AS BIGINT) >= CAST(i.occurred_at AS BIGINT) - $window_days * 86400000000
     AND CAST(p.occurred_at AS BIGINT) <= CAST(i.occurred_at AS BIGINT) + $window_days * 86400000000
    WHERE ($from IS NULL OR i.occurred_at >= $from)
      AND ($to IS NULL OR i.occurred_at < $to)
      AND p.line = 1
      AND p.purchase_amount > 0
      AND (
          $from IS NULL
          OR p.occurred_at >= arrow_cast(
              CAST($from AS BIGINT) - $window_days * 86400000000, 'Timestamp(Microsecond, Some("UTC"))'
          )
      )
    GROUP BY i.kind, i.channel, i.customer_id
),
parts AS (
    SELECT kind, channel, interactions, CASE WHEN customer_id IS NOT NULL THEN 1 ELSE 0 END AS customers, 0 AS buying, 0 AS before
    FROM contacts
    UNION ALL
    SELECT kind, channel, 0, 0, buying, before FROM buyers
)
SELECT
    kind,
    channel,
    sum(interactions) AS interactions,
    sum(customers) AS customers,
    sum(buying) AS customers_buying_after,
    CAST(sum(buying) AS DOUBLE) / nullif(sum(customers), 0) AS buying_rate,
    sum(before) AS customers_buying_before,
    CAST(sum(before) AS DOUBLE) / nullif(sum(customers), 0) AS base_rate
FROM parts
GROUP BY kind, channel
ORDER BY interactions DESC, kind, channel
LIMIT $limit
