//! One tenant's data, open: its lake, its tail, and the task that writes to them.

mod customer_lookup;
mod erase;
mod flush;
mod maintenance;
mod snapshot;
mod writer;

pub use snapshot::Snapshot;

use std::{
    collections::HashSet,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
    },
};

use datafusion::execution::session_state::SessionState;
use sqlx::SqlitePool;
use tokio::sync::{Notify, mpsc};

use kupets_core::{Error, Result, TenantId, clock::Clock, schema::Table};

use crate::{
    journal::Journal,
    keys::{KeyHash, TableKeys, hash},
    lake::{Home, Lake, LakeState, storage::Storage},
    memtable::Memtable,
    record::{Ingested, Parsed},
};

/// How long a request waits for room before it is refused.
const ROOM_PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);

/// Ceilings. Sizes in bytes, times in seconds.
#[derive(Debug, Clone)]
pub struct StorageLimits {
    /// A tenant's memtable is flushed when it holds this many bytes.
    pub tail_flush_bytes: usize,
    /// A tenant's memtable is flushed when it holds this many rows.
    pub tail_flush_rows: usize,
    /// A memtable is flushed when its oldest row is this old.
    pub tail_flush_age_s: u64,
    /// Past this, requests of the tenant get 429 until a flush ends.
    pub tail_max_bytes: usize,
    /// Past this, over all tenants, requests get 429 until flushes end.
    pub tail_total_max_bytes: usize,
    /// A tenant without requests for this long is closed.
    pub tenant_idle_s: u64,
}

/// What all tenants of a node share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub control: SqlitePool,
    pub journal: Journal,
    pub storage: Storage,
    /// For scans of the lakes' own.
    pub session: Arc<SessionState>,
    pub work_dir: PathBuf,
    pub limits: StorageLimits,
    pub clock: Arc<dyn Clock>,
    /// Bytes of all tails.
    pub tail_bytes: AtomicUsize,
    /// Flushes and maintenance that run at once over all tenants: more would only take the processors from requests.
    pub background: tokio::sync::Semaphore,
    /// Told of each flush that made room.
    pub flushed: Notify,
}

impl Shared {
    /// What lakes need of it.
    pub fn home(&self) -> Home<'_> {
        Home { storage: &self.storage, work_dir: &self.work_dir, session: &self.session, journal: self.journal.id() }
    }
}

/// A lake to write to, and the state of it that is shown.
pub(crate) type OpenLake = (Arc<Lake>, LakeState);

/// What queries and writes look at, always changed in one step.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub lake: Option<OpenLake>,
    /// Keys of the lake; loaded before the first write.
    pub keys: Option<[TableKeys; 3]>,
    /// Rows that a flush is moving to the lake.
    pub frozen: Option<Memtable>,
    /// Rows that came since.
    pub active: Memtable,
    /// When the first row came that is not in the lake, or a time shortly before; microseconds since the epoch.
    pub oldest_us: Option<i64>,
    /// Counts every change, so that an answer can name the version it saw.
    pub version: u64,
    /// Bytes of this tail that are counted in [`Shared::tail_bytes`].
    counted_bytes: usize,
}

impl State {
    /// Whether a record of that key exists anywhere.
    fn contains(&self, table: Table, hash: KeyHash) -> bool {
        self.active.table(table).contains(hash) || self.below_active(table, hash)
    }

    /// Whether a record of that key exists below the active part.
    fn below_active(&self, table: Table, hash: KeyHash) -> bool {
        self.frozen.as_ref().is_some_and(|f| f.table(table).contains(hash))
            || self.keys.as_ref().is_some_and(|k| k[table.index()].contains(hash))
    }

    fn tail_bytes(&self) -> usize {
        self.active.bytes() + self.frozen.as_ref().map_or(0, Memtable::bytes)
    }
}

/// A tenant's data, open.
#[derive(Debug)]
pub struct TenantStore {
    id: TenantId,
    shared: Arc<Shared>,
    state: Mutex<State>,
    /// Whoever holds it is the only writer of the lake.
    writing: tokio::sync::Mutex<()>,
    jobs: mpsc::Sender<writer::Job>,
    /// Set when another node has taken the tenant over: every call fails, and the next one opens it anew.
    fenced: AtomicBool,
    /// Set while a flush in the background waits for its turn or runs.
    flush_pending: AtomicBool,
    kept: Mutex<maintenance::MaintenanceState>,
    /// Time of the last call, microseconds since the epoch.
    last_used_us: AtomicI64,
}

