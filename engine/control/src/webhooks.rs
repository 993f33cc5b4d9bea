//! Addresses that are told what happens in a workspace, and what became of telling them.

use kupets_core::{Result, TenantId};
use sqlx::{FromRow, SqliteConnection, SqlitePool};

use crate::{
    audit::{self, NewEntry},
    database::control_error,
};

/// A new webhook.
#[derive(Debug, Clone)]
pub struct NewWebhook {
    /// 32 hex digits; later ones sort after earlier ones.
    pub id: String,
    /// Where messages go.
    pub url: String,
    /// Names of events with spaces between them.
    pub events: String,
    /// Whether it is told.
    pub active: bool,
    /// What messages are signed with.
    pub secret: String,
    /// Who makes it.
    pub created_by: String,
    /// Microseconds since the epoch.
    pub created_at: i64,
}

/// A webhook as it is stored. Times are microseconds since the epoch.
#[derive(Clone, PartialEq, Eq, FromRow)]
pub struct WebhookRow {
    /// 32 hex digits.
    pub id: String,
    /// Where messages go.
    pub url: String,
    /// Names of events with spaces between them.
    pub events: String,
    /// Whether it is told.
    pub active: bool,
    /// What messages are signed with.
    pub secret: String,
    /// When it was made.
    pub created_at: i64,
    /// The status that it answered last.
    pub last_status: Option<i64>,
    /// When it was last tried.
    pub last_delivery_at: Option<i64>,
    /// Failures in a row.
    pub failures: i64,
    /// Since when it fails.
    pub failing_since: Option<i64>,
    /// When it was given up.
    pub paused_at: Option<i64>,
}

impl std::fmt::Debug for WebhookRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookRow").field("id", &self.id).field("events", &self.events).finish_non_exhaustive()
    }
}

/// What changes in a webhook; what is `None` stays.
#[derive(Clone, Default)]
pub struct Change {
    /// Where messages go.
    pub url: Option<String>,
    /// Names of events.
    pub events: Option<String>,
    /// Whether it is told; being told again begins with a clean slate.
    pub active: Option<bool>,
    /// What messages are signed with.
    pub secret: Option<String>,
}

/// An attempt to deliver a message.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AttemptRow {
    /// 32 hex digits; later ones sort after earlier ones.
    pub id: String,
    /// The message.
    pub event_id: String,
    /// What it tells.
    pub event: String,
    /// From 1.
    pub attempt: i64,
    /// `delivered`, `retrying` or `failed`.
    pub outcome: String,
    /// The status of the answer.
    pub status: Option<i64>,
    /// Why it failed.
    pub error: Option<String>,
    /// When, microseconds since the epoch.
    pub at: i64,
    /// How long it took.
    pub took_ms: i64,
}

const COLUMNS: &str =
    "id, url, events, active, secret, created_at, last_status, last_delivery_at, failures, failing_since, paused_at";

/// Inserts a webhook.
///
/// # Errors
/// The control database does not answer; nothing is stored then.
pub async fn insert(control: &SqlitePool, tenant: &TenantId, new: &NewWebhook, entry: &NewEntry) -> Result<()> {
    let mut transaction = control.begin().await.map_err(control_error)?;
    sqlx::query(
        "INSERT INTO webhooks (id, tenant, url, events, active, secret, created_by, created_at, updated_at, failures) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, 0)",
    )
    .bind(&new.id)
    .bind(tenant.as_str())
    .bind(&new.url)
    .bind(&new.events)
    .bind(new.active)
    .bind(&new.secret)
    .bind(&new.created_by)
    .bind(new.created_at)
    .execute(&mut *transaction)
    .await
    .map_err(control_error)?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(control_error)
}

/// The webhooks of a workspace, the oldest first, those after the webhook `after`.
///
/// # Errors
/// The control database does not answer.
pub async fn list(control: &SqlitePool, tenant: &TenantId, after: &str, limit: i64) -> Result<Vec<WebhookRow>> {
    let sql = format!("SELECT {COLUMNS} FROM webhooks WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3");
    sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(after)
        .bind(limit)
        .fetch_all(control)
        .await
        .map_err(control_error)
}

