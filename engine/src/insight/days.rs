//! Sets of days of the workspace's zone, and a metric a day over two of them.

use arrow::{
    array::{Array, AsArray},
    compute::cast,
    datatypes::{DataType, Decimal128Type},
};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use datafusion::common::ScalarValue;

use super::{
    dimension::{Dimension, sum_of, with},
    explain::Span,
    metric::Metric,
};
use kupets_core::{Error, Result};

use crate::{
    customers::few,
    snapshot_reader::{SnapshotReader, Values, micros},
};

/// Days in a row, half-open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Days {
    /// The days between two, the later one not among them.
    pub fn between(from: NaiveDate, to: NaiveDate) -> Self {
        Self { from, to: to.max(from) }
    }

    /// One day.
    pub fn one(day: NaiveDate) -> Self {
        Self { from: day, to: shifted(day, 1) }
    }

    /// The days of the zone that lie within a period as a whole.
    pub fn within(span: Span, zone: Tz) -> Self {
        let local = |time: DateTime<Utc>| time.with_timezone(&zone).naive_local();
        let (from, to) = (local(span.from), local(span.to));
        let first = if from.time() == NaiveTime::MIN { from.date() } else { shifted(from.date(), 1) };
        Self::between(first, to.date())
    }

    /// How many they are.
    pub fn count(self) -> i64 {
        (self.to - self.from).num_days()
    }

    /// Whether the day is one of them.
    pub fn holds(self, day: NaiveDate) -> bool {
        self.from <= day && day < self.to
    }

    /// So many days later.
    pub fn moved(self, days: i64) -> Self {
        Self { from: shifted(self.from, days), to: shifted(self.to, days) }
    }

    /// They without one of them.
    fn without(self, day: NaiveDate) -> impl Iterator<Item = Self> {
        let parts = match self.holds(day) {
            true => [Self::between(self.from, day), Self::between(shifted(day, 1), self.to)],
            false => [self, Self::between(self.to, self.to)],
        };
        parts.into_iter().filter(|part| part.count() > 0)
    }

    /// From midnight to midnight of the zone.
    pub fn span(self, zone: Tz) -> Span {
        let start = |day: NaiveDate| kupets_core::time::utc(day.and_time(NaiveTime::MIN), zone);
        Span { from: start(self.from), to: start(self.to) }
    }
}

/// So many days later; the day itself where the calendar ends.
pub(super) fn shifted(day: NaiveDate, days: i64) -> NaiveDate {
    TimeDelta::try_days(days).and_then(|delta| day.checked_add_signed(delta)).unwrap_or(day)
}

/// Two sets of days to compare.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Windows {
    pub before: Vec<Days>,
    pub after: Vec<Days>,
}

impl Windows {
    /// The same, so many days later.
    pub fn moved(&self, days: i64) -> Self {
        let moved = |side: &[Days]| side.iter().map(|d| d.moved(days)).collect();
        Self { before: moved(&self.before), after: moved(&self.after) }
    }

    /// The same without these days, unless nothing would be left of a side.
    pub fn without(&self, wild: &[NaiveDate]) -> Self {
        let less = |side: &[Days]| {
            let mut left = side.to_vec();
            for day in wild {
                left = left.into_iter().flat_map(|days| days.without(*day)).collect();
            }
            if left.is_empty() { side.to_vec() } else { left }
        };
        Self { before: less(&self.before), after: less(&self.after) }
    }
}

/// How many days a set has.
pub(super) fn count(days: &[Days]) -> i64 {
    days.iter().map(|days| days.count()).sum()
}

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured<'a> {
    pub metric: Metric,
    pub currency: &'a str,
    /// One key of a dimension, which segments are not; none for the whole.
    pub key: Option<(&'a Dimension, Option<&'a str>)>,
}

/// A metric a day in two sets of days.
#[derive(Debug, Clone)]
pub(super) struct Compared {
    /// In ten-thousandths.
    pub before: i128,
    /// In ten-thousandths.
    pub after: i128,
    /// The statement that gives both, with its values written out.
    pub sql: String,
}

/// Measures a day's metric, or for a ratio the ratio, in both sets of days. None of a metric that days do not have.
///
/// # Errors
/// The limits of queries.
pub(super) async fn measure(
    reader: &SnapshotReader,
    what: Measured<'_>,
    windows: &Windows,
) -> Result<Option<Compared>> {
    let mut values = Values::default();
    let Some(sql) = statement(what, windows, reader, &mut values)? else { return Ok(None) };
    values.name("currency", what.currency);
    let shown = values.spell(&sql);
    let found = reader.collect(sql, values).await?;
    let number = |column: usize| -> Result<i128> {
        let numbers = cast(found.column(column), &DataType::Decimal128(38, 4))
            .map_err(|e| Error::internal("a comparison of days cannot be read").with_source(e))?;
        let numbers = numbers.as_primitive::<Decimal128Type>();
        Ok(if numbers.len() == 1 && numbers.is_valid(0) { numbers.value(0) } else { 0 })
    };
    Ok(Some(Compared { before: number(0)?, after: number(1)?, sql: shown }))
}

