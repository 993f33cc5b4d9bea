//! The engine: what its parts share, and the calls that need no statement.

use std::{
    any::Any,
    path::PathBuf,
    pin::Pin,
    sync::Arc,
    task::{Poll, ready},
    time::Duration,
};

use kupets_control::{
    jobs::{Jobs, Runner, RunnerOptions},
    outbox::Outbox,
    personal_data::PersonalData,
};
use kupets_core::{Error, Result, TenantAuthority, TenantContext, TenantId, clock::Clock};
use kupets_query::{QueryEngine, QueryLimits};
use kupets_storage::{
    MaintenanceOptions, Screened, StorageConfig, StorageLimits, TenantStore, Tenants,
    record::{Ingested, Parsed},
};
use sqlx::SqlitePool;
use tokio::{runtime::Handle, task::JoinHandle};

use crate::{admission::Admission, cache::Cache};

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
    /// How often files of open tenants' lakes are merged, if there is something to merge.
    pub maintenance_interval_s: u64,
    /// How often files and snapshots that are of no more use are looked for in a lake.
    pub collect_interval_s: u64,
    /// A file that nothing needs is deleted this long after, or later: the longest query that reads it ends first.
    pub delete_after_s: u64,
}

/// Half a megabyte a table: a node may have a thousand tenants open.
const KEYS_IN_MEMORY: usize = 1 << 14;

impl Limits {
    pub(crate) fn storage(&self) -> StorageLimits {
        StorageLimits {
            tail_flush_bytes: self.tail_flush_bytes,
            tail_flush_rows: self.tail_flush_rows,
            tail_flush_age_s: self.tail_flush_age_s,
            tail_max_bytes: self.tail_max_bytes,
            tail_total_max_bytes: self.tail_total_max_bytes,
            tenant_idle_s: self.tenant_idle_s,
            query_timeout_ms: self.query_timeout_ms,
            collect_interval_s: self.collect_interval_s,
            delete_after_s: self.delete_after_s,
            keys_in_memory: KEYS_IN_MEMORY,
        }
    }

    fn query(&self) -> QueryLimits {
        QueryLimits::new(
            Duration::from_millis(self.query_timeout_ms),
            self.query_memory_bytes,
            self.query_memory_total_bytes,
            self.query_concurrency,
        )
    }
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
            maintenance_interval_s: 30,
            collect_interval_s: 300,
            delete_after_s: 900,
        }
    }
}

/// The engine. Cheap to clone; all clones are one engine.
#[derive(Debug, Clone)]
pub struct Engine {
    inner: Arc<dyn Whole>,
}

/// Work on the engine's own runtime. The type of the work is not part of it, so that whoever waits may be sent between threads whatever it is.
#[derive(Debug)]
pub(crate) struct OnRuntime<T>(JoinHandle<Result<T>>);

impl<T> Future for OnRuntime<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut std::task::Context<'_>) -> Poll<Self::Output> {
        let ended = ready!(Pin::new(&mut self.0).poll(context));
        Poll::Ready(ended.unwrap_or_else(|e| Err(Error::internal(format!("a task of the engine ended: {e}")))))
    }
}

/// The inside of an engine. Behind a trait, so that whoever holds an engine may be sent between threads by that alone: else the compiler looks for each
/// future that does through every type of DataFusion in it, anew, which was most of the time that `api` took to compile.
pub(crate) trait Whole: std::fmt::Debug + Send + Sync {
    fn whole(&self) -> &Inner;
}

impl Whole for Inner {
    fn whole(&self) -> &Inner {
        self
    }
}

