//! Purchases and interactions one by one: listed by time, read, deleted.

use chrono::{DateTime, Utc};
use kupets_core::{Error, Kind, Result, TenantContext, schema::Table};
use serde::{Deserialize, Serialize};

use super::{
    cursor::{self, fingerprint},
    model::Event,
    rows::{self, Texts, Times},
};
use crate::{
    Engine,
    snapshot_reader::{SnapshotReader, Values, micros},
};

/// Which records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordQuery {
    /// Those of this customer.
    pub customer_id: Option<String>,
    /// Not before this moment.
    pub from: Option<DateTime<Utc>>,
    /// Before this moment.
    pub to: Option<DateTime<Utc>>,
    /// At most.
    pub limit: usize,
    /// Where the page begins.
    pub cursor: Option<String>,
}

/// A page of records, the latest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordPage {
    /// The records.
    pub items: Vec<Event>,
    /// Where the next page begins; none at the end.
    pub next_cursor: Option<String>,
}

/// The end of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    /// Time of the last record, microseconds since the epoch.
    at: i64,
    record: String,
    /// [`fingerprint`] of the query.
    query: String,
}

impl Engine {
    /// Purchases or interactions, the latest first.
    ///
    /// # Errors
    /// A cursor of another query, and the limits of queries.
    pub async fn records(&self, tenant: &TenantContext, table: Table, query: RecordQuery) -> Result<RecordPage> {
        let (engine, tenant) = (self.clone(), tenant.clone());
        self.on_runtime(async move {
            let mut query = query;
            if let Some(id) = &mut query.customer_id {
                *id = engine.person(&tenant, id).await?;
            }
            page(&engine, &tenant, table, &query).await
        })
        .await
    }

    /// One purchase or interaction.
    ///
    /// # Errors
    /// There is no such record, and the limits of queries.
    pub async fn record(&self, tenant: &TenantContext, table: Table, id: &str) -> Result<Event> {
        let (engine, tenant, id) = (self.clone(), tenant.clone(), id.to_owned());
        self.on_runtime(async move { one(&engine, &tenant, table, &id).await }).await
    }

    /// Deletes a purchase or an interaction. When it returns, no answer shows it; older snapshots of the lake hold it until they
    /// expire. Its customer stays.
    ///
    /// # Errors
    /// There is no such record; the storage refuses.
    pub async fn delete_record(&self, tenant: &TenantContext, table: Table, id: &str) -> Result<()> {
        let (engine, tenant, id) = (self.clone(), tenant.clone(), id.to_owned());
        self.on_runtime(async move {
            match engine.store(tenant.id()).await?.delete_record(table, &id).await? {
                true => Ok(()),
                false => Err(no_such_record(table)),
            }
        })
        .await
    }
}

async fn one(engine: &Engine, tenant: &TenantContext, table: Table, id: &str) -> Result<Event> {
    let mut values = Values::default();
    values.name("id", id);
    let sql = format!("SELECT * FROM {} WHERE {} = $id", table.name(), table.key());
    let found = SnapshotReader::open(engine, tenant).await?.collect(sql, values).await?;
    events(table, &found)?.pop().ok_or_else(|| no_such_record(table))
}

async fn page(engine: &Engine, tenant: &TenantContext, table: Table, query: &RecordQuery) -> Result<RecordPage> {
    let limit = query.limit.max(1);
    let asked = fingerprint(&(table.name(), &query.customer_id, query.from, query.to));
    let after: Option<End> = query.cursor.as_deref().map(cursor::decode).transpose()?;
    if after.as_ref().is_some_and(|end| end.query != asked) {
        return Err(cursor::of_another("customer_id, from and to"));
    }
    let reader = SnapshotReader::open(engine, tenant).await?;
    let mut keys = keys(&reader, table, query, after.as_ref()).await?;
    let more = keys.len() > limit;
    keys.truncate(limit);
    let (Some(newest), Some(oldest)) = (keys.first(), keys.last()) else { return Ok(RecordPage::default()) };
    let next_cursor = match more {
        true => Some(cursor::encode(&End { at: oldest.0, record: oldest.1.clone(), query: asked })?),
        false => None,
    };
    let mut values = Values::default();
    values.name("from", micros(oldest.0));
    values.name("to", micros(newest.0));
    let ids: Vec<String> = keys.iter().map(|(_, id)| values.text(id.as_str())).collect();
    // The times prune files; the ids are what is asked for.
    let sql = format!(
        "SELECT * FROM {} WHERE occurred_at >= $from AND occurred_at <= $to AND {} IN ({})",
        table.name(),
        table.key(),
        ids.join(", ")
    );
    let mut items = events(table, &reader.collect(sql, values).await?)?;
    items.sort_by(|one, other| key(other).cmp(&key(one)));
    Ok(RecordPage { items, next_cursor })
}

/// The times and ids of a page and, if there is one, of the record after it.
async fn keys(
    reader: &SnapshotReader,
    table: Table,
    query: &RecordQuery,
    after: Option<&End>,
) -> Result<Vec<(i64, String)>> {
    let mut values = Values::default();
    values.name("limit", i64::try_from(query.limit.max(1)).unwrap_or(i64::MAX).saturating_add(1));
    let mut conditions: Vec<String> = Vec::new();
    if table == Table::Purchases {
        conditions.push("line = 1".to_owned());
    }
    if let Some(customer) = &query.customer_id {
        values.name("customer", customer.as_str());
        conditions.push("customer_id = $customer".to_owned());
    }
    for (name, sign, at) in [("from", ">=", query.from), ("to", "<", query.to)] {
        if let Some(at) = at {
            values.name(name, micros(at.timestamp_micros()));
            conditions.push(format!("occurred_at {sign} ${name}"));
        }
    }
    if let Some(end) = after {
        values.name("at", micros(end.at));
        values.name("last", end.record.as_str());
        // The first part says no more than the second, but it prunes files.
        conditions.push(format!("occurred_at <= $at AND (occurred_at < $at OR {} < $last)", table.key()));
    }
    let place = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    let sql = format!(
        "SELECT occurred_at, {key} AS id FROM {}{place}\nORDER BY occurred_at DESC, {key} DESC LIMIT $limit",
        table.name(),
        key = table.key()
    );
    let found = reader.collect(sql, values).await?;
    let (times, ids) = (Times::of(&found, "occurred_at")?, Texts::of(&found, "id")?);
    Ok((0..found.num_rows()).map(|row| (times.at(row), ids.at(row))).collect())
}

fn events(table: Table, rows: &arrow::array::RecordBatch) -> Result<Vec<Event>> {
    Ok(match table {
        Table::Purchases => rows::purchases(rows)?.into_iter().map(Event::Purchase).collect(),
        Table::Interactions => rows::interactions(rows)?.into_iter().map(Event::Interaction).collect(),
        Table::Customers => return Err(Error::internal("customers are read by their card")),
    })
}

fn key(event: &Event) -> (i64, &str) {
    match event {
        Event::Purchase(purchase) => (purchase.occurred_at, purchase.purchase_id.as_str()),
        Event::Interaction(interaction) => (interaction.occurred_at, interaction.interaction_id.as_str()),
    }
}

fn no_such_record(table: Table) -> Error {
    match table {
        Table::Purchases => {
            Error::new(Kind::NotFound, "unknown_purchase", "There is no such purchase in this workspace.")
        }
        _ => Error::new(Kind::NotFound, "unknown_interaction", "There is no such interaction in this workspace."),
    }
}
