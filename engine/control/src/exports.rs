//! Files that are made in the background: what was asked, how far it is, and until when the file is kept.

use kupets_core::{Result, TenantId};
use serde_json::json;
use sqlx::{FromRow, SqlitePool};

use crate::{
    audit::{self, NewEntry},
    database::control_error,
    jobs::{Jobs, NewJob},
    stored_text,
};

/// The kind of the job that makes a file.
pub const EXPORT_JOB: &str = "export";
/// Bytes of what is asked.
pub const MAX_SPEC_BYTES: usize = 256 << 10;
/// Attempts of an export: what fails of itself fails again.
const ATTEMPTS: u32 = 4;

/// What the job is given.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct ExportJob {
    /// The export's id.
    pub export: String,
}

/// An export as it is asked for.
#[derive(Debug, Clone)]
pub struct NewExport {
    /// 32 hex digits; later ones sort after earlier ones.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// `customers`, `report`, `sql` or `workspace`.
    pub kind: &'static str,
    /// JSON: what is asked.
    pub spec: String,
    /// The file's format.
    pub format: &'static str,
    /// Whether its CSV is safe to open in a spreadsheet.
    pub csv_guard: bool,
    /// Microseconds since the epoch.
    pub created_at: i64,
}

/// An export as it is stored. Times are microseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ExportRow {
    /// 32 hex digits.
    pub id: String,
    /// Whose data it is.
    pub tenant: String,
    /// Whose it is.
    pub user_id: String,
    /// `customers`, `report`, `sql` or `workspace`.
    pub kind: String,
    /// JSON: what is asked.
    pub spec: String,
    /// The file's format.
    pub format: String,
    /// Whether its CSV is safe to open in a spreadsheet.
    pub csv_guard: bool,
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    pub status: String,
    /// Rows of the file.
    pub row_count: Option<i64>,
    /// Bytes of the file.
    pub byte_count: Option<i64>,
    /// Why it failed.
    pub error: Option<String>,
    /// The job that makes it.
    pub job_id: String,
    /// When it was asked for.
    pub created_at: i64,
    /// When it ended.
    pub finished_at: Option<i64>,
    /// When it goes.
    pub expires_at: Option<i64>,
}

/// How an export ended.
#[derive(Debug, Clone)]
pub struct Ended<'a> {
    /// `done` or `failed`.
    pub status: &'static str,
    /// Rows of the file.
    pub rows: Option<u64>,
    /// Bytes of the file.
    pub bytes: Option<u64>,
    /// Why it failed.
    pub error: Option<&'a str>,
    /// When, and when it goes: microseconds since the epoch.
    pub finished_at: i64,
    /// When it goes.
    pub expires_at: i64,
}

const COLUMNS: &str = "id, tenant, user_id, kind, spec, format, csv_guard, status, row_count, byte_count, error, job_id, \
    created_at, finished_at, expires_at";

/// Stores an export, its job and its audit entry, in one transaction. Call [`Jobs::wake`] then.
///
/// # Errors
/// What is asked is too large; the control database does not answer. Nothing is stored then.
pub async fn begin(
    control: &SqlitePool,
    jobs: &Jobs,
    tenant: &TenantId,
    new: &NewExport,
    entry: &NewEntry,
) -> Result<()> {
    stored_text::json("query", Some(&new.spec), MAX_SPEC_BYTES)?;
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
    let job = NewJob::new(EXPORT_JOB, json!({"export": new.id})).attempts(ATTEMPTS).asked_by(&new.user_id);
    let job = jobs.enqueue_in(&mut transaction, tenant, &job).await?;
    sqlx::query(
        "INSERT INTO exports (id, tenant, user_id, kind, spec, format, csv_guard, status, job_id, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', $8, $9)",
    )
    .bind(&new.id)
    .bind(tenant.as_str())
    .bind(&new.user_id)
    .bind(new.kind)
    .bind(&new.spec)
    .bind(new.format)
    .bind(new.csv_guard)
    .bind(&job.id)
    .bind(new.created_at)
    .execute(&mut *transaction)
    .await
    .map_err(control_error)?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(control_error)
}

