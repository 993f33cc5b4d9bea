//! Whether a shop has so few customers that ranks among them say nothing: their segments are told by stages of the lifecycle then.

use std::{sync::Arc, time::Instant};

use chrono::{DateTime, Utc};
use kupets_core::FEWEST_RANKED;

use super::segment::Naming;
use kupets_core::Result;

use crate::snapshot_reader::{SnapshotReader, Values, micros};

/// Known customers with an order that counts, as many as tell whether they are few.
const CUSTOMERS: &str = "SELECT DISTINCT s.customer_id
FROM sales s
LEFT JOIN taken_back t ON t.purchase_id = s.purchase_id AND t.taken_back_at <= $as_of
WHERE t.purchase_id IS NULL
  AND line = 1
  AND purchase_amount > 0
  AND s.customer_id IS NOT NULL
  AND s.currency = $currency
  AND occurred_at <= $as_of
  ";

/// The same version, which knows by what segments are named as of a moment: see [`naming`].
///
/// # Errors
/// The limits of queries.
pub(crate) async fn knowing_customers(
    reader: &SnapshotReader,
    currency: &str,
    as_of: DateTime<Utc>,
) -> Result<SnapshotReader> {
    let rules = reader.tenant().segments();
    let few = rules.word_few() && few(reader, currency, as_of).await?;
    Ok(reader.clone().with_few_customers(few))
}

/// By what segments are named at the moment that the reader was made to know, and by ranks where it was not.
pub(crate) fn naming(reader: &SnapshotReader) -> Naming<'_> {
    Naming::new(reader.tenant().segments(), reader.has_few_customers())
}

async fn few(reader: &SnapshotReader, currency: &str, as_of: DateTime<Utc>) -> Result<bool> {
    let (cache, tenant) = (reader.engine().cache(), reader.tenant().id());
    let look_back = naming(reader).look_back()?;
    // Whoever came an hour ago has come: within the hour only another version has others.
    let question = format!("few customers {currency} {} {look_back}", as_of.timestamp().div_euclid(3_600));
    // What is kept may be of an older version where it was dear: this must be of the very one, as everything beside it is.
    let kept = cache.kept::<(Arc<str>, bool)>(tenant, &question, reader.snapshot()).await;
    if let Some(kept) = kept.filter(|kept| *kept.0 == *reader.snapshot()) {
        return Ok(kept.1);
    }
    let started = Instant::now();
    let mut values = Values::default();
    values.name("currency", currency);
    values.name("as_of", micros(as_of.timestamp_micros()));
    values.name("enough", i64::from(FEWEST_RANKED));
    let sql = format!("{CUSTOMERS}{look_back}\nLIMIT $enough");
    let found = reader.knowing_refunds().await?.collect(sql, values).await?.num_rows() < FEWEST_RANKED as usize;
    let value = Arc::new((reader.version().snapshot.clone(), found));
    cache.keep(tenant, question, reader.version(), started.elapsed(), value, 128).await;
    Ok(found)
}
