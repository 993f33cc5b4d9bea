//! Garbage collection of a lake: old snapshots are expired (the last of each day is kept for as-of reports), and files that
//! nothing needs are deleted late.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, NaiveDateTime, Utc};
use datafusion_ducklake::maintenance::{CleanupCriteria, delete_orphaned_files_sqlite};
use kupets_core::{Error, Result};
use object_store::{ObjectStoreExt as _, path::Path as StorePath};

use super::{
    Lake,
    catalog::{self, CommitInfo, lake_error},
    fault::error_at,
    hold,
    maintenance::{MaintenanceOptions, MaintenanceReport},
};

/// How the catalog writes the time at which a file was scheduled for deletion: it is compared as text.
pub(super) const SCHEDULED: &str = "%Y-%m-%d %H:%M:%S";

impl Lake {
    /// Expires snapshots and deletes files that nothing has needed for long. The caller is the lake's only writer.
    pub async fn collect_garbage(&self, options: &MaintenanceOptions, now: DateTime<Utc>) -> Result<MaintenanceReport> {
        let fail = |e| lake_error(&self.catalog, e);
        let mut report = MaintenanceReport::default();
        if self.is_unpublished() {
            return Err(Error::internal("what was committed is published before files are deleted"));
        }
        let before = ago(now, options.delete_after);
        // Before snapshots go: with one that saw what was gathered, that would go, and the old files stay for older ones.
        self.fold_gathered(before).await?;
        report.snapshots_expired = self.forget_noted(before).await?;
        let expendable = self.expendable_snapshots(options, now).await?;
        if !expendable.is_empty() {
            report.snapshots_expired += expendable.len();
            self.expire(expendable, now).await?;
            self.finish_commit(catalog::connect(&self.catalog).await?).await?;
        }
        if hold::is_held(&self.storage, now).await? {
            report.held = true;
            return Ok(report);
        }
        // Files that only another owner's catalog names would go as nobody's. What it writes from now on is too young to go.
        if let Some(published) = &self.published {
            published.confirm().await?;
        }
        let scheduled = self.delete_scheduled(before).await?;
        // A flush that died between writing a file and committing it leaves the file behind.
        let writer = self.writer().await?;
        let store = self.storage.store.clone();
        let orphaned = delete_orphaned_files_sqlite(&writer, store, CleanupCriteria::OlderThan(before), false)
            .await
            .map_err(fail)?;
        let paths: Vec<_> = orphaned.iter().map(|path| StorePath::from(path.trim_start_matches('/'))).collect();
        self.forget_checksums(&paths).await?;
        report.files_deleted = scheduled + orphaned.len();
        Ok(report)
    }

    /// The last row of the schedule of deletions.
    pub(super) async fn last_scheduled(&self) -> Result<i64> {
        let sql = |e| catalog::sql_error(&self.catalog, e);
        let mut connection = catalog::connect(&self.catalog).await?;
        let last = sqlx::query_scalar("SELECT coalesce(max(rowid), 0) FROM ducklake_files_scheduled_for_deletion")
            .fetch_one(&mut connection)
            .await
            .map_err(sql)?;
        sqlx::Connection::close(connection).await.map_err(sql)?;
        Ok(last)
    }

    /// What was scheduled after that row waits from now on.
    pub(super) async fn schedule_from_now(&self, after: i64) -> Result<()> {
        self.schedule(after, self.clock.now()).await
    }

    /// What was scheduled after that row waits since that time: the library takes the time from SQLite, and ours decides when it goes.
    pub(super) async fn schedule(&self, after: i64, since: DateTime<Utc>) -> Result<()> {
        let sql = |e| catalog::sql_error(&self.catalog, e);
        let mut connection = catalog::connect(&self.catalog).await?;
        sqlx::query("UPDATE ducklake_files_scheduled_for_deletion SET schedule_start = ? WHERE rowid > ?")
            .bind(since.format(SCHEDULED).to_string())
            .bind(after)
            .execute(&mut connection)
            .await
            .map_err(sql)?;
        sqlx::Connection::close(connection).await.map_err(sql)
    }

    /// Deletes the files that were scheduled before that time, and forgets those rows of the schedule; how many there were.
    ///
    /// The library's own way takes rows away by the id of a file. Data files and delete files are numbered apart, so that with an old
    /// row a young one of the same number would go, and its file then as nobody's, while queries still read it.
    async fn delete_scheduled(&self, before: DateTime<Utc>) -> Result<usize> {
        let sql = |e| catalog::sql_error(&self.catalog, e);
        let mut connection = catalog::connect(&self.catalog).await?;
        // Paths that are not below the tenant's folder were not written by us.
        let due: Vec<(i64, String)> = sqlx::query_as(
            "SELECT rowid, path FROM ducklake_files_scheduled_for_deletion WHERE schedule_start < ? AND path_is_relative",
        )
        .bind(before.format(SCHEDULED).to_string())
        .fetch_all(&mut connection)
        .await
        .map_err(sql)?;
        if due.is_empty() {
            return sqlx::Connection::close(connection).await.map(|()| 0).map_err(sql);
        }
        let mut deleted = Vec::with_capacity(due.len());
        for (_, path) in &due {
            let path = path.split('/').filter(|part| !part.is_empty());
            let path = path.fold(self.storage.tenant(&self.tenant), |folder, part| folder.join(part));
            match self.storage.store.delete(&path).await {
                // A try that broke off has deleted it.
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {}
                Err(e) => return Err(error_at(path.as_ref(), e)),
            }
            deleted.push(path);
        }
        self.begin_write();
        let mut tx = sqlx::Connection::begin(&mut connection).await.map_err(sql)?;
        for (row, _) in &due {
            sqlx::query("DELETE FROM ducklake_files_scheduled_for_deletion WHERE rowid = ?")
                .bind(row)
                .execute(&mut *tx)
                .await
                .map_err(sql)?;
        }
        tx.commit().await.map_err(sql)?;
        self.finish_commit(connection).await?;
        self.forget_checksums(&deleted).await?;
        Ok(deleted.len())
    }

    /// Snapshots past the time for which all are kept, except the last of each day, the newest, the last of each journal, which
    /// carries its watermark, and those with which a statement may have begun that has not listed their files yet: it could until the
    /// next one came.
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
        let keep_since = ago(now, options.keep_all_snapshots);
        let begun_before = ago(now, options.delete_after);
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
        for (at, (id, time, _)) in rows.iter().enumerate() {
            let Some(time) = parse_time(time) else { continue };
            last_of_day.insert(time.date_naive(), *id);
            let next = rows.get(at + 1).and_then(|(_, time, _)| parse_time(time));
            if time < keep_since && next.is_some_and(|next| next < begun_before) {
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

/// That time before now.
fn ago(now: DateTime<Utc>, time: Duration) -> DateTime<Utc> {
    now - chrono::Duration::from_std(time).unwrap_or_else(|_| chrono::Duration::zero())
}

fn parse_time(text: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok().map(|t| t.and_utc())
}
