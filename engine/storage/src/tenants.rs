//! The tenants of a node: opened on first use, looked after while they are open, closed when nobody uses them.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use futures::StreamExt as _;
use kupets_core::{Error, Result, TenantId, clock::Clock};
use object_store::ObjectStore;
use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};
use tokio::{
    runtime::Handle,
    sync::{Notify, OnceCell, Semaphore},
};
use url::Url;

use crate::{
    journal::Journal,
    lake::{self, storage::Storage},
    tenant::{Shared, StorageLimits, TenantStore},
};

/// Memtables that are flushed at once on shutdown.
const FLUSHES_AT_ONCE: usize = 8;
/// Tenants with records in the journal that are opened at once on start.
const OPENED_AT_ONCE: usize = 4;
/// A tenant without a request for so long closes its connections.
const RELEASE_AFTER_US: i64 = 2_000_000;
/// Flushes and rounds of maintenance that run at once over all tenants.
const BACKGROUND_AT_ONCE: usize = 2;

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
    open: Mutex<HashMap<TenantId, Arc<OnceCell<Arc<TenantStore>>>>>,
    /// Tenants are opened and flushed here, wherever it is called from.
    handle: Handle,
    /// Held while this lives: two servers on one folder would not know of each other's records.
    _lock: std::fs::File,
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
        // What maintenance of a process that was killed has left is nobody's.
        let work = config.data_dir.join("upkeep");
        if let Err(e) = std::fs::remove_dir_all(&work)
            && e.kind() != std::io::ErrorKind::NotFound
        {
            return Err(Error::unavailable(format!("the folder {} cannot be emptied: {e}", work.display())));
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
            flushed: Notify::new(),
        });
        let waiting = shared.journal.tenants(&shared.control).await?;
        let tenants = Arc::new(Self { shared, open: Mutex::default(), handle: Handle::current(), _lock: lock });
        tenants.clone().recover(waiting);
        Ok(tenants)
    }

    /// Opens the tenants whose records wait in the journal, so that they reach the lake without a request.
    fn recover(self: Arc<Self>, waiting: Vec<TenantId>) {
        tokio::spawn(futures::stream::iter(waiting).for_each_concurrent(OPENED_AT_ONCE, move |tenant| {
            let tenants = self.clone();
            async move {
                if let Err(error) = tenants.store(&tenant).await {
                    tracing::error!(%tenant, %error, "a workspace cannot be opened; its records stay in the journal");
                }
            }
        }));
    }

    /// The object store of the lakes and the address it is registered under.
    pub fn object_store(&self) -> (&Url, &Arc<dyn ObjectStore>) {
        (&self.shared.storage.url, &self.shared.storage.store)
    }

    /// The tenant's store, opened on first use.
    ///
    /// # Errors
    /// Its lake or its records in the journal cannot be read.
    pub async fn store(&self, tenant: &TenantId) -> Result<Arc<TenantStore>> {
        loop {
            let cell = {
                let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
                open.entry(tenant.clone()).or_default().clone()
            };
            if let Some(store) = cell.get()
                && !store.is_fenced()
            {
                return Ok(store.clone());
            }
            let shared = self.shared.clone();
            let id = tenant.clone();
            let opening = cell.get_or_try_init(|| async move {
                self.handle
                    .spawn(async move { TenantStore::open(&id, &shared).await })
                    .await
                    .map_err(|e| Error::internal(format!("a workspace could not be opened: {e}")))?
            });
            let store = opening.await?.clone();
            if !store.is_fenced() {
                return Ok(store);
            }
            // Another node has taken it over, or it lost sight of its lake. Two handles at once would each write what the other
            // does not know of, so nothing of this one may be under way when the next one opens.
            let old = store.clone();
            let drained = self.handle.spawn(async move { old.drain().await });
            drained.await.map_err(|e| Error::internal(format!("a workspace could not be closed: {e}")))?;
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            if open.get(tenant).is_some_and(|c| Arc::ptr_eq(c, &cell)) {
                open.remove(tenant);
            }
        }
    }

    /// Drains a tenant's handle, so that the next call opens it anew.
    #[cfg(test)]
    pub(crate) async fn forget(&self, tenant: &TenantId) {
        let cell = self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(tenant);
        if let Some(store) = cell.as_ref().and_then(|cell| cell.get()) {
            store.drain().await;
        }
    }

    /// Deletes all that there is of a tenant: its records in the journal, its lake, its work files. Whoever still holds it open can
    /// do nothing with it any more. It can be repeated.
    ///
    /// # Errors
    /// The journal or the storage refuses; some of it may be gone then.
    pub async fn delete(&self, tenant: &TenantId) -> Result<()> {
        let cell = self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(tenant);
        if let Some(store) = cell.as_ref().and_then(|cell| cell.get()) {
            store.drain().await;
        }
        self.shared.journal.delete(tenant, i64::MAX).await?;
        lake::delete(&self.shared.storage, &self.shared.work_dir, tenant).await
    }

    /// Flushes every memtable, then closes the journal. Call it after the last request has been answered.
    ///
    /// # Errors
    /// A flush that failed; its records stay in the journal and nothing is lost.
    pub async fn shutdown(&self) -> Result<()> {
        let stores: Vec<_> = {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.drain().filter_map(|(_, cell)| cell.get().cloned()).collect()
        };
        let mut outcome = Ok(());
        let flushes = stores.into_iter().map(|store| async move {
            let flush = self.handle.spawn(async move { store.flush_all().await });
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
        self.shared.journal.stop().await;
        outcome
    }

    /// The tenants that are open.
    fn stores(&self) -> Vec<Arc<TenantStore>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.values().filter_map(|cell| cell.get().cloned()).collect()
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

    /// One round of maintenance of every open tenant's lake.
    pub async fn maintain(&self) {
        for store in self.stores() {
            if let Err(error) = store.maintain().await {
                tracing::warn!(tenant = %store.id(), %error, "upkeep of a lake failed; it is tried again");
            }
        }
    }

    /// Closes tenants that nobody has used for long and whose memtable is empty. One that somebody holds stays: a second copy
    /// beside it would be a second writer.
    pub fn close_idle(&self) {
        let now_us = self.now_us();
        let idle_us = i64::try_from(self.shared.limits.tenant_idle_s).unwrap_or(i64::MAX / 2).saturating_mul(1_000_000);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, cell| {
            let Some(store) = cell.get() else { return true };
            let held = Arc::strong_count(cell) > 1 || Arc::strong_count(store) > 1;
            let idle = now_us - store.last_used_us() >= idle_us && store.tail_size().0 == 0;
            held || !(idle || store.is_fenced())
        });
    }
}
