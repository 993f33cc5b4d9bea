//! The engine's front: what the API and the command line call.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use arrow::{
    array::{Array, AsArray, RecordBatch, TimestampMicrosecondArray},
    compute::cast,
    datatypes::{DataType, Int64Type, TimestampMicrosecondType},
};
use chrono::{DateTime, Utc};
use futures::{StreamExt as _, TryStreamExt};
use sqlx::SqlitePool;
use tokio::{runtime::Handle, sync::OnceCell};

use crate::{
    Error, Result, TenantAuthority, TenantContext, TenantId,
    clock::Clock,
    control, insight,
    journal::Journal,
    lake::{
        self,
        keys::hash,
        store::Storage,
        upkeep::{LARGE_FILE_BYTES, UpkeepOptions},
    },
    query::{Answer, Meta, QueryEngine, QueryLimits, RowLimit, SqlRequest, Statement, params_from_json},
    reading::{Reader, Values},
    record::{Ingested, Parsed},
    reports,
    store::{Shared, TenantStore},
};

/// Rows of a report at most: no report of a real shop comes near it.
const REPORT_MAX_ROWS: usize = 50_000_000;
/// Tails that are flushed at once on shutdown.
const FLUSHES_AT_ONCE: usize = 8;
/// Workspaces with records in the journal that are opened at once on start.
const OPENED_AT_ONCE: usize = 4;
/// How often the metrics of the node's state are set.
const GAUGE_INTERVAL: Duration = Duration::from_secs(2);
/// A workspace without a request for so long closes its connections.
const REST_AFTER_US: i64 = 2_000_000;
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
    query: Arc<QueryEngine>,
    insights: insight::Cache,
    tenants: Mutex<HashMap<TenantId, Arc<OnceCell<Arc<TenantStore>>>>>,
    /// The engine's own work runs here, wherever it is called from.
    handle: Handle,
    /// Held while the engine lives: two servers on one folder would not know of each other's records.
    _lock: std::fs::File,
}

impl Inner {
    /// The workspaces that are open.
    fn stores(&self) -> Vec<Arc<TenantStore>> {
        let tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        tenants.values().filter_map(|cell| cell.get().cloned()).collect()
    }
}

