//! The statements that look at the same days a year ago, and at the category, of products that stopped selling or fell.

/// Days of a year in whole weeks: a year ago has the same weekdays.
pub(super) const YEAR_DAYS: u32 = 364;
/// The season of a silence is looked at for so many days at least: a few days of one year say little.
pub(super) const LEAST_DAYS: u32 = 14;
/// What follows a WITH clause with `missing`, rows of the shelf: these with the category of each, how many lines the other
/// products of it had in the same days, and how many orders the product had itself in these days a year ago, of which those of the
/// silence are 14 at least.
pub(super) const OF_MISSING: &str = "own AS (
    SELECT
        coalesce(g.product_id, g.product) AS product_id,
        CAST(local_time(g.occurred_at) AS DATE) AS day,
        max(g.category) AS category,
        count(*) AS lines
    FROM goods g
    JOIN missing m ON m.product_id = coalesce(g.product_id, g.product)
    WHERE g.currency = $currency AND g.amount > 0 AND g.purchase_amount > 0 AND g.occurred_at >= $shelf AND g.occurred_at < $midnight
    GROUP BY coalesce(g.product_id, g.product), CAST(local_time(g.occurred_at) AS DATE)
),
known AS (
    SELECT product_id, max(category) AS category FROM own GROUP BY product_id
),
families AS (
    SELECT g.category, CAST(local_time(g.occurred_at) AS DATE) AS day, count(*) AS lines
    FROM goods g
    WHERE g.currency = $currency AND g.amount > 0 AND g.purchase_amount > 0 AND g.occurred_at >= $shelf AND g.occurred_at < $midnight
      AND g.category IN (SELECT category FROM known WHERE category IS NOT NULL)
    GROUP BY g.category, CAST(local_time(g.occurred_at) AS DATE)
),
peers AS (
    SELECT
        m.product_id,
        sum(f.lines - coalesce(CASE WHEN o.category = f.category THEN o.lines END, 0)) FILTER (WHERE f.day <= m.last_sold_on) AS lines_before,
        sum(f.lines - coalesce(CASE WHEN o.category = f.category THEN o.lines END, 0)) FILTER (WHERE f.day > m.last_sold_on) AS lines_since
    FROM missing m
    JOIN known k ON k.product_id = m.product_id
    JOIN families f ON f.category = k.category
    LEFT JOIN own o ON o.product_id = m.product_id AND o.day = f.day
    WHERE m.last_sold_on - f.day < m.sale_days
    GROUP BY m.product_id
),
year_ago AS (
    SELECT
        coalesce(g.product_id, g.product) AS product_id,
        CAST(local_time(g.occurred_at) AS DATE) AS day,
        count(DISTINCT g.purchase_id) AS orders
    FROM goods g
    JOIN missing m ON m.product_id = coalesce(g.product_id, g.product)
    WHERE g.currency = $currency AND g.amount > 0 AND g.purchase_amount > 0 AND g.occurred_at >= $season AND g.occurred_at < $season_end
    GROUP BY coalesce(g.product_id, g.product), CAST(local_time(g.occurred_at) AS DATE)
),
seasons AS (
    SELECT
        m.product_id,
        sum(y.orders) FILTER (WHERE m.last_sold_on - y.day >= 364) AS orders_before,
        sum(y.orders) FILTER (WHERE m.last_sold_on - y.day < 364) AS orders_since
    FROM missing m
    JOIN year_ago y ON y.product_id = m.product_id
    WHERE m.last_sold_on - y.day < m.sale_days + 364 AND m.last_sold_on - y.day >= 364 - greatest(m.silent_days, 14)
    GROUP BY m.product_id
)
SELECT
    m.*,
    k.category,
    CAST(coalesce(p.lines_before, 0) AS BIGINT) AS category_lines_before,
    CAST(coalesce(p.lines_since, 0) AS BIGINT) AS category_lines_since,
    CAST(coalesce(s.orders_before, 0) AS BIGINT) AS year_ago_before,
    CAST(coalesce(s.orders_since, 0) AS BIGINT) AS year_ago_since
FROM missing m
LEFT JOIN known k ON k.product_id = m.product_id
LEFT JOIN peers p ON p.product_id = m.product_id
LEFT JOIN seasons s ON s.product_id = m.product_id
ORDER BY m.product_id";

/// What products of `fallen` sold a year ago in the present period of products and in the one before.
pub(super) const OF_FALLEN: &str = "SELECT
    coalesce(g.product_id, g.product) AS product_id,
    count(DISTINCT g.purchase_id) FILTER (WHERE g.occurred_at >= $period_year_ago) AS orders,
    count(DISTINCT g.purchase_id) FILTER (WHERE g.occurred_at < $period_year_ago) AS orders_before
FROM goods g
JOIN fallen f ON f.product_id = coalesce(g.product_id, g.product)
WHERE g.currency = $currency AND g.amount > 0 AND g.purchase_amount > 0
  AND g.occurred_at >= $period_before_year_ago AND g.occurred_at < $midnight_year_ago
GROUP BY coalesce(g.product_id, g.product)";
