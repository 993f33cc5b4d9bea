//! A customer's figures out of its purchases, in one currency, in one pass.

/// Purchases by customer, one row each. A purchase's first line carries the facts of the whole. What counts for the segment
/// lies before `$as_of`, as in the report.
const HISTORY: &str = "
    SELECT
        customer_id,
        count(*) FILTER (WHERE purchase_amount > 0) AS orders,
        sum(purchase_amount) AS revenue,
        sum(purchase_amount) FILTER (WHERE purchase_amount > 0) AS order_revenue,
        min(occurred_at) AS first_purchase_at,
        max(occurred_at) AS last_purchase_at,
        count(*) FILTER (WHERE purchase_amount > 0 AND occurred_at <= $as_of) AS past_orders,
        sum(purchase_amount) FILTER (WHERE occurred_at <= $as_of) AS past_revenue,
        max(occurred_at) FILTER (WHERE purchase_amount > 0 AND occurred_at <= $as_of) AS last_order_at
    FROM sales
    WHERE line = 1 AND currency = $currency AND ";

/// Of every known customer.
pub(crate) fn of_all() -> String {
    format!("{HISTORY}customer_id IS NOT NULL GROUP BY customer_id")
}

/// Of every known customer, of what was before `$as_of` alone: a period does not take in its end.
pub(crate) fn of_all_before() -> String {
    format!("{HISTORY}customer_id IS NOT NULL AND occurred_at < $as_of GROUP BY customer_id")
}

/// Of `$customer` alone: the filter reaches the files.
pub(crate) fn of_one() -> String {
    format!("{HISTORY}customer_id = $customer GROUP BY customer_id")
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