fn lock(data_dir: &std::path::Path) -> Result<std::fs::File> {
    let path = data_dir.join("kupets.lock");
    let fail =
        |what: &dyn std::fmt::Display| Error::unavailable(format!("{} cannot be locked: {what}", path.display()));
    std::fs::create_dir_all(data_dir).map_err(|e| fail(&e))?;
    let file =
        std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(|e| fail(&e))?;
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
        let query =
            QueryEngine::new(&QueryLimits::from(&config.limits), config.data_dir.join("spill"), config.clock.clone())?;
        let runtime = query.runtime();
        runtime.register_object_store(&storage.url, storage.store.clone());
        let shared = Arc::new(Shared {
            control,
            journal,
            session: lake::session(&storage, &config.data_dir.join("upkeep"))?,
            storage,
            work_dir: config.data_dir.clone(),
            limits: config.limits.clone(),
            clock: config.clock.clone(),
            tail_bytes: AtomicUsize::new(0),
            background: tokio::sync::Semaphore::new(2),
            flushed: tokio::sync::Notify::new(),
        });
        let waiting = shared.journal.tenants(&shared.control).await?;
        let insights = insight::Cache::new(config.clock.clone());
        let inner = Inner {
            config,
            shared,
            query,
            insights,
            tenants: Mutex::default(),
            handle: Handle::current(),
            _lock: lock,
        };
        let engine = Self { inner: Arc::new(inner) };
        engine.clone().recover(waiting);
        tokio::spawn(upkeep(Arc::downgrade(&engine.inner)));
        tokio::spawn(gauge(Arc::downgrade(&engine.inner)));
        Ok((engine, TenantAuthority(())))
    }

    /// Opens, in the background, the tenants whose records wait in the journal, so that they reach the lake without a request.
    fn recover(self, waiting: Vec<TenantId>) {
        tokio::spawn(futures::stream::iter(waiting).for_each_concurrent(OPENED_AT_ONCE, move |tenant| {
            let engine = self.clone();
            async move {
                if let Err(error) = engine.store(&tenant).await {
                    tracing::error!(%tenant, %error, "a workspace cannot be opened; its records stay in the journal");
                }
            }
        }));
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
        let flushes = stores.into_iter().map(|store| self.on_runtime(async move { store.flush_all().await }));
        // Most of a small flush is waiting for the disk, which syncs several at once about as fast as one.
        let mut flushes = futures::stream::iter(flushes).buffer_unordered(FLUSHES_AT_ONCE);
        while let Some(flushed) = flushes.next().await {
            if let Err(error) = &flushed {
                tracing::warn!(%error, "a tail was not flushed; its records stay in the journal");
                outcome = flushed;
            }
        }
        self.inner.shared.journal.stop().await;
        self.inner.shared.control.close().await;
        outcome
    }

    /// Runs statements; [`Engine::run`] for one over the present view.
    pub(crate) fn queries(&self) -> &Arc<QueryEngine> {
        &self.inner.query
    }

    /// What was computed from versions of the data.
    pub(crate) fn insights(&self) -> &insight::Cache {
        &self.inner.insights
    }

    /// Runs `work` on the engine's own runtime.
    pub(crate) async fn on_runtime<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T>> + Send + 'static,
    ) -> Result<T> {
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
        let once = match parsed.repeatable {
            true => parsed.generated.iter().map(|(_, id)| hash(id)).collect(),
            false => HashSet::new(),
        };
        self.store(tenant.id()).await?.ingest(parsed.records, once).await
    }

    /// Runs one read-only SQL statement over the tenant's tables.
    ///
    /// # Errors
    /// A statement that is not allowed or not valid, and the limits; also while the answer streams.
    pub async fn sql(&self, tenant: &TenantContext, request: SqlRequest) -> Result<Answer> {
        let engine = self.clone();
        let tenant = tenant.clone();
        self.on_runtime(async move {
            let ceiling = engine.limits().query_max_rows;
            let max_rows = request.limit.map_or(RowLimit::Fail(ceiling), |limit| RowLimit::Cut(limit.min(ceiling)));
            let params = params_from_json(request.params.as_ref())?;
            let meta = Meta { sql: request.sql.clone(), ..Meta::default() };
            engine.run(&tenant, Statement { params, ..Statement::new(request.sql, max_rows) }, meta).await
        })
        .await
    }

    /// Runs a report of [`crate::reports::catalogue`] with its parameters as text, as they stand in a query string.
    ///
    /// # Errors
    /// An unknown report, a parameter it does not have, or a value that does not parse; the message lists what would do.
    pub async fn report(
        &self,
        tenant: &TenantContext,
        id: &str,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Answer> {
        let now = self.clock().now();
        let prepared = reports::prepare(id, parameters, tenant.time_zone(), tenant.currency(), tenant.segments(), now)?;
        let engine = self.clone();
        let tenant = tenant.clone();
        self.on_runtime(async move {
            let mut reader = insight::reader(&engine, &tenant).await?;
            if let Some(periods) = &prepared.open_periods
                && let Some((first, last)) = first_and_last(&reader).await?
            {
                periods.check(first, last)?;
            }
            insight::add_tables(&mut reader, &prepared).await?;
            let statement = Statement::ours(prepared.sql, prepared.params, RowLimit::Fail(REPORT_MAX_ROWS));
            let mut answer = reader.run(statement, prepared.meta).await?;
            for (column, unit) in answer.columns.iter_mut().zip(prepared.units) {
                column.unit = unit;
            }
            Ok(answer)
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
            let statement = Statement { ours: true, ..Statement::new(CONNECTION_SQL, RowLimit::Fail(3)) };
            let answer = engine.run(&tenant, statement, Meta::default()).await?;
            let batches: Vec<RecordBatch> = answer.rows.try_collect().await.map_err(crate::query::from_datafusion)?;
            connection_of(&batches)
        })
        .await
    }

    /// Runs a statement over the tenant's tables and views as they are now.
    pub(crate) async fn run(&self, tenant: &TenantContext, statement: Statement, meta: Meta) -> Result<Answer> {
        insight::reader(self, tenant).await?.run(statement, meta).await
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
        let options = UpkeepOptions {
            small_files_max: 1,
            tiers: &[LARGE_FILE_BYTES],
            deleted_share_max: f64::MIN_POSITIVE,
            ..UpkeepOptions::default()
        };
        self.on_runtime(async move { store.compact(&options).await }).await
    }

    /// Whether the engine can store records now: the control database answers.
    ///
    /// # Errors
    /// Says what does not work.
    pub async fn ready(&self) -> Result<()> {
        let pool = &self.inner.shared.control;
        sqlx::query("SELECT 1")
            .execute(pool)
            .await
            .map(|_| ())
            .map_err(|e| control::database_error("control database", e))
    }
}

