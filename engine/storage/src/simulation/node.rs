//! A node of the simulation: tenants with a journal of their own over the shared store.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use arrow::array::{Array as _, AsArray as _};
use datafusion::prelude::SessionContext;
use kupets_control::{customer_merges::CustomerMerges, erasures::Erasures, jobs::Jobs};
use kupets_core::{ErasedRecords, Result, TenantId, clock::Clock as _, schema::Table};
use object_store::{ObjectStore, path::Path};
use url::Url;

use super::{TestClock, store::FaultyStore};
use crate::{
    MaintenanceOptions, Snapshot, StorageConfig, StorageLimits, TenantStore, Tenants,
    lake::storage::Storage,
    record::{Framing, IdSource, OnError, ParseOptions, Parsed, parse},
};

pub struct Node {
    pub tenants: Arc<Tenants>,
    store: Arc<FaultyStore>,
    clock: Arc<TestClock>,
    pub control: sqlx::SqlitePool,
    pub folder: tempfile::TempDir,
}

/// A tenant by its number.
pub fn id(tenant: usize) -> TenantId {
    TenantId::parse(&format!("{:032x}", tenant + 1)).unwrap()
}

impl Node {
    pub async fn open(store: &Arc<FaultyStore>, clock: &Arc<TestClock>) -> Self {
        Self::with_room(store, clock, 512 << 20).await
    }

    /// A node with so many bytes for all tails.
    pub async fn with_room(store: &Arc<FaultyStore>, clock: &Arc<TestClock>, tail_total_max_bytes: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = kupets_control::options(None, folder.path()).unwrap();
        let control = kupets_control::open(&options).await.unwrap();
        let config = StorageConfig {
            data_dir: folder.path().to_owned(),
            storage_url: None,
            limits: StorageLimits {
                tail_flush_bytes: 64 << 20,
                tail_flush_rows: 100_000,
                tail_flush_age_s: 1_000_000,
                tail_max_bytes: 256 << 20,
                tail_total_max_bytes,
                tenant_idle_s: 1_000_000,
                query_timeout_ms: 30_000,
                collect_interval_s: 300,
                delete_after_s: 900,
                // Few, so that most of the index is in files.
                keys_in_memory: 4,
            },
            clock: clock.clone(),
        };
        // The name of a bucket: the store is found by it, and nothing else looks at it.
        let url = Url::parse("s3://simulated/").unwrap();
        let shared: Arc<dyn ObjectStore> = store.clone();
        let storage = Storage::remote_store(shared, url, Path::from("lakes"));
        let lock = Tenants::lock(folder.path()).unwrap();
        let tenants = Tenants::open_on(config, lock, control.clone(), &options, storage).await.unwrap();
        Self { tenants, store: store.clone(), clock: clock.clone(), control, folder }
    }

    pub async fn store(&self, tenant: usize) -> Result<Arc<TenantStore>> {
        self.tenants.store(&id(tenant)).await
    }

    /// The queue of the control database.
    fn jobs(&self) -> Jobs {
        Jobs::new(self.control.clone(), self.clock.clone(), kupets_control::system_random())
    }

    /// Merges as they are asked for.
    pub fn merges(&self) -> CustomerMerges {
        CustomerMerges::new(self.control.clone(), self.jobs())
    }

    /// Erasures as they are asked for.
    pub fn erasures(&self) -> Erasures {
        Erasures::new(self.control.clone(), self.jobs())
    }

    /// Records as they are sent.
    pub fn parsed(&self, table: Table, body: &str) -> Parsed {
        let options = ParseOptions {
            table,
            time_zone: chrono_tz::UTC,
            currency: "EUR".into(),
            now: self.clock.now(),
            idempotency_key: None,
            ids: IdSource::random(),
            on_error: OnError::Refuse,
        };
        parse(body.as_bytes(), Framing::Json, &options).unwrap()
    }

