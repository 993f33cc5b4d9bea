//! A tenant's open store: what it holds, and how requests come in.

use std::{
    any::Any,
    collections::HashSet,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use kupets_core::{ErasedRecords, Error, Result, TenantId, schema::Table};
use tokio::sync::mpsc;

use super::{
    existing::Existing,
    shared::{Shared, Tail},
    state::{Job, MaintenanceState, Request, State},
};
use crate::{
    keys::{TableKeys, hash},
    layout::to_scan_layout,
    memtable::Memtable,
    record::{Ingested, Parsed},
};

/// How long a request waits for room before it is refused.
const ROOM_PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);

/// A tenant's data, open.
#[derive(Debug)]
pub struct TenantStore {
    pub(super) id: TenantId,
    pub(super) shared: Arc<Shared>,
    pub(super) state: Mutex<State>,
    /// Whoever holds it is the only writer of the lake: see [`TenantStore::own_lake`].
    pub(super) writing: tokio::sync::Mutex<()>,
    /// Held while a group of records is resolved, journalled and shown. Taken after `writing` where both are.
    pub(super) committing: tokio::sync::Mutex<()>,
    pub(super) jobs: mpsc::Sender<Job>,
    /// Set when another node has taken the tenant over, or what this handle knows of the lake is no longer sure: every call
    /// fails, and the next one drains it and opens the tenant anew.
    pub(super) fenced: AtomicBool,
    /// When it was last looked whether another node has the tenant, microseconds since the epoch.
    pub(super) looked_us: AtomicI64,
    /// Number of this handle, so that its versions have names that no other handle's have.
    pub(super) epoch: u64,
    /// Set while a flush in the background waits for its turn or runs.
    pub(super) flush_pending: AtomicBool,
    pub(super) kept: Mutex<MaintenanceState>,
    /// Time of the last call, microseconds since the epoch.
    pub(super) last_used_us: AtomicI64,
}

impl TenantStore {
    /// Whose data it is.
    pub fn id(&self) -> &TenantId {
        &self.id
    }

    /// The state, locked: hold it for microseconds and never across an await.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        // A panic while it was held cannot leave it half changed: each change is one assignment at the end.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores parsed records; returns when they are durable and visible.
    ///
    /// A record under an id made up for a request that may be repeated is left as it is if it is there already.
    ///
    /// `late` is what becomes of records of erased customers that are of before the erasure.
    ///
    /// `held` is let go of when the journal has them or nothing of them is stored, also if whoever asked does not wait for it.
    ///
    /// # Errors
    /// Busy under pressure and unavailable when the disk refuses; [`kupets_core::Kind::Invalid`] `erased_customer` where `late` refuses
    /// records. Nothing is stored then.
    pub async fn ingest(
        self: &Arc<Self>,
        parsed: Parsed,
        late: ErasedRecords,
        held: Option<Box<dyn Any + Send>>,
    ) -> Result<Ingested> {
        if parsed.records.is_empty() {
            return Ok(Ingested::default());
        }
        let once = match parsed.repeatable {
            true => parsed.generated.iter().map(|(_, id)| hash(id)).collect(),
            false => HashSet::new(),
        };
        let request = Request { parsed, late, once };
        self.check_open()?;
        self.touch();
        self.wait_for_room().await?;
        let (done, wait) = tokio::sync::oneshot::channel();
        self.jobs.try_send(Job { request, done, held }).map_err(|e| match e {
            mpsc::error::TrySendError::Full(_) => busy("too many requests of this workspace are waiting"),
            mpsc::error::TrySendError::Closed(_) => {
                self.fence();
                Error::unavailable("the workspace is being closed: nothing was stored. Send again")
            }
        })?;
        wait.await.map_err(|_| {
            Error::unavailable("whether the records were stored is not known: send them again, under the same ids")
        })?
    }

    /// Waits a little for a flush when there is no room for more records: a sender that is fast for a moment is slowed, not
    /// refused. What makes room is flushed: its own tail if that is too large, else the largest of the node.
    pub(super) async fn wait_for_room(self: &Arc<Self>) -> Result<()> {
        let deadline = tokio::time::Instant::now() + ROOM_PATIENCE;
        loop {
            // Made before the look, so that a flush that ends after it is not missed.
            let flushed = self.shared.flushed.notified();
            let Err(busy) = self.check_pressure() else { return Ok(()) };
            if self.is_own_tail_full() {
                self.flush_in_background();
            } else {
                self.shared.flush_largest();
            }
            if tokio::time::timeout_at(deadline, flushed).await.is_err() {
                return Err(busy);
            }
        }
    }

    fn is_own_tail_full(&self) -> bool {
        self.state().tail_bytes() > self.shared.limits.tail_max_bytes
    }

