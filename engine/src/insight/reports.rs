//! Reports over rows that SQL alone does not make: their tables are computed with the report's parameters.

use chrono::{DateTime, TimeDelta, Utc};
use datafusion::common::ScalarValue;

use super::{
    pairs,
    tables::add_moved,
    value::{self, Horizon},
};
use kupets_core::{Error, Result};

use crate::{
    customers::few,
    reports::Prepared,
    snapshot_reader::{SnapshotReader, Values},
};

/// Adds to `reader` the table that the report reads beside those of the tenant, if it does, and tells the report of few customers.
///
/// # Errors
/// A parameter out of bounds, and the limits of queries.
pub(crate) async fn add_tables(reader: &mut SnapshotReader, report: &mut Prepared) -> Result<()> {
    match report.report.id.as_str() {
        "basket_pairs" => {
            let share = |name: &str| match report.value(name) {
                Some(ScalarValue::Float64(Some(value))) => pairs::share(name, *value),
                _ => Err(missing(name)),
            };
            let (support, confidence) = (share("min_support")?, share("min_confidence")?);
            let mut values = Values::default();
            for name in ["currency", "from", "to"] {
                values.name(name, report.value(name).ok_or_else(|| missing(name))?.clone());
            }
            let rows = pairs::rows(reader, values, support, confidence).await?;
            reader.add_rows("pairs", rows)
        }
        "customer_value" => {
            // Who names the days means all figures; else value is of a year, and the risk of the days by the shop's rhythm.
            let horizon = match report.value("horizon_days") {
                Some(ScalarValue::Int64(Some(days))) => {
                    let days = u32::try_from(*days).map_err(|_| missing("horizon_days"))?;
                    Horizon { value_days: days, risk_days: Some(days) }
                }
                _ => Horizon::CARD,
            };
            add_scores(reader, report, horizon).await
        }
        "lifecycle" => add_scores(reader, report, Horizon::CARD).await,
        "segment_movement" => {
            let to = time(report, "as_of").ok_or_else(|| missing("as_of"))?;
            let earlier = TimeDelta::try_days(days(report, "days")?).and_then(|days| to.checked_sub_signed(days));
            let from = time(report, "from").or(earlier).ok_or_else(|| missing("days"))?;
            let currency = currency(report)?;
            *reader = few::knowing_customers(&reader.knowing_refunds().await?, &currency, to).await?;
            add_moved(reader, &currency, from, to)
        }
        "rfm_segments" => {
            let (currency, as_of) = (currency(report)?, time(report, "as_of").ok_or_else(|| missing("as_of"))?);
            *reader = few::knowing_customers(&reader.knowing_refunds().await?, &currency, as_of).await?;
            if reader.has_few_customers() {
                report.tell_of_few();
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Adds the table `scores` as of the report's moment.
async fn add_scores(reader: &mut SnapshotReader, report: &Prepared, horizon: Horizon) -> Result<()> {
    let as_of = time(report, "as_of").ok_or_else(|| missing("as_of"))?;
    let scores = value::scores(reader, &currency(report)?, as_of, horizon).await?;
    reader.add_rows("scores", scores.rows.clone())
}

fn currency(report: &Prepared) -> Result<String> {
    report.meta.currency.clone().ok_or_else(|| missing("currency"))
}

fn days(report: &Prepared, name: &str) -> Result<i64> {
    match report.value(name) {
        Some(ScalarValue::Int64(Some(days))) => Ok(*days),
        _ => Err(missing(name)),
    }
}

fn time(report: &Prepared, name: &str) -> Option<DateTime<Utc>> {
    match report.value(name) {
        Some(ScalarValue::TimestampMicrosecond(Some(time), _)) => DateTime::<Utc>::from_timestamp_micros(*time),
        _ => None,
    }
}

fn missing(name: &str) -> Error {
    Error::internal(format!("the report's parameter {name} has no value"))
}
