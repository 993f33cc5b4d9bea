//! The journal: what makes an acknowledgement true. Many requests share one durable transaction.
//!
//! One task owns the only writing connection. While a transaction is being synced to the disk, the next requests gather;
//! they all go into the next one. A request returns when the transaction that holds it is on the disk.

use std::{
    collections::HashMap,
    io::Cursor,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use arrow::{
    array::RecordBatch,
    ipc::{
        CompressionType,
        reader::StreamReader,
        writer::{IpcWriteOptions, StreamWriter},
    },
};
use kupets_control::database_error;
use kupets_core::{Error, Kind, Result, TenantId, schema::Table};
use sqlx::{Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{mpsc, oneshot};
use xxhash_rust::xxh3::xxh3_64;

use crate::layout::without_defaults;

/// Payloads above this are compressed: small ones are dominated by the schema message and cost more than they save.
const COMPRESS_ABOVE_BYTES: usize = 64 << 10;
/// A group commit stops growing here, so that one transaction stays short.
const GROUP_MAX_BYTES: usize = 32 << 20;
const GROUP_MAX_ENTRIES: usize = 1024;

/// One table's share of an accepted group.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub table: Table,
    pub rows: usize,
    pub payload: Vec<u8>,
}

impl Entry {
    /// Encodes a batch for the journal, without columns that say nothing.
    pub fn encode(table: Table, batch: &RecordBatch) -> Result<Self> {
        let batch = &without_defaults(table, batch)?;
        let compression = (batch.get_array_memory_size() > COMPRESS_ABOVE_BYTES).then_some(CompressionType::LZ4_FRAME);
        let encode = || -> Result<Vec<u8>, arrow::error::ArrowError> {
            let options = IpcWriteOptions::default().try_with_compression(compression)?;
            let mut writer = StreamWriter::try_new_with_options(Vec::with_capacity(4096), &batch.schema(), options)?;
            writer.write(batch)?;
            writer.finish()?;
            writer.into_inner()
        };
        let payload = encode()
            .map_err(|e| Error::internal(format!("a batch cannot be encoded for the journal: {e}")).with_source(e))?;
        Ok(Self { table, rows: batch.num_rows(), payload })
    }
}

/// A journalled batch, read back.
#[derive(Debug)]
pub(crate) struct Replayed {
    pub seq: i64,
    pub table: Table,
    pub batch: RecordBatch,
}

enum Command {
    Append {
        tenant: TenantId,
        entries: Vec<Entry>,
        done: oneshot::Sender<Result<i64>>,
    },
    Delete {
        tenant: TenantId,
        up_to: i64,
        done: oneshot::Sender<Result<()>>,
    },
    RaiseAbove {
        seq: i64,
        done: oneshot::Sender<Result<()>>,
    },
    Stop {
        done: oneshot::Sender<()>,
    },
    #[cfg(test)]
    Break,
}

/// Handle to the journal. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Journal {
    commands: mpsc::Sender<Command>,
    file: Arc<str>,
    id: Arc<str>,
    /// The last number that was given, or more.
    top: Arc<AtomicI64>,
}

fn closed() -> Error {
    Error::unavailable("the server is stopping: nothing was stored. Send again in a moment")
}

/// The code of an append whose outcome nobody knows.
pub(crate) const UNKNOWN_OUTCOME: &str = "unknown_outcome";

fn unknown() -> Error {
    Error::new(
        Kind::Unavailable,
        UNKNOWN_OUTCOME,
        "whether the records were stored is not known: send them again, under the same ids",
    )
    .with_retry_after(5)
}

impl Journal {
    /// Opens the writing connection and starts the writer.
    pub async fn open(options: &SqliteConnectOptions) -> Result<Self> {
        let file: Arc<str> = options.get_filename().display().to_string().into();
        let mut connection = SqliteConnection::connect_with(options).await.map_err(|e| database_error(&file, e))?;
        let id = identity(&mut connection).await.map_err(|e| database_error(&file, e))?;
        let top: Option<i64> = sqlx::query_scalar("SELECT seq FROM sqlite_sequence WHERE name = 'journal'")
            .fetch_optional(&mut connection)
            .await
            .map_err(|e| database_error(&file, e))?;
        let (commands, receiver) = mpsc::channel(4096);
        let writer = Writer { options: options.clone(), connection: Some(connection), file: file.clone() };
        tokio::spawn(supervise(writer, receiver));
        Ok(Self { commands, file, id: id.into(), top: Arc::new(AtomicI64::new(top.unwrap_or_default())) })
    }

