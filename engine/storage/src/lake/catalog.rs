//! The SQLite catalog of a lake: its connections, its watermarks, and found damaged before it is trusted.

use std::{collections::BTreeMap, path::Path, str::FromStr, sync::Arc, time::Duration};

use datafusion_ducklake::DuckLakeError;
use kupets_core::{Error, Fault, Result, schema::Table};
use sqlx::{
    Connection, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    fault::{self, STORAGE},
    working_copy::WorkingCopy,
};

/// The schema inside the lake that holds the tables.
pub(crate) const SCHEMA: &str = "main";

/// Connections of one catalog that look something up at once.
const LOOKUPS_AT_ONCE: u32 = 2;
/// Statements that each keeps prepared.
const LOOKUP_STATEMENTS: usize = 16;

/// Address of a catalog file for the library.
pub(crate) fn connection_string(file: &Path) -> String {
    format!("sqlite://{}?mode=rw", file.display())
}

/// Turns a library error into ours. `file` is the catalog; a data file that is not there is named instead.
pub(crate) fn lake_error(file: &Path, error: DuckLakeError) -> Error {
    fault::error_at(&file.display().to_string(), error)
}

pub(crate) fn sql_error(file: &Path, error: sqlx::Error) -> Error {
    fault::error_at(&file.display().to_string(), error)
}

pub(super) fn options(file: &Path) -> Result<SqliteConnectOptions> {
    let options = SqliteConnectOptions::from_str(&connection_string(file)).map_err(|e| sql_error(file, e))?;
    Ok(options.synchronous(SqliteSynchronous::Full).busy_timeout(Duration::from_secs(10)))
}

/// One connection to a catalog of ours.
pub(crate) async fn connect(file: &Path) -> Result<SqliteConnection> {
    SqliteConnection::connect_with(&options(file)?).await.map_err(|e| sql_error(file, e))
}

/// Makes a catalog one that is read while it is written to. Where somebody holds it just now it stays as it is: then its readers and
/// its writer wait for one another.
pub(super) async fn wake(file: &Path, connection: &mut SqliteConnection) {
    let mode: sqlx::Result<String> = sqlx::query_scalar("PRAGMA journal_mode = WAL").fetch_one(connection).await;
    match mode {
        Ok(mode) if mode.eq_ignore_ascii_case("wal") => {}
        Ok(mode) => tracing::warn!(catalog = %file.display(), mode, "the catalog has no write-ahead log"),
        Err(error) => tracing::warn!(catalog = %file.display(), %error, "the catalog has no write-ahead log"),
    }
}

/// Folds the log of a catalog that nobody else has open into it, and lets it have none.
pub(super) async fn lay(connection: &mut SqliteConnection) -> sqlx::Result<bool> {
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode = DELETE").fetch_one(connection).await?;
    Ok(mode.eq_ignore_ascii_case("delete"))
}

/// Connections that look into a catalog, opened when they are needed and closed by [`rest`].
///
/// The pool has no time-outs of its own: sqlx 0.9 counts its idle connections after it has given their permits back, so that
/// the count may be below zero for a moment, and the task that looks for old ones then turns for ever.
///
/// A working copy lives as long as the pool: every table that a query holds has the pool, and it connects again by the path.
pub(crate) fn lookups(file: &Path, copy: Option<Arc<WorkingCopy>>) -> Result<SqlitePool> {
    let pool = SqlitePoolOptions::new()
        .max_connections(LOOKUPS_AT_ONCE)
        .min_connections(0)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(move |_, _| {
            let _kept = &copy;
            Box::pin(std::future::ready(Ok(())))
        });
    Ok(pool.connect_lazy_with(options(file)?.statement_cache_capacity(LOOKUP_STATEMENTS)))
}

/// Closes the connections of a pool that nobody uses now. Each has a thread and memory of its own, and a node has far more
/// catalogs than it is reading.
pub(crate) async fn release_idle(lookups: &SqlitePool) {
    for _ in 0..LOOKUPS_AT_ONCE {
        let Some(idle) = lookups.try_acquire() else { return };
        // It only reads: there is nothing to lose when it does not close in order.
        let _ = idle.close().await;
    }
}

