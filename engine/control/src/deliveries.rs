//! What people are sent at set times, or when something happens: what is asked, when it is due, and what became of it.

use kupets_core::{Result, TenantId};
use serde_json::json;
use sqlx::{FromRow, SqliteConnection, SqlitePool};

use crate::{
    audit::{self, NewEntry},
    database::control_error,
    jobs::{Jobs, NewJob},
    stored_text, telegram_outbox,
};

/// The kind of the job that makes a run.
pub const DELIVERY_JOB: &str = "delivery";
/// Bytes of an alert's memory.
const MAX_MEMORY_BYTES: usize = 32 << 10;
/// Attempts of a run.
const ATTEMPTS: u32 = 6;

/// What the job is given.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct DeliveryJob {
    /// The delivery's id.
    pub delivery: String,
    /// The moment that it is about: the latest that was due when it was asked for, microseconds since the epoch.
    pub due: i64,
}

/// A delivery as it is stored. Times are microseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct DeliveryRow {
    /// 32 hex digits; later ones sort after earlier ones.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// `digest` or `alert`.
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// `telegram` or `email`.
    pub channel: String,
    /// Where to.
    pub target: Option<String>,
    /// JSON: when.
    pub schedule: Option<String>,
    /// JSON: what for.
    pub alert: Option<String>,
    /// Hours after a sent alert in which none is.
    pub cooldown_hours: i64,
    /// JSON: hours in which no alert is sent.
    pub quiet_hours: Option<String>,
    /// `en` or `ru`.
    pub locale: String,
    /// Whether it is sent.
    pub active: bool,
    /// JSON: what an alert has told of already.
    pub memory: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it was last looked at.
    pub last_run_at: Option<i64>,
    /// When something was last sent.
    pub last_sent_at: Option<i64>,
    /// When it is due.
    pub next_run_at: Option<i64>,
}

/// A delivery that is due.
#[derive(Debug, Clone, FromRow)]
pub struct DueRow {
    /// The delivery.
    #[sqlx(flatten)]
    pub delivery: DeliveryRow,
    /// Whose data it is.
    pub tenant: String,
    /// The workspace's zone.
    pub time_zone: String,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct RunRow {
    /// 32 hex digits; later ones sort after earlier ones.
    pub id: String,
    /// The moment that it was due for.
    pub due: i64,
    /// When it was made.
    pub at: i64,
    /// `queued`, `sent`, `skipped` or `failed`.
    pub status: String,
    /// Why it was not sent.
    pub reason: Option<String>,
    /// What it said, in a line that names no customer.
    pub summary: Option<String>,
}

/// What a run leaves behind.
#[derive(Debug, Clone, Default)]
pub struct Left {
    /// The run; none: there was nothing to tell, and nothing is noted.
    pub run: Option<RunRow>,
    /// What waits for the bot.
    pub message: Option<telegram_outbox::NewMessage>,
    /// JSON: what an alert has told of by now; none: as before.
    pub memory: Option<String>,
    /// Whether it is not sent any more.
    pub stop: bool,
}

const COLUMNS: &str = "d.id, d.user_id, d.kind, d.name, d.channel, d.target, d.schedule, d.alert, d.cooldown_hours, d.quiet_hours, \
    d.locale, d.active, d.memory, d.created_at, d.last_run_at, d.last_sent_at, d.next_run_at";

/// Stores a delivery, in place of the one of that id if there is one.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn put(control: &SqlitePool, tenant: &TenantId, row: &DeliveryRow, now: i64, entry: &NewEntry) -> Result<()> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
    sqlx::query(
        "INSERT INTO deliveries (id, tenant, user_id, kind, name, channel, target, schedule, alert, cooldown_hours, \
             quiet_hours, locale, active, created_at, updated_at, next_run_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) \
         ON CONFLICT (id) DO UPDATE SET name = $5, target = $7, schedule = $8, alert = $9, cooldown_hours = $10, \
             quiet_hours = $11, locale = $12, active = $13, updated_at = $15, next_run_at = $16 \
         WHERE deliveries.tenant = $2 AND deliveries.user_id = $3",
    )
    .bind(&row.id)
    .bind(tenant.as_str())
    .bind(&row.user_id)
    .bind(&row.kind)
    .bind(&row.name)
    .bind(&row.channel)
    .bind(&row.target)
    .bind(&row.schedule)
    .bind(&row.alert)
    .bind(row.cooldown_hours)
    .bind(&row.quiet_hours)
    .bind(&row.locale)
    .bind(row.active)
    .bind(row.created_at)
    .bind(now)
    .bind(row.next_run_at)
    .execute(&mut *transaction)
    .await
    .map_err(control_error)?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(control_error)
}

