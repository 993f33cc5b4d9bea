//! A metric by period, without the period that is running, empty periods filled.

use arrow::array::{Array, AsArray};
use arrow::{
    compute::cast,
    datatypes::{DataType, Date32Type, Float64Type},
};
use chrono::{DateTime, NaiveDate, Utc};
use datafusion::common::ScalarValue;

use super::{calendar::Grain, metric::Metric, scope::Scope};
use kupets_core::{Error, Result, TenantContext};

use crate::{
    customers::few,
    snapshot_reader::{SnapshotReader, Values, micros},
};

/// Periods at most: a day each for 270 years. A record with a mistyped year must not ask for more memory than that.
const MAX_PERIODS: i64 = 100_000;

/// A metric by period.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// First day of the first period.
    pub start: NaiveDate,
    /// Length of a period.
    pub grain: Grain,
    /// Value of each period from the first with a record to the last that has ended. A period without records has 0.
    pub values: Vec<f64>,
    /// The day on which the first record lies: a period that begins before it may be a part of one.
    pub first_day: Option<NaiveDate>,
    /// The statement that gives the values.
    pub sql: String,
}

impl Series {
    /// First day of the period at `index`, which may lie past the end.
    pub fn period(&self, index: usize) -> Option<NaiveDate> {
        self.grain.after(self.start, u32::try_from(index).ok()?)
    }
}

/// Which series.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SeriesQuery {
    /// What is measured.
    pub metric: Metric,
    /// Length of a period.
    pub grain: Grain,
    /// In which part of the shop.
    pub scope: Scope,
    /// ISO 4217 code.
    pub currency: String,
    /// Records from here on do not exist.
    pub as_of: DateTime<Utc>,
}

/// Reads a series.
///
/// # Errors
/// There is no such segment; the limits of queries; records that are too far apart to be listed by period.
pub(crate) async fn read(reader: &SnapshotReader, tenant: &TenantContext, query: &SeriesQuery) -> Result<Series> {
    let mut values = Values::default();
    values.name("currency", query.currency.as_str());
    values.name("as_of", micros(query.as_of.timestamp_micros()));
    let period = format!("date_trunc('{}', local_time(occurred_at))", query.grain.name());
    let sql = query.scope.statement(query.metric, &period, &few::naming(reader), &mut values)?;
    let spelled = values.spell(&sql);
    let found = reader.collect(sql, values).await?;

    let wrong = |e: &dyn std::fmt::Display| Error::internal(format!("a series cannot be read: {e}"));
    let days = cast(found.column(0), &DataType::Date32).map_err(|e| wrong(&e))?;
    let amounts = cast(found.column(1), &DataType::Float64).map_err(|e| wrong(&e))?;
    let (days, amounts) = (days.as_primitive::<Date32Type>(), amounts.as_primitive::<Float64Type>());
    let today = query.as_of.with_timezone(&tenant.time_zone()).date_naive();
    let running = query.grain.start(today);
    let start = (0..days.len()).find(|i| days.is_valid(*i)).and_then(|i| days.value_as_date(i));
    let Some(start) = start.filter(|start| *start < running) else {
        return Ok(Series { start: running, grain: query.grain, values: Vec::new(), first_day: None, sql: spelled });
    };
    let length = query.grain.between(start, running);
    if length > MAX_PERIODS {
        return Err(Error::invalid(
            "bad_parameter",
            format!(
                "The records reach from {start} to {today}: that is {length} periods of a {}, and {MAX_PERIODS} can be \
                 looked at. Look for records with a wrong year, or use a longer grain.",
                query.grain.name()
            ),
        ));
    }
    let mut filled = vec![0.0; usize::try_from(length).unwrap_or(0)];
    for row in 0..days.len() {
        let Some(day) = days.value_as_date(row).filter(|_| days.is_valid(row)) else { continue };
        let place = usize::try_from(query.grain.between(start, day)).ok();
        if let Some(slot) = place.and_then(|place| filled.get_mut(place)) {
            *slot = if amounts.is_valid(row) { amounts.value(row) } else { 0.0 };
        }
    }
    let first_day = first_day(reader, query).await?;
    Ok(Series { start, grain: query.grain, values: filled, first_day, sql: spelled })
}

/// The day of the first record of the whole shop: before it there was nothing to be recorded.
async fn first_day(reader: &SnapshotReader, query: &SeriesQuery) -> Result<Option<NaiveDate>> {
    let mut values = Values::default();
    values.name("currency", query.currency.as_str());
    let sql = "SELECT CAST(min(local_time(occurred_at)) AS DATE) AS day FROM sales WHERE currency = $currency";
    let found = reader.collect(sql.to_owned(), values).await?;
    let day = ScalarValue::try_from_array(found.column(0), 0)
        .map_err(|e| Error::internal("the first day cannot be read").with_source(e))?;
    Ok(match day {
        ScalarValue::Date32(Some(days)) => arrow::temporal_conversions::date32_to_datetime(days).map(|t| t.date()),
        _ => None,
    })
}
