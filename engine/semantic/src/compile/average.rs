//! Figures of a step in time on average: which steps of a period are whole, and how many there are.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike, Utc};

use crate::catalogue::Dimension;
use crate::period::{Calendar, Unit, Weekdays, utc};
use crate::plan::{Edge, Fault, Plan, PlanPeriod};

/// Steps that are counted one by one at most; no period of records has more days.
const MOST: usize = 40_000;

/// The whole steps of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps {
    /// The beginning of the first one, on the zone's clock; none where the period has no beginning.
    pub first: Option<NaiveDateTime>,
    /// The end of the last one.
    pub end: NaiveDateTime,
    /// The step.
    pub unit: Unit,
    /// Only these weekdays.
    weekdays: Option<Weekdays>,
}

/// The whole steps of a plan's period, or of the one that it is compared with.
///
/// # Errors
/// There is none: the field is `period` or `compared_with`.
pub fn steps(plan: &Plan, before: bool, calendar: &Calendar) -> Result<Option<Steps>, Fault> {
    let Some(unit) = plan.average_per else { return Ok(None) };
    let (field, period) =
        if before { ("compared_with", plan.compared_with.as_ref()) } else { ("period", Some(&plan.period)) };
    let Some(period) = period else { return Ok(None) };
    let none = || Fault { field: field.to_owned(), message: format!("has no whole {}", name(unit)) };
    let local = |at: DateTime<Utc>| at.with_timezone(&calendar.zone).naive_local();
    let end = local(period.end(calendar).map_or(calendar.now, |to| to.min(calendar.now)));
    let end = floor(end, unit);
    let first = period.begin(calendar).map(|from| ceil(local(from), unit));
    if first.is_some_and(|first| first.is_none_or(|first| first >= end)) {
        return Err(none());
    }
    let steps = Steps { first: first.flatten(), end, unit, weekdays: period.weekdays };
    if steps.first.is_some() && steps.count() == Some(0) {
        return Err(none());
    }
    let cut = plan.dimensions.iter().any(|one| matches!(one, Dimension::Weekday | Dimension::MonthOfYear));
    if steps.first.is_none() && (cut || period.weekdays.is_some()) {
        let message = "has no beginning, so nobody knows how many of these days there were".to_owned();
        return Err(Fault { field: field.to_owned(), message });
    }
    Ok(Some(steps))
}

impl Steps {
    /// The moments between which they lie.
    pub fn period(&self, of: &PlanPeriod, calendar: &Calendar) -> PlanPeriod {
        let edge = |at: NaiveDateTime| Some(Edge::At(utc(at, calendar.zone)));
        PlanPeriod { from: self.first.and_then(edge), to: edge(self.end), expr: None, ..of.clone() }
    }

    /// Their first and last day.
    pub fn days(&self) -> (Option<NaiveDate>, NaiveDate) {
        (self.first.map(|first| first.date()), (self.end - TimeDelta::seconds(1)).date())
    }

    /// How many they are; none where the period has no beginning.
    pub fn count(&self) -> Option<usize> {
        Some(self.all()?.filter(|at| self.takes(*at)).count())
    }

    /// How many of them fall on each key of a cycle: Monday to Sunday, January to December.
    pub(super) fn counts(&self, dimension: &Dimension) -> Option<Vec<(u32, usize)>> {
        let key = |at: NaiveDateTime| match (dimension, self.unit) {
            (Dimension::Weekday, Unit::Day | Unit::Hour) => Some(at.weekday().number_from_monday()),
            (Dimension::MonthOfYear, Unit::Day | Unit::Hour | Unit::Month) => Some(at.month()),
            _ => None,
        };
        let mut counts: Vec<(u32, usize)> = Vec::new();
        for at in self.all()?.filter(|at| self.takes(*at)) {
            let key = key(at)?;
            match counts.iter_mut().find(|(known, _)| *known == key) {
                Some((_, count)) => *count += 1,
                None => counts.push((key, 1)),
            }
        }
        counts.sort_unstable();
        Some(counts)
    }

    fn takes(&self, at: NaiveDateTime) -> bool {
        let of_days = matches!(self.unit, Unit::Hour | Unit::Day);
        self.weekdays
            .is_none_or(|days| !of_days || days.days().any(|day| u32::from(day) == at.weekday().number_from_monday()))
    }

    fn all(&self) -> Option<impl Iterator<Item = NaiveDateTime> + '_> {
        let first = self.first?;
        let next = |at: &NaiveDateTime| next(*at, self.unit);
        Some(std::iter::successors(Some(first), next).take_while(|at| *at < self.end).take(MOST))
    }
}

/// The step as messages name it.
fn name(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute | Unit::Hour => "hour",
        Unit::Day => "day",
        Unit::Week => "week",
        Unit::Month => "month",
        Unit::Quarter => "quarter",
        Unit::HalfYear => "half-year",
        Unit::Year => "year",
    }
}

fn floor(at: NaiveDateTime, unit: Unit) -> NaiveDateTime {
    match unit {
        Unit::Minute | Unit::Hour => at.date().and_hms_opt(at.hour(), 0, 0).unwrap_or(at),
        _ => unit.start(at.date()).and_hms_opt(0, 0, 0).unwrap_or(at),
    }
}

fn ceil(at: NaiveDateTime, unit: Unit) -> Option<NaiveDateTime> {
    let start = floor(at, unit);
    if start == at { Some(start) } else { next(start, unit) }
}

fn next(at: NaiveDateTime, unit: Unit) -> Option<NaiveDateTime> {
    match unit {
        Unit::Minute | Unit::Hour => at.checked_add_signed(TimeDelta::hours(1)),
        _ => Some(unit.add(at.date(), 1)?.and_time(at.time())),
    }
}