impl TenantStore {
    /// Opens a tenant: its lake's newest state, and the journal's entries above the lake's watermark as its tail.
    pub async fn open(id: &TenantId, shared: &Arc<Shared>) -> Result<Arc<Self>> {
        let lake = Lake::open(&shared.home(), id).await?;
        let lake = match lake {
            Some(lake) => {
                let state = lake.state().await?;
                lake.verify(&state).await?;
                Some((Arc::new(lake), state))
            }
            None => None,
        };
        let watermark = lake.as_ref().map_or(0, |(_, s)| s.watermark);
        shared.journal.raise_above(watermark).await?;
        let replayed = shared.journal.replay(&shared.control, id, watermark).await?;
        let (jobs, receiver) = mpsc::channel(writer::QUEUE_JOBS);
        let store = Arc::new(Self {
            id: id.clone(),
            shared: shared.clone(),
            state: Mutex::new(State { lake, ..State::default() }),
            writing: tokio::sync::Mutex::new(()),
            jobs,
            fenced: AtomicBool::new(false),
            flush_pending: AtomicBool::new(false),
            kept: Mutex::default(),
            last_used_us: AtomicI64::new(shared.clock.now().timestamp_micros()),
        });
        if !replayed.is_empty() {
            store.load_keys().await?;
            let mut state = store.state();
            for entry in replayed {
                store.apply(&mut state, entry.table, entry.batch, entry.seq)?;
            }
            tracing::info!(tenant = %id, rows = state.active.rows(), "records were recovered from the journal");
        }
        // What the lake already holds is of no more use in the journal; a crash may have left it.
        shared.journal.delete_left_over(&shared.control, id, watermark).await?;
        tokio::spawn(writer::run(Arc::downgrade(&store), receiver));
        Ok(store)
    }

    /// Whose data it is.
    pub fn id(&self) -> &TenantId {
        &self.id
    }

