//! A customer's figures out of its purchases, in one currency, in one pass.

/// Purchases by customer, one row each. A purchase's first line carries the facts of the whole.
const FIGURES: &str = "
    SELECT
        customer_id,
        count(*) FILTER (WHERE purchase_amount > 0) AS orders,
        sum(purchase_amount) AS revenue,
        sum(purchase_amount) FILTER (WHERE purchase_amount > 0) AS order_revenue,
        min(occurred_at) AS first_purchase_at,
        max(occurred_at) AS last_purchase_at";

/// What counts for the segment lies before `$as_of` and within the look-back, as in the report; an order that was taken back whole
/// until then does not count.
const PAST: &str = ",
        count(*) FILTER (WHERE purchase_amount > 0 AND t.purchase_id IS NULL AND occurred_at <= $as_of $look_back) AS past_orders,
        sum(purchase_amount) FILTER (WHERE occurred_at <= $as_of $look_back) AS past_revenue,
        max(occurred_at) FILTER (WHERE purchase_amount > 0 AND t.purchase_id IS NULL AND occurred_at <= $as_of $look_back) AS last_order_at
    FROM sales s
    LEFT JOIN taken_back t ON t.purchase_id = s.purchase_id AND t.taken_back_at ";

const WHERE: &str = "
    WHERE line = 1 AND currency = $currency AND ";

/// Of every known customer; orders count for the segment if they pass the condition `look_back`, which may be empty.
pub(crate) fn of_all(look_back: &str) -> String {
    let past = PAST.replace("$look_back", look_back);
    format!("{FIGURES}{past}<= $as_of{WHERE}customer_id IS NOT NULL GROUP BY customer_id")
}

/// Of every known customer, of what was before `$as_of` and passes the condition `look_back` alone: a period does not take in its end.
pub(crate) fn of_all_before(look_back: &str) -> String {
    let past = PAST.replace(" $look_back", "");
    format!(
        "{FIGURES}{past}< $as_of{WHERE}customer_id IS NOT NULL AND occurred_at < $as_of {look_back}\n    GROUP BY customer_id"
    )
}

/// Of `$customer` alone, without what only the segment needs: the filter reaches the files.
pub(crate) fn of_one() -> String {
    format!("{FIGURES}\n    FROM sales{WHERE}customer_id = $customer GROUP BY customer_id")
}

/// What the rule of segments reads, and everything else beside it.
pub(crate) const BUYERS: &str = "
    SELECT
        *,
        nullif(past_orders, 0) AS frequency,
        CASE WHEN past_orders > 0 THEN past_revenue END AS monetary
    FROM history";

/// Columns of a customer `c` with its history `h`, which may have none.
pub(crate) const COLUMNS: &str = "
        c.customer_id, c.name, c.email, c.phone, c.tags, c.attributes, c.created_at, c.updated_at,
        coalesce(h.orders, 0) AS orders,
        coalesce(h.revenue, CAST(0 AS DECIMAL(38, 4))) AS revenue,
        CAST(h.order_revenue / nullif(h.orders, 0) AS DECIMAL(38, 4)) AS average_order,
        h.first_purchase_at,
        h.last_purchase_at";
