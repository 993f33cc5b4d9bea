//! The period of a plan: its ends decide; the words it came from are kept, so that it can be compared and told.

use std::fmt;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

use crate::period::{Calendar, Expr, Resolved, Text, Weekdays, between, dates};

/// An end of a period: a moment, or a day that begins at midnight in the workspace's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// A moment.
    At(DateTime<Utc>),
    /// The first moment of a day.
    Day(NaiveDate),
}

impl Edge {
    /// The moment in that zone.
    pub fn at(self, calendar: &Calendar) -> DateTime<Utc> {
        match self {
            Self::At(at) => at,
            Self::Day(day) => calendar.midnight(day),
        }
    }
}

impl fmt::Display for Edge {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(at) => out.write_str(&at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            Self::Day(day) => day.fmt(out),
        }
    }
}

impl Serialize for Edge {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Edge {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if let Ok(day) = text.parse::<NaiveDate>() {
            return Ok(Self::Day(day));
        }
        let moment = DateTime::parse_from_rfc3339(&text);
        moment.map(|at| Self::At(at.with_timezone(&Utc))).map_err(|_| {
            de::Error::custom(format!("`{text}` is neither a date (2026-05-31) nor a time (2026-05-31T10:00:00Z)"))
        })
    }
}

/// When: `from` <= t < `to`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct PlanPeriod {
    /// The first moment in it; open where missing.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub from: Option<Edge>,
    /// The first moment after it; open where missing.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub to: Option<Edge>,
    /// Its days, both included, in the language of the answer.
    #[serde(default)]
    pub label: String,
    /// It has begun and not ended.
    #[serde(default)]
    pub running: bool,
    /// It is still to come.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub future: bool,
    /// Only these weekdays of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u8>, minimum = 0, maximum = 127)]
    pub weekdays: Option<Weekdays>,
    /// The words it came from. Where they and the ends disagree, the ends were edited, and decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<serde_json::Value>)]
    pub expr: Option<Expr>,
}

impl PlanPeriod {
    /// The period that those words name.
    pub fn of(expr: &Expr, resolved: &Resolved, russian: bool) -> Self {
        Self { expr: Some(expr.clone()), ..Self::resolved(resolved, russian) }
    }

    /// The period without words of its own, as what something is compared with.
    pub fn resolved(resolved: &Resolved, russian: bool) -> Self {
        Self {
            from: resolved.from.map(Edge::At),
            to: resolved.to.map(Edge::At),
            label: say(&resolved.label, russian),
            running: resolved.running,
            future: resolved.future,
            weekdays: resolved.weekdays,
            expr: None,
        }
    }

    /// Its first moment.
    pub fn begin(&self, calendar: &Calendar) -> Option<DateTime<Utc>> {
        self.from.map(|edge| edge.at(calendar))
    }

    /// The first moment after it.
    pub fn end(&self, calendar: &Calendar) -> Option<DateTime<Utc>> {
        self.to.map(|edge| edge.at(calendar))
    }

    /// Its days in the zone, both included.
    pub fn days(&self, calendar: &Calendar) -> (Option<NaiveDate>, Option<NaiveDate>) {
        let day = |at: DateTime<Utc>| at.with_timezone(&calendar.zone).date_naive();
        let last = self.end(calendar).map(|to| day(to - chrono::Duration::microseconds(1)));
        (self.begin(calendar).map(day), last)
    }

    /// After an edit: days become moments, the label and `running` follow the ends, and words that say something else go.
    #[must_use]
    pub fn settled(&self, calendar: &Calendar, russian: bool) -> Self {
        let (from, to) = (self.begin(calendar), self.end(calendar));
        if let Some(expr) = &self.expr
            && let Ok(resolved) = crate::period::resolve(expr, calendar)
            && (resolved.from, resolved.to, resolved.weekdays) == (from, to, self.weekdays)
        {
            return Self::of(expr, &resolved, russian);
        }
        let (first, last) = self.days(calendar);
        Self {
            from: from.map(Edge::At),
            to: to.map(Edge::At),
            label: say(&dates(first, last), russian),
            running: from.is_none_or(|from| from <= calendar.now) && to.is_some_and(|to| to > calendar.now),
            future: from.is_some_and(|from| from > calendar.now),
            weekdays: self.weekdays,
            expr: None,
        }
    }

    /// It as a resolved period, which can be compared: of its words if it has some, else of its ends.
    pub fn as_resolved(&self, calendar: &Calendar) -> Resolved {
        if let Some(expr) = &self.expr
            && let Ok(resolved) = crate::period::resolve(expr, calendar)
            && (resolved.from, resolved.to) == (self.begin(calendar), self.end(calendar))
        {
            return resolved;
        }
        let (from, to) = (self.begin(calendar), self.end(calendar));
        Resolved { weekdays: self.weekdays, ..between(from, to, calendar) }
    }
}

fn say(text: &Text, russian: bool) -> String {
    if russian { text.ru.clone() } else { text.en.clone() }
}
