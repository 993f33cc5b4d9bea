//! The result of a plan as answers read it and as it goes out.

use kupets_assistant::answer::{Cell, Decimal, Table};
use kupets_engine::plans::Worked;
use serde_json::Value;

use super::reply::ResultTable;

/// The result as answers read it.
pub fn typed(worked: &Worked) -> Table {
    Table {
        columns: worked.columns.clone(),
        rows: worked.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
    }
}

/// The result as it goes out.
pub fn told(worked: Worked) -> ResultTable {
    ResultTable { columns: worked.told, rows: worked.rows, meta: worked.meta }
}

/// A value as answers read it.
pub fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Number(number) => {
            let text = number.to_string();
            // A float may come with an exponent, which has no exact digits to keep.
            let exact = Decimal::parse(&text);
            exact.or_else(|| Decimal::of_f64(number.as_f64()?)).map_or(Cell::Null, Cell::Number)
        }
        Value::String(text) => Cell::Text(text.clone()),
        other => Cell::Text(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_keep_their_digits() {
        let number = |text: &str| cell(&serde_json::from_str(text).unwrap());
        assert_eq!(number("1254300.5000"), Cell::Number(Decimal::parse("1254300.5000").unwrap()));
        assert!(matches!(number("1.5e-7"), Cell::Number(_)));
        assert_eq!(number("null"), Cell::Null);
        assert_eq!(number("\"2011-11-01\""), Cell::Text("2011-11-01".to_owned()));
    }
}
