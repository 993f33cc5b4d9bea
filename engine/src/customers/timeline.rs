//! A customer's history: what happened, the latest first.
//!
//! A page is found by times and ids alone; then the records of its span of time are read whole. Files are sorted by time,
//! so that neither reads or sorts the history of others.

use std::{cmp::Ordering, collections::HashMap};

use super::{
    cursor::{self, TimelineCursor, fingerprint},
    model::{Event, Timeline, no_such_customer},
    rows::{self, Texts, Times},
};
use kupets_core::{Error, Result, TenantContext};

use crate::{
    Engine,
    snapshot_reader::{SnapshotReader, Values, micros},
};

const PURCHASE: &str = "purchase";
const INTERACTION: &str = "interaction";

/// One event of a page, by its place in the order.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    at: i64,
    kind: &'static str,
    id: String,
}

/// A page of the timeline of `id`.
pub(super) async fn page(
    engine: &Engine,
    tenant: &TenantContext,
    id: &str,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Timeline> {
    let limit = limit.max(1);
    let query = fingerprint(&id);
    let after: Option<TimelineCursor> = cursor.map(cursor::decode).transpose()?;
    if after.as_ref().is_some_and(|c| c.query != query) {
        return Err(cursor::of_another("customer"));
    }
    let reader = SnapshotReader::open(engine, tenant).await?;
    let mut keys = keys(&reader, id, limit, after.as_ref()).await?;
    let more = keys.len() > limit;
    keys.truncate(limit);
    let (Some(newest), Some(oldest)) = (keys.first(), keys.last()) else {
        exists(&reader, id).await?;
        return Ok(Timeline::default());
    };
    let next_cursor = match more {
        true => Some(cursor::encode(&TimelineCursor {
            at: oldest.at,
            kind: oldest.kind.to_owned(),
            id: oldest.id.clone(),
            query,
        })?),
        false => None,
    };
    let mut events = events(&reader, id, (oldest.at, newest.at), &keys).await?;
    let items = keys.into_iter().map(|key| {
        events.remove(&(key.kind == PURCHASE, key.id)).ok_or_else(|| Error::internal("an event of a timeline is gone"))
    });
    Ok(Timeline { items: items.collect::<Result<_>>()?, next_cursor })
}

/// The keys of the page and, if there is one, of the event after it: the latest of each kind, put together.
async fn keys(reader: &SnapshotReader, id: &str, limit: usize, after: Option<&TimelineCursor>) -> Result<Vec<Key>> {
    let mut keys = Vec::new();
    for (kind, source, key) in [
        (PURCHASE, "purchases WHERE line = 1 AND", "purchase_id"),
        (INTERACTION, "interactions WHERE", "interaction_id"),
    ] {
        let mut values = Values::default();
        values.name("customer", id);
        values.name("limit", i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1));
        let after = after.map_or(String::new(), |cursor| {
            values.name("at", micros(cursor.at));
            match kind.cmp(cursor.kind.as_str()) {
                Ordering::Less => "AND occurred_at <= $at".into(),
                // The first part says no more than the second, but it prunes files.
                Ordering::Equal => {
                    values.name("id", cursor.id.as_str());
                    format!("AND occurred_at <= $at AND (occurred_at < $at OR {key} < $id)")
                }
                Ordering::Greater => "AND occurred_at < $at".into(),
            }
        });
        let sql = format!(
            "SELECT occurred_at, {key} AS id FROM {source} customer_id = $customer {after}
ORDER BY occurred_at DESC, {key} DESC LIMIT $limit"
        );
        let found = reader.collect(sql, values).await?;
        let (times, ids) = (Times::of(&found, "occurred_at")?, Texts::of(&found, "id")?);
        keys.extend((0..found.num_rows()).map(|row| Key { at: times.at(row), kind, id: ids.at(row) }));
    }
    keys.sort_by(|a, b| b.cmp(a));
    keys.truncate(limit.saturating_add(1));
    Ok(keys)
}

/// The records of a span of time, by whether they are purchases, and id. At its ends there may be more than the page has.
async fn events(
    reader: &SnapshotReader,
    id: &str,
    span: (i64, i64),
    keys: &[Key],
) -> Result<HashMap<(bool, String), Event>> {
    let statement = |table: &str| {
        let mut values = Values::default();
        values.name("customer", id);
        values.name("from", micros(span.0));
        values.name("to", micros(span.1));
        let sql = format!(
            "SELECT * FROM {table} WHERE customer_id = $customer AND occurred_at >= $from AND occurred_at <= $to"
        );
        (sql, values)
    };
    let mut events = HashMap::with_capacity(keys.len());
    if keys.iter().any(|key| key.kind == PURCHASE) {
        let (sql, values) = statement("purchases");
        let purchases = rows::purchases(&reader.collect(sql, values).await?)?;
        events.extend(purchases.into_iter().map(|p| ((true, p.purchase_id.clone()), Event::Purchase(p))));
    }
    if keys.iter().any(|key| key.kind == INTERACTION) {
        let (sql, values) = statement("interactions");
        let interactions = rows::interactions(&reader.collect(sql, values).await?)?;
        events.extend(interactions.into_iter().map(|i| ((false, i.interaction_id.clone()), Event::Interaction(i))));
    }
    Ok(events)
}

/// A customer without events has an empty timeline; who is not a customer has none.
async fn exists(reader: &SnapshotReader, id: &str) -> Result<()> {
    let mut values = Values::default();
    values.name("customer", id);
    let found =
        reader.collect("SELECT customer_id FROM customers WHERE customer_id = $customer".into(), values).await?;
    if found.num_rows() == 0 { Err(no_such_customer()) } else { Ok(()) }
}
