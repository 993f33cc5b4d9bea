//! What waits for the bot: it takes messages for a while, sends them, and says what became of each.

use kupets_core::{Result, TenantId};
use sqlx::{FromRow, SqliteConnection, SqlitePool};

use crate::database::control_error;

/// Times that a message is given to the bot: it may die with it in its hands.
const ATTEMPTS: i64 = 8;

/// A new message.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// 32 hex digits: that of the run, or of the job that gives the reminder.
    pub id: String,
    /// The delivery that it belongs to; empty: it is a reminder of a task.
    pub delivery_id: String,
    /// Whom it is for.
    pub user_id: String,
    /// The chat's number.
    pub chat_id: String,
    /// `en` or `ru`.
    pub locale: String,
    /// Its first line.
    pub title: String,
    /// The rest.
    pub body: String,
    /// Microseconds since the epoch.
    pub created_at: i64,
}

/// A message as the bot gets it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct MessageRow {
    /// 32 hex digits: the same each time it is given.
    pub id: String,
    /// Whose workspace it tells of.
    pub tenant: String,
    /// The delivery that it belongs to; empty: it is a reminder of a task.
    pub delivery_id: String,
    /// The chat's number.
    pub chat_id: String,
    /// `en` or `ru`.
    pub locale: String,
    /// Its first line.
    pub title: String,
    /// The rest.
    pub body: String,
    /// Microseconds since the epoch.
    pub created_at: i64,
    /// How many times it was given, this one included.
    pub attempts: i64,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled<'a> {
    /// It arrived.
    Sent,
    /// It did not and will not.
    Failed(&'a str),
    /// Nothing arrives there any more: what belongs to it is not sent any more.
    Closed(&'a str),
    /// Not now: it is given again at that time.
    Later(i64),
}

/// Writes a message, as part of a transaction.
pub(crate) async fn insert(connection: &mut SqliteConnection, tenant: &TenantId, message: &NewMessage) -> Result<()> {
    sqlx::query(
        "INSERT INTO telegram_outbox (id, tenant, delivery_id, user_id, chat_id, locale, title, body, created_at, not_before, \
             attempts) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 0) ON CONFLICT (id) DO NOTHING",
    )
    .bind(&message.id)
    .bind(tenant.as_str())
    .bind(&message.delivery_id)
    .bind(&message.user_id)
    .bind(&message.chat_id)
    .bind(&message.locale)
    .bind(&message.title)
    .bind(&message.body)
    .bind(message.created_at)
    .execute(connection)
    .await
    .map(drop)
    .map_err(control_error)
}

/// Gives the bot what waits, the oldest first; it is given again after `until` unless the bot says what became of it.
///
/// # Errors
/// The control database does not answer.
pub async fn claim(control: &SqlitePool, now: i64, until: i64, limit: i64) -> Result<Vec<MessageRow>> {
    let mut rows: Vec<MessageRow> = sqlx::query_as(
        "UPDATE telegram_outbox SET not_before = $1, attempts = attempts + 1 \
         WHERE id IN (SELECT id FROM telegram_outbox WHERE not_before <= $2 ORDER BY created_at, id LIMIT $3) \
         RETURNING id, tenant, delivery_id, chat_id, locale, title, body, created_at, attempts",
    )
    .bind(until)
    .bind(now)
    .bind(limit)
    .fetch_all(control)
    .await
    .map_err(control_error)?;
    rows.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    Ok(rows)
}

/// Notes what became of a message. Gives whose it was and what it belongs to, if it was still waiting.
///
/// # Errors
/// The control database does not answer; nothing is noted then.
pub async fn settle(
    control: &SqlitePool,
    id: &str,
    settled: Settled<'_>,
    now: i64,
) -> Result<Option<(String, String)>> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
    let found: Option<(String, String)> =
        sqlx::query_as("SELECT tenant, delivery_id FROM telegram_outbox WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut *transaction)
            .await
            .map_err(control_error)?;
    let Some((tenant, delivery)) = found else { return Ok(None) };
    let (status, reason) = match settled {
        Settled::Later(at) => {
            sqlx::query("UPDATE telegram_outbox SET not_before = $1 WHERE id = $2")
                .bind(at)
                .bind(id)
                .execute(&mut *transaction)
                .await
                .map_err(control_error)?;
            transaction.commit().await.map_err(control_error)?;
            return Ok(Some((tenant, delivery)));
        }
        Settled::Sent => ("sent", None),
        Settled::Failed(reason) | Settled::Closed(reason) => ("failed", Some(reason)),
    };
    end(&mut transaction, id, status, reason, now).await?;
    if matches!(settled, Settled::Closed(_)) {
        sqlx::query("UPDATE deliveries SET active = FALSE, updated_at = $1 WHERE tenant = $2 AND id = $3")
            .bind(now)
            .bind(&tenant)
            .bind(&delivery)
            .execute(&mut *transaction)
            .await
            .map_err(control_error)?;
    }
    transaction.commit().await.map_err(control_error)?;
    Ok(Some((tenant, delivery)))
}

/// Takes back what waits for a person in a chat that is not theirs any more: what is unlinked is told nothing.
pub(crate) async fn take_back(
    connection: &mut SqliteConnection,
    workspace: &str,
    user_id: &str,
    chat: i64,
    now: i64,
) -> Result<()> {
    let waiting: Vec<String> =
        sqlx::query_scalar("SELECT id FROM telegram_outbox WHERE tenant = $1 AND user_id = $2 AND chat_id = $3")
            .bind(workspace)
            .bind(user_id)
            .bind(chat.to_string())
            .fetch_all(&mut *connection)
            .await
            .map_err(control_error)?;
    for id in &waiting {
        end(connection, id, "skipped", Some("the Telegram account was unlinked"), now).await?;
    }
    Ok(())
}

/// Gives up what nobody took in time, and what was given too often.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn give_up(control: &SqlitePool, created_before: i64, now: i64) -> Result<u64> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
    let over: Vec<String> = sqlx::query_scalar(
        "SELECT id FROM telegram_outbox WHERE created_at < $1 OR (attempts >= $2 AND not_before <= $3)",
    )
    .bind(created_before)
    .bind(ATTEMPTS)
    .bind(now)
    .fetch_all(&mut *transaction)
    .await
    .map_err(control_error)?;
    for id in &over {
        end(&mut transaction, id, "failed", Some("the bot did not deliver it in time"), now).await?;
    }
    transaction.commit().await.map_err(control_error)?;
    Ok(over.len() as u64)
}

async fn end(connection: &mut SqliteConnection, id: &str, status: &str, reason: Option<&str>, now: i64) -> Result<()> {
    sqlx::query("DELETE FROM telegram_outbox WHERE id = $1")
        .bind(id)
        .execute(&mut *connection)
        .await
        .map_err(control_error)?;
    sqlx::query("UPDATE delivery_runs SET status = $1, reason = $2, at = $3 WHERE id = $4 AND status = 'queued'")
        .bind(status)
        .bind(reason)
        .bind(now)
        .bind(id)
        .execute(connection)
        .await
        .map(drop)
        .map_err(control_error)
}
