//! The SQLite catalog of a lake: made complete, so that DuckDB attaches it, and found damaged before it is trusted.
//!
//! `datafusion-ducklake` 0.9 creates a catalog without some columns and tables of the DuckLake 1.0 specification. They
//! are added once, when the catalog is created; its writer names the columns that it writes, so the others keep their
//! defaults. (Never the other way round: on a catalog made by DuckDB that writer misbehaves silently.)

use std::{collections::BTreeMap, path::Path, str::FromStr, sync::Arc, time::Duration};

use datafusion_ducklake::{DuckLakeError, MetadataWriter, SqliteMetadataWriter, WriteMode};
use kupets_core::{Error, Fault, Result, schema::Table};
use sqlx::{
    AssertSqlSafe, Connection, Executor, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::{
    fault::{self, STORAGE},
    migrations,
    working_copy::WorkingCopy,
};

/// The schema inside the lake that holds the tables.
pub(crate) const SCHEMA: &str = "main";

/// What the specification has and the library's SQLite catalog lacks: table, column, type with default.
const MISSING_COLUMNS: &[(&str, &str, &str)] = &[
    ("ducklake_schema", "schema_uuid", "VARCHAR"),
    ("ducklake_table", "table_uuid", "VARCHAR"),
    ("ducklake_data_file", "file_order", "BIGINT"),
    ("ducklake_data_file", "file_format", "VARCHAR DEFAULT 'parquet'"),
    ("ducklake_delete_file", "format", "VARCHAR DEFAULT 'parquet'"),
    ("ducklake_snapshot", "next_catalog_id", "BIGINT DEFAULT 1000"),
    ("ducklake_snapshot", "next_file_id", "BIGINT DEFAULT 1000000000"),
];

/// Empty tables that DuckDB looks into when it attaches.
const MISSING_TABLES: &[&str] = &[
    "CREATE TABLE IF NOT EXISTS ducklake_file_variant_stats (data_file_id BIGINT, table_id BIGINT, column_id BIGINT, variant_path VARCHAR, \
     shredded_type VARCHAR, column_size_bytes BIGINT, value_count BIGINT, null_count BIGINT, min_value VARCHAR, max_value VARCHAR, \
     contains_nan BOOLEAN, extra_stats VARCHAR)",
    "CREATE TABLE IF NOT EXISTS ducklake_column_mapping (mapping_id BIGINT, table_id BIGINT, type VARCHAR)",
    "CREATE TABLE IF NOT EXISTS ducklake_name_mapping (mapping_id BIGINT, column_id BIGINT, source_name VARCHAR, target_field_id BIGINT, \
     parent_column BIGINT, is_partition BOOLEAN)",
    "CREATE TABLE IF NOT EXISTS ducklake_macro (schema_id BIGINT, macro_id BIGINT, macro_name VARCHAR, begin_snapshot BIGINT, end_snapshot BIGINT)",
    "CREATE TABLE IF NOT EXISTS ducklake_macro_impl (macro_id BIGINT, impl_id BIGINT, dialect VARCHAR, sql VARCHAR, type VARCHAR)",
    "CREATE TABLE IF NOT EXISTS ducklake_macro_parameters (macro_id BIGINT, impl_id BIGINT, column_id BIGINT, parameter_name VARCHAR, \
     parameter_type VARCHAR, default_value VARCHAR, default_value_type VARCHAR)",
];

/// Version of the DuckLake format that the completed catalog follows.
const FORMAT_VERSION: &str = "1.0";

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

fn options(file: &Path) -> Result<SqliteConnectOptions> {
    let options = SqliteConnectOptions::from_str(&connection_string(file)).map_err(|e| sql_error(file, e))?;
    Ok(options.synchronous(SqliteSynchronous::Full).busy_timeout(Duration::from_secs(10)))
}

/// One connection to a catalog of ours.
pub(crate) async fn connect(file: &Path) -> Result<SqliteConnection> {
    SqliteConnection::connect_with(&options(file)?).await.map_err(|e| sql_error(file, e))
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

/// An empty, complete catalog, for all tenants that this process makes one for: the library makes it in over two hundred
/// synced steps.
static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();

/// Creates an empty, complete catalog with our tables at `file`, which must not exist.
///
/// It is built beside its place and renamed into it, so that a crash leaves either no catalog or a whole one.
pub(crate) async fn create(file: &Path, data_path: &str) -> Result<()> {
    let io = |e: std::io::Error| fault::error_at(&file.display().to_string(), e);
    let folder = file.parent().ok_or_else(|| Error::internal("a catalog has a folder"))?;
    std::fs::create_dir_all(folder).map_err(io)?;
    remove(&folder.join("catalog.draft")).map_err(io)?;
    let template = TEMPLATE
        .get_or_try_init(async || {
            // A file of its own: the library may close its connection to it later.
            let made = folder.join("catalog.template");
            remove(&made).map_err(io)?;
            fill(&made, data_path).await?;
            let bytes = std::fs::read(&made).map_err(io)?;
            remove(&made).map_err(io)?;
            Ok::<_, Error>(bytes)
        })
        .await?;
    let draft = folder.join("catalog.draft");
    std::fs::write(&draft, template).map_err(io)?;
    make_own(&draft, data_path).await?;
    std::fs::File::open(&draft).and_then(|f| f.sync_all()).map_err(io)?;
    std::fs::rename(&draft, file).map_err(io)?;
    for folder in folder.ancestors().take(3) {
        std::fs::File::open(folder).and_then(|f| f.sync_all()).map_err(io)?;
    }
    Ok(())
}

/// Makes a copy of the template the catalog of one tenant. Nothing is synced: the draft is, when it is whole.
async fn make_own(draft: &Path, data_path: &str) -> Result<()> {
    let sql = |e| sql_error(draft, e);
    let options = options(draft)?.synchronous(SqliteSynchronous::Off);
    let mut connection = SqliteConnection::connect_with(&options).await.map_err(sql)?;
    sqlx::query("UPDATE ducklake_metadata SET value = ? WHERE key = 'data_path'")
        .bind(data_path)
        .execute(&mut connection)
        .await
        .map_err(sql)?;
    connection.execute("UPDATE ducklake_snapshot SET snapshot_time = CURRENT_TIMESTAMP").await.map_err(sql)?;
    for (table, id, uuid) in
        [("ducklake_schema", "schema_id", "schema_uuid"), ("ducklake_table", "table_id", "table_uuid")]
    {
        let ids: Vec<i64> = sqlx::query_scalar(AssertSqlSafe(format!("SELECT {id} FROM {table}")))
            .fetch_all(&mut connection)
            .await
            .map_err(sql)?;
        for key in ids {
            sqlx::query(AssertSqlSafe(format!("UPDATE {table} SET {uuid} = ? WHERE {id} = ?")))
                .bind(Uuid::new_v4().to_string())
                .bind(key)
                .execute(&mut connection)
                .await
                .map_err(sql)?;
        }
    }
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.map_err(sql)?;
    connection.close().await.map_err(sql)
}

/// Removes a catalog with what stands beside it, if it is there.
fn remove(catalog: &Path) -> std::io::Result<()> {
    for suffix in ["", "-wal", "-shm", "-journal", ".commit.lock"] {
        let mut name = catalog.as_os_str().to_owned();
        name.push(suffix);
        match std::fs::remove_file(&name) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

async fn fill(draft: &Path, data_path: &str) -> Result<()> {
    let address = format!("sqlite://{}?mode=rwc", draft.display());
    let lake = |e| lake_error(draft, e);
    {
        let writer = SqliteMetadataWriter::with_max_connections(&address, 1).await.map_err(lake)?;
        writer.initialize_schema().map_err(lake)?;
        writer.set_data_path(data_path).map_err(lake)?;
        for table in Table::ALL {
            migrations::set_columns(&writer, table, WriteMode::Replace).map_err(lake)?;
        }
    }
    let sql = |e| sql_error(draft, e);
    let mut connection = connect(draft).await?;
    for (table, column, kind) in MISSING_COLUMNS {
        let has: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM pragma_table_info(?) WHERE name = ?")
            .bind(table)
            .bind(column)
            .fetch_one(&mut connection)
            .await
            .map_err(sql)?;
        if has == 0 {
            connection
                .execute(AssertSqlSafe(format!("ALTER TABLE {table} ADD COLUMN {column} {kind}")))
                .await
                .map_err(sql)?;
        }
    }
    for statement in MISSING_TABLES {
        connection.execute(*statement).await.map_err(sql)?;
    }
    for (key, value) in [("version", FORMAT_VERSION), ("created_by", "kupets"), ("encrypted", "false")] {
        sqlx::query("INSERT INTO ducklake_metadata (key, value) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM ducklake_metadata WHERE key = ?1)")
            .bind(key)
            .bind(value)
            .execute(&mut connection)
            .await
            .map_err(sql)?;
    }
    migrations::note_version(draft, &mut connection).await?;
    set_journal_mode(&mut connection, SqliteJournalMode::Wal).await.map_err(sql)?;
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").await.map_err(sql)?;
    connection.close().await.map_err(sql)
}

async fn set_journal_mode(connection: &mut SqliteConnection, mode: SqliteJournalMode) -> sqlx::Result<()> {
    let mode = match mode {
        SqliteJournalMode::Wal => "WAL",
        _ => "DELETE",
    };
    connection.execute(AssertSqlSafe(format!("PRAGMA journal_mode = {mode}"))).await.map(|_| ())
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
