//! The engine's front: what the API and the command line call.

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicUsize},
    time::Duration,
};

use chrono::{DateTime, Utc};
use sqlx::SqlitePool;
use tokio::{runtime::Handle, sync::OnceCell};

use crate::{
    Error, Result, TenantAuthority, TenantContext, TenantId,
    clock::Clock,
    control,
    journal::Journal,
    lake::{store::Storage, upkeep::UpkeepOptions},
    query::{Answer, QueryEngine, QueryLimits, SqlRequest},
    record::{Ingested, Parsed},
    reports,
    store::{Shared, TenantStore},
};

/// How often open tenants are looked at: idle ones are closed, lakes are cleaned.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(30);

/// Where an engine keeps its things, and its limits.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// Local folder: the control database, work files, and by default the lakes.
    pub data_dir: PathBuf,
    /// Root of the lakes: `file:`, `s3://`, `gs://` or `az://`; none means `<data_dir>/lake`.
    pub storage_url: Option<String>,
    /// Control database: `sqlite:PATH`; none means `<data_dir>/kupets.db`.
    pub database_url: Option<String>,
    /// Ceilings on memory, time and concurrency.
    pub limits: Limits,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// Ceilings. Sizes in bytes, times in milliseconds or seconds as the name says.
#[derive(Debug, Clone)]
pub struct Limits {
    /// A tenant's tail is flushed when it holds this many bytes.
    pub tail_flush_bytes: usize,
    /// A tenant's tail is flushed when it holds this many rows.
    pub tail_flush_rows: usize,
    /// A tail is flushed when its oldest row is this old.
    pub tail_flush_age_s: u64,
    /// Past this, requests of the tenant get 429 until a flush ends.
    pub tail_max_bytes: usize,
    /// Past this, over all tenants, requests get 429 until flushes end.
    pub tail_total_max_bytes: usize,
    /// A query is cancelled after this.
    pub query_timeout_ms: u64,
    /// Memory of one query.
    pub query_memory_bytes: usize,
    /// Memory of all queries together.
    pub query_memory_total_bytes: usize,
    /// Queries of one tenant that run at once; the others wait up to the time limit.
    pub query_concurrency: usize,
    /// Rows that an SQL query may return.
    pub query_max_rows: usize,
    /// A tenant without requests for this long is closed.
    pub tenant_idle_s: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tail_flush_bytes: 64 << 20,
            tail_flush_rows: 200_000,
            tail_flush_age_s: 30,
            tail_max_bytes: 256 << 20,
            tail_total_max_bytes: 1 << 30,
            query_timeout_ms: 60_000,
            query_memory_bytes: 1 << 30,
            query_memory_total_bytes: 2 << 30,
            query_concurrency: 4,
            query_max_rows: 1_000_000,
            tenant_idle_s: 300,
        }
    }
}

/// What `GET /v1/connection` tells of a tenant's data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Connection {
    /// When the first record was accepted.
    pub first_record_at: Option<DateTime<Utc>>,
    /// When the last record was accepted.
    pub last_record_at: Option<DateTime<Utc>>,
    /// Customers now.
    pub customers: u64,
    /// Purchases now (not lines).
    pub purchases: u64,
    /// Interactions now.
    pub interactions: u64,
}

/// The engine. Cheap to clone; all clones are one engine.
#[derive(Debug, Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: EngineConfig,
    shared: Arc<Shared>,
    query: QueryEngine,
    tenants: Mutex<HashMap<TenantId, Arc<OnceCell<Arc<TenantStore>>>>>,
    /// The engine's own work runs here, wherever it is called from.
    handle: Handle,
    /// Held while the engine lives: two servers on one folder would not know of each other's records.
    _lock: std::fs::File,
}

fn lock(data_dir: &std::path::Path) -> Result<std::fs::File> {
    let path = data_dir.join("kupets.lock");
    let fail = |what: &dyn std::fmt::Display| Error::unavailable(format!("{} cannot be locked: {what}", path.display()));
    std::fs::create_dir_all(data_dir).map_err(|e| fail(&e))?;
    let file = std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(|e| fail(&e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            Err(fail(&"another kupets runs on this folder. Stop it, or start with another --data"))
        }
        Err(std::fs::TryLockError::Error(e)) => Err(fail(&e)),
    }
}

