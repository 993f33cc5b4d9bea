//! Results of the server as tables of a message.

use serde_json::Value;

use crate::{
    api::{Column, ReportColumn, Table},
    document::{Grid, GridColumn},
    format,
    lang::Lang,
    names,
    render::rich::COLUMNS,
    texts,
};

/// How a result is shown.
pub(crate) struct Look<'a> {
    pub(crate) lang: Lang,
    pub(crate) zone: chrono_tz::Tz,
    pub(crate) currency: Option<&'a str>,
    pub(crate) grain: Option<&'a str>,
    /// Titles of the catalogue.
    pub(crate) titles: &'a [ReportColumn],
    /// Rows at most.
    pub(crate) rows: usize,
    /// Whether there is a file with the rest.
    pub(crate) file: bool,
}

/// The table of a result. Ids that stand beside their names are left out.
pub(crate) fn grid(table: &Table, look: &Look<'_>) -> Grid {
    let mut shown: Vec<usize> = (0..table.columns.len()).filter(|at| !is_spare(&table.columns, *at)).collect();
    let unseen = shown.len().saturating_sub(COLUMNS);
    shown.truncate(COLUMNS);
    let columns = shown
        .iter()
        .map(|at| {
            let column = &table.columns[*at];
            GridColumn { title: title(column, look), right: is_figure(table, *at) }
        })
        .collect();
    let rows: Vec<Vec<String>> = table
        .rows
        .iter()
        .take(look.rows)
        .map(|row| {
            shown.iter().map(|at| cell(row.get(*at).unwrap_or(&Value::Null), &table.columns[*at], look)).collect()
        })
        .collect();
    let left = table.rows.len() - rows.len();
    let told = |count: usize, text| (count > 0).then(|| texts::fill(text, &[("count", &count.to_string())]));
    let notes = [told(left, texts::more_rows(look.lang)), told(unseen, texts::more_columns(look.lang))];
    let mut notes: Vec<String> = notes.into_iter().flatten().collect();
    if !notes.is_empty() {
        let all = if look.file { texts::all_in_the_file(look.lang) } else { texts::all_in_the_browser(look.lang) };
        notes.push(all.to_owned());
    }
    let note = (!notes.is_empty()).then(|| notes.join(" "));
    Grid { columns, rows, note }
}

/// An id whose name is the next column.
fn is_spare(columns: &[Column], at: usize) -> bool {
    let next = columns.get(at + 1).map(|column| column.name.as_str());
    matches!(
        (columns[at].name.as_str(), next),
        ("product_id", Some("product")) | ("customer_id", Some("name")) | ("key", Some("label"))
    )
}

fn title(column: &Column, look: &Look<'_>) -> String {
    if let Some(title) = &column.title {
        return title.clone();
    }
    let known = look.titles.iter().find(|known| known.name == column.name);
    known.map_or_else(
        || names::title(&column.name, look.lang),
        |known| look.lang.pick(&known.title.ru, &known.title.en).clone(),
    )
}

/// Whether a column holds figures; ids of digits are texts in JSON.
pub(crate) fn is_figure(table: &Table, at: usize) -> bool {
    let mut cells = table.rows.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_null());
    // Days and hours are numbers that nobody adds up.
    if matches!(table.columns[at].name.as_str(), "weekday" | "hour" | "month_of_year") {
        return false;
    }
    let figure = |cell: &Value| cell.is_number() || cell.get("figure").is_some();
    cells.next().is_some_and(figure) && cells.all(figure)
}

/// A value as people read it.
pub(crate) fn cell(value: &Value, column: &Column, look: &Look<'_>) -> String {
    match value {
        Value::Null => format::NONE.to_owned(),
        Value::Bool(yes) => look.lang.pick(["нет", "да"], ["no", "yes"])[usize::from(*yes)].to_owned(),
        Value::Number(number) => {
            if let Some(name) = number.as_u64().and_then(|number| names::of_number(&column.name, number, look.lang)) {
                return name.to_owned();
            }
            if column.unit.as_deref() == Some("ratio") && column.name.ends_with("change") {
                return format::decimal(value).map_or_else(String::new, |change| format::change(change, look.lang));
            }
            let unit = match column.unit.as_deref() {
                // Told as times, not as a share.
                Some("ratio") if column.name == "lift" => None,
                Some("currency") => look.currency,
                unit => unit,
            };
            format::figure(value, unit, look.lang)
        }
        Value::String(text) => {
            let kind = column.sql_type.to_ascii_uppercase();
            if matches!(column.name.as_str(), "period" | "cohort" | "since") || kind == "PERIOD" {
                format::step(text, look.grain, look.zone, look.lang)
            } else if kind.starts_with("TIMESTAMP") || kind == "TIME" || column.name.ends_with("_at") {
                format::moment(text, look.zone, look.lang)
            } else if kind.starts_with("DATE") {
                format::date(text, look.zone, look.lang)
            } else if matches!(column.name.as_str(), "metric" | "dimension") {
                names::title(text, look.lang)
            } else if names::is_group(&column.name) {
                names::group(text, look.lang)
            } else {
                text.clone()
            }
        }
        // A figure with a unit of its own.
        Value::Object(own) if own.contains_key("figure") => {
            format::figure(&own["figure"], own.get("unit").and_then(Value::as_str), look.lang)
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn columns_that_have_no_room_are_told_of() {
        let column = |at: usize| Column { name: format!("c{at}"), ..Column::default() };
        let table =
            Table { columns: (0..23).map(column).collect(), rows: vec![vec![json!(1); 23]; 3], ..Table::default() };
        let look = Look {
            lang: Lang::En,
            zone: chrono_tz::UTC,
            currency: None,
            grain: None,
            titles: &[],
            rows: 2,
            file: true,
        };
        let grid = grid(&table, &look);
        assert_eq!((grid.columns.len(), grid.rows[0].len()), (20, 20));
        let note = "More rows: 1. More columns: 3. The file and the browser have all.";
        assert_eq!(grid.note.as_deref(), Some(note));
    }
}
