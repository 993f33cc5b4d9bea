//! Garbage collection of a lake: old snapshots are expired (the last of each day is kept for as-of reports), and files that
//! nothing needs are deleted late.

use std::{collections::HashMap, sync::atomic::Ordering};

use chrono::{DateTime, NaiveDateTime, Utc};
use datafusion_ducklake::maintenance::{
    CleanupCriteria, ExpireCriteria, cleanup_old_files_sqlite, delete_orphaned_files_sqlite,
};
use kupets_core::Result;

use super::{
    Lake,
    catalog::{self, CommitInfo, lake_error},
    maintenance::{MaintenanceOptions, MaintenanceReport},
};

impl Lake {
    /// Expires snapshots and deletes files that nothing has needed for long. The caller is the lake's only writer.
    pub async fn collect_garbage(&self, options: &MaintenanceOptions, now: DateTime<Utc>) -> Result<MaintenanceReport> {
        let fail = |e| lake_error(&self.catalog, e);
        let mut report = MaintenanceReport::default();
        if self.unpublished.load(Ordering::Acquire) {
            // What is published still names files that the working copy does not.
            self.publish_again().await?;
        }
        let writer = self.writer().await?;
        let expendable = self.expendable_snapshots(options, now).await?;
        if !expendable.is_empty() {
            report.snapshots_expired =
                writer.expire_snapshots(ExpireCriteria::Versions(expendable)).map_err(fail)?.len();
            self.finish_commit(catalog::connect(&self.catalog).await?).await?;
        }
        let before =
            now - chrono::Duration::from_std(options.delete_after).unwrap_or_else(|_| chrono::Duration::zero());
        // Files that only another owner's catalog names would go as nobody's. What it writes from now on is too young to go.
        if let Some(published) = &self.published {
            published.confirm().await?;
        }
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
    async fn expendable_snapshots(&self, options: &MaintenanceOptions, now: DateTime<Utc>) -> Result<Vec<i64>> {
        let sql = |e| catalog::sql_error(&self.catalog, e);
        let mut connection = catalog::connect(&self.catalog).await?;
        let rows: Vec<(i64, String, Option<String>)> = sqlx::query_as(
            "SELECT s.snapshot_id, CAST(s.snapshot_time AS TEXT), c.commit_extra_info \
             FROM ducklake_snapshot s LEFT JOIN ducklake_snapshot_changes c ON c.snapshot_id = s.snapshot_id ORDER BY s.snapshot_id",
        )
        .fetch_all(&mut connection)
        .await
        .map_err(sql)?;
        sqlx::Connection::close(connection).await.map_err(sql)?;
        let keep_since =
            now - chrono::Duration::from_std(options.keep_all_snapshots).unwrap_or_else(|_| chrono::Duration::zero());
        let newest = rows.last().map(|r| r.0);
        let mut watermarks: HashMap<String, i64> = HashMap::new();
        for (id, _, info) in &rows {
            let Some(info) = info.as_deref().filter(|info| info.contains("\"journal\"")) else { continue };
            for journal in CommitInfo::read(&self.catalog, info)?.journals() {
                watermarks.insert(journal, *id);
            }
        }
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
