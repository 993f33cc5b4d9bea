//! What all tenants of a node share.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize},
    },
    time::Duration,
};

use datafusion::execution::session_state::SessionState;
use kupets_core::clock::Clock;
use sqlx::SqlitePool;
use tokio::sync::Notify;

use crate::{
    journal::Journal,
    lake::{Home, maintenance::MaintenanceOptions, storage::Storage},
};

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
    /// How long a query may read files, in milliseconds: none is deleted sooner after it was superseded.
    pub query_timeout_ms: u64,
}

impl StorageLimits {
    /// Maintenance as usual, with files that outlive the longest query.
    pub fn maintenance(&self) -> MaintenanceOptions {
        let usual = MaintenanceOptions::default();
        // A query that was planned just before still has to begin.
        let longest = Duration::from_millis(self.query_timeout_ms).saturating_add(Duration::from_secs(60));
        MaintenanceOptions { delete_after: usual.delete_after.max(longest), ..usual }
    }
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
    /// Number of the next handle, and of the next working copy of a catalog.
    pub epochs: AtomicU64,
    /// Bytes of all tails.
    pub tail_bytes: AtomicUsize,
    /// Flushes and maintenance that run at once over all tenants: more would only take the processors from requests.
    pub background: tokio::sync::Semaphore,
    /// Told of each flush that made room.
    pub flushed: Notify,
    /// The data folder's lock, held as long as anything may write there: two servers on one folder would not know of each other's
    /// records.
    pub _lock: std::fs::File,
}

impl Shared {
    /// What lakes need of it.
    pub fn home(&self) -> Home<'_> {
        Home {
            storage: &self.storage,
            work_dir: &self.work_dir,
            session: &self.session,
            journal: self.journal.id(),
            clock: &self.clock,
            epochs: &self.epochs,
            publish_within: self.limits.maintenance().delete_after * 2 / 3,
        }
    }
}
