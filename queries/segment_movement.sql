-- id = "segment_movement"
-- title = { en = "Movement between segments", ru = "Переходы между сегментами" }
-- chart = { kind = "heatmap", x = "to_segment", y = ["customers"], series = "from_segment" }
-- columns = [
--   { name = "from_segment", type = "text", title = { en = "Segment before", ru = "Сегмент раньше" } },
--   { name = "to_segment", type = "text", title = { en = "Segment after", ru = "Сегмент потом" } },
--   { name = "customers", type = "integer", unit = "customers", title = { en = "Customers", ru = "Покупатели" } },
--   { name = "revenue", type = "decimal", unit = "currency", title = { en = "Revenue between", ru = "Выручка за период" } },
--   { name = "share", type = "number", unit = "ratio", title = { en = "Share of the segment before", ru = "Доля сегмента раньше" } },
-- ]
-- [[parameters]]
-- name = "as_of"
-- type = "time"
-- default = "to"
-- description = { en = "The later moment; to or now if not sent", ru = "Более поздний момент; если не задан, to или сейчас" }
-- [[parameters]]
-- name = "days"
-- type = "integer"
-- default = "90"
-- min = 1
-- max = 3650
-- description = { en = "Days, of 24 hours, before the later moment at which the earlier segments are taken, unless from is sent", ru = "За сколько дней (по 24 часа) до позднего момента взять прежние сегменты, если from не задан" }
-- [description]
-- en = """
-- How many known customers went from which segment of rfm_segments to which between two moments: from (or so many days before) and
-- as_of. Both segments are those of the 24 months (look_back_months of /v1/segments/rules) before their moment, which does not count
-- itself, with recency up to it, by the workspace's present rules; by stages of the lifecycle where there are too few customers to rank at
-- as_of. from_segment is null for who had no order in them. revenue is what these customers brought between the
-- moments, refunds included; share is their part of all who were in from_segment. The most customers first."""
-- ru = """
-- Сколько известных клиентов перешло из какого сегмента отчёта rfm_segments в какой между двумя моментами: from (или за столько
-- дней до конца) и as_of. Оба сегмента считаются за 24 месяца (look_back_months в /v1/segments/rules) до своего момента, не включая его
-- самого, и по нынешним правилам рабочего пространства, а если на as_of клиентов слишком мало для рангов, то по стадиям жизненного цикла;
-- давность считается до этого момента. from_segment пуст у тех, у кого за это время ещё не было заказов. revenue: сколько
-- эти клиенты принесли между моментами, с возвратами; share: их доля среди всех, кто был в from_segment. Сначала самые
-- многочисленные."""

SELECT
    from_segment,
    to_segment,
    count(*) AS customers,
    coalesce(sum(revenue), CAST(0 AS DECIMAL(38, 4))) AS revenue,
    CAST(count(*) AS DOUBLE) / sum(count(*)) OVER (PARTITION BY from_segment) AS share
-- `moved` is made with these parameters.
FROM moved
WHERE $days > 0 AND $as_of IS NOT NULL
GROUP BY from_segment, to_segment
ORDER BY customers DESC, from_segment NULLS FIRST, to_segment
LIMIT $limit
