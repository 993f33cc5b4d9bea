-- Stages of the lifecycle, a row a customer with an order: see the report lifecycle.
came AS (
    SELECT DISTINCT s.customer_id, CAST(local_time(s.occurred_at) AS DATE) AS day
    FROM sales s
    LEFT JOIN taken_back t ON t.purchase_id = s.purchase_id AND t.taken_back_at < $moment
    WHERE t.purchase_id IS NULL
      AND s.line = 1
      AND s.purchase_amount > 0
      AND s.customer_id IS NOT NULL
      AND s.currency = $currency
      AND s.occurred_at < $moment
),
counted AS (
    SELECT
        customer_id,
        day,
        lag(day) OVER (PARTITION BY customer_id ORDER BY day) AS previous,
        min(day) OVER (PARTITION BY customer_id) AS first_day,
        max(day) OVER (PARTITION BY customer_id) AS last_day,
        row_number() OVER (PARTITION BY customer_id ORDER BY day) AS visit,
        count(*) OVER (PARTITION BY customer_id) AS visits
    FROM came
),
usual AS (
    -- The mean gap of those who came again; a month where nobody did.
    SELECT CASE
        WHEN count(*) = 0 THEN CAST(30 AS DOUBLE)
        ELSE greatest(avg(CAST(last_day - first_day AS DOUBLE) / (visits - 1)), CAST(1 AS DOUBLE))
    END AS gap
    FROM counted
    WHERE visit = 1 AND visits > 1
),
late AS (
    -- A gap in the customer's own ones before it, of which two are usual ones.
    SELECT
        c.customer_id,
        c.visit = c.visits AS is_last,
        CAST(c.day - c.previous AS DOUBLE) / ((CAST(c.previous - c.first_day AS DOUBLE) + 2 * u.gap) / CAST(c.visit AS DOUBLE)) AS lateness
    FROM counted c
    CROSS JOIN usual u
    WHERE c.visit > 1
),
placed_late AS (
    SELECT lateness, row_number() OVER (ORDER BY lateness) AS place, count(*) OVER () AS gaps FROM late
),
limits AS (
    SELECT
        coalesce(min(lateness) FILTER (WHERE gaps >= 30 AND place = gaps * 4 / 5 + 1), CAST(1.5 AS DOUBLE)) AS cooling_after,
        coalesce(min(lateness) FILTER (WHERE gaps >= 30 AND place = gaps * 19 / 20 + 1), CAST(3 AS DOUBLE)) AS lost_after
    FROM placed_late
),
idle AS (
    SELECT
        c.customer_id,
        c.visits,
        CAST(CAST(local_time($moment) AS DATE) - c.last_day AS DOUBLE)
            / ((CAST(c.last_day - c.first_day AS DOUBLE) + 2 * u.gap) / CAST(c.visits + 1 AS DOUBLE)) AS lateness
    FROM counted c
    CROSS JOIN usual u
    WHERE c.visit = c.visits
),
staged AS (
    SELECT
        i.customer_id,
        CASE
            WHEN i.lateness > m.lost_after THEN 'lost'
            WHEN i.lateness > m.cooling_after THEN 'cooling'
            WHEN i.visits = 1 THEN 'new'
            WHEN l.lateness > m.lost_after THEN 'won_back'
            ELSE 'active'
        END AS stage
    FROM idle i
    CROSS JOIN limits m
    LEFT JOIN late l ON l.customer_id = i.customer_id AND l.is_last
)
