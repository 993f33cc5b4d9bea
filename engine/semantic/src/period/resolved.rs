//! A period as an interval, and what it is shown and compared as.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::label::label;
use super::{Calendar, Expr, Rule, Text, Unit, Weekdays};

/// A period at a moment in a zone. Half-open: `from` <= t < `to`; an end that is missing is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The first moment in it.
    pub from: Option<DateTime<Utc>>,
    /// The first moment after it.
    pub to: Option<DateTime<Utc>>,
    /// It has begun and not ended: `to` is the next local midnight (now, for the last hours).
    pub running: bool,
    /// It is still to come, in whole or (the rest of a month) in its purpose: a forecast or nothing.
    pub future: bool,
    /// Its first day in the zone.
    pub first: Option<NaiveDate>,
    /// Its last day in the zone, included.
    pub last: Option<NaiveDate>,
    /// Only these weekdays of it.
    pub weekdays: Option<Weekdays>,
    /// What it is for a comparison.
    pub shape: Shape,
    /// Its days in words.
    pub label: Text,
    /// Other readings of the same words.
    pub alternatives: Vec<Alternative>,
    /// What was taken for granted and must be told.
    pub assumed: Vec<Text>,
}

/// Another reading, one tap away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alternative {
    /// The reading.
    pub expr: Expr,
    /// How it differs.
    pub name: Text,
    /// Its days.
    pub label: Text,
}

/// What a period is for a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// So many calendar units.
    Units {
        /// The unit.
        unit: Unit,
        /// How many.
        count: u32,
    },
    /// A Saturday and Sunday.
    Weekend,
    /// Named days.
    Named(Rule),
    /// Any other days.
    Days,
    /// A stretch of the clock.
    Clock,
    /// Without a beginning: there is nothing before it.
    Open,
}

pub(super) fn finish(
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    running: bool,
    future: bool,
    shape: Shape,
    assumed: Vec<Text>,
    calendar: &Calendar,
) -> Resolved {
    let local = |at: DateTime<Utc>| at.with_timezone(&calendar.zone).naive_local();
    let last = to.map(|to| local(to - Duration::nanoseconds(1)).date());
    Resolved {
        from,
        to,
        running,
        future,
        first: from.map(|from| local(from).date()),
        last,
        weekdays: None,
        shape,
        label: label(from.map(local), to.map(local), None),
        alternatives: Vec::new(),
        assumed,
    }
}

impl Resolved {
    /// Days by the calendar, where the clock's midnight does not exist and would tell another one.
    pub(super) fn with_days(mut self, from: Option<NaiveDate>, to: Option<NaiveDate>, calendar: &Calendar) -> Self {
        self.first = from;
        self.last = to.and_then(|to| to.pred_opt());
        self.label = whole_label(&self, calendar);
        self
    }
}

pub(super) fn whole_label(resolved: &Resolved, calendar: &Calendar) -> Text {
    if resolved.shape == Shape::Clock {
        let local = |at: DateTime<Utc>| at.with_timezone(&calendar.zone).naive_local();
        return label(resolved.from.map(local), resolved.to.map(local), resolved.weekdays);
    }
    let midnight = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN);
    let to = resolved.last.and_then(|last| last.succ_opt()).map(midnight);
    label(resolved.first.map(midnight), to, resolved.weekdays)
}
