//! What all tenants of a node share.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicU64, AtomicUsize},
    },
    time::Duration,
};

use datafusion::execution::session_state::SessionState;
use kupets_core::{TenantId, clock::Clock, schema::Table};
use sqlx::SqlitePool;
use tokio::sync::Notify;

use crate::{
    journal::Journal,
    keys::KeyPlace,
    lake::{Home, KEYS, maintenance::MaintenanceOptions, storage::Storage},
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
    /// How often files and snapshots that are of no more use are looked for.
    pub collect_interval_s: u64,
    /// A file that nothing needs is deleted this long after, if no query can still be reading it then.
    pub delete_after_s: u64,
    /// So many keys of a table are held in memory; what is more is on this machine's disk.
    pub keys_in_memory: usize,
}

/// A query that was planned just before its time began still has to begin, within at most this.
const BEGINS_WITHIN: Duration = Duration::from_secs(60);

impl StorageLimits {
    /// Maintenance as usual, with files that outlive the longest query.
    pub fn maintenance(&self) -> MaintenanceOptions {
        let query = Duration::from_millis(self.query_timeout_ms);
        let longest = query.saturating_add(query.min(BEGINS_WITHIN));
        let delete_after = Duration::from_secs(self.delete_after_s).max(longest);
        MaintenanceOptions { delete_after, ..MaintenanceOptions::default() }
    }

    /// How often files that are of no more use are looked for.
    pub fn collect_every(&self) -> Duration {
        Duration::from_secs(self.collect_interval_s)
    }
}

/// The rows of an open tenant that are not in its lake yet.
pub(crate) trait Tail: std::fmt::Debug + Send + Sync {
    /// Bytes that a flush would free.
    fn bytes(&self) -> usize;

    /// Starts a flush, unless one is on its way.
    fn flush(self: Arc<Self>);
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
    /// Flushes that run at once over all tenants: more would only take the processors from requests.
    pub background: tokio::sync::Semaphore,
    /// Steps of maintenance that run at once over all tenants. Flushes do not wait for them.
    pub maintenance: tokio::sync::Semaphore,
    /// The tails of handles that are open.
    pub tails: Mutex<Vec<Weak<dyn Tail>>>,
    /// Told of each flush that made room.
    pub flushed: Notify,
    /// The data folder's lock, held as long as anything may write there: two servers on one folder would not know of each other's
    /// records.
    pub _lock: std::fs::File,
}

/// Tails that are flushed at once where the node has no room: as many as flush at a time.
const LARGEST_TAILS: usize = 2;

impl Shared {
    /// Notes the tail of a handle that was opened, and forgets those that are gone.
    pub fn opened(&self, tail: Weak<dyn Tail>) {
        let mut tails = self.tails.lock().unwrap_or_else(PoisonError::into_inner);
        tails.retain(|tail| tail.strong_count() > 0);
        tails.push(tail);
    }

    /// Starts flushes of the largest tails of the node.
    pub fn flush_largest(&self) {
        let tails = self.tails.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let living = tails.iter().filter_map(Weak::upgrade);
        let mut sized: Vec<_> = living.map(|tail| (tail.bytes(), tail)).filter(|(bytes, _)| *bytes > 0).collect();
        sized.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
        sized.into_iter().take(LARGEST_TAILS).for_each(|(_, tail)| tail.flush());
    }

    /// Where the keys of a tenant's table are kept.
    pub fn key_place(&self, tenant: &TenantId, table: Table) -> KeyPlace {
        let folder = self.work_dir.join(KEYS).join(tenant.as_str());
        KeyPlace { folder, table: table.name(), in_memory: self.limits.keys_in_memory }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_file_is_deleted_from_under_a_query() {
        let after = |query_timeout_ms, delete_after_s| {
            let limits = StorageLimits {
                tail_flush_bytes: 1,
                tail_flush_rows: 1,
                tail_flush_age_s: 1,
                tail_max_bytes: 1,
                tail_total_max_bytes: 1,
                tenant_idle_s: 1,
                query_timeout_ms,
                collect_interval_s: 1,
                delete_after_s,
                keys_in_memory: 1,
            };
            limits.maintenance().delete_after.as_secs()
        };
        assert_eq!(after(60_000, 900), 900);
        assert_eq!(after(60_000, 0), 120);
        assert_eq!(after(3_600_000, 900), 3_660);
        assert_eq!(after(2_000, 1), 4);
    }
}
