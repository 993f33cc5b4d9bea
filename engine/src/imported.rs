//! What an import has made, and taking it back.
//!
//! A record that an import makes carries the import's id in `_import_id`. A purchase or an interaction that something else sends again
//! is replaced whole, and with it that mark; a customer loses it when something else changes anything of it. So what still has the
//! mark is what an undo deletes.

use std::collections::HashSet;

use arrow::{
    array::{Array, AsArray, RecordBatch},
    compute::cast,
    datatypes::{DataType, TimestampMicrosecondType},
};
use datafusion::common::ScalarValue;
use kupets_core::{Error, Result, TenantContext, schema::Table};
use kupets_storage::record::{Change, CustomerPatch, Parsed, Records};

use crate::{
    Engine,
    snapshot_reader::{SnapshotReader, Values},
};

/// Customers that an import has made and nobody has sold anything to or talked to otherwise.
const LEFT_ALONE: &str = "SELECT customer_id FROM customers WHERE _import_id IN ($imports) \
    AND customer_id NOT IN (SELECT customer_id FROM purchases WHERE customer_id IS NOT NULL) \
    AND customer_id NOT IN (SELECT customer_id FROM interactions WHERE customer_id IS NOT NULL)";

/// Customers of records that have no row: somebody sent a record of one at the moment in which the row went. The records have a name
/// together: without it DataFusion 55.2 does not know which `customer_id` stands before the NOT IN.
const WITHOUT_ROW: &str = "SELECT customer_id, min(occurred_at) AS since FROM ( \
    SELECT customer_id, occurred_at FROM purchases UNION ALL SELECT customer_id, occurred_at FROM interactions) AS records \
    WHERE customer_id IS NOT NULL AND customer_id NOT IN (SELECT customer_id FROM customers) GROUP BY customer_id";

impl Engine {
    /// Those of the ids of which there are records now that no import has made.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn ids_of_others(
        &self,
        tenant: &TenantContext,
        table: Table,
        ids: Vec<String>,
    ) -> Result<HashSet<String>> {
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        let (engine, tenant) = (self.clone(), tenant.clone());
        self.on_runtime(async move {
            let mut values = Values::default();
            let ids: Vec<_> = ids.iter().map(|id| values.bind(ScalarValue::from(id.as_str()))).collect();
            let (key, name, ids) = (table.key(), table.name(), ids.join(", "));
            let sql = format!("SELECT DISTINCT {key} FROM {name} WHERE _import_id IS NULL AND {key} IN ({ids})");
            let rows = SnapshotReader::open(&engine, &tenant).await?.collect(sql, values).await?;
            Ok(texts(&rows, 0)?.into_iter().collect())
        })
        .await
    }

    /// Deletes what an import has made and nothing else has changed since: its purchases and interactions, and then those of its
    /// customers of whom nothing is left, and of those that it has kept alive: customers of the imports `undone`, which were taken back
    /// before. Older snapshots of the lake hold the rows until they expire. It can be repeated.
    ///
    /// # Errors
    /// The storage refuses, or the limits of queries; some of it may be gone then.
    pub async fn undo_import(&self, tenant: &TenantContext, import_id: &str, undone: Vec<String>) -> Result<()> {
        let (engine, tenant, import_id) = (self.clone(), tenant.clone(), import_id.to_owned());
        self.on_runtime(async move {
            let store = engine.store(tenant.id()).await?;
            store.delete_imported(&[Table::Purchases, Table::Interactions], &import_id).await?;
            let mut values = Values::default();
            let imports = undone.iter().chain([&import_id]);
            let imports: Vec<_> = imports.map(|id| values.bind(ScalarValue::from(id.as_str()))).collect();
            let sql = LEFT_ALONE.replace("$imports", &imports.join(", "));
            let reader = SnapshotReader::open(&engine, &tenant).await?;
            let customers = texts(&reader.collect(sql, values).await?, 0)?;
            if !customers.is_empty() {
                let store = engine.store(tenant.id()).await?;
                store.delete_records(Table::Customers, &customers).await?;
            }
            // In any case: an attempt before this one may have been cut off behind the deletion.
            restore_rows(&engine, &tenant).await
        })
        .await
    }
}

