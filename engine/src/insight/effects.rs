//! What the calendar and the season explain of a change: how many days of each kind both periods have, and what a year ago did.

use std::collections::BTreeMap;

use arrow::{
    array::{Array, AsArray},
    compute::cast,
    datatypes::{DataType, Decimal128Type, Int64Type},
};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use chrono_tz::Tz;
use kupets_analytics::attribution::{DayKind, calendar_part};
use kupets_core::{Error, Result};

use super::{
    days::{Days, condition, shifted},
    dimension::sum_of,
    explain::{Comparison, Span},
};

use crate::snapshot_reader::{SnapshotReader, Values, micros};

/// Days before both periods that tell what a day of each kind usually brings: eight of each weekday.
const USUAL_DAYS: i64 = 56;
/// Kinds of days: holidays, and Monday (1) to Sunday (7).
pub(super) const KINDS: usize = 8;
/// The kind of a holiday.
pub(super) const HOLIDAY: usize = 0;

/// The calendar's part of a change.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Calendar {
    /// In ten-thousandths; none where days usually bring nothing.
    pub part: Option<i128>,
    /// Days of each kind in both periods.
    pub days: [(f64, f64); KINDS],
    /// The metric of both periods, in ten-thousandths.
    pub whole: (i128, i128),
    /// The statement that gives what each kind of day brought.
    pub sql: String,
}

/// What the season explains.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Season {
    /// In ten-thousandths.
    pub part: i128,
    /// The metric of both periods a year ago, in ten-thousandths.
    pub year_ago: (i128, i128),
    /// The statement that gives these.
    pub sql: String,
}