/// The times of the first and the last sale.
async fn first_and_last(reader: &Reader) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>> {
    let sql = "SELECT min(occurred_at) AS first, max(occurred_at) AS last FROM purchases";
    let row = reader.collect(sql.into(), Values::default()).await?;
    let time = |column: usize| {
        let column = row.column(column).as_primitive_opt::<TimestampMicrosecondType>()?;
        (column.len() == 1 && column.is_valid(0)).then(|| DateTime::from_timestamp_micros(column.value(0))).flatten()
    };
    Ok(time(0).zip(time(1)))
}

/// A row a table: its records, and when the first and the last of those that are there now were accepted.
const CONNECTION_SQL: &str = "SELECT 'customers' AS of, count(*) AS n, min(_ingested_at) AS first, max(_ingested_at) AS last FROM customers \
     UNION ALL SELECT 'purchases', count(*), min(_ingested_at), max(_ingested_at) FROM purchases WHERE line = 1 \
     UNION ALL SELECT 'interactions', count(*), min(_ingested_at), max(_ingested_at) FROM interactions";

fn connection_of(batches: &[RecordBatch]) -> Result<Connection> {
    let mut connection = Connection::default();
    for batch in batches {
        let names = cast(batch.column(0), &DataType::Utf8).map_err(|e| Error::internal(e.to_string()))?;
        let names = names.as_string::<i32>();
        let counts = batch.column(1).as_primitive::<Int64Type>();
        let firsts = batch.column(2).as_primitive::<TimestampMicrosecondType>();
        let lasts = batch.column(3).as_primitive::<TimestampMicrosecondType>();
        for row in 0..batch.num_rows() {
            let count = u64::try_from(counts.value(row)).unwrap_or_default();
            match names.value(row) {
                "customers" => connection.customers = count,
                "purchases" => connection.purchases = count,
                _ => connection.interactions = count,
            }
            let time = |column: &TimestampMicrosecondArray| {
                column.is_valid(row).then(|| DateTime::from_timestamp_micros(column.value(row))).flatten()
            };
            connection.first_record_at = [connection.first_record_at, time(firsts)].into_iter().flatten().min();
            connection.last_record_at = [connection.last_record_at, time(lasts)].into_iter().flatten().max();
        }
    }
    Ok(connection)
}

/// Says how the node is, and lets workspaces rest that nobody uses, until the engine is gone.
async fn gauge(inner: std::sync::Weak<Inner>) {
    let mut tick = tokio::time::interval(GAUGE_INTERVAL);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let Some(inner) = inner.upgrade() else { return };
        let now_us = inner.config.clock.now().timestamp_micros();
        let stores = inner.stores();
        let oldest_us = stores.iter().filter_map(|store| store.oldest_us()).min();
        let open = stores.len();
        for store in stores {
            store.rest(now_us - REST_AFTER_US).await;
        }
        let lag_us = oldest_us.map_or(0, |oldest| now_us.saturating_sub(oldest).max(0));
        metrics::gauge!("kupets_tenants_open").set(open as f64);
        metrics::gauge!("kupets_tail_bytes").set(inner.shared.tail_bytes.load(Ordering::Relaxed) as f64);
        metrics::gauge!("kupets_flush_lag_seconds").set(lag_us as f64 / 1e6);
        metrics::gauge!("kupets_query_memory_bytes").set(inner.query.runtime().memory_pool.reserved() as f64);
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
        let stores = inner.stores();
        for store in stores {
            if let Err(error) = store.keep().await {
                tracing::warn!(tenant = %store.id(), %error, "upkeep of a lake failed; it is tried again");
            }
        }
        let engine = Engine { inner: inner.clone() };
        if let Err(error) = engine.continue_erasures(UpkeepOptions::default().delete_after).await {
            tracing::warn!(%error, "an erasure is not complete yet; it is tried again");
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
