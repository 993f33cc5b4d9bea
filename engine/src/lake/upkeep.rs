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

/// How a lake is kept.
#[derive(Debug, Clone)]
pub(crate) struct UpkeepOptions {
    /// Files of a table below [`Self::small_file_bytes`] that may stand before they are merged.
    pub small_files_max: usize,
    /// A file below this is small.
    pub small_file_bytes: u64,
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
            small_file_bytes: 64 << 20,
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
    /// Merges and rewrites what the options call for, in every table. The caller is the lake's only writer.
    pub async fn compact(&self, options: &UpkeepOptions) -> Result<UpkeepReport> {
        let fail = |e| lake_error(&self.catalog, e);
        let mut report = UpkeepReport::default();
        let session: &dyn Session = &self.session;
        for table in Table::ALL {
            let handle = self.writable(table).await?;
            let deleted_much = handle.files().map_err(fail)?.iter().any(|f| {
                let rows = f.max_row_count.unwrap_or(0);
                rows > 0 && f.delete_count.unwrap_or(0) as f64 / rows as f64 >= options.deleted_share_max
            });
            if deleted_much {
                let rewrite = RewriteOptions { delete_threshold: options.deleted_share_max, data_file_ids: None };
                report.files_rewritten +=
                    handle.rewrite_data_files(session, rewrite).await.map_err(fail)?.files_processed;
            }
            let handle = self.writable(table).await?;
            let small = handle
                .files()
                .map_err(fail)?
                .iter()
                .filter(|f| {
                    f.delete_file.is_none()
                        && u64::try_from(f.file.file_size_bytes).unwrap_or(0) < options.small_file_bytes
                })
                .count();
            if small > options.small_files_max {
                let merge = MergeOptions {
                    target_file_size: options.small_file_bytes.saturating_mul(4),
                    ..MergeOptions::default()
                };
                report.files_merged += handle.merge_adjacent_files(session, merge).await.map_err(fail)?.files_processed;
            }
        }
        if report.moved_rows() {
            self.note_checksums(&self.state().await?).await?;
            self.finish_commit().await?;
        }
        Ok(report)
    }

    /// Expires snapshots and deletes files that nothing has needed for long. The caller is the lake's only writer.
    pub async fn clean(&self, options: &UpkeepOptions, now: DateTime<Utc>) -> Result<UpkeepReport> {
        let fail = |e| lake_error(&self.catalog, e);
        let mut report = UpkeepReport::default();
        let expendable = self.expendable_snapshots(options, now).await?;
        if !expendable.is_empty() {
            report.snapshots_expired =
                self.writer.expire_snapshots(ExpireCriteria::Versions(expendable)).map_err(fail)?.len();
            self.finish_commit().await?;
        }
        let before =
            now - chrono::Duration::from_std(options.delete_after).unwrap_or_else(|_| chrono::Duration::zero());
        let store = self.storage.store.clone();
        let scheduled =
            cleanup_old_files_sqlite(&self.writer, store.clone(), CleanupCriteria::OlderThan(before), false)
                .await
                .map_err(fail)?;
        // A flush that died between writing a file and committing it leaves the file behind.
        let orphaned = delete_orphaned_files_sqlite(&self.writer, store, CleanupCriteria::OlderThan(before), false)
            .await
            .map_err(fail)?;
        report.files_deleted = scheduled.len() + orphaned.len();
        if !scheduled.is_empty() {
            self.finish_commit().await?;
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

fn parse_time(text: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok().map(|t| t.and_utc())
}