    /// Which journal this is: numbers of another one mean nothing here.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Makes a tenant's entries durable and returns the number of the last one. Entries of one call are committed together.
    pub async fn append(&self, tenant: &TenantId, entries: Vec<Entry>) -> Result<i64> {
        metrics::counter!("kupets_journal_bytes_total").increment(weight(&entries) as u64);
        let (done, wait) = oneshot::channel();
        self.commands.send(Command::Append { tenant: tenant.clone(), entries, done }).await.map_err(|_| closed())?;
        let seq = wait.await.map_err(|_| unknown())??;
        self.top.fetch_max(seq, Ordering::AcqRel);
        Ok(seq)
    }

    /// Forgets a tenant's entries up to and including `up_to`: they are durable in its lake.
    pub async fn delete(&self, tenant: &TenantId, up_to: i64) -> Result<()> {
        let (done, wait) = oneshot::channel();
        self.commands.send(Command::Delete { tenant: tenant.clone(), up_to, done }).await.map_err(|_| closed())?;
        wait.await.map_err(|_| closed())?
    }

    /// Makes sure that later entries get numbers above `seq`, which a lake from elsewhere may already hold.
    pub async fn raise_above(&self, seq: i64) -> Result<()> {
        if seq <= self.top.load(Ordering::Acquire) {
            return Ok(());
        }
        let (done, wait) = oneshot::channel();
        self.commands.send(Command::RaiseAbove { seq, done }).await.map_err(|_| closed())?;
        wait.await.map_err(|_| closed())??;
        self.top.fetch_max(seq, Ordering::AcqRel);
        Ok(())
    }

    /// [`Self::delete`], if there is anything to forget: most often there is not, and looking needs no sync.
    pub async fn delete_left_over(&self, pool: &sqlx::SqlitePool, tenant: &TenantId, up_to: i64) -> Result<()> {
        let left: Option<i64> = sqlx::query_scalar("SELECT seq FROM journal WHERE tenant = ? AND seq <= ? LIMIT 1")
            .bind(tenant.as_str())
            .bind(up_to)
            .fetch_optional(pool)
            .await
            .map_err(|e| database_error(&self.file, e))?;
        if left.is_some() { self.delete(tenant, up_to).await } else { Ok(()) }
    }

    /// Commits what is waiting and closes the connection.
    pub async fn stop(&self) {
        let (done, wait) = oneshot::channel();
        if self.commands.send(Command::Stop { done }).await.is_ok() {
            let _ = wait.await;
        }
    }

    /// A tenant's entries above `watermark`, in the order of their acknowledgement.
    pub async fn replay(&self, pool: &sqlx::SqlitePool, tenant: &TenantId, watermark: i64) -> Result<Vec<Replayed>> {
        let rows = sqlx::query("SELECT seq, table_name, row_count, checksum, payload FROM journal WHERE tenant = ? AND seq > ? ORDER BY seq")
            .bind(tenant.as_str())
            .bind(watermark)
            .fetch_all(pool)
            .await
            .map_err(|e| database_error(&self.file, e))?;
        rows.iter().map(|row| decode(&self.file, tenant, row)).collect()
    }

    /// Tenants that have entries.
    pub async fn tenants(&self, pool: &sqlx::SqlitePool) -> Result<Vec<TenantId>> {
        let rows: Vec<String> = sqlx::query_scalar("SELECT DISTINCT tenant FROM journal")
            .fetch_all(pool)
            .await
            .map_err(|e| database_error(&self.file, e))?;
        rows.iter()
            .map(|t| TenantId::parse(t).ok_or_else(|| damaged(&self.file, t, 0, "the tenant's id is not one")))
            .collect()
    }
}

async fn identity(connection: &mut SqliteConnection) -> sqlx::Result<String> {
    sqlx::query("INSERT INTO journal_identity (id) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM journal_identity)")
        .bind(uuid::Uuid::new_v4().simple().to_string())
        .execute(&mut *connection)
        .await?;
    sqlx::query_scalar("SELECT id FROM journal_identity").fetch_one(connection).await
}