/// The deliveries of a person in a workspace, the oldest first, those after the delivery `after`.
///
/// # Errors
/// The control database does not answer.
pub async fn list(
    control: &SqlitePool,
    tenant: &TenantId,
    user_id: &str,
    after: &str,
    limit: i64,
) -> Result<Vec<DeliveryRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM deliveries d WHERE d.tenant = $1 AND d.user_id = $2 AND d.id > $3 ORDER BY d.id LIMIT $4"
    );
    sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(user_id)
        .bind(after)
        .bind(limit)
        .fetch_all(control)
        .await
        .map_err(control_error)
}

/// One delivery of a workspace.
///
/// # Errors
/// The control database does not answer.
pub async fn get(control: &SqlitePool, tenant: &TenantId, id: &str) -> Result<Option<DeliveryRow>> {
    let sql = format!("SELECT {COLUMNS} FROM deliveries d WHERE d.tenant = $1 AND d.id = $2");
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(id);
    query.fetch_optional(control).await.map_err(control_error)
}

/// Deletes a delivery of a person, with its runs and what waits. Whether there was one.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn delete(
    control: &SqlitePool,
    tenant: &TenantId,
    user_id: &str,
    id: &str,
    entry: &NewEntry,
) -> Result<bool> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
    let done = sqlx::query("DELETE FROM deliveries WHERE tenant = $1 AND user_id = $2 AND id = $3")
        .bind(tenant.as_str())
        .bind(user_id)
        .bind(id)
        .execute(&mut *transaction)
        .await
        .map_err(control_error)?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query("DELETE FROM telegram_outbox WHERE tenant = $1 AND delivery_id = $2")
        .bind(tenant.as_str())
        .bind(id)
        .execute(&mut *transaction)
        .await
        .map_err(control_error)?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(control_error)?;
    Ok(true)
}

/// Deliveries whose time has come, of all workspaces that stay.
///
/// # Errors
/// The control database does not answer.
pub async fn due(control: &SqlitePool, now: i64, limit: i64) -> Result<Vec<DueRow>> {
    let sql = format!(
        "SELECT {COLUMNS}, d.tenant, w.time_zone FROM deliveries d JOIN workspaces w ON w.id = d.tenant \
         WHERE d.active AND d.next_run_at <= $1 AND w.delete_at IS NULL ORDER BY d.next_run_at LIMIT $2"
    );
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(now).bind(limit);
    query.fetch_all(control).await.map_err(control_error)
}

/// All active digests of a workspace, whose times follow its zone.
///
/// # Errors
/// The control database does not answer.
pub async fn scheduled(control: &SqlitePool, tenant: &TenantId) -> Result<Vec<DeliveryRow>> {
    let sql = format!("SELECT {COLUMNS} FROM deliveries d WHERE d.tenant = $1 AND d.active AND d.schedule IS NOT NULL");
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).fetch_all(control).await.map_err(control_error)
}

/// Puts a delivery off to another time.
///
/// # Errors
/// The control database does not answer.
pub async fn move_to(control: &SqlitePool, tenant: &TenantId, id: &str, next: i64) -> Result<()> {
    sqlx::query("UPDATE deliveries SET next_run_at = $1 WHERE tenant = $2 AND id = $3")
        .bind(next)
        .bind(tenant.as_str())
        .bind(id)
        .execute(control)
        .await
        .map(drop)
        .map_err(control_error)
}

/// When a run is asked for. All are microseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The moment that is stored as the next one: whoever comes second finds another.
    pub due: i64,
    /// The moment that the run is about: after downtime a later one than `due`.
    pub about: i64,
    /// The next moment.
    pub next: i64,
}