impl Engine {
    /// Opens the control database (migrating it), recovers the journal, and starts the background tasks.
    ///
    /// It belongs to the tokio runtime it is called from, which must be a multi-threaded one; its methods may be called
    /// from others.
    ///
    /// # Errors
    /// Damaged or unreachable files, named in the message.
    pub async fn open(config: EngineConfig) -> Result<(Self, TenantAuthority)> {
        let lock = lock(&config.data_dir)?;
        let options = control::options(config.database_url.as_deref(), &config.data_dir)?;
        let control = control::open(&options).await?;
        let journal = Journal::open(&options).await?;
        let storage = Storage::open(config.storage_url.as_deref(), &config.data_dir.join("lake"))?;
        let limits = &config.limits;
        let query = QueryEngine::new(
            &QueryLimits {
                timeout: Duration::from_millis(limits.query_timeout_ms),
                memory_bytes: limits.query_memory_bytes,
                memory_total_bytes: limits.query_memory_total_bytes,
                concurrency: limits.query_concurrency,
                max_rows: limits.query_max_rows,
            },
            &config.data_dir.join("spill"),
        )?;
        let runtime = query.runtime();
        runtime.register_object_store(&storage.url, storage.store.clone());
        let shared = Arc::new(Shared {
            control,
            journal,
            storage,
            runtime,
            work_dir: config.data_dir.clone(),
            limits: config.limits.clone(),
            clock: config.clock.clone(),
            tail_bytes: AtomicUsize::new(0),
            background: tokio::sync::Semaphore::new(2),
        });
        let waiting = shared.journal.tenants(&shared.control).await?;
        let inner = Inner { config, shared, query, tenants: Mutex::default(), handle: Handle::current(), _lock: lock };
        let engine = Self { inner: Arc::new(inner) };
        engine.clone().recover(waiting);
        tokio::spawn(upkeep(Arc::downgrade(&engine.inner)));
        Ok((engine, TenantAuthority(())))
    }

    /// Opens, in the background, the tenants whose records wait in the journal, so that they reach the lake without a request.
    fn recover(self, waiting: Vec<TenantId>) {
        tokio::spawn(async move {
            for tenant in waiting {
                if let Err(error) = self.store(&tenant).await {
                    tracing::error!(%tenant, %error, "a workspace cannot be opened; its records stay in the journal");
                }
            }
        });
    }

    /// The control database, migrated: accounts, sessions and keys live there beside the journal.
    pub fn control(&self) -> &SqlitePool {
        &self.inner.shared.control
    }

