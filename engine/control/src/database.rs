//! The control database: accounts, sessions, keys and the journal, in one SQLite file.

use std::{path::Path, str::FromStr, time::Duration};

use chrono::{DateTime, Utc};
use kupets_core::{Error, Fault, Kind, Result, TenantId};
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
            Kind::Corrupt,
            "control_database",
            format!("the control database {name} cannot be brought up to date: {e}. Restore it from a backup, or start with another --data"),
        )
        .with_source(e)
    })?;
    Ok(pool)
}

/// Copies one version of the control database to the file `to`, which is not there yet, beside a server that writes to it: everything that
/// was committed when it was called is in it.
///
/// # Errors
/// There is no control database, it is damaged, or the disk refuses.
pub async fn copy(options: &SqliteConnectOptions, to: &Path) -> Result<()> {
    let name = options.get_filename().display().to_string();
    if !options.get_filename().is_file() {
        return Err(Error::not_found(format!("{name} is not there: name the server's folder with --data")));
    }
    let failed = |e| database_error(&name, e);
    let options = options.clone().create_if_missing(false);
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.map_err(failed)?;
    // It is one transaction that reads; numbers that the journal has given are copied with the rows.
    let copied = sqlx::query("VACUUM INTO ?").bind(to.display().to_string());
    copied.execute(&mut connection).await.map_err(failed)?;
    connection.close().await.map_err(failed)?;
    let mut copy =
        sqlx::SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(to)).await.map_err(failed)?;
    let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut copy).await.map_err(failed)?;
    copy.close().await.map_err(failed)?;
    if verdict == "ok" { Ok(()) } else { Err(Fault::Damaged.error(DATABASE, &name, verdict)) }
}