    /// Sends records; whether they were acknowledged.
    pub async fn send(&self, tenant: usize, table: Table, body: &str) -> bool {
        let parsed = self.parsed(table, body);
        match self.store(tenant).await {
            Ok(store) => store.ingest(parsed, ErasedRecords::Anew, None).await.is_ok(),
            Err(_) => false,
        }
    }

    /// What is answered to a request; with `leaves`, whoever sent it goes away after so many turns of others.
    pub async fn or_leave(&self, request: impl Future<Output = bool>, leaves: Option<u64>) -> bool {
        let left = async {
            match leaves {
                None => std::future::pending().await,
                Some(turns) => {
                    for _ in 0..turns {
                        tokio::task::yield_now().await;
                    }
                }
            }
        };
        tokio::select! {
            biased;
            () = left => false,
            acknowledged = request => acknowledged,
        }
    }

    /// Sends a record that nobody looks for; returns when what was sent before it has been stored or refused.
    pub async fn probe(&self, tenant: usize) {
        self.send(tenant, Table::Customers, r#"{"customer_id":"probe","name":"probe"}"#).await;
    }

    /// Sends a purchase of a customer.
    pub async fn purchase(&self, tenant: usize, id: &str, customer: &str, amount: u64) -> bool {
        let month = amount % 4 + 1;
        let body = format!(
            "{{\"purchase_id\":\"{id}\",\"customer_id\":\"{customer}\",\"amount\":{amount},\"product\":\"x\",\"occurred_at\":\"2026-0{month}-01\"}}"
        );
        self.send(tenant, Table::Purchases, &body).await
    }

    /// Sends a customer with a name.
    pub async fn customer(&self, tenant: usize, id: &str, name: &str) -> bool {
        let body = format!("{{\"customer_id\":\"{id}\",\"name\":\"{name}\"}}");
        self.send(tenant, Table::Customers, &body).await
    }

    /// The ids of the purchases, each there once.
    pub async fn purchases(&self, tenant: usize) -> Vec<String> {
        self.by_key(tenant, Table::Purchases, ["purchase_id", "amount"], "purchases").await.into_keys().collect()
    }

    /// The names of the customers, each there once.
    pub async fn customers(&self, tenant: usize) -> BTreeMap<String, Option<String>> {
        self.by_key(tenant, Table::Customers, ["customer_id", "name"], "customers").await
    }

    /// Entries of the tenant in the journal.
    pub async fn journalled(&self, tenant: usize) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM journal WHERE tenant = ?")
            .bind(id(tenant).as_str())
            .fetch_one(&self.control)
            .await
            .unwrap()
    }

    /// Opens the tenant anew at the next use, as after a restart.
    pub async fn reopen(&self, tenant: usize) {
        self.tenants.forget(&id(tenant)).await;
    }

    pub async fn flush(&self, tenant: usize) -> bool {
        match self.store(tenant).await {
            Ok(store) => store.flush_once().await.is_ok(),
            Err(_) => false,
        }
    }

    /// Whether all is in the lake now; tried a few times, as a stale handle fails once.
    pub async fn flush_all(&self, tenant: usize) -> bool {
        for _ in 0..5 {
            let Ok(store) = self.store(tenant).await else { continue };
            if store.flush_all().await.is_ok() && store.tail_size().0 == 0 && store.flush_once().await.is_ok() {
                return true;
            }
        }
        false
    }

    pub async fn compact(&self, tenant: usize) -> bool {
        match self.store(tenant).await {
            Ok(store) => {
                // Every file is large enough that months part it.
                let (tiers, month_min_bytes): (&[u64], _) = (&[1, 64 << 20], 0);
                let usual = MaintenanceOptions::default();
                let options =
                    MaintenanceOptions { small_files_max: 2, deleted_share_max: 0.1, tiers, month_min_bytes, ..usual };
                store.compact(&options).await.is_ok()
            }
            Err(_) => false,
        }
    }

    pub async fn collect(&self, tenant: usize) -> bool {
        match self.store(tenant).await {
            Ok(store) => {
                let usual = MaintenanceOptions::default();
                let options = MaintenanceOptions { keep_all_snapshots: Duration::from_secs(600), ..usual };
                store.collect_garbage(&options).await.is_ok()
            }
            Err(_) => false,
        }
    }