/// The last number of the journal `journal` that the lake holds: the newest watermark of that journal, 0 for none.
pub(crate) async fn watermark(file: &Path, connection: &mut SqliteConnection, journal: &str) -> Result<i64> {
    let newest: Option<String> = sqlx::query_scalar(
        "SELECT commit_extra_info FROM ducklake_snapshot_changes WHERE json_extract(commit_extra_info, '$.journal') = ?1 \
         OR json_extract(commit_extra_info, '$.others.\"' || ?1 || '\"') IS NOT NULL ORDER BY snapshot_id DESC LIMIT 1",
    )
    .bind(journal)
    .fetch_optional(connection)
    .await
    .map_err(|e| sql_error(file, e))?;
    match newest {
        None => Ok(0),
        Some(text) => CommitInfo::read(file, &text).map(|info| info.of(journal)),
    }
}

/// Rows of a table's files, those included that are deleted in them.
pub(crate) async fn rows(file: &Path, connection: &mut SqliteConnection, table: Table) -> Result<u64> {
    let rows: Option<i64> = sqlx::query_scalar(
        "SELECT s.record_count FROM ducklake_table_stats s JOIN ducklake_table t ON t.table_id = s.table_id \
         WHERE t.table_name = ? AND t.end_snapshot IS NULL",
    )
    .bind(table.name())
    .fetch_optional(connection)
    .await
    .map_err(|e| sql_error(file, e))?;
    Ok(rows.and_then(|rows| u64::try_from(rows).ok()).unwrap_or(0))
}

/// The journal of the newest watermark, if there is one.
pub(crate) async fn last_journal(file: &Path, connection: &mut SqliteConnection) -> Result<Option<String>> {
    let newest: Option<String> = sqlx::query_scalar(
        "SELECT commit_extra_info FROM ducklake_snapshot_changes WHERE json_extract(commit_extra_info, '$.journal') IS NOT NULL \
         ORDER BY snapshot_id DESC LIMIT 1",
    )
    .fetch_optional(connection)
    .await
    .map_err(|e| sql_error(file, e))?;
    newest.map(|text| CommitInfo::read(file, &text).map(|info| info.journal)).transpose()
}

/// The newest watermark of every journal that has written to the lake.
pub(crate) async fn watermarks(file: &Path, connection: &mut SqliteConnection) -> Result<BTreeMap<String, i64>> {
    let all: Vec<String> = sqlx::query_scalar(
        "SELECT commit_extra_info FROM ducklake_snapshot_changes WHERE json_extract(commit_extra_info, '$.journal') IS NOT NULL \
         ORDER BY snapshot_id",
    )
    .fetch_all(connection)
    .await
    .map_err(|e| sql_error(file, e))?;
    let mut newest = BTreeMap::new();
    for text in all {
        let info = CommitInfo::read(file, &text)?;
        newest.extend(info.others);
        newest.insert(info.journal, info.watermark);
    }
    Ok(newest)
}

/// What a flush writes into its commit: which journal, and up to which number.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct CommitInfo {
    pub journal: String,
    pub watermark: i64,
    /// Watermarks of other journals, whose own snapshots are gone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub others: BTreeMap<String, i64>,
}

impl CommitInfo {
    /// The journals whose watermarks it has.
    pub fn journals(self) -> impl Iterator<Item = String> {
        self.others.into_keys().chain([self.journal])
    }

    pub fn read(file: &Path, text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|e| {
            let why = format!("it has an unreadable watermark {text:?}: {e}");
            Fault::Damaged.error(STORAGE, &file.display().to_string(), why)
        })
    }

    fn of(&self, journal: &str) -> i64 {
        if self.journal == journal { self.watermark } else { self.others.get(journal).copied().unwrap_or(0) }
    }
}

/// Checks that the bytes of a catalog are a database in order; run when a lake is opened.
pub(crate) async fn check(file: &Path, connection: &mut SqliteConnection) -> Result<()> {
    let verdict: String =
        sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(connection).await.map_err(|e| sql_error(file, e))?;
    if verdict == "ok" { Ok(()) } else { Err(Fault::Damaged.error(STORAGE, &file.display().to_string(), verdict)) }
}
