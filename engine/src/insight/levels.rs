//! Since when a figure has another level: the findings `shift`, and the days since which drivers are what they are.

use std::collections::HashMap;

use arrow::{
    array::{Array, AsArray},
    compute::cast,
    datatypes::{DataType, Date32Type, Float64Type},
};
use chrono::NaiveDate;
use kupets_analytics::changes::{ChangePoint, change_points};

use super::{
    days::{Days, shifted},
    dimension::{Dimension, Source, sum_of, with},
    explain::Comparison,
};
use kupets_core::{Error, Result};

use crate::{
    customers::few,
    snapshot_reader::{SnapshotReader, Values, micros},
};

/// The season of days.
pub(super) const WEEK: usize = 7;
/// Standard errors from which on a level is more than chance.
const STRONG: f64 = 4.0;
/// The least change of a level that is told, as a share.
const WORTH: f64 = 0.02;

/// A metric by day, without gaps, up to the last whole day.
#[derive(Debug, Clone)]
pub(super) struct Daily {
    pub start: NaiveDate,
    pub values: Vec<f64>,
}

impl Daily {
    /// The day of a place.
    pub fn day(&self, place: usize) -> NaiveDate {
        shifted(self.start, i64::try_from(place).unwrap_or(0))
    }

    /// The place of a day, if it is there.
    pub fn place(&self, day: NaiveDate) -> Option<usize> {
        usize::try_from((day - self.start).num_days()).ok().filter(|place| *place < self.values.len())
    }

    /// The levels that began within the days, those of size and more than chance.
    pub fn levels(&self, within: Days) -> Vec<Level> {
        let points = change_points(&self.values, WEEK).unwrap_or_default();
        let ends = points.iter().map(|point| point.at).skip(1).chain([self.values.len()]);
        let starts = [0].into_iter().chain(points.iter().map(|point| point.at));
        let all = points.iter().zip(starts).zip(ends);
        all.map(|((point, previous), next)| Level {
            since: self.day(point.at),
            previous: self.day(previous),
            next: self.day(next),
            point: *point,
        })
        .filter(|level| {
            let ChangePoint { before, after, strength, .. } = level.point;
            let size = (after - before).abs() / before.abs().max(after.abs());
            within.holds(level.since) && strength >= STRONG && size >= WORTH
        })
        .collect()
    }
}

/// A level that began on a day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Level {
    pub since: NaiveDate,
    /// When the level before it began.
    pub previous: NaiveDate,
    /// When the next one began, or the series ends.
    pub next: NaiveDate,
    pub point: ChangePoint,
}

impl Level {
    /// Whether it went up.
    pub fn up(&self) -> bool {
        self.point.after > self.point.before
    }
}

/// The series of some keys of a dimension over the days, for metrics that are sums over lines.
///
/// # Errors
/// The limits of queries.
pub(super) async fn of_keys(
    reader: &SnapshotReader,
    comparison: &Comparison,
    dimension: &Dimension,
    keys: &[Option<String>],
    days: Days,
) -> Result<HashMap<Option<String>, Daily>> {
    let sum = sum_of(comparison.metric).filter(|_| !comparison.metric.is_ratio());
    let (Some((what, only)), false) = (sum, keys.is_empty()) else { return Ok(HashMap::new()) };
    let mut values = Values::default();
    let source = dimension.source(&few::naming(reader), &mut values)?;
    let known: Vec<String> = keys.iter().flatten().map(|key| values.text(key)).collect();
    let mut of: Vec<String> = Vec::new();
    if !known.is_empty() {
        of.push(format!("{} IN ({})", source.key, known.join(", ")));
    }
    if keys.contains(&None) {
        of.push(format!("{} IS NULL", source.key));
    }
    let span = days.span(reader.tenant().time_zone());
    for (name, time) in [("from", span.from), ("to", span.to)] {
        values.name(name, micros(time.timestamp_micros()));
    }
    values.name("currency", comparison.currency.as_str());
    let Source { key, join, .. } = &source;
    let sql = format!(
        "{}SELECT\n    {key} AS key,\n    CAST(local_time(p.occurred_at) AS DATE) AS day,\n    CAST(sum({what}) AS DOUBLE) AS value\n\
         FROM sales p{join}\nWHERE p.currency = $currency\n  AND p.occurred_at >= $from AND p.occurred_at < $to\n  AND {only}\n  \
         AND ({})\nGROUP BY 1, 2",
        with(&[&source]),
        of.join(" OR ")
    );
    let found = reader.collect(sql, values).await?;
    let wrong = |e: arrow::error::ArrowError| Error::internal("the days of a driver cannot be read").with_source(e);
    let names = cast(found.column(0), &DataType::Utf8).map_err(wrong)?;
    let dates = cast(found.column(1), &DataType::Date32).map_err(wrong)?;
    let sums = cast(found.column(2), &DataType::Float64).map_err(wrong)?;
    let (names, dates) = (names.as_string::<i32>(), dates.as_primitive::<Date32Type>());
    let sums = sums.as_primitive::<Float64Type>();
    let length = usize::try_from(days.count()).unwrap_or(0);
    let mut series: HashMap<Option<String>, Daily> = HashMap::new();
    for row in 0..found.num_rows() {
        let key = names.is_valid(row).then(|| names.value(row).to_owned());
        let own = series.entry(key).or_insert_with(|| Daily { start: days.from, values: vec![0.0; length] });
        let place = dates.value_as_date(row).and_then(|day| own.place(day));
        if let Some(value) = place.and_then(|place| own.values.get_mut(place)) {
            *value = if sums.is_valid(row) { sums.value(row) } else { 0.0 };
        }
    }
    Ok(series)
}
