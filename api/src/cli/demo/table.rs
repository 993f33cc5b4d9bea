//! An answer as a table in plain text: text to the left, figures to the right.

use rust_decimal::Decimal;
use serde_json::Value;

use crate::client::Table;

/// Draws it, a line a row, with its units in the head.
pub(super) fn draw(table: &Table) -> String {
    let head = table.columns.iter().map(|column| match column.unit.as_deref() {
        Some(unit) if unit != column.name => format!("{}, {unit}", column.name),
        _ => column.name.clone(),
    });
    let head: Vec<Cell> = head.map(|text| Cell { text, figure: false }).collect();
    let rows: Vec<Vec<Cell>> = table.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let column = |at: usize| rows.iter().filter_map(move |row| row.get(at));
    let layout: Vec<(usize, bool)> = (0..head.len())
        .map(|at| {
            let width = column(at).chain(&head[at..=at]).map(|c| c.text.chars().count()).max().unwrap_or(0);
            (width, column(at).any(|c| c.figure) && column(at).all(|c| c.figure || c.text.is_empty()))
        })
        .collect();
    let mut out = String::new();
    for row in std::iter::once(&head).chain(&rows) {
        let cells = row.iter().zip(&layout).map(|(cell, &(width, right))| match right {
            true => format!("{:>width$}", cell.text),
            false => format!("{:<width$}", cell.text),
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        out.push_str(line.trim_end());
        out.push('\n');
        if std::ptr::eq(row, &head) {
            let rule: Vec<String> = layout.iter().map(|(width, _)| "─".repeat(*width)).collect();
            out.push_str(&rule.join("  "));
            out.push('\n');
        }
    }
    out
}

#[derive(Debug)]
struct Cell {
    text: String,
    figure: bool,
}

fn cell(value: &Value) -> Cell {
    let decimal = match value {
        Value::Number(number) => number.to_string().parse::<Decimal>().ok(),
        // Decimals may come as strings, so that no client rounds them.
        Value::String(text) if text.contains('.') => text.parse::<Decimal>().ok(),
        _ => None,
    };
    match (decimal, value) {
        (Some(number), _) => Cell { text: figure(number), figure: true },
        (None, Value::Null) => Cell { text: String::new(), figure: false },
        // A period's first day reads better without midnight.
        (None, Value::String(text)) => Cell { text: midnight(text).to_owned(), figure: false },
        (None, other) => Cell { text: other.to_string(), figure: false },
    }
}

fn midnight(text: &str) -> &str {
    match text.split_once('T') {
        Some((day, clock)) if day.len() == 10 && clock.starts_with("00:00:00") => day,
        _ => text,
    }
}

/// A number with its thousands apart and two digits of its fraction, if it has one.
fn figure(number: Decimal) -> String {
    let rounded = number.round_dp(2).normalize();
    let text = if rounded.scale() == 0 { rounded.to_string() } else { format!("{rounded:.2}") };
    let (sign, unsigned) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(w, f)| (w, Some(f)));
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(' ');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn text_stands_left_and_figures_right() {
        let table: Table = serde_json::from_str(
            r#"{"columns":[{"name":"period","type":"DATE"},{"name":"revenue","unit":"GBP"},{"name":"orders","unit":"orders"}],
                "rows":[["2010-12-01T00:00:00Z",748957.02,1400],["2011-01-01","-9.5000",null]]}"#,
        )
        .unwrap();
        let expected = "\
period      revenue, GBP  orders
──────────  ────────────  ──────
2010-12-01    748 957.02   1 400
2011-01-01         -9.50
";
        assert_eq!(draw(&table), expected);
    }
}