/// One webhook of a workspace.
///
/// # Errors
/// The control database does not answer.
pub async fn get(control: &SqlitePool, tenant: &TenantId, id: &str) -> Result<Option<WebhookRow>> {
    let sql = format!("SELECT {COLUMNS} FROM webhooks WHERE tenant = $1 AND id = $2");
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(tenant.as_str()).bind(id);
    query.fetch_optional(control).await.map_err(control_error)
}

/// Changes a webhook. Whether there is one.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn change(
    control: &SqlitePool,
    tenant: &TenantId,
    id: &str,
    change: &Change,
    now: i64,
    entry: &NewEntry,
) -> Result<bool> {
    let mut transaction = control.begin().await.map_err(control_error)?;
    let done = sqlx::query(
        "UPDATE webhooks SET url = COALESCE($1, url), events = COALESCE($2, events), secret = COALESCE($3, secret), \
         active = COALESCE($4, active), updated_at = $5, \
         failures = CASE WHEN $4 THEN 0 ELSE failures END, \
         failing_since = CASE WHEN $4 THEN NULL ELSE failing_since END, \
         paused_at = CASE WHEN $4 THEN NULL ELSE paused_at END \
         WHERE tenant = $6 AND id = $7",
    )
    .bind(&change.url)
    .bind(&change.events)
    .bind(&change.secret)
    .bind(change.active)
    .bind(now)
    .bind(tenant.as_str())
    .bind(id)
    .execute(&mut *transaction)
    .await
    .map_err(control_error)?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(control_error)?;
    Ok(true)
}

/// Deletes a webhook, and what waits to be told to it. Whether there was one.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn delete(control: &SqlitePool, tenant: &TenantId, id: &str, entry: &NewEntry) -> Result<bool> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
    for sql in [
        "DELETE FROM webhook_deliveries WHERE tenant = $1 AND webhook_id = $2",
        "DELETE FROM outbox WHERE tenant = $1 AND topic = 'webhook' AND ordering_key = 'key/' || $2",
    ] {
        sqlx::query(sql).bind(tenant.as_str()).bind(id).execute(&mut *transaction).await.map_err(control_error)?;
    }
    let done = sqlx::query("DELETE FROM webhooks WHERE tenant = $1 AND id = $2")
        .bind(tenant.as_str())
        .bind(id)
        .execute(&mut *transaction)
        .await
        .map_err(control_error)?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(control_error)?;
    Ok(true)
}

/// How many attempts a message to a webhook has had.
///
/// # Errors
/// The control database does not answer.
pub async fn attempts(control: &SqlitePool, webhook_id: &str, event_id: &str) -> Result<i64> {
    sqlx::query_scalar("SELECT count(*) FROM webhook_deliveries WHERE webhook_id = $1 AND event_id = $2")
        .bind(webhook_id)
        .bind(event_id)
        .fetch_one(control)
        .await
        .map_err(control_error)
}

/// Notes an attempt and what it says of the webhook; `pause` gives it up.
///
/// # Errors
/// The control database does not answer; nothing is noted then.
pub async fn note(
    control: &SqlitePool,
    tenant: &TenantId,
    webhook_id: &str,
    attempt: &AttemptRow,
    pause: bool,
) -> Result<()> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
    insert_attempt(&mut transaction, tenant, webhook_id, attempt).await?;
    sqlx::query(
        "UPDATE webhooks SET last_status = $1, last_delivery_at = $2, \
         failures = CASE WHEN $3 THEN 0 ELSE failures + 1 END, \
         failing_since = CASE WHEN $3 THEN NULL ELSE COALESCE(failing_since, $2) END, \
         active = CASE WHEN $4 THEN FALSE ELSE active END, \
         paused_at = CASE WHEN $4 THEN $2 ELSE paused_at END \
         WHERE tenant = $5 AND id = $6",
    )
    .bind(attempt.status)
    .bind(attempt.at)
    .bind(attempt.outcome == "delivered")
    .bind(pause)
    .bind(tenant.as_str())
    .bind(webhook_id)
    .execute(&mut *transaction)
    .await
    .map_err(control_error)?;
    transaction.commit().await.map_err(control_error)
}

