//! What a tenant's records reach over: it tells a gap in the data from no sales.

use std::sync::Arc;

use arrow::{
    array::{Array, AsArray},
    compute::cast,
    datatypes::{DataType, TimestampMicrosecondType},
};
use chrono::{DateTime, Utc};
use kupets_core::{Error, Result, TenantContext};

use crate::{
    Engine, insight,
    snapshot_reader::{Values, micros},
};

/// What records reach over.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extent {
    /// The moments of the first and the last sale.
    pub sales: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// The moments of the first and the last interaction.
    pub interactions: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// The currencies of sales, the most frequent first.
    pub currencies: Vec<String>,
}

const SALES: &str = "SELECT currency, count(*) AS n, min(occurred_at) AS first, max(occurred_at) AS last \
                     FROM sales GROUP BY currency ORDER BY n DESC, currency";
const INTERACTIONS: &str = "SELECT CAST('' AS VARCHAR) AS currency, count(*) AS n, min(occurred_at) AS first, \
                            max(occurred_at) AS last FROM interactions";

/// The extent of the present version.
pub(super) async fn of(engine: &Engine, tenant: &TenantContext) -> Result<Arc<Extent>> {
    let reader = insight::reader(engine, tenant, "").await?;
    let version = reader.version().clone();
    engine
        .cache()
        .get(tenant.id(), "extent".to_owned(), &version, async {
            let sales = spans(&reader.collect(SALES.to_owned(), Values::default()).await?)?;
            let interactions = spans(&reader.collect(INTERACTIONS.to_owned(), Values::default()).await?)?;
            let whole = |spans: &[Span]| {
                let first = spans.iter().filter_map(|span| span.first).min();
                first.zip(spans.iter().filter_map(|span| span.last).max())
            };
            let extent = Extent {
                sales: whole(&sales),
                interactions: whole(&interactions),
                currencies: sales.into_iter().map(|span| span.currency).collect(),
            };
            Ok((extent, 256))
        })
        .await
}

/// The currencies of the sales of a period.
pub(super) async fn currencies(
    engine: &Engine,
    tenant: &TenantContext,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
) -> Result<Vec<String>> {
    let mut values = Values::default();
    let mut conditions = Vec::new();
    for (name, sign, at) in [("from", ">=", from), ("to", "<", to)] {
        if let Some(at) = at {
            values.name(name, micros(at.timestamp_micros()));
            conditions.push(format!("occurred_at {sign} ${name}"));
        }
    }
    let place = if conditions.is_empty() { String::new() } else { format!("WHERE {}", conditions.join(" AND ")) };
    let sql = format!(
        "SELECT currency, count(*) AS n, min(occurred_at) AS first, max(occurred_at) AS last \
         FROM sales {place} GROUP BY currency ORDER BY n DESC, currency"
    );
    let reader = insight::reader(engine, tenant, "").await?;
    Ok(spans(&reader.collect(sql, values).await?)?.into_iter().map(|span| span.currency).collect())
}

struct Span {
    currency: String,
    first: Option<DateTime<Utc>>,
    last: Option<DateTime<Utc>>,
}

fn spans(rows: &arrow::array::RecordBatch) -> Result<Vec<Span>> {
    let wrong = |e: arrow::error::ArrowError| Error::internal("the extent of records cannot be read").with_source(e);
    let texts = cast(rows.column(0), &DataType::Utf8).map_err(wrong)?;
    let texts = texts.as_string::<i32>();
    let time = |column: usize, row: usize| {
        let times = rows.column(column).as_primitive_opt::<TimestampMicrosecondType>()?;
        times.is_valid(row).then(|| DateTime::from_timestamp_micros(times.value(row))).flatten()
    };
    Ok((0..rows.num_rows())
        .map(|row| Span { currency: texts.value(row).to_owned(), first: time(2, row), last: time(3, row) })
        .collect())
}