    pub(super) fn check_pressure(&self) -> Result<()> {
        if self.is_own_tail_full() {
            return Err(busy("records of this workspace arrive faster than they can be moved to the storage"));
        }
        if self.shared.tail_bytes.load(Ordering::Relaxed) > self.shared.limits.tail_total_max_bytes {
            return Err(busy(
                "the server holds as many records in memory as it may until they are moved to the storage",
            ));
        }
        Ok(())
    }

    pub(super) fn check_open(&self) -> Result<()> {
        if self.is_fenced() {
            return Err(Error::unavailable("this workspace is being opened anew: nothing was stored. Send again"));
        }
        Ok(())
    }

    /// Whether nobody may use this handle any more.
    pub fn is_fenced(&self) -> bool {
        self.fenced.load(Ordering::Acquire)
    }

    /// From now on every call fails, and whoever waits for the right to write fails when the wait is over.
    pub(super) fn fence(&self) {
        self.fenced.store(true, Ordering::Release);
    }

    /// Lets nobody use it any more, and returns when nothing is being written: only then may the tenant be opened again. An append
    /// that was under way is in the journal, and what it acknowledges is replayed by the next handle.
    pub(crate) async fn drain(&self) {
        self.fence();
        drop(self.writing.lock().await);
        drop(self.committing.lock().await);
    }

    /// Leaves the lake as others read it when no server runs. The handle is drained before.
    pub(crate) async fn rest(&self) {
        let lake = self.state().lake.as_ref().map(|(lake, _)| lake.clone());
        if let Some(lake) = lake {
            lake.rest().await;
        }
    }

    /// The right to change the lake. Whoever has waited for it looks again whether this handle still owns the tenant.
    ///
    /// # Errors
    /// The handle was fenced meanwhile; nothing may be changed.
    pub(super) async fn own_lake(&self) -> Result<tokio::sync::MutexGuard<'_, ()>> {
        let writing = self.writing.lock().await;
        self.check_open()?;
        Ok(writing)
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

    /// Makes sure of what writes go by: that no other node has the tenant, and that the keys of the lake are loaded.
    pub(super) async fn load_keys(&self) -> Result<()> {
        // First: the files of a lake that another node keeps in order may be gone.
        self.look_for_others().await?;
        if self.state().keys.is_some() {
            return Ok(());
        }
        // The lock keeps flushes and maintenance from changing the files meanwhile.
        let _writing = self.own_lake().await?;
        let lake = self.state().lake.clone();
        let mut keys = Table::ALL.map(|table| TableKeys::new(self.shared.key_place(&self.id, table)));
        let mut unread: [Option<String>; 3] = Default::default();
        if let Some((lake, lake_state)) = lake {
            for table in Table::ALL {
                let place = self.shared.key_place(&self.id, table);
                (keys[table.index()], unread[table.index()]) = lake.keys(&lake_state, table, place).await?;
            }
        }
        let mut state = self.state();
        if state.keys.is_none() {
            state.keys = Some(Arc::new(keys));
            state.unread = unread;
        }
        Ok(())
    }

    /// Adds a journalled batch to the tail, of whose keys `existing` knows which were there before. When all of its entry's batches are
    /// there, [`State::shown_up_to`] says so.
    pub(super) fn apply(
        &self,
        state: &mut State,
        table: Table,
        batch: arrow::array::RecordBatch,
        existing: &Existing,
    ) -> Result<()> {
        let batch = to_scan_layout(table, &batch)?;
        let State { active, frozen, oldest_us, .. } = state;
        let mut replaced_in_frozen = Vec::new();
        active.table_mut(table).push(batch, |hash| {
            let in_frozen = frozen.as_ref().is_some_and(|f| f.table(table).contains(hash));
            if in_frozen {
                replaced_in_frozen.push(hash);
            }
            // What was in the tail may have reached the lake since; what is in neither any more is hidden in vain.
            in_frozen || existing.has(table, hash)
        })?;
        if let Some(frozen) = frozen {
            for hash in replaced_in_frozen {
                frozen.table_mut(table).kill(hash);
            }
        }
        oldest_us.get_or_insert_with(|| self.shared.clock.now().timestamp_micros());
        state.version += 1;
        self.recount(state);
        Ok(())
    }

    /// Brings the node's sum of tail bytes up to date after a change.
    pub(super) fn recount(&self, state: &mut State) {
        let now = state.tail_bytes();
        let before = std::mem::replace(&mut state.counted_bytes, now);
        if now >= before {
            self.shared.tail_bytes.fetch_add(now - before, Ordering::Relaxed);
        } else {
            self.shared.tail_bytes.fetch_sub(before - now, Ordering::Relaxed);
        }
    }
}

impl Tail for TenantStore {
    fn bytes(&self) -> usize {
        if self.is_fenced() { 0 } else { self.tail_size().1 }
    }

    fn flush(self: Arc<Self>) {
        self.flush_in_background();
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
