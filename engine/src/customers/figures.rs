//! The figures and the segment of every customer with a purchase: a segment is a place among all, so that one page of the list,
//! or one card, needs them all.
//!
//! For a large base they are kept, as customer value is (`insight::cache`): reading ten million lines for each page of a list
//! takes seconds. A smaller one is read anew each time.

use std::{sync::Arc, time::Instant};

use arrow::array::RecordBatch;
use chrono::{DateTime, Utc};
use kupets_core::SegmentRules as Rules;

use super::{few, history, segment};
use kupets_core::Result;

use crate::snapshot_reader::{SnapshotReader, Values, micros};

/// The fewest customers of a base whose figures are kept.
const LARGE: usize = 100_000;

/// One row a customer with a purchase in the currency: `customer_id, orders, revenue, order_revenue, first_purchase_at,
/// last_purchase_at, frequency, segment`. What was kept is of the same hour: recency counts whole days.
///
/// # Errors
/// The limits of queries.
pub(super) async fn figures(reader: &SnapshotReader, currency: &str, as_of: DateTime<Utc>) -> Result<Arc<RecordBatch>> {
    let rules = reader.tenant().segments();
    let question = question(rules, currency, as_of);
    let (cache, tenant) = (reader.engine().cache(), reader.tenant().id());
    if let Some(kept) = cache.kept(tenant, &question, reader.snapshot()).await {
        return Ok(kept);
    }
    let started = Instant::now();
    let mut values = Values::default();
    values.name("currency", currency);
    values.name("as_of", micros(as_of.timestamp_micros()));
    let reader = few::knowing_customers(reader, currency, as_of).await?;
    let naming = few::naming(&reader);
    let (history, buyers, rule) = (history::of_all(&naming.look_back()?), history::BUYERS, naming.rule()?);
    let sql = format!(
        "WITH history AS ({history}\n),\nbuyers AS ({buyers}\n),\n{rule}
SELECT
    customer_id, orders, revenue, order_revenue, first_purchase_at, last_purchase_at, frequency,
    CASE WHEN frequency IS NOT NULL THEN segment END AS segment
FROM named"
    );
    let rows = Arc::new(reader.knowing_refunds().await?.collect(sql, values).await?);
    if rows.num_rows() >= LARGE {
        let bytes = rows.get_array_memory_size();
        cache.keep(tenant, question, reader.version(), started.elapsed(), rows.clone(), bytes).await;
    }
    Ok(rows)
}

/// What is kept is of one currency, one hour and one set of rules.
pub(super) fn question(rules: &Rules, currency: &str, as_of: DateTime<Utc>) -> String {
    format!("customers {currency} {} {}", segment::fingerprint(rules), as_of.timestamp().div_euclid(3_600))
}
