//! Steps in time, as statements make them.

use crate::period::Unit;

/// The unit as `date_trunc` knows it.
fn truncated(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute | Unit::Hour => "hour",
        Unit::Day => "day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Quarter => "quarter",
        Unit::HalfYear | Unit::Year => "year",
    }
}

/// The beginning of the step that holds a local time: a day, or for hours a time.
pub(super) fn bucket(unit: Unit, local: &str) -> String {
    let start = format!("date_trunc('{}', {local})", truncated(unit));
    match unit {
        Unit::Minute | Unit::Hour => start,
        Unit::HalfYear => format!(
            "CAST({start} + CASE WHEN date_part('month', {local}) > 6 THEN INTERVAL '6 months' ELSE INTERVAL '0 months' END AS DATE)"
        ),
        _ => format!("CAST({start} AS DATE)"),
    }
}
