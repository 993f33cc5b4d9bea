//! Whether two answers are the same: exactly, where both systems compute exactly.

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::account::{text, trimmed};

/// DuckDB divides decimals as floating point; our quotients are rounded to four digits.
const ROUNDING: f64 = 0.5001e-4;
/// Sums of floating point depend on their order.
const RELATIVE: f64 = 1e-9;

/// Cells that differ between our answer and DuckDB's rows.
pub fn differences(answer: &Value, theirs: &[Value]) -> Result<Vec<String>> {
    let columns = answer["columns"].as_array().context("an answer without columns")?;
    let ours = answer["rows"].as_array().context("an answer without rows")?;
    if ours.len() != theirs.len() {
        return Ok(vec![format!("{} rows, DuckDB has {}", ours.len(), theirs.len())]);
    }
    let mut different = Vec::new();
    for (i, (our, their)) in ours.iter().zip(theirs).enumerate() {
        for (c, column) in columns.iter().enumerate() {
            // DuckDB's version may lack a column that ours has beyond the contract.
            let Some(theirs) = their.get(c) else { continue };
            if !same(&our[c], theirs) {
                different.push(format!("row {i}, {}: {} and {theirs}", text(&column["name"]), our[c]));
            }
        }
    }
    Ok(different)
}

fn same(our: &Value, their: &Value) -> bool {
    let (a, b) = (text(our), text(their));
    if trimmed(&a) == trimmed(&b) || moment(&a) == moment(&b) {
        return true;
    }
    // A number of theirs with a fraction is floating point: decimals come as text.
    let floating = matches!(their, Value::Number(n) if n.to_string().contains(['.', 'e']));
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(x), Ok(y)) if floating => {
            (x - y).abs() <= ROUNDING.min(x.abs().max(1.0)) || (x - y).abs() <= RELATIVE * x.abs()
        }
        // The same number, spelt otherwise: 3 and 3.0.
        (Ok(x), Ok(y)) => x.to_bits() == y.to_bits() && a.len() < 16 && b.len() < 16,
        _ => false,
    }
}

/// A time without what different spellings add: `2011-03-01T00:00:00Z`, `2011-03-01 00:00:00`, `2011-03-01`.
fn moment(text: &str) -> &str {
    let text = text.trim_end_matches('Z').trim_end_matches("+00:00");
    text.trim_end_matches("T00:00:00").trim_end_matches(" 00:00:00")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn exact_is_exact_and_floating_point_is_close() {
        assert!(same(&json!("9747747.9340"), &json!("9747747.934")));
        assert!(!same(&json!("9747747.9340"), &json!("9747747.935")));
        assert!(same(&json!("18.3333"), &json!(18.333_333_333)));
        assert!(!same(&json!("18.3333"), &json!(18.34)));
        assert!(same(&json!("2011-03-01T00:00:00Z"), &json!("2011-03-01T00:00:00")));
        assert!(same(&Value::Null, &Value::Null) && !same(&Value::Null, &json!(0)));
        assert!(same(&json!(3), &json!("3.0")) && !same(&json!("web"), &json!("shop")));
    }
}
