//! Columns and cells of a result.

use kupets_mcp::{Cell, Column};
use serde_json::Value;

/// The columns, as `/v1/sql` tells them.
pub(super) fn columns(told: &[Value]) -> Vec<Column> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let column = |told: &Value| Column {
        name: text(&told["name"]),
        kind: kind(told["type"].as_str().unwrap_or_default()).to_owned(),
        unit: told["unit"].as_str().map(str::to_owned),
    };
    told.iter().map(column).collect()
}

/// The rows; numbers keep all their digits.
pub(super) fn cells(rows: Vec<Vec<Value>>) -> Vec<Vec<Cell>> {
    rows.into_iter().map(|row| row.into_iter().map(Cell).collect()).collect()
}

/// What a type of SQL is to a reader of JSON.
fn kind(sql_type: &str) -> &'static str {
    if sql_type.ends_with("[]") {
        return "list";
    }
    let word = sql_type.split([' ', '(']).next().unwrap_or_default();
    match word {
        "BOOLEAN" => "boolean",
        "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT" => "integer",
        "DECIMAL" => "decimal",
        "REAL" | "DOUBLE" => "float",
        "DATE" => "date",
        "TIMESTAMP" | "TIME" => "time",
        "STRUCT" | "MAP" | "JSON" => "object",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_are_told_in_plain_words() {
        for (sql, plain) in [
            ("DECIMAL(38,4)", "decimal"),
            ("BIGINT UNSIGNED", "integer"),
            ("TIMESTAMP WITH TIME ZONE", "time"),
            ("DATE", "date"),
            ("VARCHAR", "text"),
            ("VARCHAR[]", "list"),
            ("STRUCT(\"a\" BIGINT)", "object"),
            ("DOUBLE", "float"),
        ] {
            assert_eq!(kind(sql), plain, "{sql}");
        }
        let told = columns(&[
            json!({"name": "выручка", "type": "DECIMAL(38,4)", "unit": "RUB"}),
            json!({"name": "k", "unit": null}),
        ]);
        assert_eq!(told[0].unit.as_deref(), Some("RUB"));
        assert_eq!((told[0].name.as_str(), told[1].kind.as_str(), &told[1].unit), ("выручка", "text", &None));
    }
}
