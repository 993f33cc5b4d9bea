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

/// Customers of records that have no row: somebody sent a record of one at the moment in which the row went.
const WITHOUT_ROW: &str = "SELECT customer_id, min(occurred_at) AS since FROM ( \
    SELECT customer_id, occurred_at FROM purchases UNION ALL SELECT customer_id, occurred_at FROM interactions) \
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
            if customers.is_empty() {
                return Ok(());
            }
            let store = engine.store(tenant.id()).await?;
            store.delete_records(Table::Customers, &customers).await?;
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