/// The workspaces of a copy, by their ids.
///
/// # Errors
/// It cannot be read.
pub async fn workspaces_of(copy: &Path) -> Result<Vec<TenantId>> {
    let failed = |e| database_error(&copy.display().to_string(), e);
    let options = SqliteConnectOptions::new().filename(copy);
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.map_err(failed)?;
    let ids: Vec<String> =
        sqlx::query_scalar("SELECT id FROM workspaces ORDER BY id").fetch_all(&mut connection).await.map_err(failed)?;
    connection.close().await.map_err(failed)?;
    Ok(ids.iter().filter_map(|id| TenantId::parse(id)).collect())
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

/// What failed, for who is told of it.
const DATABASE: &str = "the database of this server";

/// SQLite's primary result codes that say more than that it did not work.
const SQLITE_PERM: i64 = 3;
const SQLITE_READONLY: i64 = 8;
const SQLITE_CORRUPT: i64 = 11;
const SQLITE_FULL: i64 = 13;
const SQLITE_AUTH: i64 = 23;
const SQLITE_NOTADB: i64 = 26;
/// The file system says that the file is damaged: an extended code of SQLITE_IOERR.
const SQLITE_IOERR_CORRUPTFS: i64 = 8458;

/// What a database error means: by SQLite's result code, or what the system said.
pub fn database_fault(error: &sqlx::Error) -> Fault {
    if let sqlx::Error::Database(refusal) = error {
        let code = refusal.code().and_then(|code| code.parse::<i64>().ok()).unwrap_or_default();
        return match code & 0xff {
            SQLITE_CORRUPT | SQLITE_NOTADB => Fault::Damaged,
            SQLITE_FULL => Fault::Full,
            SQLITE_PERM | SQLITE_READONLY | SQLITE_AUTH => Fault::Refused,
            _ if code == SQLITE_IOERR_CORRUPTFS => Fault::Damaged,
            _ => Fault::Transient,
        };
    }
    let mut cause = std::error::Error::source(error);
    while let Some(below) = cause {
        if below.downcast_ref::<Error>().is_some_and(|ours| ours.kind() == Kind::Corrupt) {
            return Fault::Damaged;
        }
        if let Some(fault) = below.downcast_ref::<std::io::Error>().and_then(Fault::of_io) {
            return fault;
        }
        cause = below.source();
    }
    Fault::Transient
}

/// The error of a database: a full disk is something to wait for, a damaged file is something to name. `file` is for the log.
pub fn database_error(file: &str, error: sqlx::Error) -> Error {
    database_fault(&error).error(DATABASE, file, error)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    async fn refused_by(file: &Path, statements: &[&'static str]) -> sqlx::Error {
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
        let mut connection = match sqlx::SqliteConnection::connect_with(&options).await {
            Ok(connection) => connection,
            Err(error) => return error,
        };
        for statement in statements {
            if let Err(error) = sqlx::query(*statement).execute(&mut connection).await {
                return error;
            }
        }
        unreachable!("SQLite takes all of it")
    }

    #[tokio::test]
    async fn sqlite_says_by_code_that_it_is_full() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.db");
        let steps = ["CREATE TABLE t (x)", "PRAGMA max_page_count = 3", "INSERT INTO t VALUES (zeroblob(100000))"];
        let error = refused_by(&file, &steps).await;
        assert_eq!(database_fault(&error), Fault::Full, "{error}");
        let told = database_error(&file.display().to_string(), error);
        assert_eq!(told.kind(), Kind::Unavailable);
        assert!(!told.to_string().contains("x.db"), "{told}");
    }

    #[tokio::test]
    async fn sqlite_says_by_code_that_a_file_is_none_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.db");
        std::fs::write(&file, vec![b'x'; 8192]).unwrap();
        let error = refused_by(&file, &["SELECT * FROM sqlite_master"]).await;
        assert_eq!(database_fault(&error), Fault::Damaged, "{error}");
        let told = database_error(&file.display().to_string(), error);
        assert_eq!(told.kind(), Kind::Corrupt);
        assert!(told.to_string().contains("x.db"), "{told}");
    }

    #[tokio::test]
    async fn a_copy_beside_a_writer_has_what_was_committed_and_the_numbers_that_were_given() {
        let folder = tempfile::tempdir().unwrap();
        let options = options(None, folder.path()).unwrap();
        let pool = open(&options).await.unwrap();
        for _ in 0..3 {
            let entry =
                "INSERT INTO journal (tenant, table_name, row_count, checksum, payload) VALUES ('t', 'x', 0, 0, x'')";
            sqlx::query(entry).execute(&pool).await.unwrap();
        }
        sqlx::query("DELETE FROM journal WHERE seq > 1").execute(&pool).await.unwrap();
        let writing = pool.begin_with("BEGIN IMMEDIATE").await.unwrap();
        let to = folder.path().join("copy.db");
        copy(&options, &to).await.unwrap();
        assert!(copy(&options, &to).await.is_err(), "a file that is there is written over");
        writing.rollback().await.unwrap();
        pool.close().await;
        assert!(workspaces_of(&to).await.unwrap().is_empty());
        let copied = open(&SqliteConnectOptions::new().filename(&to)).await.unwrap();
        let numbers: (i64, i64) = sqlx::query_as(
            "SELECT (SELECT max(seq) FROM journal), (SELECT seq FROM sqlite_sequence WHERE name = 'journal')",
        )
        .fetch_one(&copied)
        .await
        .unwrap();
        assert_eq!(numbers, (1, 3));
        copied.close().await;
        let nowhere = SqliteConnectOptions::new().filename(folder.path().join("nothing.db")).create_if_missing(true);
        assert_eq!(copy(&nowhere, &folder.path().join("b.db")).await.unwrap_err().kind(), Kind::NotFound);
        assert!(!folder.path().join("nothing.db").exists());
    }

    #[tokio::test]
    async fn words_decide_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.db");
        let error = refused_by(&file, &["SELECT * FROM \"database disk image is malformed, disk is full\""]).await;
        assert_eq!(database_fault(&error), Fault::Transient, "{error}");
        assert_eq!(database_fault(&sqlx::Error::PoolTimedOut), Fault::Transient);
        assert_eq!(database_fault(&sqlx::Error::Io(std::io::Error::from_raw_os_error(28))), Fault::Full);
        let ours = Error::new(Kind::Corrupt, "damaged_file", "a stored row is damaged");
        assert_eq!(database_fault(&sqlx::Error::Decode(Box::new(ours))), Fault::Damaged);
    }
}