/// The exports of a person in a workspace, the newest first, those before the export `before`.
///
/// # Errors
/// The control database does not answer.
pub async fn list(
    control: &SqlitePool,
    tenant: &TenantId,
    user_id: &str,
    before: &str,
    limit: i64,
) -> Result<Vec<ExportRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM exports WHERE tenant = $1 AND user_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"
    );
    sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(user_id)
        .bind(before)
        .bind(limit)
        .fetch_all(control)
        .await
        .map_err(control_error)
}

/// How many exports a workspace has.
///
/// # Errors
/// The control database does not answer.
pub async fn count(control: &SqlitePool, tenant: &TenantId) -> Result<i64> {
    sqlx::query_scalar("SELECT count(*) FROM exports WHERE tenant = $1")
        .bind(tenant.as_str())
        .fetch_one(control)
        .await
        .map_err(control_error)
}

/// One export of a workspace.
///
/// # Errors
/// The control database does not answer.
pub async fn get(control: &SqlitePool, tenant: &TenantId, id: &str) -> Result<Option<ExportRow>> {
    let sql = format!("SELECT {COLUMNS} FROM exports WHERE tenant = $1 AND id = $2");
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(id);
    query.fetch_optional(control).await.map_err(control_error)
}

/// Notes that an export is being made. Whether it is still wanted.
///
/// # Errors
/// The control database does not answer.
pub async fn start(control: &SqlitePool, tenant: &TenantId, id: &str) -> Result<bool> {
    let sql = "UPDATE exports SET status = 'running' WHERE tenant = $1 AND id = $2 AND status IN ('queued', 'running')";
    let done = sqlx::query(sql).bind(tenant.as_str()).bind(id).execute(control).await.map_err(control_error)?;
    Ok(done.rows_affected() > 0)
}

/// Notes how an export ended. Whether it was still wanted.
///
/// # Errors
/// The control database does not answer.
pub async fn end(control: &SqlitePool, tenant: &TenantId, id: &str, ended: &Ended<'_>) -> Result<bool> {
    let count = |number: Option<u64>| number.map(|number| i64::try_from(number).unwrap_or(i64::MAX));
    let done = sqlx::query(
        "UPDATE exports SET status = $1, row_count = $2, byte_count = $3, error = $4, finished_at = $5, expires_at = $6 \
         WHERE tenant = $7 AND id = $8 AND status IN ('queued', 'running')",
    )
    .bind(ended.status)
    .bind(count(ended.rows))
    .bind(count(ended.bytes))
    .bind(ended.error)
    .bind(ended.finished_at)
    .bind(ended.expires_at)
    .bind(tenant.as_str())
    .bind(id)
    .execute(control)
    .await
    .map_err(control_error)?;
    Ok(done.rows_affected() > 0)
}

/// Stops an export that is not done: it is kept as cancelled. Whether it was not done.
///
/// # Errors
/// The control database does not answer.
pub async fn cancel(control: &SqlitePool, tenant: &TenantId, id: &str, now: i64, expires_at: i64) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE exports SET status = 'cancelled', finished_at = $1, expires_at = $2 \
         WHERE tenant = $3 AND id = $4 AND status IN ('queued', 'running')",
    )
    .bind(now)
    .bind(expires_at)
    .bind(tenant.as_str())
    .bind(id)
    .execute(control)
    .await
    .map_err(control_error)?;
    Ok(done.rows_affected() > 0)
}

/// Deletes an export's row; its file is to go then.
///
/// # Errors
/// The control database does not answer.
pub async fn delete(control: &SqlitePool, tenant: &TenantId, id: &str) -> Result<()> {
    let sql = "DELETE FROM exports WHERE tenant = $1 AND id = $2";
    sqlx::query(sql).bind(tenant.as_str()).bind(id).execute(control).await.map(drop).map_err(control_error)
}

/// Deletes the rows whose time is over, of all workspaces.
///
/// # Errors
/// The control database does not answer.
pub async fn delete_expired(control: &SqlitePool, now: i64) -> Result<u64> {
    let done = sqlx::query("DELETE FROM exports WHERE expires_at <= $1").bind(now).execute(control).await;
    done.map(|done| done.rows_affected()).map_err(control_error)
}

/// Which exports may have a file: workspace and id.
///
/// # Errors
/// The control database does not answer.
pub async fn with_files(control: &SqlitePool) -> Result<Vec<(String, String)>> {
    sqlx::query_as("SELECT tenant, id FROM exports WHERE status IN ('running', 'done')")
        .fetch_all(control)
        .await
        .map_err(control_error)
}
