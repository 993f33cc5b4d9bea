//! Customers by their worth, as a statement: what the models say is a column of the view `customer_facts`.

use std::collections::BTreeMap;

use kupets_semantic::{
    catalogue::UnitOf,
    compile::{Column, Statement, Value},
};

/// Customers by predicted value, or by how much of it may be lost. Those who have left already are not told again.
pub(super) fn statement(at_risk: bool, limit: usize) -> Statement {
    let (place, order) = if at_risk {
        ("churn_risk >= 0.5 AND lifecycle <> 'lost'", "churn_risk * revenue DESC NULLS LAST")
    } else {
        ("predicted_clv IS NOT NULL", "predicted_clv DESC NULLS LAST")
    };
    let sql = format!(
        "SELECT customer_id, name, orders, revenue, last_purchase_at, segment, churn_risk, predicted_clv\n\
         FROM customer_facts\nWHERE {place}\nORDER BY {order}, customer_id\nLIMIT $limit"
    );
    let unit = |name: &str, unit| Column { unit: Some(unit), ..Column::field(name) };
    let columns = vec![
        Column::field("customer_id"),
        Column::field("name"),
        unit("orders", UnitOf::Orders),
        unit("revenue", UnitOf::Currency),
        Column::field("last_purchase_at"),
        Column::field("segment"),
        unit("churn_risk", UnitOf::Ratio),
        unit("predicted_clv", UnitOf::Currency),
    ];
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Statement { sql, values: BTreeMap::from([("limit".to_owned(), Value::Integer(limit))]), columns }
}
