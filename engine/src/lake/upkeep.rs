//! Upkeep of a lake in the background: small files are merged, files with many deleted rows rewritten, old snapshots
//! expired (the last of each day is kept for as-of reports), and files that nothing needs deleted late.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, NaiveDateTime, Utc};
use datafusion::catalog::Session;
use datafusion_ducklake::{
    MergeOptions, RewriteOptions,
    maintenance::{CleanupCriteria, ExpireCriteria, cleanup_old_files_sqlite, delete_orphaned_files_sqlite},
};

use super::{
    Lake,
    catalog::{self, lake_error},
};
use crate::{Result, schema::Table};

/// A file of this size is not merged any more.
pub(crate) const LARGE_FILE_BYTES: u64 = 64 << 20;

/// How a lake is kept.
#[derive(Debug, Clone)]
pub(crate) struct UpkeepOptions {
    /// Files of one tier of a table that may stand before they are merged.
    pub small_files_max: usize,
    /// The sizes at which a tier of small files ends, ascending. Files of about one size are merged with each other: if all
    /// small ones were, the largest of them would be written anew for every handful of new rows.
    pub tiers: &'static [u64],
    /// A file whose deleted share reaches this is rewritten.
    pub deleted_share_max: f64,
    /// Snapshots younger than this are all kept; of older ones the last of each day.
    pub keep_all_snapshots: Duration,
    /// A file that no snapshot needs is deleted this long after: longer than the longest query.
    pub delete_after: Duration,
}

impl Default for UpkeepOptions {
    fn default() -> Self {
        Self {
            small_files_max: 8,
            tiers: &[256 << 10, 4 << 20, LARGE_FILE_BYTES],
            deleted_share_max: 0.2,
            keep_all_snapshots: Duration::from_secs(3600),
            delete_after: Duration::from_secs(900),
        }
    }
}

/// What one round of upkeep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct UpkeepReport {
    pub files_merged: usize,
    pub files_rewritten: usize,
    pub snapshots_expired: usize,
    pub files_deleted: usize,
}

impl UpkeepReport {
    /// Whether data files were exchanged, so that the keys' places are new.
    pub fn moved_rows(&self) -> bool {
        self.files_merged + self.files_rewritten > 0
    }
}

