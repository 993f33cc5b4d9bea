//! Maintenance of a lake: when files are merged, rewritten and deleted, and what a round of it did.

use std::time::Duration;

use kupets_core::Result;

use super::{Lake, catalog};

/// A file of this size is not merged any more.
pub const LARGE_FILE_BYTES: u64 = 64 << 20;

/// How a lake is kept.
#[derive(Debug, Clone)]
pub struct MaintenanceOptions {
    /// Files of one tier of a table that may stand before they are merged; of one month a quarter of that.
    pub small_files_max: usize,
    /// The sizes at which a tier of small files ends, ascending. Files of about one size are merged with each other: if all
    /// small ones were, the largest of them would be written anew for every handful of new rows.
    pub tiers: &'static [u64],
    /// Files of several months are parted when a month has this many bytes of them on the average. More than the first tier's files
    /// have: else what was parted would be gathered again at once.
    pub month_min_bytes: u64,
    /// A file of one month is not gathered any more at this size: a step that writes a larger one holds flushes up.
    pub month_max_bytes: u64,
    /// A file whose deleted share reaches this is rewritten.
    pub deleted_share_max: f64,
    /// Snapshots younger than this are all kept; of older ones the last of each day.
    pub keep_all_snapshots: Duration,
    /// A file that no snapshot needs is deleted this long after: longer than the longest query.
    pub delete_after: Duration,
}

impl Default for MaintenanceOptions {
    fn default() -> Self {
        Self {
            small_files_max: 8,
            tiers: &[256 << 10, 4 << 20, LARGE_FILE_BYTES],
            month_min_bytes: 320 << 10,
            month_max_bytes: 16 << 20,
            deleted_share_max: 0.2,
            keep_all_snapshots: Duration::from_secs(3600),
            delete_after: Duration::from_secs(900),
        }
    }
}

/// What one round of maintenance did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MaintenanceReport {
    /// Files that were merged into others.
    pub files_merged: usize,
    /// Files written anew without their deleted rows.
    pub files_rewritten: usize,
    /// Snapshots that were expired.
    pub snapshots_expired: usize,
    /// Files that were deleted.
    pub files_deleted: usize,
    /// Nothing was deleted, because a backup holds the files.
    pub held: bool,
}

impl MaintenanceOptions {
    /// Merges small files and rewrites files with deleted rows however few they are.
    pub fn everything() -> Self {
        Self {
            small_files_max: 1,
            tiers: &[LARGE_FILE_BYTES],
            month_min_bytes: u64::MAX,
            deleted_share_max: f64::MIN_POSITIVE,
            ..Self::default()
        }
    }
}

impl Lake {
    /// Whether the last that was flushed to the lake is of our journal. On a local disk nobody else can have done it.
    pub async fn is_ours(&self) -> Result<bool> {
        if self.published.is_none() {
            return Ok(true);
        }
        let mut connection = catalog::connect(&self.catalog).await?;
        let last = catalog::last_journal(&self.catalog, &mut connection).await;
        sqlx::Connection::close(connection).await.map_err(|e| catalog::sql_error(&self.catalog, e))?;
        Ok(last?.is_some_and(|journal| journal == self.journal))
    }
}

impl MaintenanceReport {
    /// Whether data files were exchanged, so that the keys' places are new.
    pub fn moved_rows(&self) -> bool {
        self.files_merged + self.files_rewritten > 0
    }
}
