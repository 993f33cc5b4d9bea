//! A node in a scratch folder, and short ways to feed and question it.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use arrow::array::AsArray as _;
use chrono::{DateTime, Utc};
use datafusion::prelude::SessionContext;
use kupets_core::{
    ErasedRecords, Result, TenantId,
    clock::{self, Clock},
    schema::Table,
};
use kupets_storage::{
    StorageConfig, StorageLimits, TenantStore, Tenants,
    record::{Framing, IdSource, OnError, ParseOptions, parse},
};

/// A clock that a test moves, from the real time on: SQLite and stores tell that.
#[derive(Debug)]
pub struct MovedClock(AtomicI64);

impl MovedClock {
    pub fn shared() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(0)))
    }

    pub fn advance_s(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for MovedClock {
    fn now(&self) -> DateTime<Utc> {
        clock::SystemClock.now() + chrono::Duration::seconds(self.0.load(Ordering::SeqCst))
    }
}

pub fn tenant(number: usize) -> TenantId {
    TenantId::parse(&format!("{number:032x}")).unwrap()
}

/// The tenants of a data folder.
pub struct Node {
    pub tenants: Arc<Tenants>,
    control: kupets_control::Pool,
}

impl Node {
    /// On the lakes of the folder itself.
    pub async fn local(folder: &Path) -> Self {
        Self::open(folder, None, clock::system()).await
    }

    pub async fn open(folder: &Path, storage_url: Option<&str>, clock: Arc<dyn Clock>) -> Self {
        let options = kupets_control::options(None, folder).unwrap();
        let lock = Tenants::lock(folder).unwrap();
        let control = kupets_control::open(&options).await.unwrap();
        let config = StorageConfig {
            data_dir: folder.to_owned(),
            storage_url: storage_url.map(str::to_owned),
            limits: StorageLimits {
                keys_in_memory: 4,
                tail_flush_bytes: 64 << 20,
                tail_flush_rows: 40,
                tail_flush_age_s: 1_000,
                tail_max_bytes: 256 << 20,
                tail_total_max_bytes: 512 << 20,
                tenant_idle_s: 1_000,
                query_timeout_ms: 30_000,
                collect_interval_s: 300,
                delete_after_s: 900,
            },
            clock,
        };
        let tenants = Tenants::open(config, lock, control.clone(), &options).await.unwrap();
        Self { tenants, control }
    }

    pub async fn store(&self, number: usize) -> Arc<TenantStore> {
        self.tenants.store(&tenant(number)).await.unwrap()
    }

    pub async fn stop(self) {
        self.tenants.shutdown().await.unwrap();
        self.control.close().await;
    }
}

/// Sends a purchase.
pub async fn send(store: &Arc<TenantStore>, id: &str, amount: u64) -> Result<()> {
    let options = ParseOptions {
        table: Table::Purchases,
        time_zone: chrono_tz::UTC,
        currency: "EUR".into(),
        now: clock::SystemClock.now(),
        idempotency_key: None,
        ids: IdSource::random(),
        on_error: OnError::Refuse,
    };
    let body = format!(
        r#"{{"purchase_id":"{id}","customer_id":"c1","amount":{amount},"product":"x","occurred_at":"2026-01-01"}}"#
    );
    store.ingest(parse(body.as_bytes(), Framing::Json, &options)?, ErasedRecords::Guest, None).await.map(|_| ())
}

/// The purchases of a tenant with their amounts; each is there once.
pub async fn purchases(node: &Node, number: usize) -> BTreeMap<String, String> {
    let context = SessionContext::new();
    let (url, objects) = node.tenants.object_store();
    context.register_object_store(url, objects.clone());
    let snapshot = node.store(number).await.snapshot().await.unwrap();
    context.register_table("t", snapshot.table(Table::Purchases).unwrap()).unwrap();
    let sql = "SELECT CAST(purchase_id AS VARCHAR), CAST(CAST(amount AS BIGINT) AS VARCHAR) FROM t";
    let mut found = BTreeMap::new();
    for batch in context.sql(sql).await.unwrap().collect().await.unwrap() {
        let text = |at: usize| arrow::compute::cast(batch.column(at), &arrow::datatypes::DataType::Utf8).unwrap();
        let (ids, amounts) = (text(0), text(1));
        for row in 0..batch.num_rows() {
            let id = ids.as_string::<i32>().value(row).to_owned();
            let before = found.insert(id.clone(), amounts.as_string::<i32>().value(row).to_owned());
            assert!(before.is_none(), "{id} is there twice");
        }
    }
    found
}
