//! Folding the past of files that were gathered: what came of them takes their place in earlier snapshots too, and they go.
//!
//! A reader lists files in several steps, another program's reader beside us too (DuckDB reads each table of the catalog by itself). Were
//! the rows of gathered files taken out of the catalog at once, it could find the old files and no bounds of them, and leave them out
//! without a word. So they stand for a while as part of the past, as rewritten files do, and the new ones are shown from their own
//! snapshot on. When nobody can be listing them any more, the new ones, whose rows know the snapshots that they came with, serve the
//! earlier snapshots.

use chrono::{DateTime, Utc};
use kupets_core::Result;
use sqlx::{Connection as _, Sqlite, SqliteConnection, Transaction};

use super::{
    Lake,
    catalog::{self, sql_error},
    garbage_collection::SCHEDULED,
};

/// Files that were gathered before a time into others that do not stand for them in the past yet: table, the snapshot of it, and since when
/// the old ones wait. The earliest first: what one gathering made may be what a later one gathered.
///
/// Rows older than the snapshot their file begins with are only in what gathering made. A snapshot that is gone was old.
const GATHERED: &str = "SELECT DISTINCT made.table_id, made.begin_snapshot, CAST(s.snapshot_time AS TEXT) FROM ducklake_data_file made \
     JOIN ducklake_data_file old ON old.table_id = made.table_id AND old.end_snapshot = made.begin_snapshot \
     LEFT JOIN ducklake_snapshot s ON s.snapshot_id = made.begin_snapshot \
     WHERE made.partial_max < made.begin_snapshot AND (s.snapshot_time IS NULL OR s.snapshot_time < ?) ORDER BY made.begin_snapshot";

impl Lake {
    /// Lets what was gathered before that time serve all snapshots that the gathered files served, and schedules those for deletion as of
    /// then; how many files. The caller is the lake's only writer.
    pub(super) async fn fold_gathered(&self, before: DateTime<Utc>) -> Result<usize> {
        let sql = |e| sql_error(&self.catalog, e);
        let before = before.format(SCHEDULED).to_string();
        let mut connection = catalog::connect(&self.catalog).await?;
        let gathered: Vec<(i64, i64, Option<String>)> =
            sqlx::query_as(GATHERED).bind(&before).fetch_all(&mut connection).await.map_err(sql)?;
        if gathered.is_empty() {
            return connection.close().await.map(|()| 0).map_err(sql);
        }
        self.begin_write();
        let mut folded = 0;
        {
            let _nobody_lists = self.expired.write().await;
            let mut tx = connection.begin().await.map_err(sql)?;
            for (table, snapshot, since) in gathered {
                let since = since.as_deref().and_then(|text| text.get(..SECONDS)).unwrap_or(&before);
                folded += fold(&mut tx, table, snapshot, since).await.map_err(sql)?;
            }
            tx.commit().await.map_err(sql)?;
        }
        self.finish_commit(connection).await?;
        Ok(folded)
    }
}

/// The length of a time in [`SCHEDULED`].
const SECONDS: usize = "2026-01-02 03:04:05".len();

/// Folds what one gathering did to a table; how many files it takes out of the catalog.
async fn fold(tx: &mut Transaction<'_, Sqlite>, table: i64, snapshot: i64, since: &str) -> sqlx::Result<usize> {
    let connection: &mut SqliteConnection = tx;
    // Where an erasure has taken some of them, or another program has been at work, the rest serve their snapshots as they are.
    let whole: bool = sqlx::query_scalar(
        "SELECT sum(CASE WHEN end_snapshot = ?2 THEN record_count ELSE 0 END) = sum(CASE WHEN begin_snapshot = ?2 THEN record_count ELSE 0 END) \
         AND min(path_is_relative) FROM ducklake_data_file WHERE table_id = ?1 AND (end_snapshot = ?2 OR begin_snapshot = ?2)",
    )
    .bind(table)
    .bind(snapshot)
    .fetch_one(&mut *connection)
    .await?;
    if !whole {
        return Ok(0);
    }
    sqlx::query(
        "INSERT INTO ducklake_files_scheduled_for_deletion (data_file_id, path, path_is_relative, schedule_start) \
         SELECT old.data_file_id, rtrim(s.path, '/') || '/' || rtrim(t.path, '/') || '/' || ltrim(old.path, '/'), 1, ?3 \
         FROM ducklake_data_file old JOIN ducklake_table t ON t.table_id = old.table_id AND t.end_snapshot IS NULL \
         JOIN ducklake_schema s ON s.schema_id = t.schema_id AND s.end_snapshot IS NULL \
         WHERE old.table_id = ?1 AND old.end_snapshot = ?2",
    )
    .bind(table)
    .bind(snapshot)
    .bind(since)
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "UPDATE ducklake_data_file SET begin_snapshot = \
         (SELECT min(old.begin_snapshot) FROM ducklake_data_file old WHERE old.table_id = ?1 AND old.end_snapshot = ?2) \
         WHERE table_id = ?1 AND begin_snapshot = ?2",
    )
    .bind(table)
    .bind(snapshot)
    .execute(&mut *connection)
    .await?;
    for of_file in ["ducklake_delete_file", "ducklake_file_column_stats", "ducklake_file_partition_value"] {
        let statement = format!(
            "DELETE FROM {of_file} WHERE data_file_id IN \
             (SELECT data_file_id FROM ducklake_data_file WHERE table_id = ?1 AND end_snapshot = ?2)"
        );
        let statement = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(table).bind(snapshot);
        statement.execute(&mut *connection).await?;
    }
    let gone = sqlx::query("DELETE FROM ducklake_data_file WHERE table_id = ?1 AND end_snapshot = ?2")
        .bind(table)
        .bind(snapshot)
        .execute(&mut *connection)
        .await?;
    Ok(usize::try_from(gone.rows_affected()).unwrap_or(usize::MAX))
}