impl Lake {
    /// One step of merging and rewriting: the first file with many deleted rows is rewritten, or the first tier with too many
    /// files loses some of them to one larger file. It moves nothing when there is no more to do.
    ///
    /// The caller is the lake's only writer. Steps are small so that a flush need not wait long between them.
    pub async fn compact(&self, options: &UpkeepOptions) -> Result<UpkeepReport> {
        let fail = |e| lake_error(&self.catalog, e);
        let mut report = UpkeepReport::default();
        let session: &dyn Session = &*self.session;
        let state = self.state().await?;
        'tables: for table in Table::ALL {
            let files = self.files(&state, table)?;
            let deleted_much = files.iter().find(|f| {
                let rows = f.max_row_count.unwrap_or(0);
                rows > 0 && f.delete_count.unwrap_or(0) as f64 / rows as f64 >= options.deleted_share_max
            });
            if let Some(file) = deleted_much {
                let rewrite = RewriteOptions {
                    delete_threshold: options.deleted_share_max,
                    data_file_ids: Some(vec![file.data_file_id]),
                };
                let handle = self.writable(table).await?;
                report.files_rewritten +=
                    handle.rewrite_data_files(session, rewrite).await.map_err(fail)?.files_processed;
                break 'tables;
            }
            let mut mergeable: Vec<_> = files.iter().filter(|f| f.delete_file.is_none()).collect();
            mergeable.sort_unstable_by_key(|f| f.data_file_id);
            let sizes: Vec<u64> =
                mergeable.iter().map(|f| u64::try_from(f.file.file_size_bytes).unwrap_or(0)).collect();
            let mut lower = 0;
            for upper in options.tiers {
                if let Some(merge) = merge_of(&sizes, lower, *upper, options.small_files_max) {
                    let handle = self.writable(table).await?;
                    report.files_merged +=
                        handle.merge_adjacent_files(session, merge).await.map_err(fail)?.files_processed;
                    if report.moved_rows() {
                        break 'tables;
                    }
                }
                lower = *upper;
            }
        }
        if report.moved_rows() {
            self.finish(&self.state().await?).await?;
        }
        Ok(report)
    }

    /// Expires snapshots and deletes files that nothing has needed for long. The caller is the lake's only writer.
    pub async fn clean(&self, options: &UpkeepOptions, now: DateTime<Utc>) -> Result<UpkeepReport> {
        let fail = |e| lake_error(&self.catalog, e);
        let mut report = UpkeepReport::default();
        let writer = self.writer().await?;
        let expendable = self.expendable_snapshots(options, now).await?;
        if !expendable.is_empty() {
            report.snapshots_expired =
                writer.expire_snapshots(ExpireCriteria::Versions(expendable)).map_err(fail)?.len();
            self.finish_commit(catalog::connect(&self.catalog).await?).await?;
        }
        let before =
            now - chrono::Duration::from_std(options.delete_after).unwrap_or_else(|_| chrono::Duration::zero());
        let store = self.storage.store.clone();
        let scheduled = cleanup_old_files_sqlite(&writer, store.clone(), CleanupCriteria::OlderThan(before), false)
            .await
            .map_err(fail)?;
        // A flush that died between writing a file and committing it leaves the file behind.
        let orphaned = delete_orphaned_files_sqlite(&writer, store, CleanupCriteria::OlderThan(before), false)
            .await
            .map_err(fail)?;
        report.files_deleted = scheduled.len() + orphaned.len();
        if !scheduled.is_empty() {
            self.finish_commit(catalog::connect(&self.catalog).await?).await?;
        }
        Ok(report)
    }

    /// Snapshots past the time for which all are kept, except the last of each day, the newest, and the last of each
    /// journal, which carries its watermark.
    async fn expendable_snapshots(&self, options: &UpkeepOptions, now: DateTime<Utc>) -> Result<Vec<i64>> {
        let sql = |e| catalog::sql_error(&self.catalog, e);
        let mut connection = catalog::connect(&self.catalog).await?;
        let rows: Vec<(i64, String, Option<String>)> = sqlx::query_as(
            "SELECT s.snapshot_id, CAST(s.snapshot_time AS TEXT), json_extract(c.commit_extra_info, '$.journal') \
             FROM ducklake_snapshot s LEFT JOIN ducklake_snapshot_changes c ON c.snapshot_id = s.snapshot_id ORDER BY s.snapshot_id",
        )
        .fetch_all(&mut connection)
        .await
        .map_err(sql)?;
        sqlx::Connection::close(connection).await.map_err(sql)?;
        let keep_since =
            now - chrono::Duration::from_std(options.keep_all_snapshots).unwrap_or_else(|_| chrono::Duration::zero());
        let newest = rows.last().map(|r| r.0);
        let watermarks: HashMap<&str, i64> = rows.iter().filter_map(|r| Some((r.2.as_deref()?, r.0))).collect();
        let mut last_of_day = HashMap::new();
        let mut old = Vec::new();
        for (id, time, _) in &rows {
            let Some(time) = parse_time(time) else { continue };
            last_of_day.insert(time.date_naive(), *id);
            if time < keep_since {
                old.push((*id, time.date_naive()));
            }
        }
        Ok(old
            .into_iter()
            .filter(|(id, day)| {
                Some(*id) != newest && !watermarks.values().any(|w| w == id) && last_of_day.get(day) != Some(id)
            })
            .map(|(id, _)| id)
            .collect())
    }
}

/// How the oldest files of a tier are merged into one, if there are more of them than may stand. `sizes` are those of all
/// files that can be merged, the oldest first.
fn merge_of(sizes: &[u64], lower: u64, upper: u64, files_max: usize) -> Option<MergeOptions> {
    let tier: Vec<u64> = sizes.iter().copied().filter(|size| (lower..upper).contains(size)).collect();
    if tier.len() <= files_max {
        return None;
    }
    let mut bytes = 0;
    let one_file = tier
        .iter()
        .take_while(|size| {
            let room = bytes < upper;
            bytes += **size;
            room
        })
        .count();
    Some(MergeOptions { target_file_size: upper, max_merged_files: one_file, min_file_size: lower })
}

fn parse_time(text: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok().map(|t| t.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_is_merged_into_one_file_when_it_has_too_many() {
        const TIER: (u64, u64) = (100, 1_000);
        let merge = |sizes: &[u64]| merge_of(sizes, TIER.0, TIER.1, 3).map(|m| m.max_merged_files);
        assert_eq!(merge(&[100, 200, 300]), None);
        assert_eq!(merge(&[100, 200, 300, 1_000, 99]), None, "others are of another tier");
        assert_eq!(merge(&[100, 200, 300, 400]), Some(4));
        assert_eq!(merge(&[400, 400, 400, 400, 400, 400]), Some(3), "one file of the next tier is enough for a step");
    }
}
