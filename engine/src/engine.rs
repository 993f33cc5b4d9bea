//! The engine's front: what the API and the command line call.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use chrono::{DateTime, Utc};
use sqlx::SqlitePool;

use crate::{
    Error, Result, TenantAuthority, TenantContext,
    clock::Clock,
    query::{Answer, SqlRequest},
    record::{Ingested, Parsed},
};

/// Where an engine keeps its things, and its limits.
#[derive(Debug, Clone)]
pub struct EngineConfig {
    /// Local folder: the control database, work files, and by default the lakes.
    pub data_dir: PathBuf,
    /// Root of the lakes: `file:`, `s3://`, `gs://` or `az://`; none means `<data_dir>/lake`.
    pub storage_url: Option<String>,
    /// Control database: `sqlite:PATH`; none means `<data_dir>/kupets.db`.
    pub database_url: Option<String>,
    /// Ceilings on memory, time and concurrency.
    pub limits: Limits,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

/// Ceilings. Sizes in bytes, times in milliseconds or seconds as the name says.
#[derive(Debug, Clone)]
pub struct Limits {
    /// A tenant's tail is flushed when it holds this many bytes.
    pub tail_flush_bytes: usize,
    /// A tenant's tail is flushed when it holds this many rows.
    pub tail_flush_rows: usize,
    /// A tail is flushed when its oldest row is this old.
    pub tail_flush_age_s: u64,
    /// Past this, requests of the tenant get 429 until a flush ends.
    pub tail_max_bytes: usize,
    /// Past this, over all tenants, requests get 429 until flushes end.
    pub tail_total_max_bytes: usize,
    /// A query is cancelled after this.
    pub query_timeout_ms: u64,
    /// Memory of one query.
    pub query_memory_bytes: usize,
    /// Memory of all queries together.
    pub query_memory_total_bytes: usize,
    /// Queries of one tenant that run at once; the others wait up to the time limit.
    pub query_concurrency: usize,
    /// Rows that an SQL query may return.
    pub query_max_rows: usize,
    /// A tenant without requests for this long is closed.
    pub tenant_idle_s: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tail_flush_bytes: 64 << 20,
            tail_flush_rows: 200_000,
            tail_flush_age_s: 30,
            tail_max_bytes: 256 << 20,
            tail_total_max_bytes: 1 << 30,
            query_timeout_ms: 60_000,
            query_memory_bytes: 1 << 30,
            query_memory_total_bytes: 2 << 30,
            query_concurrency: 4,
            query_max_rows: 1_000_000,
            tenant_idle_s: 300,
        }
    }
}

/// What `GET /v1/connection` tells of a tenant's data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Connection {
    /// When the first record was accepted.
    pub first_record_at: Option<DateTime<Utc>>,
    /// When the last record was accepted.
    pub last_record_at: Option<DateTime<Utc>>,
    /// Customers now.
    pub customers: u64,
    /// Purchases now (not lines).
    pub purchases: u64,
    /// Interactions now.
    pub interactions: u64,
}

/// The engine. Cheap to clone; all clones are one engine.
#[derive(Debug, Clone)]
pub struct Engine {
    control: SqlitePool,
    config: Arc<EngineConfig>,
}

fn not_yet<T>() -> Result<T> {
    Err(Error::internal("being built"))
}

impl Engine {
    /// Opens the control database (migrating it), recovers the journal, and starts the background tasks.
    ///
    /// # Errors
    /// Damaged or unreachable files, named in the message.
    pub async fn open(config: EngineConfig) -> Result<(Self, TenantAuthority)> {
        let control = SqlitePool::connect_lazy("sqlite::memory:").map_err(|e| Error::internal("").with_source(e))?;
        Ok((Self { control, config: Arc::new(config) }, TenantAuthority(())))
    }

    /// The control database, migrated: accounts, sessions and keys live there beside the journal.
    pub fn control(&self) -> &SqlitePool {
        &self.control
    }

    /// The clock it was opened with.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.config.clock
    }

    /// The limits it was opened with.
    pub fn limits(&self) -> &Limits {
        &self.config.limits
    }

    /// Flushes every tail, then closes. Call it after the last request has been answered.
    ///
    /// # Errors
    /// A flush that failed; its records stay in the journal and nothing is lost.
    pub async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    /// Stores parsed records: returns when all of them are durable and visible to every later query.
    ///
    /// # Errors
    /// [`crate::Kind::Busy`] under pressure and [`crate::Kind::Unavailable`] when the disk refuses; nothing is stored then.
    pub async fn ingest(&self, _tenant: &TenantContext, _parsed: Parsed) -> Result<Ingested> {
        not_yet()
    }

    /// Runs one read-only SQL statement over the tenant's tables.
    ///
    /// # Errors
    /// A statement that is not allowed or not valid, and the limits; also while the answer streams.
    pub async fn sql(&self, _tenant: &TenantContext, _request: SqlRequest) -> Result<Answer> {
        not_yet()
    }

    /// Runs a report of [`crate::reports::catalogue`] with its parameters as text, as they stand in a query string.
    ///
    /// # Errors
    /// An unknown report, a parameter it does not have, or a value that does not parse; the message lists what would do.
    pub async fn report(&self, _tenant: &TenantContext, _id: &str, _parameters: &BTreeMap<String, String>) -> Result<Answer> {
        not_yet()
    }

    /// Counts and times of the tenant's records, for the connection status.
    ///
    /// # Errors
    /// The lake cannot be read.
    pub async fn connection(&self, _tenant: &TenantContext) -> Result<Connection> {
        not_yet()
    }

    /// Moves the tenant's tail to the lake now (tests, benches and shutdown use it; requests never need it).
    ///
    /// # Errors
    /// The storage refuses; the records stay in the journal.
    pub async fn flush(&self, _tenant: &TenantContext) -> Result<()> {
        not_yet()
    }

    /// Merges small files and rewrites files with many deleted rows now, whatever their age.
    ///
    /// # Errors
    /// The storage refuses; the lake stays as it was.
    pub async fn compact(&self, _tenant: &TenantContext) -> Result<()> {
        not_yet()
    }
}
