//! Customers as statements: by their worth (what the models say is a column of the view `customer_facts`), and by how they are
//! called.

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

/// Customers whose id or name is one of the texts, which are in small letters.
pub(super) fn called(texts: &[String], limit: i64) -> Statement {
    let places: Vec<String> = (0..texts.len()).map(|at| format!("CAST($v{at} AS VARCHAR)")).collect();
    let places = places.join(", ");
    let sql = format!(
        "SELECT customer_id, name\nFROM customers\nWHERE lower(customer_id) IN ({places}) OR lower(name) IN ({places})\n\
         ORDER BY customer_id\nLIMIT $limit"
    );
    let mut values: BTreeMap<String, Value> =
        texts.iter().enumerate().map(|(at, text)| (format!("v{at}"), Value::Text(text.clone()))).collect();
    values.insert("limit".to_owned(), Value::Integer(limit));
    Statement { sql, values, columns: vec![Column::field("customer_id"), Column::field("name")] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_bound_and_never_spliced() {
        let made = called(&["o'hara".to_owned(), "c7".to_owned()], 5);
        assert!(!made.sql.contains("hara") && made.sql.contains("$v0") && made.sql.contains("$v1"), "{}", made.sql);
        assert_eq!(made.values.len(), 3);
    }
}