fn statement(
    what: Measured<'_>,
    windows: &Windows,
    reader: &SnapshotReader,
    values: &mut Values,
) -> Result<Option<String>> {
    let zone = reader.tenant().time_zone();
    let mut all: Vec<&Days> = windows.before.iter().chain(&windows.after).collect();
    all.sort_by_key(|days| days.from);
    let ends = all.iter().map(|days| days.to).max();
    let (Some(first), Some(last)) = (all.first().map(|days| days.from), ends) else { return Ok(None) };
    let whole = condition(&[Days::between(first, last)], zone, values);
    let (source, only_key) = match what.key {
        Some((dimension, key)) => {
            let source = dimension.source(&few::naming(reader), values)?;
            let own = match key {
                Some(key) => format!("{} = {}", source.key, values.text(key)),
                None => format!("{} IS NULL", source.key),
            };
            (Some(source), format!("\n  AND {own}"))
        }
        None => (None, String::new()),
    };
    let tables = source.as_ref().map_or_else(String::new, |source| with(&[source]));
    let join = source.as_ref().map_or("", |source| source.join.as_str());
    let mut side = |days: &[Days]| -> Option<String> {
        let (within, number) = (condition(days, zone, values), count(days).max(1));
        Some(match (what.metric, sum_of(what.metric)) {
            (Metric::AverageOrder, Some((sum, only))) => format!(
                "CAST(coalesce(sum({sum}) FILTER (WHERE {only} AND {within}) \
                 / nullif(count(*) FILTER (WHERE {only} AND {within}), 0), 0) AS DECIMAL(38, 4))"
            ),
            (_, Some((sum, only))) => format!(
                "CAST(CAST(coalesce(sum({sum}) FILTER (WHERE {only} AND {within}), 0) AS DECIMAL(28, 4)) / {number} AS DECIMAL(38, 4))"
            ),
            (Metric::Customers, None) => format!(
                "CAST(CAST(count(DISTINCT CASE WHEN line = 1 AND purchase_amount > 0 THEN concat(customer_id, ' ', \
                 CAST(CAST(local_time(p.occurred_at) AS DATE) AS VARCHAR)) END) \
                 FILTER (WHERE customer_id IS NOT NULL AND {within}) AS DECIMAL(28, 4)) / {number} AS DECIMAL(38, 4))"
            ),
            (Metric::NewCustomers, None) => {
                format!("CAST(CAST(count(*) FILTER (WHERE {within}) AS DECIMAL(28, 4)) / {number} AS DECIMAL(38, 4))")
            }
            _ => return None,
        })
    };
    let (Some(before), Some(after)) = (side(&windows.before), side(&windows.after)) else { return Ok(None) };
    if what.metric == Metric::NewCustomers {
        return Ok(Some(format!(
            "WITH firsts AS (\n    SELECT customer_id, min(occurred_at) AS occurred_at FROM sales\n    \
             WHERE line = 1 AND purchase_amount > 0 AND currency = $currency AND customer_id IS NOT NULL\n    GROUP BY 1\n)\n\
             SELECT\n    {before} AS before,\n    {after} AS after\nFROM firsts p\nWHERE {whole}"
        )));
    }
    Ok(Some(format!(
        "{tables}SELECT\n    {before} AS before,\n    {after} AS after\nFROM sales p{join}\nWHERE p.currency = $currency\n  \
         AND {whole}{only_key}"
    )))
}

/// Whether a line lies on one of the days.
pub(super) fn condition(days: &[Days], zone: Tz, values: &mut Values) -> String {
    let mut one = |days: &Days| {
        let Span { from, to } = days.span(zone);
        let mut bound = |time: DateTime<Utc>| -> String { values.bind(time_value(time)) };
        format!("(p.occurred_at >= {} AND p.occurred_at < {})", bound(from), bound(to))
    };
    let conditions: Vec<String> = days.iter().map(&mut one).collect();
    match conditions.as_slice() {
        [] => "FALSE".to_owned(),
        [one] => one.clone(),
        many => format!("({})", many.join(" OR ")),
    }
}

fn time_value(time: DateTime<Utc>) -> ScalarValue {
    micros(time.timestamp_micros())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn wild_days_are_cut_out() {
        let march = Days::between(day("2026-03-01"), day("2026-03-15"));
        let windows = Windows { before: vec![march], after: vec![Days::one(day("2026-03-15"))] };
        let less = windows.without(&[day("2026-03-01"), day("2026-03-07"), day("2026-03-15")]);
        assert_eq!(
            less.before,
            [Days::between(day("2026-03-02"), day("2026-03-07")), Days::between(day("2026-03-08"), day("2026-03-15"))]
        );
        assert_eq!(less.after, windows.after);
        assert_eq!((count(&less.before), march.moved(-364).from), (12, day("2025-03-02")));
    }

    #[test]
    fn days_are_those_of_the_zone_and_whole() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let span = Span { from: at("2026-02-28T21:00:00Z"), to: at("2026-03-10T12:00:00Z") };
        let days = Days::within(span, Tz::Europe__Moscow);
        assert_eq!(days, Days::between(day("2026-03-01"), day("2026-03-10")));
        assert_eq!(Days::within(span, Tz::UTC).from, day("2026-03-01"));
        assert_eq!(days.span(Tz::Europe__Moscow).from, span.from);
    }
}
