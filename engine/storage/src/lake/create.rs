//! A new catalog, made complete, so that DuckDB attaches it.
//!
//! `datafusion-ducklake` 0.9 creates a catalog without some columns and tables of the DuckLake 1.0 specification. They
//! are added once, when the catalog is created; its writer names the columns that it writes, so the others keep their
//! defaults. (Never the other way round: on a catalog made by DuckDB that writer misbehaves silently.)

use std::path::Path;

use datafusion_ducklake::{MetadataWriter, SqliteMetadataWriter, WriteMode};
use kupets_core::{Error, Result, schema::Table};
use sqlx::{
    AssertSqlSafe, Connection, Executor, SqliteConnection,
    sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::OnceCell;
use uuid::Uuid;

use super::{
    catalog::{connect, lake_error, options, sql_error},
    fault, tables,
};

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
            tables::set_columns(&writer, table, WriteMode::Replace).map_err(lake)?;
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
    tables::note_version(draft, &mut connection).await?;
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