async fn insert_attempt(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    webhook_id: &str,
    attempt: &AttemptRow,
) -> Result<()> {
    // The webhook may be gone meanwhile: then there is nothing to note.
    sqlx::query(
        "INSERT INTO webhook_deliveries \
             (id, tenant, webhook_id, event_id, event, attempt, outcome, status, error, at, took_ms) \
         SELECT $1, $2, id, $4, $5, $6, $7, $8, $9, $10, $11 FROM webhooks WHERE tenant = $2 AND id = $3",
    )
    .bind(&attempt.id)
    .bind(tenant.as_str())
    .bind(webhook_id)
    .bind(&attempt.event_id)
    .bind(&attempt.event)
    .bind(attempt.attempt)
    .bind(&attempt.outcome)
    .bind(attempt.status)
    .bind(&attempt.error)
    .bind(attempt.at)
    .bind(attempt.took_ms)
    .execute(connection)
    .await
    .map(drop)
    .map_err(control_error)
}

/// The attempts of a webhook, the latest first, those before the attempt `before`.
///
/// # Errors
/// The control database does not answer.
pub async fn list_attempts(
    control: &SqlitePool,
    tenant: &TenantId,
    webhook_id: &str,
    before: &str,
    limit: i64,
) -> Result<Vec<AttemptRow>> {
    sqlx::query_as(
        "SELECT id, event_id, event, attempt, outcome, status, error, at, took_ms FROM webhook_deliveries \
         WHERE tenant = $1 AND webhook_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4",
    )
    .bind(tenant.as_str())
    .bind(webhook_id)
    .bind(before)
    .bind(limit)
    .fetch_all(control)
    .await
    .map_err(control_error)
}

/// Deletes attempts that are older, of all workspaces.
///
/// # Errors
/// The control database does not answer.
pub async fn prune(control: &SqlitePool, before: i64) -> Result<()> {
    sqlx::query("DELETE FROM webhook_deliveries WHERE at < $1")
        .bind(before)
        .execute(control)
        .await
        .map(drop)
        .map_err(control_error)
}

/// Deletes a message of the outbox that has been told, at once: it names somebody who is erased.
///
/// # Errors
/// The control database does not answer.
pub async fn forget_event(control: &SqlitePool, tenant: &TenantId, event_id: &str) -> Result<()> {
    sqlx::query("DELETE FROM outbox WHERE tenant = $1 AND id = $2")
        .bind(tenant.as_str())
        .bind(event_id)
        .execute(control)
        .await
        .map(drop)
        .map_err(control_error)
}

/// The workspaces that stay with a webhook for that event, and their zones.
///
/// # Errors
/// The control database does not answer.
pub async fn wanting(control: &SqlitePool, event: &str) -> Result<Vec<(String, String)>> {
    sqlx::query_as(
        "SELECT DISTINCT w.id, w.time_zone FROM webhooks h JOIN workspaces w ON w.id = h.tenant \
         WHERE h.active AND w.delete_at IS NULL AND instr(' ' || h.events || ' ', ' ' || $1 || ' ') > 0 ORDER BY w.id",
    )
    .bind(event)
    .fetch_all(control)
    .await
    .map_err(control_error)
}

/// Those of the keys of findings that nobody was told of.
///
/// # Errors
/// The control database does not answer.
pub async fn untold(control: &SqlitePool, tenant: &TenantId, keys: &[String]) -> Result<Vec<String>> {
    let mut new = Vec::new();
    for key in keys {
        let sql = "SELECT EXISTS (SELECT 1 FROM told_findings WHERE tenant = $1 AND finding_key = $2)";
        let query = sqlx::query_scalar::<_, i64>(sql).bind(tenant.as_str()).bind(key);
        if query.fetch_one(control).await.map_err(control_error)? == 0 {
            new.push(key.clone());
        }
    }
    Ok(new)
}

/// Notes findings that were told, and forgets those told before a time.
///
/// # Errors
/// The control database does not answer; nothing is noted then.
pub async fn note_told(
    control: &SqlitePool,
    tenant: &TenantId,
    keys: &[String],
    now: i64,
    forget_before: i64,
) -> Result<()> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
    for key in keys {
        let sql = "INSERT INTO told_findings (tenant, finding_key, told_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let query = sqlx::query(sql).bind(tenant.as_str()).bind(key).bind(now);
        query.execute(&mut *transaction).await.map_err(control_error)?;
    }
    sqlx::query("DELETE FROM told_findings WHERE told_at < $1")
        .bind(forget_before)
        .execute(&mut *transaction)
        .await
        .map_err(control_error)?;
    transaction.commit().await.map_err(control_error)
}