    /// The clock it was opened with.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.config.clock
    }

    /// The limits it was opened with.
    pub fn limits(&self) -> &Limits {
        &self.inner.config.limits
    }

    /// The tenant's store, opened on first use.
    pub(crate) async fn store(&self, tenant: &TenantId) -> Result<Arc<TenantStore>> {
        loop {
            let cell = {
                let mut tenants = self.inner.tenants.lock().unwrap_or_else(PoisonError::into_inner);
                tenants.entry(tenant.clone()).or_default().clone()
            };
            if let Some(store) = cell.get()
                && !store.is_fenced()
            {
                return Ok(store.clone());
            }
            let shared = self.inner.shared.clone();
            let id = tenant.clone();
            let opening = cell.get_or_try_init(|| async move {
                self.inner
                    .handle
                    .spawn(async move { TenantStore::open(&id, &shared).await })
                    .await
                    .map_err(|e| Error::internal(format!("a workspace could not be opened: {e}")))?
            });
            let store = opening.await?.clone();
            if !store.is_fenced() {
                return Ok(store);
            }
            // Another node has taken it over: forget this copy and read the new one.
            let mut tenants = self.inner.tenants.lock().unwrap_or_else(PoisonError::into_inner);
            if tenants.get(tenant).is_some_and(|c| Arc::ptr_eq(c, &cell)) {
                tenants.remove(tenant);
            }
        }
    }

    /// Flushes every tail, then closes. Call it after the last request has been answered.
    ///
    /// # Errors
    /// A flush that failed; its records stay in the journal and nothing is lost.
    pub async fn shutdown(&self) -> Result<()> {
        let stores: Vec<_> = {
            let mut tenants = self.inner.tenants.lock().unwrap_or_else(PoisonError::into_inner);
            tenants.drain().filter_map(|(_, cell)| cell.get().cloned()).collect()
        };
        let mut outcome = Ok(());
        for store in stores {
            let flushed = self.on_runtime(async move { store.flush_all().await }).await;
            if let Err(error) = &flushed {
                tracing::warn!(%error, "a tail was not flushed; its records stay in the journal");
                outcome = flushed;
            }
        }
        self.inner.shared.journal.stop().await;
        self.inner.shared.control.close().await;
        outcome
    }

    /// Runs `work` on the engine's own runtime.
    async fn on_runtime<T: Send + 'static>(&self, work: impl Future<Output = Result<T>> + Send + 'static) -> Result<T> {
        self.inner.handle.spawn(work).await.map_err(|e| Error::internal(format!("a task of the engine ended: {e}")))?
    }

    /// Stores parsed records: returns when all of them are durable and visible to every later query.
    ///
    /// # Errors
    /// [`crate::Kind::Busy`] under pressure and [`crate::Kind::Unavailable`] when the disk refuses; nothing is stored then.
    pub async fn ingest(&self, tenant: &TenantContext, parsed: Parsed) -> Result<Ingested> {
        if parsed.records.is_empty() {
            return Ok(Ingested::default());
        }
        self.store(tenant.id()).await?.ingest(parsed.records).await
    }

    /// Runs one read-only SQL statement over the tenant's tables.
    ///
    /// # Errors
    /// A statement that is not allowed or not valid, and the limits; also while the answer streams.
    pub async fn sql(&self, tenant: &TenantContext, request: SqlRequest) -> Result<Answer> {
        let engine = self.clone();
        let tenant = tenant.clone();
        self.on_runtime(async move {
            let view = engine.store(tenant.id()).await?.view()?;
            engine.inner.query.sql(&tenant, &view, request).await
        })
        .await
    }

    /// Runs a report of [`crate::reports::catalogue`] with its parameters as text, as they stand in a query string.
    ///
    /// # Errors
    /// An unknown report, a parameter it does not have, or a value that does not parse; the message lists what would do.
    pub async fn report(&self, tenant: &TenantContext, id: &str, parameters: &BTreeMap<String, String>) -> Result<Answer> {
        let now = self.clock().now();
        let prepared = reports::prepare(id, parameters, tenant.time_zone(), tenant.currency(), now)?;
        let engine = self.clone();
        let tenant = tenant.clone();
        self.on_runtime(async move {
            let view = engine.store(tenant.id()).await?.view()?;
            engine.inner.query.report(&tenant, &view, prepared).await
        })
        .await
    }

    /// Counts and times of the tenant's records, for the connection status.
    ///
    /// # Errors
    /// The lake cannot be read.
    pub async fn connection(&self, tenant: &TenantContext) -> Result<Connection> {
        let engine = self.clone();
        let tenant = tenant.clone();
        self.on_runtime(async move {
            let view = engine.store(tenant.id()).await?.view()?;
            engine.inner.query.connection(&tenant, &view).await
        })
        .await
    }

    /// Moves the tenant's tail to the lake now (tests, benches and shutdown use it; requests never need it).
    ///
    /// # Errors
    /// The storage refuses; the records stay in the journal.
    pub async fn flush(&self, tenant: &TenantContext) -> Result<()> {
        let store = self.store(tenant.id()).await?;
        self.on_runtime(async move { store.flush_all().await }).await
    }

    /// Merges small files and rewrites files with deleted rows now, however few they are.
    ///
    /// # Errors
    /// The storage refuses; the lake stays as it was.
    pub async fn compact(&self, tenant: &TenantContext) -> Result<()> {
        let store = self.store(tenant.id()).await?;
        let options = UpkeepOptions { small_files_max: 1, deleted_share_max: f64::MIN_POSITIVE, ..UpkeepOptions::default() };
        self.on_runtime(async move { store.compact(&options).await.map(|_| ()) }).await
    }

    /// Whether the engine can store records now: the control database answers.
    ///
    /// # Errors
    /// Says what does not work.
    pub async fn ready(&self) -> Result<()> {
        let pool = &self.inner.shared.control;
        sqlx::query("SELECT 1").execute(pool).await.map(|_| ()).map_err(|e| control::database_error("control database", e))
    }
}

/// Looks after open tenants until the engine is gone.
async fn upkeep(inner: std::sync::Weak<Inner>) {
    let mut tick = tokio::time::interval(UPKEEP_INTERVAL);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let Some(inner) = inner.upgrade() else { return };
        let now_us = inner.config.clock.now().timestamp_micros();
        let stores: Vec<Arc<TenantStore>> = {
            let tenants = inner.tenants.lock().unwrap_or_else(PoisonError::into_inner);
            tenants.values().filter_map(|cell| cell.get().cloned()).collect()
        };
        metrics::gauge!("kupets_tenants_open").set(stores.len() as f64);
        metrics::gauge!("kupets_tail_bytes").set(inner.shared.tail_bytes.load(std::sync::atomic::Ordering::Relaxed) as f64);
        for store in stores {
            if let Err(error) = store.keep().await {
                tracing::warn!(tenant = %store.id(), %error, "upkeep of a lake failed; it is tried again");
            }
        }
        close_idle(&inner, now_us);
    }
}

/// Closes tenants that nobody has used for long and whose tail is empty. One that somebody holds stays: a second copy
/// beside it would be a second writer.
fn close_idle(inner: &Inner, now_us: i64) {
    let idle_us = i64::try_from(inner.config.limits.tenant_idle_s).unwrap_or(i64::MAX / 2).saturating_mul(1_000_000);
    let mut tenants = inner.tenants.lock().unwrap_or_else(PoisonError::into_inner);
    tenants.retain(|_, cell| {
        let Some(store) = cell.get() else { return true };
        let held = Arc::strong_count(cell) > 1 || Arc::strong_count(store) > 1;
        let idle = now_us - store.last_used_us() >= idle_us && store.tail_size().0 == 0;
        held || !(idle || store.is_fenced())
    });
}
