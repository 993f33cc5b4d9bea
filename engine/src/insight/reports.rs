//! Reports over rows that SQL alone does not make: their tables are computed with the report's parameters.

use chrono::{DateTime, Utc};
use datafusion::common::ScalarValue;

use super::{pairs, value};
use crate::{
    Error, Result,
    reading::{Reader, Values},
    reports::Prepared,
};

/// Adds to `reader` the table that the report reads beside those of the tenant, if it does.
///
/// # Errors
/// A parameter out of bounds, and the limits of queries.
pub(crate) async fn add_tables(reader: &mut Reader, report: &Prepared) -> Result<()> {
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
            let currency = report.meta.currency.clone().ok_or_else(|| missing("currency"))?;
            let Some(ScalarValue::Int64(Some(days))) = report.value("horizon_days") else {
                return Err(missing("horizon_days"));
            };
            let days = u32::try_from(*days).map_err(|_| missing("horizon_days"))?;
            let as_of = match report.value("as_of") {
                Some(ScalarValue::TimestampMicrosecond(Some(time), _)) => DateTime::<Utc>::from_timestamp_micros(*time),
                _ => None,
            };
            let as_of = as_of.ok_or_else(|| missing("as_of"))?;
            let scores = value::scores(reader, &currency, as_of, days).await?;
            reader.add_rows("scores", scores.rows.clone())
        }
        _ => Ok(()),
    }
}

fn missing(name: &str) -> Error {
    Error::internal(format!("the report's parameter {name} has no value"))
}