/// Gives a row to customers who have records and none.
async fn restore_rows(engine: &Engine, tenant: &TenantContext) -> Result<()> {
    let reader = SnapshotReader::open(engine, tenant).await?;
    let rows = reader.collect(WITHOUT_ROW.to_owned(), Values::default()).await?;
    let since = rows.column(1).as_primitive_opt::<TimestampMicrosecondType>();
    let patches = texts(&rows, 0)?.into_iter().enumerate().map(|(row, customer_id)| CustomerPatch {
        customer_id,
        created_at: since.filter(|s| s.is_valid(row)).map_or(Change::Keep, |s| Change::Set(s.value(row))),
        ..CustomerPatch::default()
    });
    let records = Records::Customers(patches.collect());
    engine.ingest(tenant, Parsed::of(records)).await.map(drop)
}

/// The texts of a column.
fn texts(rows: &RecordBatch, column: usize) -> Result<Vec<String>> {
    let column = cast(rows.column(column), &DataType::Utf8)
        .map_err(|e| Error::internal("ids of records cannot be read").with_source(e))?;
    Ok(column.as_string::<i32>().iter().flatten().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use chrono::{DateTime, Utc};
    use kupets_core::{Actor, TenantId, Workspace, clock::FixedClock};
    use kupets_storage::record::{Framing, IdSource, OnError, ParseOptions, parse};

    use super::*;
    use crate::{EngineConfig, Limits};

    async fn send(engine: &Engine, tenant: &TenantContext, table: Table, body: &str) {
        let options = ParseOptions {
            table,
            time_zone: tenant.time_zone(),
            currency: tenant.currency().into(),
            now: engine.clock().now(),
            idempotency_key: None,
            ids: IdSource::sequence(),
            on_error: OnError::Refuse,
        };
        let parsed = parse(body.as_bytes(), Framing::Json, &options).unwrap();
        engine.ingest(tenant, parsed).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn customers_whose_row_went_too_far_have_one_again() {
        let dir = tempfile::tempdir().unwrap();
        let config = EngineConfig {
            data_dir: dir.path().to_owned(),
            storage_url: None,
            database_url: None,
            limits: Limits::default(),
            clock: Arc::new(FixedClock("2026-04-01T00:00:00Z".parse().unwrap())),
        };
        let (engine, authority) = Engine::open(config).await.unwrap();
        let workspace = Workspace {
            id: TenantId::parse("00000000000000000000000000000001").unwrap(),
            time_zone: chrono_tz::UTC,
            currency: "EUR".into(),
            segments: Arc::default(),
            holidays: Arc::default(),
            erased_records: Default::default(),
        };
        let tenant = authority.grant(workspace, Actor::server());
        let purchases = r#"[{"purchase_id":"p1","customer_id":"anna","occurred_at":"2026-01-03T00:00:00Z","amount":1},
            {"purchase_id":"p2","customer_id":"anna","occurred_at":"2026-01-02T00:00:00Z","amount":1},
            {"purchase_id":"p3","occurred_at":"2026-01-01T00:00:00Z","amount":1}]"#;
        send(&engine, &tenant, Table::Purchases, purchases).await;
        let call =
            r#"{"interaction_id":"i1","customer_id":"boris","kind":"call","occurred_at":"2026-01-04T00:00:00Z"}"#;
        send(&engine, &tenant, Table::Interactions, call).await;
        // As where an undo ended behind the deletion, and their records came meanwhile.
        let store = engine.store(tenant.id()).await.unwrap();
        assert_eq!(store.delete_records(Table::Customers, &["anna", "boris"]).await.unwrap(), 2);

        engine.undo_import(&tenant, "0197c5b2a0f07d0b8f2f6f2f4f7f9a01", Vec::new()).await.unwrap();
        let reader = SnapshotReader::open(&engine, &tenant).await.unwrap();
        let sql = "SELECT customer_id, created_at FROM customers ORDER BY customer_id";
        let rows = reader.collect(sql.to_owned(), Values::default()).await.unwrap();
        assert_eq!(texts(&rows, 0).unwrap(), ["anna", "boris"]);
        let first = ["2026-01-02T00:00:00Z", "2026-01-04T00:00:00Z"].map(|at| at.parse::<DateTime<Utc>>().unwrap());
        let since = rows.column(1).as_primitive::<TimestampMicrosecondType>().values();
        assert_eq!(**since, first.map(|at| at.timestamp_micros()));
        engine.shutdown().await.unwrap();
    }
}