    /// The state, locked: hold it for microseconds and never across an await.
    fn state(&self) -> MutexGuard<'_, State> {
        // A panic while it was held cannot leave it half changed: each change is one assignment at the end.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores parsed records; returns when they are durable and visible.
    ///
    /// A record under an id made up for a request that may be repeated is left as it is if it is there already.
    ///
    /// # Errors
    /// Busy under pressure and unavailable when the disk refuses; nothing is stored then.
    pub async fn ingest(self: &Arc<Self>, parsed: Parsed) -> Result<Ingested> {
        if parsed.records.is_empty() {
            return Ok(Ingested::default());
        }
        let once = match parsed.repeatable {
            true => parsed.generated.iter().map(|(_, id)| hash(id)).collect(),
            false => HashSet::new(),
        };
        let records = parsed.records;
        self.check_open()?;
        self.touch();
        self.wait_for_room().await?;
        let (done, wait) = tokio::sync::oneshot::channel();
        self.jobs.try_send(writer::Job { records, once, done }).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => busy("too many requests of this workspace are waiting"),
            mpsc::error::TrySendError::Closed(_) => {
                Error::unavailable("the workspace is being closed: nothing was stored. Send again")
            }
        })?;
        wait.await
            .map_err(|_| Error::unavailable("the workspace was closed before the records were stored. Send again"))?
    }

    /// Waits a little for a flush when there is no room for more records: a sender that is fast for a moment is slowed, not
    /// refused.
    async fn wait_for_room(self: &Arc<Self>) -> Result<()> {
        let deadline = tokio::time::Instant::now() + ROOM_PATIENCE;
        loop {
            // Made before the look, so that a flush that ends after it is not missed.
            let flushed = self.shared.flushed.notified();
            let Err(busy) = self.check_pressure() else { return Ok(()) };
            self.flush_in_background();
            if tokio::time::timeout_at(deadline, flushed).await.is_err() {
                return Err(busy);
            }
        }
    }

    fn check_pressure(&self) -> Result<()> {
        let own = self.state().tail_bytes();
        if own > self.shared.limits.tail_max_bytes {
            return Err(busy("records of this workspace arrive faster than they can be moved to the storage"));
        }
        if self.shared.tail_bytes.load(Ordering::Relaxed) > self.shared.limits.tail_total_max_bytes {
            return Err(busy(
                "the server holds as many records in memory as it may until they are moved to the storage",
            ));
        }
        Ok(())
    }

    fn check_open(&self) -> Result<()> {
        if self.is_fenced() {
            return Err(Error::unavailable(
                "another node has taken this workspace over: nothing was stored. Send again",
            ));
        }
        Ok(())
    }

    /// Whether another node has taken the tenant over.
    pub fn is_fenced(&self) -> bool {
        self.fenced.load(Ordering::Acquire)
    }

    /// Notes that it is in use.
    pub fn touch(&self) {
        self.last_used_us.store(self.shared.clock.now().timestamp_micros(), Ordering::Relaxed);
    }

    /// Time of the last call, microseconds since the epoch.
    pub fn last_used_us(&self) -> i64 {
        self.last_used_us.load(Ordering::Relaxed)
    }

    /// When the first row came that is not in the lake, about.
    pub fn oldest_us(&self) -> Option<i64> {
        self.state().oldest_us
    }

    /// Lets go of what only requests need, if none came since `before_us`.
    pub async fn release_idle(&self, before_us: i64) {
        let lake = self.state().lake.as_ref().map(|(lake, _)| lake.clone());
        if let Some(lake) = lake
            && self.last_used_us() < before_us
        {
            lake.release_idle().await;
        }
    }

    /// Rows and bytes of the tail.
    pub fn tail_size(&self) -> (usize, usize) {
        let state = self.state();
        (state.active.rows() + state.frozen.as_ref().map_or(0, Memtable::rows), state.tail_bytes())
    }

    /// Loads the keys of the lake unless they are loaded.
    async fn load_keys(&self) -> Result<()> {
        if self.state().keys.is_some() {
            return Ok(());
        }
        // The lock keeps flushes and maintenance from changing the files meanwhile.
        let _writing = self.writing.lock().await;
        let lake = self.state().lake.clone();
        let mut keys: [TableKeys; 3] = Default::default();
        if let Some((lake, lake_state)) = lake {
            for table in Table::ALL {
                keys[table.index()] = lake.keys(&lake_state, table).await?;
            }
        }
        self.state().keys.get_or_insert(keys);
        Ok(())
    }

    /// Adds a journalled batch to the tail. The keys are loaded before it is called.
    fn apply(&self, state: &mut State, table: Table, batch: arrow::array::RecordBatch, seq: i64) -> Result<()> {
        let batch = layout::to_scan_layout(table, &batch)?;
        let State { active, frozen, keys, oldest_us, .. } = state;
        let mut replaced_in_frozen = Vec::new();
        active.table_mut(table).push(batch, |hash| {
            let in_frozen = frozen.as_ref().is_some_and(|f| f.table(table).contains(hash));
            if in_frozen {
                replaced_in_frozen.push(hash);
            }
            in_frozen || keys.as_ref().is_some_and(|k| k[table.index()].contains(hash))
        })?;
        if let Some(frozen) = frozen {
            for hash in replaced_in_frozen {
                frozen.table_mut(table).kill(hash);
            }
        }
        active.last_seq = active.last_seq.max(seq);
        oldest_us.get_or_insert_with(|| self.shared.clock.now().timestamp_micros());
        state.version += 1;
        self.recount(state);
        Ok(())
    }

    /// Brings the node's sum of tail bytes up to date after a change.
    fn recount(&self, state: &mut State) {
        let now = state.tail_bytes();
        let before = std::mem::replace(&mut state.counted_bytes, now);
        if now >= before {
            self.shared.tail_bytes.fetch_add(now - before, Ordering::Relaxed);
        } else {
            self.shared.tail_bytes.fetch_sub(before - now, Ordering::Relaxed);
        }
    }
}

impl Drop for TenantStore {
    fn drop(&mut self) {
        let counted = self.state().counted_bytes;
        self.shared.tail_bytes.fetch_sub(counted, Ordering::Relaxed);
    }
}

fn busy(why: &str) -> Error {
    Error::new(
        kupets_core::Kind::Busy,
        "busy",
        format!("{why}; nothing was stored. Send again after the time in Retry-After"),
    )
    .with_retry_after(1)
}
