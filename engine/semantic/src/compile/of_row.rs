//! The records behind one row of an answer, or behind all of it.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use crate::catalogue::Dimension;
use crate::period::{Calendar, Unit, utc};
use crate::plan::{Edge, Fault, Intent, Plan, PlanPeriod};

use super::average::steps;
use super::rows::behind;

/// Which part of an answer is meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfRow {
    /// The keys of the row in the order of its columns, that of the step in time last; nothing for records without one. All rows
    /// where it is empty.
    pub keys: Vec<Option<String>>,
    /// The figure of the period that is compared with.
    pub before: bool,
}

/// The plan of the records behind a part of a plan's answer. Behind a forecast stands everything before now: of a time that is
/// still to come there are no records.
///
/// # Errors
/// The plan's answer has no such part: the field is `key` or `before`.
pub fn behind_row(plan: &Plan, row: &OfRow, calendar: &Calendar) -> Result<Plan, Fault> {
    let wrong = |field: &str, message: String| Err(Fault { field: field.to_owned(), message });
    let mut asked = plan.clone();
    if row.before {
        let Some(before) = plan.compared_with.clone() else {
            return wrong("before", "this answer is compared with no other period".to_owned());
        };
        asked.period = before;
    } else if plan.intent == Intent::Forecast || plan.period.future {
        asked.period = PlanPeriod { to: Some(Edge::At(calendar.now)), ..PlanPeriod::default() };
    }
    if plan.together {
        return wrong(
            "key",
            "is of several rows together: ask for the list, and for the records of one of them".to_owned(),
        );
    }
    if let Some(steps) = steps(plan, row.before, calendar)? {
        asked.period = steps.period(&asked.period, calendar);
    }
    if row.keys.is_empty() {
        return Ok(if plan.intent == Intent::Rows { asked } else { behind(&asked, &[]) });
    }
    let keys = plan.dimensions.len() + usize::from(plan.grain.is_some());
    if !matches!(plan.intent, Intent::Value | Intent::List | Intent::Compare) || keys != row.keys.len() {
        return wrong("key", format!("has {} keys; a row of this answer has {keys}", row.keys.len()));
    }
    let named: Vec<(Dimension, Option<String>)> =
        plan.dimensions.iter().cloned().zip(row.keys.iter().cloned()).collect();
    if let (Some(unit), Some(step)) = (plan.grain, row.keys.get(plan.dimensions.len())) {
        let text = step.as_deref().unwrap_or_default();
        let within = within(plan, &asked.period, (unit, text), row.before, calendar);
        let Some(period) = within else {
            return wrong("key", format!("`{text}` is no step of this answer"));
        };
        asked.period = period;
    }
    let mut rows = behind(&asked, &named);
    // A bound on a figure picked the row; over the records of one row it would be a bound on each customer.
    rows.filters.retain(|filter| filter.metric().is_none());
    Ok(rows)
}

/// The part of a period that one step holds.
fn within(
    plan: &Plan,
    period: &PlanPeriod,
    (unit, text): (Unit, &str),
    before: bool,
    calendar: &Calendar,
) -> Option<PlanPeriod> {
    let day = |text: &str| text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0);
    let told: NaiveDateTime = text.parse().ok().or_else(|| day(text))?;
    let start = if before { back(plan, told, calendar)? } else { told };
    let end = match unit {
        Unit::Minute | Unit::Hour => start.checked_add_signed(TimeDelta::hours(1))?,
        _ => unit.add(start.date(), 1)?.and_time(start.time()),
    };
    let (start, end) = (utc(start, calendar.zone), utc(end, calendar.zone));
    let from = period.begin(calendar).map_or(start, |from| from.max(start));
    let to = period.end(calendar).map_or(end, |to| to.min(end));
    let edge = |at: DateTime<Utc>| Some(Edge::At(at));
    (from < to).then(|| PlanPeriod {
        from: edge(from),
        to: edge(to),
        weekdays: period.weekdays,
        ..PlanPeriod::default()
    })
}

/// A step of the period as that of the compared one which stands beside it.
fn back(plan: &Plan, step: NaiveDateTime, calendar: &Calendar) -> Option<NaiveDateTime> {
    let now = plan.period.days(calendar).0;
    let before = plan.compared_with.as_ref()?.days(calendar).0;
    let (Some(now), Some(before)) = (now, before) else { return Some(step) };
    if now.day() != before.day() {
        return step.checked_sub_signed(now - before);
    }
    let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    Some(Unit::Month.add(step.date(), months(before) - months(now))?.and_time(step.time()))
}