fn damaged(file: &str, tenant: &str, seq: i64, what: &str) -> Error {
    Error::new(
        Kind::Corrupt,
        "damaged_journal",
        format!(
            "the journal in {file} is damaged at entry {seq} of tenant {tenant}: {what}. It holds acknowledged records, so it is not \
             skipped: restore the file from a backup, or delete that row if you accept the loss"
        ),
    )
}

fn decode(file: &str, tenant: &TenantId, row: &sqlx::sqlite::SqliteRow) -> Result<Replayed> {
    let bad = |seq: i64, what: &str| damaged(file, tenant.as_str(), seq, what);
    let seq: i64 = row.try_get(0).map_err(|e| bad(0, &e.to_string()))?;
    let name: String = row.try_get(1).map_err(|e| bad(seq, &e.to_string()))?;
    let count: i64 = row.try_get(2).map_err(|e| bad(seq, &e.to_string()))?;
    let checksum: i64 = row.try_get(3).map_err(|e| bad(seq, &e.to_string()))?;
    let payload: Vec<u8> = row.try_get(4).map_err(|e| bad(seq, &e.to_string()))?;
    if xxh3_64(&payload).cast_signed() != checksum {
        return Err(bad(seq, "its checksum does not match its bytes"));
    }
    let table = Table::from_name(&name).ok_or_else(|| bad(seq, "it names an unknown table"))?;
    let mut reader = StreamReader::try_new(Cursor::new(payload), None).map_err(|e| bad(seq, &e.to_string()))?;
    let batch = reader.next().ok_or_else(|| bad(seq, "it holds no batch"))?.map_err(|e| bad(seq, &e.to_string()))?;
    if i64::try_from(batch.num_rows()) != Ok(count) {
        return Err(bad(seq, "its row count does not match"));
    }
    Ok(Replayed { seq, table, batch })
}

#[cfg(test)]
#[allow(clippy::panic, reason = "a test looks at what becomes of a writer that breaks")]
fn break_down() {
    panic!("a test breaks it")
}

struct Writer {
    options: SqliteConnectOptions,
    /// None after a failure: a connection that failed may be inside a transaction that nobody will commit (SQLite ends
    /// some transactions itself when the disk is full, and then a later one would only be a savepoint). It is never
    /// used again; the next command opens a new one.
    connection: Option<SqliteConnection>,
    file: Arc<str>,
}

/// Runs the writer until it is stopped. One that breaks takes with it what it was committing, whose requests are told that the
/// outcome is not known; another one goes on with those that wait.
async fn supervise(writer: Writer, commands: mpsc::Receiver<Command>) {
    let (options, file) = (writer.options.clone(), writer.file.clone());
    let commands = Arc::new(tokio::sync::Mutex::new(commands));
    let mut next = Some(writer);
    loop {
        let writer = next.take().unwrap_or(Writer { options: options.clone(), connection: None, file: file.clone() });
        let commands = commands.clone();
        let running = tokio::spawn(async move { writer.run(&mut *commands.lock().await).await });
        match running.await {
            Err(broken) if broken.is_panic() => {
                tracing::error!(error = %broken, "the task that writes the journal broke; another one goes on");
            }
            _ => return,
        }
    }
}

struct Append {
    tenant: TenantId,
    entries: Vec<Entry>,
    done: oneshot::Sender<Result<i64>>,
}

