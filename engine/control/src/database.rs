//! The control database: accounts, sessions, keys and the journal, in one SQLite file.

use std::{path::Path, str::FromStr, time::Duration};

use chrono::{DateTime, Utc};
use kupets_core::{Error, Result};
use sqlx::{
    Connection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

/// Pages of the write-ahead log after which it is copied into the database file: 32 MiB of 4 KiB pages, so that an
/// import writes long sequential runs rather than checkpointing every few requests.
const WAL_AUTOCHECKPOINT_PAGES: &str = "8192";

/// Options every connection to the control database is opened with: a commit is on the disk when it returns.
///
/// # Errors
/// The address is none that this build opens.
pub fn options(database_url: Option<&str>, data_dir: &Path) -> Result<SqliteConnectOptions> {
    let options = match database_url {
        None => SqliteConnectOptions::new().filename(data_dir.join("kupets.db")),
        Some(url) if url.starts_with("sqlite:") => SqliteConnectOptions::from_str(url).map_err(|e| {
            Error::invalid(
                "bad_setting",
                format!("database_url {url:?} is not a SQLite address; example: sqlite:/var/lib/kupets/kupets.db"),
            )
            .with_source(e)
        })?,
        Some(url) => {
            let scheme = url.split(':').next().unwrap_or_default();
            return Err(Error::invalid(
                "bad_setting",
                format!("database_url with scheme {scheme:?} is not supported by this build; use sqlite:PATH"),
            ));
        }
    };
    Ok(options
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(Duration::from_secs(10))
        // What is deleted is overwritten: an erased person must not stay readable in free pages.
        .pragma("secure_delete", "ON")
        .pragma("wal_autocheckpoint", WAL_AUTOCHECKPOINT_PAGES))
}

/// Makes the data folder for its owner alone: customers' names and the control database are in it. One that is there
/// already keeps its mode, which is its owner's choice.
///
/// # Errors
/// It cannot be made.
pub fn private_dir(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Opens the control database and brings its tables up to date.
///
/// # Errors
/// The file is damaged or newer than this program, named in the message.
pub async fn open(options: &SqliteConnectOptions) -> Result<SqlitePool> {
    let name = options.get_filename().display().to_string();
    let pool = SqlitePoolOptions::new()
        .max_connections(8)
        .min_connections(0)
        // No time-outs: see `lake::catalog::lookups`.
        .idle_timeout(None)
        .max_lifetime(None)
        // SQLite may end a transaction itself when the disk is full; the connection then believes it is still in one, and
        // what it commits next would never reach the file. The ping waits for a rollback that is under way.
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .connect_with(options.clone())
        .await
        .map_err(|e| database_error(&name, e))?;
    overwrite_old_pages(&pool).await.map_err(|e| database_error(&name, e))?;
    sqlx::migrate!("./migrations").run(&pool).await.map_err(|e| {
        Error::new(
            kupets_core::Kind::Corrupt,
            "control_database",
            format!("the control database {name} cannot be brought up to date: {e}. Restore it from a backup, or start with another --data"),
        )
        .with_source(e)
    })?;
    Ok(pool)
}

/// The `user_version` of a file whose free space was overwritten since it was made.
const OVERWRITES_DELETED: i64 = 1;

/// Writes a file anew that an older version has kept, once, before anybody uses it: that one left in free pages what it deleted.
async fn overwrite_old_pages(pool: &SqlitePool) -> sqlx::Result<()> {
    let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(pool).await?;
    if version >= OVERWRITES_DELETED {
        return Ok(());
    }
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(pool).await?;
    if pages > 1 {
        sqlx::query("VACUUM").execute(pool).await?;
    }
    let done = format!("PRAGMA user_version = {OVERWRITES_DELETED}");
    sqlx::query(sqlx::AssertSqlSafe(done)).execute(pool).await.map(|_| ())
}

/// Whether the database answers.
///
/// # Errors
/// It does not.
pub async fn ping(pool: &SqlitePool) -> Result<()> {
    sqlx::query("SELECT 1").execute(pool).await.map(|_| ()).map_err(|e| database_error("control database", e))
}

/// [`database_error`] of the control database, where its file's name is not at hand.
pub(crate) fn control_error(error: sqlx::Error) -> Error {
    database_error("control database", error)
}

/// A stored time: microseconds since the epoch.
pub(crate) fn time(us: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(us).unwrap_or_default()
}

/// A refusal of the control database.
pub(crate) fn fail(error: sqlx::Error) -> Error {
    database_error("control database", error)
}

/// Translates a database error: a full disk is something to wait for, a damaged file is something to name.
pub fn database_error(file: &str, error: sqlx::Error) -> Error {
    let text = error.to_string();
    let lower = text.to_ascii_lowercase();
    let error = if lower.contains("malformed") || lower.contains("not a database") {
        Error::new(
            kupets_core::Kind::Corrupt,
            "damaged_file",
            format!(
                "the database file {file} is damaged ({text}). Stop the server, keep a copy, and restore it from a backup"
            ),
        )
    } else if lower.contains("disk is full") || lower.contains("disk full") || lower.contains("no space") {
        Error::unavailable(format!("the disk of {file} is full: nothing was stored. Free some space and send again"))
    } else {
        Error::unavailable(format!("the database {file} does not answer ({text}): nothing was stored. Send again"))
    };
    error.with_source(text)
}
