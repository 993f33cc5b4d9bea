//! Metrics as expressions: over lines, and over what was added up for each customer first.

use crate::catalogue::{Dimension, Metric};
use crate::plan::Plan;

/// What of a plan decides how orders are counted.
pub(super) fn orders(plan: &Plan) -> &'static str {
    let filtered = plan.filters.iter().filter_map(|filter| filter.dimension()).any(Dimension::of_lines);
    let of_lines: Vec<&Dimension> = plan.dimensions.iter().filter(|dimension| dimension.of_lines()).collect();
    match of_lines.as_slice() {
        [] if !filtered => "count(*) FILTER (WHERE line = 1 AND purchase_amount > 0)",
        [Dimension::Product] if !filtered => "count(*) FILTER (WHERE first_of_product AND purchase_amount > 0)",
        [Dimension::Category] if !filtered => "count(*) FILTER (WHERE first_of_category AND purchase_amount > 0)",
        _ => "count(DISTINCT purchase_id) FILTER (WHERE purchase_amount > 0)",
    }
}

/// A metric over lines. The share of those who came again is not one of these: it needs the customers one by one.
pub(super) fn of_lines(metric: Metric, orders: &str) -> String {
    const NEW: &str = "count(DISTINCT customer_id) FILTER (WHERE purchase_amount > 0 AND occurred_at = first_at)";
    const BUYERS: &str = "count(DISTINCT customer_id) FILTER (WHERE purchase_amount > 0)";
    const GROSS: &str = "coalesce(sum(amount) FILTER (WHERE amount > 0), 0)";
    const REFUNDS: &str = "coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)";
    let of_kind = |kind: &str| format!("coalesce(sum(amount) FILTER (WHERE kind = '{kind}'), 0)");
    match metric {
        Metric::Revenue => "coalesce(sum(amount), 0)".to_owned(),
        Metric::Gross => GROSS.to_owned(),
        Metric::Refunds => REFUNDS.to_owned(),
        Metric::Orders => orders.to_owned(),
        Metric::Units => "coalesce(sum(quantity) FILTER (WHERE kind = 'product'), 0)".to_owned(),
        Metric::Customers => BUYERS.to_owned(),
        Metric::NewCustomers => NEW.to_owned(),
        Metric::ReturningCustomers => format!("{BUYERS} - {NEW}"),
        Metric::AverageOrder => {
            format!("CAST(sum(amount) FILTER (WHERE purchase_amount > 0) / nullif({orders}, 0) AS DECIMAL(38, 4))")
        }
        Metric::RefundRate => {
            format!("CAST({REFUNDS} AS DOUBLE) / nullif(CAST({GROSS} AS DOUBLE), 0)")
        }
        Metric::Products => {
            "count(DISTINCT coalesce(product_id, product)) FILTER (WHERE amount > 0 AND kind = 'product')".to_owned()
        }
        Metric::ProductRevenue => of_kind("product"),
        Metric::Shipping => of_kind("shipping"),
        Metric::Fees => of_kind("fee"),
        Metric::Discounts => {
            "coalesce(-sum(amount) FILTER (WHERE kind = 'discount'), 0) + coalesce(sum(discount), 0)".to_owned()
        }
        Metric::Cost => "coalesce(sum(cost), 0)".to_owned(),
        // Lines without a cost give nothing to either side.
        Metric::Margin => "sum(amount - cost)".to_owned(),
        Metric::MarginCoverage => {
            format!("CAST({COVERED} AS DOUBLE) / nullif(CAST(sum(amount) AS DOUBLE), 0)")
        }
        Metric::NetOrders => format!("count(DISTINCT purchase_id) FILTER (WHERE purchase_amount > 0 AND {KEPT})"),
        Metric::RepeatRate90d => format!(
            "CAST(count(DISTINCT customer_id) FILTER (WHERE {AGAIN}) AS DOUBLE) / nullif(CAST({NEW} AS DOUBLE), 0)"
        ),
        Metric::Interactions => "count(*)".to_owned(),
        Metric::RepeatRate => "CAST(NULL AS DOUBLE)".to_owned(),
    }
}