    /// Maintenance in the background of a node that may not own the tenant any more.
    pub async fn maintain_late(&self, tenant: usize) {
        if let Ok(store) = self.store(tenant).await
            && store.keeps_lake().await.unwrap_or(false)
        {
            self.compact(tenant).await;
            self.collect(tenant).await;
        }
    }

    /// Deletes a purchase; whether that ended well.
    pub async fn delete(&self, tenant: usize, id: &str) -> bool {
        match self.store(tenant).await {
            Ok(store) => store.delete_record(Table::Purchases, id).await.is_ok(),
            Err(_) => false,
        }
    }

    /// Deletes the purchases that are older than any that is sent; whether that ended well.
    pub async fn expire_nothing(&self, tenant: usize) -> bool {
        match self.store(tenant).await {
            Ok(store) => store.expire(Table::Purchases, chrono::DateTime::UNIX_EPOCH).await.is_ok(),
            Err(_) => false,
        }
    }

    /// Whether the erasure ended well.
    pub async fn erase(&self, tenant: usize, customer: &str) -> bool {
        match self.store(tenant).await {
            Ok(store) => store.erase(customer, false).await.is_ok(),
            Err(_) => false,
        }
    }

    /// All rows of two columns of a table, as the tenant's queries see them.
    pub async fn rows(&self, tenant: usize, table: Table, columns: [&str; 2]) -> Vec<(String, Option<String>)> {
        let mut last = None;
        for _ in 0..5 {
            match self.read(tenant, table, columns).await {
                Ok(rows) => return rows,
                Err(error) => last = Some(error),
            }
        }
        panic!("tenant {tenant} cannot be read: {last:?}")
    }

    async fn read(
        &self,
        tenant: usize,
        table: Table,
        columns: [&str; 2],
    ) -> std::result::Result<Vec<(String, Option<String>)>, Box<dyn std::error::Error>> {
        let snapshot = self.store(tenant).await?.snapshot().await?;
        self.rows_at(&snapshot, table, columns).await
    }

    /// All rows of two columns of a table, as a statement finds them that was given the snapshot and is planned only now.
    pub async fn rows_at(
        &self,
        snapshot: &Snapshot,
        table: Table,
        [key, value]: [&str; 2],
    ) -> std::result::Result<Vec<(String, Option<String>)>, Box<dyn std::error::Error>> {
        let provider = snapshot.table(table)?;
        let context = SessionContext::new();
        let objects: Arc<dyn ObjectStore> = self.store.clone();
        context.register_object_store(&Url::parse("s3://simulated/")?, objects);
        context.register_table("t", provider)?;
        let sql = format!("SELECT CAST({key} AS VARCHAR), CAST({value} AS VARCHAR) FROM t");
        let mut rows = Vec::new();
        for batch in context.sql(&sql).await?.collect().await? {
            let column = |at: usize| arrow::compute::cast(batch.column(at), &arrow::datatypes::DataType::Utf8);
            let (keys, values) = (column(0)?, column(1)?);
            let (keys, values) = (keys.as_string::<i32>(), values.as_string::<i32>());
            rows.extend(
                (0..batch.num_rows()).map(|row| {
                    (keys.value(row).to_owned(), values.is_valid(row).then(|| values.value(row).to_owned()))
                }),
            );
        }
        Ok(rows)
    }

    /// The rows by key; a key that stands twice is doubled.
    pub async fn by_key(
        &self,
        tenant: usize,
        table: Table,
        columns: [&str; 2],
        place: &str,
    ) -> BTreeMap<String, Option<String>> {
        let mut found = BTreeMap::new();
        for (key, value) in self.rows(tenant, table, columns).await {
            let before = found.insert(key.clone(), value);
            assert!(before.is_none(), "{place}: {} {key} is there twice", table.name());
        }
        found
    }
}