/// What the calendar explains. None of a metric that is no sum over lines, and where there are no records. Nothing before `since`,
/// the day of the first record, is a day of the shop, and nothing after `now` is looked at.
///
/// # Errors
/// The limits of queries.
pub(super) async fn calendar(
    reader: &SnapshotReader,
    comparison: &Comparison,
    since: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Option<Calendar>> {
    let zone = reader.tenant().time_zone();
    let ended = |span: Span| Span { from: span.from, to: span.to.min(now) };
    let (before, after) = (ended(comparison.before), ended(comparison.after));
    let local = |time: DateTime<Utc>| time.with_timezone(&zone).date_naive();
    let first = shifted(local(before.from.min(after.from)), -USUAL_DAYS).max(since);
    let last = shifted(local(before.to.max(after.to)), 1);
    let reference = Days::between(first, last);
    let span = Span { from: reference.span(zone).from, to: before.to.max(after.to) };
    let sums = sum_of(comparison.metric).filter(|_| comparison.metric.adds_up());
    let Some((what, only)) = sums.filter(|_| span.from < span.to) else { return Ok(None) };
    let holidays: Vec<NaiveDate> =
        reader.tenant().holidays().iter().copied().filter(|day| reference.holds(*day)).collect();
    let mut values = Values::default();
    let sql = statement((what, only), comparison, &holidays, span, zone, &mut values);
    values.name("currency", comparison.currency.as_str());
    let spelled = values.spell(&sql);
    let found = reader.collect(sql, values).await?;
    let wrong = |e: arrow::error::ArrowError| Error::internal("what days bring cannot be read").with_source(e);
    let kinds = cast(found.column(0), &DataType::Int64).map_err(wrong)?;
    let kinds = kinds.as_primitive::<Int64Type>();
    let mut brought = BTreeMap::new();
    let mut whole = (0, 0);
    let numbers: Vec<_> =
        (1..4).map(|c| cast(found.column(c), &DataType::Decimal128(38, 4)).map_err(wrong)).collect::<Result<_>>()?;
    for row in 0..found.num_rows() {
        let number = |column: usize| {
            let numbers = numbers[column].as_primitive::<Decimal128Type>();
            if numbers.is_valid(row) { numbers.value(row) } else { 0 }
        };
        brought.insert(usize::try_from(kinds.value(row)).unwrap_or(HOLIDAY), number(0) as f64);
        whole = (whole.0 + number(1), whole.1 + number(2));
    }
    let count = |span: Span| counted(span, zone, &holidays);
    let (usual, first, second) = (count(span), count(before), count(after));
    let kinds: Vec<DayKind> = (0..KINDS)
        .map(|kind| DayKind {
            days: (first[kind], second[kind]),
            usual: if usual[kind] > 0.0 { brought.get(&kind).copied().unwrap_or_default() / usual[kind] } else { 0.0 },
        })
        .collect();
    let part = calendar_part(whole.0 as f64, whole.1 as f64, &kinds).map(|part| part.round() as i128);
    let mut days = [(0.0, 0.0); KINDS];
    days.iter_mut().zip(&kinds).for_each(|(days, kind)| *days = kind.days);
    Ok(Some(Calendar { part, days, whole, sql: spelled }))
}

/// `SELECT day_kind, usual, before, after`: what the days of each kind brought in all of the span and in both periods.
fn statement(
    (what, only): (&str, &str),
    comparison: &Comparison,
    holidays: &[NaiveDate],
    span: Span,
    zone: Tz,
    values: &mut Values,
) -> String {
    let mut within = |span: Span| {
        let [from, to] = [span.from, span.to].map(|time| values.bind(micros(time.timestamp_micros())));
        format!("p.occurred_at >= {from} AND p.occurred_at < {to}")
    };
    let (before, after, all) = (within(comparison.before), within(comparison.after), within(span));
    let weekday = "CAST((date_part('dow', local_time(p.occurred_at)) + 6) % 7 + 1 AS BIGINT)";
    let kind = match holidays {
        [] => weekday.to_owned(),
        holidays => {
            let days: Vec<Days> = holidays.iter().map(|day| Days::one(*day)).collect();
            format!("CASE WHEN {} THEN {HOLIDAY} ELSE {weekday} END", condition(&days, zone, values))
        }
    };
    let sum = |within: Option<&str>| {
        let within = within.map_or_else(String::new, |within| format!(" AND {within}"));
        format!("CAST(coalesce(sum({what}) FILTER (WHERE {only}{within}), 0) AS DECIMAL(38, 4))")
    };
    let (usual, first, second) = (sum(Some(&all)), sum(Some(&before)), sum(Some(&after)));
    format!(
        "SELECT\n    {kind} AS day_kind,\n    {usual} AS usual,\n    {first} AS before,\n    {second} AS after\nFROM sales p\n\
         WHERE p.currency = $currency\n  AND (({all}) OR ({before}) OR ({after}))\nGROUP BY 1\nORDER BY 1"
    )
}

/// How many days of each kind a period has; a part of a day is a fraction.
fn counted(span: Span, zone: Tz, holidays: &[NaiveDate]) -> [f64; KINDS] {
    let mut days = [0.0; KINDS];
    let mut day = span.from.with_timezone(&zone).date_naive();
    loop {
        let Span { from, to } = Days::one(day).span(zone);
        let next = shifted(day, 1);
        if from >= span.to || next == day {
            return days;
        }
        let length = (to - from).num_seconds().max(1) as f64;
        let part = (to.min(span.to) - from.max(span.from)).num_seconds().max(0) as f64 / length;
        let kind = if holidays.contains(&day) { HOLIDAY } else { day.weekday().number_from_monday() as usize };
        if let Some(days) = days.get_mut(kind) {
            *days += part;
        }
        day = next;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn days(from: &str, to: &str) -> Span {
        Days::between(from.parse().unwrap(), to.parse().unwrap()).span(Tz::Europe__London)
    }

    #[test]
    fn november_2011_has_another_tuesday_and_wednesday() {
        let (october, november) = (days("2011-10-01", "2011-11-01"), days("2011-11-01", "2011-12-01"));
        let count = |span: Span| counted(span, Tz::Europe__London, &[]);
        let change: Vec<f64> = count(november).iter().zip(count(october)).map(|(a, b)| a - b).collect();
        assert_eq!(change, [0.0, -1.0, 1.0, 1.0, 0.0, 0.0, -1.0, -1.0]);
        // The clock was set back in that October: it has 31 days all the same.
        assert_eq!(count(october).iter().sum::<f64>(), 31.0);
        let holiday = counted(november, Tz::Europe__London, &["2011-11-11".parse().unwrap()]);
        assert_eq!((holiday[HOLIDAY], holiday[5]), (1.0, 3.0));
    }

    #[test]
    fn a_part_of_a_day_is_a_fraction() {
        let mut span = days("2011-11-01", "2011-11-03");
        span.to -= chrono::TimeDelta::hours(6);
        let found = counted(span, Tz::Europe__London, &[]);
        assert_eq!((found[2], found[3]), (1.0, 0.75));
        span.to = span.from;
        assert_eq!(counted(span, Tz::Europe__London, &[]), [0.0; KINDS]);
    }
}
