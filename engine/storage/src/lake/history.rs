//! Earlier snapshots of a lake: who may still read them, and how they are forgotten when a person was erased or records are kept no
//! longer.
//!
//! A statement is given a snapshot and lists its files some time after, when it is planned. A snapshot that is expired in between has
//! lost files by then, and the answer would lack their rows without a word. So that a history is to be forgotten is noted at once, and it
//! is expired when no statement can begin with it any more: as long after as superseded files wait, which then go in the same round.

use chrono::{DateTime, Duration, Utc};
use datafusion_ducklake::maintenance::ExpireCriteria;
use kupets_core::{Error, Result};
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::RwLockReadGuard;

use super::{
    Lake,
    catalog::{self, CommitInfo, lake_error, sql_error},
};

/// DuckDB does not look at it.
const TABLE: &str =
    "CREATE TABLE IF NOT EXISTS kupets_forgotten (before_snapshot BIGINT PRIMARY KEY, since_us BIGINT NOT NULL)";

impl Lake {
    /// The right to list the files of a snapshot: as long as somebody has it, nothing is taken out of the catalog. Files are listed in
    /// several steps, by numbers that the catalog gives again to others.
    ///
    /// # Errors
    /// The snapshot is so old that what was expired since may have been part of it.
    pub async fn listing(&self, snapshot: i64) -> Result<RwLockReadGuard<'_, Option<i64>>> {
        let expired = self.expired.read().await;
        if expired.is_some_and(|expired| snapshot <= expired) {
            return Err(Error::unavailable("what this answer began with is not kept any more: ask again")
                .with_source(format!("{}: snapshot {snapshot}", self.catalog.display())));
        }
        Ok(expired)
    }

    /// Expires snapshots. Files that only they needed are scheduled for deletion, as of `since`.
    pub(super) async fn expire(&self, snapshots: Vec<i64>, since: DateTime<Utc>) -> Result<()> {
        self.begin_write();
        let scheduled = self.last_scheduled().await?;
        let writer = self.writer().await?;
        {
            let mut expired = self.expired.write().await;
            *expired = snapshots.iter().copied().chain(*expired).max();
            writer.expire_snapshots(ExpireCriteria::Versions(snapshots)).map_err(|e| lake_error(&self.catalog, e))?;
        }
        self.schedule(scheduled, since).await
    }

    /// Notes that every snapshot but the newest is to be forgotten, and forgets the bounds of values over whole tables.
    pub(super) async fn forget_later(&self) -> Result<()> {
        let sql = |e| sql_error(&self.catalog, e);
        self.begin_write();
        let mut connection = catalog::connect(&self.catalog).await?;
        sqlx::query(TABLE).execute(&mut connection).await.map_err(sql)?;
        // One that was noted before has nothing more to forget.
        sqlx::query("INSERT OR IGNORE INTO kupets_forgotten SELECT max(snapshot_id), ? FROM ducklake_snapshot")
            .bind(self.clock.now().timestamp_micros())
            .execute(&mut connection)
            .await
            .map_err(sql)?;
        // Of files that are gone they would keep a name that was the first or the last of its column.
        sqlx::query("UPDATE ducklake_table_column_stats SET min_value = NULL, max_value = NULL")
            .execute(&mut connection)
            .await
            .map_err(sql)?;
        connection.close().await.map_err(sql)
    }

    /// Forgets the history that was noted before that time, which is longer ago than any statement lasts; how many snapshots. Files that
    /// only they needed may go at once.
    pub(super) async fn forget_noted(&self, before: DateTime<Utc>) -> Result<usize> {
        let sql = |e| sql_error(&self.catalog, e);
        let mut connection = catalog::connect(&self.catalog).await?;
        let Some(end) = noted_before(&mut connection, before).await.map_err(sql)? else {
            return connection.close().await.map(|()| 0).map_err(sql);
        };
        let old: Vec<i64> = sqlx::query_scalar("SELECT snapshot_id FROM ducklake_snapshot WHERE snapshot_id < ?")
            .bind(end)
            .fetch_all(&mut connection)
            .await
            .map_err(sql)?;
        self.begin_write();
        self.carry_watermarks(&mut connection).await?;
        connection.close().await.map_err(sql)?;
        let forgotten = old.len();
        if forgotten > 0 {
            self.expire(old, before - Duration::seconds(1)).await?;
        }
        let mut connection = catalog::connect(&self.catalog).await?;
        sqlx::query("DELETE FROM kupets_forgotten WHERE before_snapshot <= ?")
            .bind(end)
            .execute(&mut connection)
            .await
            .map_err(sql)?;
        // Freed pages of the catalog still hold what stood in them.
        sqlx::query("VACUUM").execute(&mut connection).await.map_err(sql)?;
        self.finish_commit(connection).await?;
        Ok(forgotten)
    }

    /// The newest snapshot takes over the watermarks of all journals: a node that had the tenant before may still have entries in its
    /// journal, and without its watermark it would store them again.
    async fn carry_watermarks(&self, connection: &mut SqliteConnection) -> Result<()> {
        let mut others = catalog::watermarks(&self.catalog, connection).await?;
        let last = catalog::last_journal(&self.catalog, connection).await?;
        let journal = last.unwrap_or_else(|| self.journal.clone());
        let watermark = others.remove(&journal).unwrap_or(0);
        let info = serde_json::to_string(&CommitInfo { journal, watermark, others })
            .map_err(|e| Error::internal(e.to_string()))?;
        sqlx::query(
            "UPDATE ducklake_snapshot_changes SET commit_extra_info = ? WHERE snapshot_id = (SELECT max(snapshot_id) FROM ducklake_snapshot)",
        )
        .bind(info)
        .execute(connection)
        .await
        .map_err(|e| sql_error(&self.catalog, e))?;
        Ok(())
    }
}

/// The snapshot before which all is to be forgotten, by what was noted before that time; none: nothing was.
async fn noted_before(connection: &mut SqliteConnection, before: DateTime<Utc>) -> sqlx::Result<Option<i64>> {
    let there: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE name = 'kupets_forgotten'")
        .fetch_one(&mut *connection)
        .await?;
    if there == 0 {
        return Ok(None);
    }
    sqlx::query_scalar("SELECT max(before_snapshot) FROM kupets_forgotten WHERE since_us < ?")
        .bind(before.timestamp_micros())
        .fetch_one(connection)
        .await
}
