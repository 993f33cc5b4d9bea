//! The tenants of a node: opened on first use, looked after while they are open, closed when nobody uses them.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures::StreamExt as _;
use kupets_core::{Error, Kind, Result, TenantId, clock::Clock};
use object_store::ObjectStore;
use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};
use tokio::{
    runtime::Handle,
    sync::{Notify, Semaphore},
};
use url::Url;

use crate::{
    journal::Journal,
    lake::{self, storage::Storage},
    slot::{Closed, Slot},
    tenant::{Shared, StorageLimits, TenantStore},
};

/// Memtables that are flushed at once on shutdown.
const FLUSHES_AT_ONCE: usize = 8;
/// Tenants with records in the journal that are opened at once on start.
const OPENED_AT_ONCE: usize = 4;
/// How long a tenant with records in the journal that cannot be opened waits for the next try, at first and at most.
const RECOVER_AGAIN_FIRST: Duration = Duration::from_secs(5);
const RECOVER_AGAIN_MOST: Duration = Duration::from_secs(300);
/// A tenant without a request for so long closes its connections.
const RELEASE_AFTER_US: i64 = 2_000_000;
/// Tenants whose lakes are looked at at once.
const MAINTAINED_AT_ONCE: usize = 8;
/// Flushes that run at once over all tenants.
const BACKGROUND_AT_ONCE: usize = 2;

/// Steps of maintenance that run at once over all tenants: half of the processors are left to requests and flushes.
fn maintenance_at_once() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).div_ceil(2)
}