impl Writer {
    async fn run(mut self, commands: &mut mpsc::Receiver<Command>) {
        let mut gathered = Vec::new();
        let mut next = None;
        loop {
            let command = match next.take() {
                Some(command) => command,
                None => match commands.recv().await {
                    Some(command) => command,
                    None => break,
                },
            };
            match command {
                Command::Append { tenant, entries, done } => {
                    let mut size = weight(&entries);
                    gathered.push(Append { tenant, entries, done });
                    while size < GROUP_MAX_BYTES && gathered.len() < GROUP_MAX_ENTRIES {
                        match commands.try_recv() {
                            Ok(Command::Append { tenant, entries, done }) => {
                                size += weight(&entries);
                                gathered.push(Append { tenant, entries, done });
                            }
                            Ok(other) => {
                                next = Some(other);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    self.commit_group(&mut gathered).await;
                }
                Command::Delete { tenant, up_to, done } => {
                    let outcome = self.on_connection(async |c| delete(c, &tenant, up_to).await).await;
                    let _ = done.send(outcome.map_err(|e| database_error(&self.file, e)));
                }
                Command::RaiseAbove { seq, done } => {
                    let outcome = self.on_connection(async |c| raise_above(c, seq).await).await;
                    let _ = done.send(outcome.map_err(|e| database_error(&self.file, e)));
                }
                #[cfg(test)]
                Command::Break => break_down(),
                Command::Stop { done } => {
                    commands.close();
                    while let Ok(command) = commands.try_recv() {
                        if let Command::Append { done, .. } = command {
                            let _ = done.send(Err(closed()));
                        }
                    }
                    if let Some(connection) = self.connection.take() {
                        let _ = connection.close().await;
                    }
                    let _ = done.send(());
                    return;
                }
            }
        }
    }

    /// Runs a write on the connection, or on a new one when the last one failed.
    async fn on_connection<T>(
        &mut self,
        write: impl AsyncFnOnce(&mut SqliteConnection) -> sqlx::Result<T>,
    ) -> sqlx::Result<T> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => SqliteConnection::connect_with(&self.options).await?,
        };
        let outcome = write(&mut connection).await?;
        self.connection = Some(connection);
        Ok(outcome)
    }

    async fn commit_group(&mut self, gathered: &mut Vec<Append>) {
        let outcome = self.on_connection(async |c| write(c, gathered).await).await;
        metrics::histogram!("kupets_journal_group_requests").record(gathered.len() as f64);
        match outcome {
            Ok(last) => {
                for append in gathered.drain(..) {
                    let seq = last.get(&append.tenant).copied().unwrap_or_default();
                    let _ = append.done.send(Ok(seq));
                }
            }
            Err(error) => {
                let (fault, text) = (kupets_control::database_fault(&error), error.to_string());
                tracing::error!(error = %text, requests = gathered.len(), "a group commit failed: its requests were refused");
                for append in gathered.drain(..) {
                    let _ = append.done.send(Err(fault.error("the database of this server", &self.file, text.clone())));
                }
            }
        }
    }
}

/// Writes all entries in one transaction and returns each tenant's last number. When it returns an error nothing of it
/// is in the file.
async fn write(connection: &mut SqliteConnection, gathered: &[Append]) -> sqlx::Result<HashMap<TenantId, i64>> {
    let mut last = HashMap::new();
    let mut tx = connection.begin().await?;
    for append in gathered {
        for entry in &append.entries {
            let done = sqlx::query(
                "INSERT INTO journal (tenant, table_name, row_count, checksum, payload) VALUES (?, ?, ?, ?, ?)",
            )
            .bind(append.tenant.as_str())
            .bind(entry.table.name())
            .bind(entry.rows as i64)
            .bind(xxh3_64(&entry.payload).cast_signed())
            .bind(&entry.payload[..])
            .execute(&mut *tx)
            .await?;
            last.insert(append.tenant.clone(), done.last_insert_rowid());
        }
    }
    tx.commit().await?;
    Ok(last)
}

async fn delete(connection: &mut SqliteConnection, tenant: &TenantId, up_to: i64) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM journal WHERE tenant = ? AND seq <= ?")
        .bind(tenant.as_str())
        .bind(up_to)
        .execute(connection)
        .await?;
    Ok(())
}

async fn raise_above(connection: &mut SqliteConnection, seq: i64) -> sqlx::Result<()> {
    let mut tx = connection.begin().await?;
    let changed = sqlx::query("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = 'journal'")
        .bind(seq)
        .execute(&mut *tx)
        .await?;
    if changed.rows_affected() == 0 {
        sqlx::query("INSERT INTO sqlite_sequence (name, seq) VALUES ('journal', ?)")
            .bind(seq)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await
}

fn weight(entries: &[Entry]) -> usize {
    entries.iter().map(|e| e.payload.len()).sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[tokio::test]
    async fn a_writer_that_breaks_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let options = kupets_control::options(None, folder.path()).unwrap();
        let control = kupets_control::open(&options).await.unwrap();
        let journal = Journal::open(&options).await.unwrap();
        let tenant = TenantId::parse("0000000000000000000000000000000a").unwrap();
        let entry = || vec![Entry { table: Table::Customers, rows: 0, payload: vec![1] }];
        let first = journal.append(&tenant, entry()).await.unwrap();
        journal.commands.send(Command::Break).await.unwrap();
        assert!(journal.append(&tenant, entry()).await.unwrap() > first);
        journal.stop().await;
        assert!(journal.append(&tenant, entry()).await.is_err());
        control.close().await;
    }
}