#[derive(Debug)]
pub(crate) struct Inner {
    config: EngineConfig,
    control: SqlitePool,
    runner: Runner,
    tenants: Arc<Tenants>,
    query: Arc<QueryEngine>,
    cache: Cache,
    admission: Admission,
    /// The engine's own work runs here, wherever it is called from.
    handle: Handle,
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
        let lock = Tenants::lock(&config.data_dir)?;
        let options = kupets_control::options(config.database_url.as_deref(), &config.data_dir)?;
        let control = kupets_control::open(&options).await?;
        let storage = StorageConfig {
            data_dir: config.data_dir.clone(),
            storage_url: config.storage_url.clone(),
            limits: config.limits.storage(),
            clock: config.clock.clone(),
        };
        let query = QueryEngine::new(&config.limits.query(), config.data_dir.join("spill"), config.clock.clone())?;
        let tenants = Tenants::open(storage, lock, control.clone(), &options).await?;
        let (url, store) = tenants.object_store();
        query.runtime().register_object_store(url, store.clone());
        let cache = Cache::new(config.clock.clone());
        let jobs = Jobs::new(control.clone(), config.clock.clone(), kupets_control::system_random());
        let runner = Runner::new(jobs, RunnerOptions::default());
        let limits = &config.limits;
        let admission =
            Admission::new(limits.query_memory_total_bytes / 2, Duration::from_millis(limits.query_timeout_ms));
        let inner: Arc<dyn Whole> =
            Arc::new(Inner { config, control, runner, tenants, query, cache, admission, handle: Handle::current() });
        let engine = Self { inner };
        engine.start_background();
        Ok((engine, TenantAuthority::issue()))
    }

    /// A handle that does not keep the engine open: what runs in the background ends with it.
    pub(crate) fn downgrade(&self) -> std::sync::Weak<dyn Whole> {
        Arc::downgrade(&self.inner)
    }

    /// Ceilings of the storage.
    pub(crate) fn storage_limits(&self) -> StorageLimits {
        self.inner.whole().config.limits.storage()
    }

    /// The engine of that handle, while it is open.
    pub(crate) fn upgrade(handle: &std::sync::Weak<dyn Whole>) -> Option<Self> {
        handle.upgrade().map(|inner| Self { inner })
    }

    /// The control database, migrated: accounts, sessions and keys live there beside the journal.
    pub fn control(&self) -> &SqlitePool {
        &self.inner.whole().control
    }

    /// The durable job queue.
    pub fn jobs(&self) -> &Jobs {
        self.inner.whole().runner.jobs()
    }

    /// What does the queue's jobs: it runs while the engine is open. Register a handler for each kind of job that is asked for.
    pub fn runner(&self) -> &Runner {
        &self.inner.whole().runner
    }

    /// Events that are told if and only if their change was stored.
    pub fn outbox(&self) -> Outbox {
        Outbox::new(self.jobs().clone())
    }

    /// What the control database holds about people.
    pub fn personal_data(&self) -> PersonalData {
        PersonalData::new(self.control().clone())
    }

    /// The clock it was opened with.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.whole().config.clock
    }

    /// The limits it was opened with.
    pub fn limits(&self) -> &Limits {
        &self.inner.whole().config.limits
    }

    /// The tenants of this node.
    pub(crate) fn tenants(&self) -> &Tenants {
        &self.inner.whole().tenants
    }

    /// The tenant's store, opened on first use.
    pub(crate) async fn store(&self, tenant: &TenantId) -> Result<Arc<TenantStore>> {
        self.inner.whole().tenants.store(tenant).await
    }

    /// Stops the jobs, flushes every tail, then closes. Call it after the last request has been answered.
    ///
    /// # Errors
    /// A flush that failed; its records stay in the journal and nothing is lost.
    pub async fn shutdown(&self) -> Result<()> {
        self.inner.whole().runner.shutdown().await;
        let outcome = self.inner.whole().tenants.shutdown().await;
        self.inner.whole().control.close().await;
        outcome
    }

    /// Runs statements.
    pub(crate) fn queries(&self) -> &Arc<QueryEngine> {
        &self.inner.whole().query
    }

    /// What was computed from versions of the data.
    pub(crate) fn cache(&self) -> &Cache {
        &self.inner.whole().cache
    }

    /// Who may compute models, and when.
    pub(crate) fn admission(&self) -> &Admission {
        &self.inner.whole().admission
    }

    /// Runs `work` on the engine's own runtime.
    pub(crate) fn on_runtime<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> OnRuntime<T> {
        OnRuntime(self.inner.whole().handle.spawn(work))
    }

    /// Stores parsed records: returns when all of them are durable and visible to every later query.
    ///
    /// # Errors
    /// [`kupets_core::Kind::Busy`] under pressure and [`kupets_core::Kind::Unavailable`] when the disk refuses; nothing is
    /// stored then.
    pub async fn ingest(&self, tenant: &TenantContext, parsed: Parsed) -> Result<Ingested> {
        self.ingest_holding(tenant, parsed, None).await
    }

    /// [`Self::ingest`], with what is let go of when the journal has the records or nothing of them is stored, also if whoever asked
    /// does not wait for it: the memory that they take until then.
    ///
    /// # Errors
    /// As [`Self::ingest`].
    pub async fn ingest_holding(
        &self,
        tenant: &TenantContext,
        parsed: Parsed,
        held: Option<Box<dyn Any + Send>>,
    ) -> Result<Ingested> {
        self.store(tenant.id()).await?.ingest(parsed, tenant.erased_records(), held).await
    }

    /// Does with late records of erased customers what the workspace's rule says, before anybody is told of them.
    ///
    /// # Errors
    /// [`kupets_core::Kind::Invalid`] `erased_customer` names those that may not be stored; the lake cannot be read.
    pub async fn screen(&self, tenant: &TenantContext, parsed: &mut Parsed) -> Result<Screened> {
        self.store(tenant.id()).await?.screen(parsed, tenant.erased_records()).await
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
        self.on_runtime(async move { store.compact(&MaintenanceOptions::everything()).await }).await
    }

    /// Deletes all data of the tenant: records, lake, and what was computed from them. It can be repeated.
    ///
    /// # Errors
    /// The storage refuses; some of it may be gone then.
    pub async fn delete_workspace(&self, tenant: &TenantContext) -> Result<()> {
        let (engine, id) = (self.clone(), tenant.id().clone());
        self.on_runtime(async move { engine.tenants().delete(&id).await }).await?;
        self.forget_results(tenant.id()).await;
        Ok(())
    }

    /// Drops what was computed from a tenant's data, because its days or its currency are others now.
    pub async fn forget_results(&self, tenant: &TenantId) {
        self.inner.whole().cache.forget(tenant).await;
    }

    /// Whether the engine can store records now: the control database answers.
    ///
    /// # Errors
    /// Says what does not work.
    pub async fn ready(&self) -> Result<()> {
        kupets_control::ping(self.control()).await
    }
}
