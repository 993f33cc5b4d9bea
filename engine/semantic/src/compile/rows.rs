//! The records behind a figure.

use crate::catalogue::{Dimension, Metric, UnitOf};
use crate::period::Calendar;
use crate::plan::{DEFAULT_LIMIT, Filter, Intent, MAX_LIMIT, Operator, Plan, Subject};

use super::bind::{Binder, Value};
use super::columns::{Column, Role};
use super::source::{Era, Sources};
use super::{figures, keys};

/// The plan of the records behind a figure, or behind the row of a list with those keys (null for records without one).
pub fn behind(plan: &Plan, row: &[(Dimension, Option<String>)]) -> Plan {
    let mut rows = plan.clone();
    rows.intent = Intent::Rows;
    rows.order = None;
    rows.limit = None;
    rows.limit_each = false;
    rows.together = false;
    rows.average_per = None;
    rows.compared_with = None;
    for (dimension, key) in row {
        rows.filters.retain(|filter| filter.dimension() != Some(dimension));
        let (op, values) = match key {
            Some(key) => (Operator::In, vec![key.clone()]),
            None => (Operator::Missing, Vec::new()),
        };
        rows.filters.push(Filter {
            field: Subject::Dimension(dimension.clone()),
            op,
            values,
            labels: Vec::new(),
            part: false,
        });
    }
    rows
}

/// The records of a plan: orders where orders or customers are counted, otherwise lines.
pub(super) fn records(plan: &Plan, calendar: &Calendar, binder: &mut Binder) -> (String, Vec<Column>) {
    let mut bare = plan.clone();
    bare.dimensions = Vec::new();
    bare.grain = None;
    let metric = plan.metric();
    let mut sources = Sources::new(&bare, calendar);
    if sources.metrics.is_empty() {
        sources.metrics.push(metric);
    }
    let records = sources.records(Era::Now, false, binder);
    let mut ctes = sources.tables();
    ctes.push(format!("records AS (\n{records}\n)"));
    let mut conditions: Vec<String> = Vec::new();
    let orders = figures::orders(&bare);
    let having: Vec<String> = bare
        .filters
        .iter()
        .filter_map(|filter| Some(keys::bound(filter, &figures::of_lines(filter.metric()?, orders), binder)))
        .collect();
    if !having.is_empty() {
        ctes.push(format!(
            "kept AS (\nSELECT customer_id AS kept_id FROM records WHERE customer_id IS NOT NULL\nGROUP BY customer_id\nHAVING {}\n)",
            having.join(" AND ")
        ));
        conditions.push("r.customer_id IN (SELECT kept_id FROM kept)".to_owned());
    }
    let of_orders = matches!(
        metric,
        Metric::Orders
            | Metric::AverageOrder
            | Metric::Customers
            | Metric::NewCustomers
            | Metric::ReturningCustomers
            | Metric::RepeatRate
            | Metric::NetOrders
            | Metric::RepeatRate90d
    );
    let limit = plan.limit.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
    let limit = binder.named("limit", Value::Integer(limit.into()));
    let by_amount = plan.order.as_ref().filter(|order| order.by != "period" && order.by != "key");
    let field = |name: &str| Column::new(name, Role::Field);
    let (select, columns, amount) = if metric == Metric::Interactions {
        let columns = vec![field("interaction_id"), field("occurred_at"), field("customer_id")];
        ("r.interaction_id, r.occurred_at, r.customer_id", columns, "r.occurred_at")
    } else if of_orders {
        let lines = bare.filters.iter().filter_map(Filter::dimension).any(Dimension::of_lines);
        if !lines {
            conditions.push("r.line = 1".to_owned());
        }
        conditions.push("r.purchase_amount > 0".to_owned());
        if metric == Metric::NetOrders {
            conditions.push("coalesce(r.back, 0) < r.purchase_amount".to_owned());
        }
        if matches!(metric, Metric::NewCustomers | Metric::RepeatRate90d) {
            conditions.push("r.occurred_at = r.first_at".to_owned());
        }
        if metric == Metric::ReturningCustomers {
            // Whose first order was before the period; without a beginning, before this order.
            let from = plan.period.begin(calendar).map(|from| binder.named("from", Value::Time(from)));
            conditions.push(format!("r.first_at < {}", from.as_deref().unwrap_or("r.occurred_at")));
        }
        let columns = vec![
            field("purchase_id"),
            field("occurred_at"),
            field("customer_id"),
            field("name"),
            field("amount").with_unit(UnitOf::Currency),
            field("channel"),
        ];
        let select = "r.purchase_id, r.occurred_at, r.customer_id, n.name, r.purchase_amount AS amount, r.channel";
        (select, columns, "r.purchase_amount")
    } else {
        match metric {
            Metric::Refunds | Metric::RefundRate => conditions.push("r.amount < 0".to_owned()),
            Metric::Gross => conditions.push("r.amount > 0".to_owned()),
            Metric::Units | Metric::Products | Metric::ProductRevenue => {
                conditions.push("r.kind = 'product'".to_owned())
            }
            Metric::Shipping => conditions.push("r.kind = 'shipping'".to_owned()),
            Metric::Fees => conditions.push("r.kind = 'fee'".to_owned()),
            Metric::Discounts => conditions.push("(r.kind = 'discount' OR r.discount IS NOT NULL)".to_owned()),
            Metric::Cost | Metric::Margin | Metric::MarginCoverage => conditions.push("r.cost IS NOT NULL".to_owned()),
            _ => {}
        }
        let columns = vec![
            field("purchase_id"),
            field("line"),
            field("occurred_at"),
            field("customer_id"),
            field("name"),
            field("product_id"),
            field("product"),
            field("category"),
            field("quantity").with_unit(UnitOf::Units),
            field("amount").with_unit(UnitOf::Currency),
            field("channel"),
        ];
        let select = "r.purchase_id, r.line, r.occurred_at, r.customer_id, n.name, r.product_id, r.product, r.category, \
                      r.quantity, r.amount, r.channel";
        (select, columns, "r.amount")
    };
    let distinct = of_orders && !conditions.iter().any(|condition| condition == "r.line = 1");
    let names =
        if metric == Metric::Interactions { "" } else { "\nLEFT JOIN customers n ON n.customer_id = r.customer_id" };
    let place = if conditions.is_empty() { String::new() } else { format!("\nWHERE {}", conditions.join(" AND ")) };
    let mut order: Vec<String> = Vec::new();
    if let Some(by) = by_amount {
        order.push(format!("{amount} {} NULLS LAST", if by.descending { "DESC" } else { "ASC" }));
    }
    order.push(if plan.order.as_ref().is_some_and(|order| order.by == "period" && !order.descending) {
        "r.occurred_at".to_owned()
    } else {
        "r.occurred_at DESC".to_owned()
    });
    match metric {
        Metric::Interactions => order.push("r.interaction_id".to_owned()),
        _ if distinct => order.push("r.purchase_id".to_owned()),
        _ => order.extend(["r.purchase_id".to_owned(), "r.line".to_owned()]),
    }
    let sql = format!(
        "WITH {}\nSELECT {}{select}\nFROM records r{names}{place}\nORDER BY {}\nLIMIT {limit}",
        ctes.join(",\n"),
        if distinct { "DISTINCT " } else { "" },
        order.join(", ")
    );
    (sql, columns)
}