/// Where a node keeps its tenants, and its limits.
#[derive(Debug, Clone)]
pub struct StorageConfig {
    /// Local folder of work files, and by default of the lakes.
    pub data_dir: PathBuf,
    /// Root of the lakes: `file:`, `s3://`, `gs://` or `az://`; none means `<data_dir>/lake`.
    pub storage_url: Option<String>,
    /// Ceilings on memory and age.
    pub limits: StorageLimits,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// The tenants of a node.
#[derive(Debug)]
pub struct Tenants {
    shared: Arc<Shared>,
    open: Mutex<Open>,
    /// Tenants are opened and flushed here, wherever it is called from.
    handle: Handle,
}

/// The tenants that are open, or were deleted.
#[derive(Debug, Default)]
struct Open {
    slots: HashMap<TenantId, Arc<Slot>>,
    /// The server is stopping: nothing is opened any more.
    closing: bool,
}

impl Tenants {
    /// Locks the data folder, before anything in it is touched.
    ///
    /// # Errors
    /// Another server holds it, or it cannot be made.
    pub fn lock(data_dir: &std::path::Path) -> Result<std::fs::File> {
        let path = data_dir.join("kupets.lock");
        let fail =
            |what: &dyn std::fmt::Display| Error::unavailable(format!("{} cannot be locked: {what}", path.display()));
        kupets_control::private_dir(data_dir).map_err(|e| fail(&e))?;
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

    /// Opens the journal of the control database and recovers, in the background, the tenants whose records wait in it.
    ///
    /// It belongs to the tokio runtime it is called from; its methods may be called from others.
    ///
    /// # Errors
    /// Damaged or unreachable files, named in the message.
    pub async fn open(
        config: StorageConfig,
        lock: std::fs::File,
        control: SqlitePool,
        control_options: &SqliteConnectOptions,
    ) -> Result<Arc<Self>> {
        let storage = Storage::open(config.storage_url.as_deref(), &config.data_dir.join("lake"))?;
        Self::open_on(config, lock, control, control_options, storage).await
    }

    /// The same on a storage that is open.
    pub(crate) async fn open_on(
        config: StorageConfig,
        lock: std::fs::File,
        control: SqlitePool,
        control_options: &SqliteConnectOptions,
        storage: Storage,
    ) -> Result<Arc<Self>> {
        let journal = Journal::open(control_options).await?;
        // What a process that was killed has left is nobody's: what it spilled, and its copies of remote catalogs.
        let work = config.data_dir.join("upkeep");
        for left in [&work, &config.data_dir.join(lake::WORKING_COPIES)] {
            if let Err(e) = std::fs::remove_dir_all(left)
                && e.kind() != std::io::ErrorKind::NotFound
            {
                return Err(Error::unavailable(format!("the folder {} cannot be emptied: {e}", left.display())));
            }
        }
        let shared = Arc::new(Shared {
            control,
            journal,
            session: lake::session(&storage, &work)?,
            storage,
            work_dir: config.data_dir,
            limits: config.limits,
            clock: config.clock,
            epochs: AtomicU64::new(1),
            tail_bytes: AtomicUsize::new(0),
            background: Semaphore::new(BACKGROUND_AT_ONCE),
            maintenance: Semaphore::new(maintenance_at_once()),
            tails: Mutex::default(),
            flushed: Notify::new(),
            _lock: lock,
        });
        let waiting = shared.journal.tenants(&shared.control).await?;
        let tenants = Arc::new(Self { shared, open: Mutex::default(), handle: Handle::current() });
        tokio::spawn(recover(Arc::downgrade(&tenants), waiting, RECOVER_AGAIN_FIRST));
        Ok(tenants)
    }

    /// The object store of the lakes and the address it is registered under.
    pub fn object_store(&self) -> (&Url, &Arc<dyn ObjectStore>) {
        (&self.shared.storage.url, &self.shared.storage.store)
    }

    fn opened(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The tenant's store, opened on first use.
    ///
    /// # Errors
    /// Its lake or its records in the journal cannot be read; it was deleted; the server is stopping.
    pub async fn store(&self, tenant: &TenantId) -> Result<Arc<TenantStore>> {
        let slot = {
            let mut open = self.opened();
            if open.closing {
                return Err(Closed::Stopping.refusal());
            }
            open.slots.entry(tenant.clone()).or_default().clone()
        };
        if let Some(store) = slot.living() {
            return Ok(store);
        }
        let (shared, id) = (self.shared.clone(), tenant.clone());
        // In a task of its own: whoever asked may leave, and what it began must end before anybody else begins.
        let opening = self.handle.spawn(async move { slot.open(&id, &shared).await });
        opening.await.map_err(|e| Error::internal(format!("a workspace could not be opened: {e}")))?
    }

    /// Drains a tenant's handle, so that the next call opens it anew.
    #[cfg(test)]
    pub(crate) async fn forget(&self, tenant: &TenantId) {
        let slot = self.opened().slots.get(tenant).cloned();
        if let Some(slot) = slot {
            let _turn = slot.turn().await;
            if let Some(store) = slot.take() {
                store.drain().await;
            }
        }
    }

    /// Deletes all that there is of a tenant: its records in the journal, its lake, its work files. Whoever still holds it open can
    /// do nothing with it any more, and nobody opens it again. It can be repeated.
    ///
    /// # Errors
    /// The journal or the storage refuses; some of it may be gone then.
    pub async fn delete(&self, tenant: &TenantId) -> Result<()> {
        let slot = self.opened().slots.entry(tenant.clone()).or_default().clone();
        slot.close(Closed::Deleted);
        let (shared, id) = (self.shared.clone(), tenant.clone());
        let deleting = self.handle.spawn(async move {
            let _turn = slot.turn().await;
            if let Some(store) = slot.take() {
                store.drain().await;
            }
            shared.journal.delete(&id, i64::MAX).await?;
            lake::delete(&shared.storage, &shared.work_dir, &id).await
        });
        deleting.await.map_err(|e| Error::internal(format!("a workspace could not be deleted: {e}")))?
    }

    /// Flushes every memtable, then closes the journal. What comes after it has begun is refused.
    ///
    /// # Errors
    /// A flush that failed; its records stay in the journal and nothing is lost.
    pub async fn shutdown(&self) -> Result<()> {
        let slots: Vec<_> = {
            let mut open = self.opened();
            open.closing = true;
            open.slots.values().cloned().collect()
        };
        slots.iter().for_each(|slot| slot.close(Closed::Stopping));
        let mut outcome = Ok(());
        let flushes = slots.into_iter().map(|slot| async move {
            let flush = self.handle.spawn(async move {
                let _turn = slot.turn().await;
                let Some(store) = slot.take() else { return Ok(()) };
                let flushed = store.flush_all().await;
                store.drain().await;
                store.rest().await;
                flushed
            });
            flush.await.map_err(|e| Error::internal(format!("a flush ended: {e}")))?
        });
        // Most of a small flush is waiting for the disk, which syncs several at once about as fast as one.
        let mut flushes = futures::stream::iter(flushes).buffer_unordered(FLUSHES_AT_ONCE);
        while let Some(flushed) = flushes.next().await {
            if let Err(error) = &flushed {
                tracing::warn!(%error, "a tail was not flushed; its records stay in the journal");
                outcome = flushed;
            }
        }
        // Who waits for its turn to flush has nothing to flush any more.
        self.shared.background.close();
        self.shared.maintenance.close();
        self.shared.journal.stop().await;
        outcome
    }

    /// The tenants that are open.
    fn stores(&self) -> Vec<Arc<TenantStore>> {
        self.opened().slots.values().filter_map(|slot| slot.store()).collect()
    }

    fn now_us(&self) -> i64 {
        self.shared.clock.now().timestamp_micros()
    }

    /// Sets the metrics of open tenants, and lets those go of their connections that nobody uses now.
    pub async fn gauge(&self) {
        let now_us = self.now_us();
        let stores = self.stores();
        let oldest_us = stores.iter().filter_map(|store| store.oldest_us()).min();
        let open = stores.len();
        for store in stores {
            store.release_idle(now_us - RELEASE_AFTER_US).await;
        }
        let lag_us = oldest_us.map_or(0, |oldest| now_us.saturating_sub(oldest).max(0));
        metrics::gauge!("kupets_tenants_open").set(open as f64);
        metrics::gauge!("kupets_tail_bytes").set(self.shared.tail_bytes.load(Ordering::Relaxed) as f64);
        metrics::gauge!("kupets_flush_lag_seconds").set(lag_us as f64 / 1e6);
    }

    /// One round of maintenance of every open tenant's lake. Several are looked at at once, so that a large one does not hold up the
    /// others; how many work at once the permits of [`Shared::maintenance`] say.
    pub async fn maintain(&self) {
        let rounds = futures::stream::iter(self.stores()).for_each_concurrent(MAINTAINED_AT_ONCE, |store| async move {
            let tenant = store.id().clone();
            let round = self.handle.spawn(async move { store.maintain().await }).await;
            if let Err(error) = round.unwrap_or_else(|e| Err(Error::internal(format!("it broke: {e}")))) {
                tracing::warn!(%tenant, %error, "upkeep of a lake failed; it is tried again");
            }
        });
        rounds.await;
    }

    /// Closes tenants that nobody has used for long and whose memtable is empty. One that somebody holds stays: a second copy
    /// beside it would be a second writer.
    pub fn close_idle(&self) {
        let now_us = self.now_us();
        let idle_us = i64::try_from(self.shared.limits.tenant_idle_s).unwrap_or(i64::MAX / 2).saturating_mul(1_000_000);
        self.opened().slots.retain(|_, slot| {
            // One that was deleted stays closed.
            if slot.is_closed() || Arc::strong_count(slot) > 1 {
                return true;
            }
            let Some(store) = slot.store() else { return false };
            // Two: the slot's and this one.
            let held = Arc::strong_count(&store) > 2;
            let idle = now_us - store.last_used_us() >= idle_us && store.tail_size().0 == 0;
            held || !(idle || store.is_fenced())
        });
    }
}

/// Opens the tenants whose records wait in the journal, so that they reach the lake without a request. One whose storage does not
/// answer is tried again, later and later.
pub(crate) async fn recover(tenants: Weak<Tenants>, mut waiting: Vec<TenantId>, mut pause: Duration) {
    loop {
        let opened = futures::stream::iter(std::mem::take(&mut waiting)).map(|tenant| {
            let tenants = tenants.clone();
            async move {
                let tenants = tenants.upgrade()?;
                let error = tenants.store(&tenant).await.err()?;
                tracing::error!(%tenant, %error, "a workspace cannot be opened; its records stay in the journal");
                // Damage does not go by itself.
                (error.kind() == Kind::Unavailable).then_some(tenant)
            }
        });
        waiting = opened.buffer_unordered(OPENED_AT_ONCE).filter_map(std::future::ready).collect().await;
        if waiting.is_empty() {
            return;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(RECOVER_AGAIN_MOST);
        if tenants.upgrade().is_none_or(|tenants| tenants.opened().closing) {
            return;
        }
    }
}