/// Asks for the run that is due, and says when the next one is, in one transaction: whoever comes second finds nothing to do.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn ask(control: &SqlitePool, jobs: &Jobs, tenant: &TenantId, id: &str, asked: Asked) -> Result<bool> {
    let Asked { due, about, next } = asked;
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
    let done = sqlx::query(
        "UPDATE deliveries SET next_run_at = $1 WHERE tenant = $2 AND id = $3 AND next_run_at = $4 AND active",
    )
    .bind(next)
    .bind(tenant.as_str())
    .bind(id)
    .bind(due)
    .execute(&mut *transaction)
    .await
    .map_err(control_error)?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    let job = NewJob::new(DELIVERY_JOB, json!({"delivery": id, "due": about}))
        .once(format!("{id}/{about}"))
        .attempts(ATTEMPTS);
    jobs.enqueue_in(&mut transaction, tenant, &job).await?;
    transaction.commit().await.map_err(control_error)?;
    jobs.wake();
    Ok(true)
}

/// Whether a run that was due at that moment has been made.
///
/// # Errors
/// The control database does not answer.
pub async fn has_run(control: &SqlitePool, delivery_id: &str, due: i64) -> Result<bool> {
    sqlx::query_scalar::<_, i64>("SELECT EXISTS (SELECT 1 FROM delivery_runs WHERE delivery_id = $1 AND due = $2)")
        .bind(delivery_id)
        .bind(due)
        .fetch_one(control)
        .await
        .map(|found| found != 0)
        .map_err(control_error)
}

/// Notes what a run leaves behind, in one transaction. Whether the delivery was still there.
///
/// # Errors
/// The control database does not answer; nothing is noted then.
pub async fn leave(control: &SqlitePool, tenant: &TenantId, id: &str, left: &Left, now: i64) -> Result<bool> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
    stored_text::json("memory", left.memory.as_deref(), MAX_MEMORY_BYTES)?;
    let sent = left.run.as_ref().is_some_and(|run| matches!(run.status.as_str(), "sent" | "queued"));
    let done = sqlx::query(
        "UPDATE deliveries SET last_run_at = $1, last_sent_at = CASE WHEN $2 THEN $1 ELSE last_sent_at END, \
         memory = COALESCE($3, memory), active = CASE WHEN $4 THEN FALSE ELSE active END \
         WHERE tenant = $5 AND id = $6",
    )
    .bind(now)
    .bind(sent)
    .bind(&left.memory)
    .bind(left.stop)
    .bind(tenant.as_str())
    .bind(id)
    .execute(&mut *transaction)
    .await
    .map_err(control_error)?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    if let Some(run) = &left.run {
        insert_run(&mut transaction, tenant, id, run).await?;
    }
    if let Some(message) = &left.message {
        telegram_outbox::insert(&mut transaction, tenant, message).await?;
    }
    transaction.commit().await.map_err(control_error)?;
    Ok(true)
}

async fn insert_run(connection: &mut SqliteConnection, tenant: &TenantId, id: &str, run: &RunRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO delivery_runs (id, tenant, delivery_id, due, at, status, reason, summary) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (delivery_id, due) DO NOTHING",
    )
    .bind(&run.id)
    .bind(tenant.as_str())
    .bind(id)
    .bind(run.due)
    .bind(run.at)
    .bind(&run.status)
    .bind(&run.reason)
    .bind(&run.summary)
    .execute(connection)
    .await
    .map(drop)
    .map_err(control_error)
}

/// The runs of a delivery, the latest first, those before the run `before`.
///
/// # Errors
/// The control database does not answer.
pub async fn runs(
    control: &SqlitePool,
    tenant: &TenantId,
    delivery_id: &str,
    before: &str,
    limit: i64,
) -> Result<Vec<RunRow>> {
    sqlx::query_as(
        "SELECT id, due, at, status, reason, summary FROM delivery_runs \
         WHERE tenant = $1 AND delivery_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4",
    )
    .bind(tenant.as_str())
    .bind(delivery_id)
    .bind(before)
    .bind(limit)
    .fetch_all(control)
    .await
    .map_err(control_error)
}

/// Deletes runs that are older, of all workspaces.
///
/// # Errors
/// The control database does not answer.
pub async fn prune(control: &SqlitePool, before: i64) -> Result<()> {
    sqlx::query("DELETE FROM delivery_runs WHERE at < $1")
        .bind(before)
        .execute(control)
        .await
        .map(drop)
        .map_err(control_error)
}