/// An order that refunds do not take back whole.
pub(super) const KEPT: &str = "coalesce(back, 0) < purchase_amount";
/// A first order after which another came within 90 days.
const AGAIN: &str = "purchase_amount > 0 AND occurred_at = first_at AND again_at <= first_at + INTERVAL '90 days'";

/// The revenue of lines that have a cost.
const COVERED: &str = "coalesce(sum(amount) FILTER (WHERE cost IS NOT NULL), 0)";

/// Whether a metric needs the customers one by one.
pub(super) fn by_customer(metric: Metric) -> bool {
    metric == Metric::RepeatRate
}

/// What is added up for each customer first, for these metrics.
pub(super) fn of_customer(orders: &str, metrics: &[Metric]) -> String {
    const SUMS: [Metric; 10] = [
        Metric::Revenue,
        Metric::Gross,
        Metric::Refunds,
        Metric::Units,
        Metric::ProductRevenue,
        Metric::Shipping,
        Metric::Fees,
        Metric::Discounts,
        Metric::Cost,
        Metric::Margin,
    ];
    let mut sums = SUMS.map(|metric| format!("{} AS {}", of_lines(metric, orders), metric.name())).to_vec();
    // These need more than the lines.
    if metrics.contains(&Metric::NetOrders) {
        sums.push(format!("{} AS net_orders", of_lines(Metric::NetOrders, orders)));
    }
    if metrics.contains(&Metric::RepeatRate90d) {
        sums.push(format!("count(*) FILTER (WHERE {AGAIN}) AS again"));
    }
    format!(
        "{}, {COVERED} AS covered, {orders} AS orders, sum(amount) FILTER (WHERE purchase_amount > 0) AS order_revenue, \
         count(*) FILTER (WHERE purchase_amount > 0 AND occurred_at = first_at) AS fresh, count(*) AS records",
        sums.join(", ")
    )
}

/// A metric over what was added up for each customer.
pub(super) fn of_customers(metric: Metric) -> String {
    const BUYERS: &str = "count(customer_id) FILTER (WHERE orders > 0)";
    const NEW: &str = "count(customer_id) FILTER (WHERE fresh > 0)";
    match metric {
        Metric::Customers => BUYERS.to_owned(),
        Metric::NewCustomers => NEW.to_owned(),
        Metric::ReturningCustomers => format!("{BUYERS} - {NEW}"),
        Metric::AverageOrder => "CAST(sum(order_revenue) / nullif(sum(orders), 0) AS DECIMAL(38, 4))".to_owned(),
        Metric::RepeatRate => {
            format!("CAST(count(customer_id) FILTER (WHERE orders > 1) AS DOUBLE) / nullif({BUYERS}, 0)")
        }
        Metric::RefundRate => "CAST(sum(refunds) AS DOUBLE) / nullif(CAST(sum(gross) AS DOUBLE), 0)".to_owned(),
        Metric::Orders => "CAST(coalesce(sum(orders), 0) AS BIGINT)".to_owned(),
        Metric::NetOrders => "CAST(coalesce(sum(net_orders), 0) AS BIGINT)".to_owned(),
        Metric::RepeatRate90d => {
            format!("CAST(count(customer_id) FILTER (WHERE again > 0) AS DOUBLE) / nullif(CAST({NEW} AS DOUBLE), 0)")
        }
        Metric::Margin => "sum(margin)".to_owned(),
        Metric::MarginCoverage => "CAST(sum(covered) AS DOUBLE) / nullif(CAST(sum(revenue) AS DOUBLE), 0)".to_owned(),
        Metric::Products | Metric::Interactions => "CAST(NULL AS BIGINT)".to_owned(),
        sum => format!("coalesce(sum({}), 0)", sum.name()),
    }
}

/// Whether a metric needs to know each customer's first order.
pub(super) fn needs_firsts(metric: Metric) -> bool {
    matches!(metric, Metric::NewCustomers | Metric::ReturningCustomers | Metric::RepeatRate | Metric::RepeatRate90d)
}

/// Whether a metric needs to know each customer's second order.
pub(super) fn needs_seconds(metric: Metric) -> bool {
    metric == Metric::RepeatRate90d
}

/// Whether a metric needs to know what was taken back of each order.
pub(super) fn needs_refunds(metric: Metric) -> bool {
    metric == Metric::NetOrders
}
