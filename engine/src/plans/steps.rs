//! Steps in time at which nothing was recorded: a series tells them as zeros, so that a chart has no hidden gaps and a mean over
//! steps counts them all.

use std::collections::HashSet;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use kupets_semantic::{
    compile::{Column, Role},
    period::{Calendar, Unit},
    plan::{MAX_LIMIT, Plan},
};
use serde_json::Value;

use super::Worked;

/// Adds the empty steps of a plan's period to a series that is told in the order of time. Sums are 0 there, and quotients are not
/// known. A list that is cut, sorted by figures or filtered by them stays as it is: what is not in it was left out on purpose.
pub(super) fn fill(worked: &mut Worked, plan: &Plan, calendar: &Calendar) {
    let Some(unit) = plan.grain.filter(|_| plan.dimensions.is_empty() && plan.limit.is_none()) else { return };
    let by_time = plan.order.as_ref().is_none_or(|order| order.by == "period" && !order.descending);
    let picked = plan.filters.iter().any(|filter| filter.metric().is_some());
    // Weekdays that the period leaves out are no empty steps.
    if !by_time || picked || plan.period.weekdays.is_some() {
        return;
    }
    let Some(place) = worked.columns.iter().position(|column| column.role == Role::Period) else { return };
    let read = |row: &Vec<Value>| row.get(place).and_then(Value::as_str).and_then(moment);
    let (Some(first), Some(last)) = (worked.rows.first().and_then(read), worked.rows.last().and_then(read)) else {
        return;
    };
    let spelled = worked.rows[0].get(place).and_then(Value::as_str).unwrap_or_default().to_owned();
    let local = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&calendar.zone).naive_local();
    let from = plan.period.begin(calendar).map_or(first, |at| floor(local(at), unit)).min(first);
    // A step that is still to come is not empty; without an end the series ends where its records do.
    let end = plan.period.end(calendar).map_or(last, |to| local(to.min(calendar.now)));
    let known: HashSet<NaiveDateTime> = worked.rows.iter().filter_map(read).collect();
    let steps = std::iter::successors(Some(from), |at| next(*at, unit)).take_while(|at| *at < end || *at <= last);
    let missing: Vec<NaiveDateTime> = steps.take(MAX_LIMIT as usize).filter(|at| !known.contains(at)).collect();
    if missing.is_empty() || worked.rows.len() + missing.len() > MAX_LIMIT as usize {
        return;
    }
    let empty: Vec<Value> = worked.columns.iter().map(nothing).collect();
    for at in missing {
        let mut row = empty.clone();
        row[place] = Value::String(like(&spelled, at));
        worked.rows.push(row);
    }
    worked.rows.sort_by_key(read);
}

/// What a column holds where no record is.
fn nothing(column: &Column) -> Value {
    let counted = matches!(column.role, Role::Figure | Role::Before | Role::Change);
    match column.metric {
        Some(metric) if counted && !metric.may_be_unknown() => Value::from(0),
        _ => Value::Null,
    }
}

fn moment(text: &str) -> Option<NaiveDateTime> {
    let date = |text: &str| text.parse::<NaiveDate>().ok().and_then(|day| day.and_hms_opt(0, 0, 0));
    text.parse().ok().or_else(|| date(text))
}

/// A moment, written as the result writes its own.
fn like(spelled: &str, at: NaiveDateTime) -> String {
    const SECONDS: usize = "2026-01-01T00:00:00".len();
    match spelled.get(SECONDS..) {
        Some(rest) => format!("{}{rest}", at.format("%Y-%m-%dT%H:%M:%S")),
        None => at.format("%Y-%m-%d").to_string(),
    }
}

/// The beginning of the step that a moment is in.
fn floor(at: NaiveDateTime, unit: Unit) -> NaiveDateTime {
    let (hour, minute) = match unit {
        Unit::Minute => (at.hour(), at.minute()),
        Unit::Hour => (at.hour(), 0),
        _ => (0, 0),
    };
    unit.start(at.date()).and_hms_opt(hour, minute, 0).unwrap_or(at)
}

fn next(at: NaiveDateTime, unit: Unit) -> Option<NaiveDateTime> {
    match unit {
        Unit::Minute => at.checked_add_signed(TimeDelta::minutes(1)),
        Unit::Hour => at.checked_add_signed(TimeDelta::hours(1)),
        _ => Some(unit.add(at.date(), 1)?.and_time(at.time())),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        moment(text).unwrap()
    }

    #[test]
    fn steps_begin_where_calendars_say() {
        let moment = at("2026-08-27T15:45:00");
        for (unit, begins, follows) in [
            (Unit::Hour, "2026-08-27T15:00:00", "2026-08-27T16:00:00"),
            (Unit::Day, "2026-08-27", "2026-08-28"),
            (Unit::Week, "2026-08-24", "2026-08-31"),
            (Unit::Month, "2026-08-01", "2026-09-01"),
            (Unit::Quarter, "2026-07-01", "2026-10-01"),
            (Unit::HalfYear, "2026-07-01", "2027-01-01"),
            (Unit::Year, "2026-01-01", "2027-01-01"),
        ] {
            assert_eq!(floor(moment, unit), at(begins), "{unit:?}");
            assert_eq!(next(floor(moment, unit), unit), Some(at(follows)), "{unit:?}");
        }
    }

    #[test]
    fn moments_are_written_as_they_were() {
        assert_eq!(like("2026-01-01", at("2026-02-01")), "2026-02-01");
        assert_eq!(like("2026-01-01T00:00:00", at("2026-02-01")), "2026-02-01T00:00:00");
        assert_eq!(like("2026-01-01T00:00:00.000000", at("2026-02-01")), "2026-02-01T00:00:00.000000");
    }
}
