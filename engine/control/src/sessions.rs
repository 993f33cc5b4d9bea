//! Sessions and known devices: hashes of tokens that browsers hold.

use kupets_core::Result;
use sqlx::{FromRow, SqliteConnection, SqlitePool};

use crate::{
    database::fail,
    workspaces::{COLUMNS, WorkspaceRow},
};

/// A new session.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// SHA-256 of its token, in hex.
    pub token_hash: String,
    /// What lists call it.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// Where they work.
    pub workspace_id: String,
    /// Milliseconds since the epoch.
    pub created_at: i64,
    /// When it ends by itself.
    pub expires_at: i64,
    /// From where it began.
    pub address: Option<String>,
    /// What the browser called itself.
    pub user_agent: Option<String>,
}

/// A live session: who it is, where, and as what.
#[derive(Debug, Clone, FromRow)]
pub struct LiveSession {
    /// What lists call it.
    pub session_id: String,
    /// The person.
    pub user_id: String,
    /// What they are in the workspace.
    pub role: String,
    /// The workspace.
    #[sqlx(flatten)]
    pub workspace: WorkspaceRow,
}

/// A session as its person's list shows it.
#[derive(Debug, Clone, FromRow)]
pub struct SessionRow {
    /// What lists call it.
    pub id: String,
    /// The workspace it is in.
    pub workspace_name: String,
    /// Milliseconds since the epoch.
    pub created_at: i64,
    /// Up to a minute behind.
    pub last_seen_at: Option<i64>,
    /// When it ends by itself.
    pub expires_at: i64,
    /// From where it began.
    pub address: Option<String>,
    /// What the browser called itself.
    pub user_agent: Option<String>,
}

/// Inserts a session.
///
/// # Errors
/// The control database does not answer.
pub async fn insert(control: &SqlitePool, session: &NewSession) -> Result<()> {
    sqlx::query(
        "INSERT INTO sessions (token_hash, id, user_id, workspace_id, created_at, last_seen_at, expires_at, address, user_agent)
         VALUES ($1, $2, $3, $4, $5, $5, $6, $7, $8)",
    )
    .bind(&session.token_hash)
    .bind(&session.id)
    .bind(&session.user_id)
    .bind(&session.workspace_id)
    .bind(session.created_at)
    .bind(session.expires_at)
    .bind(&session.address)
    .bind(&session.user_agent)
    .execute(control)
    .await
    .map(drop)
    .map_err(fail)
}

/// The session of that token, while it lasts and its person is in its workspace.
///
/// # Errors
/// The control database does not answer.
pub async fn find(control: &SqlitePool, token_hash: &str, now: i64) -> Result<Option<LiveSession>> {
    let sql = format!(
        "SELECT s.id AS session_id, s.user_id, m.role, {COLUMNS}
         FROM sessions s
         JOIN workspaces w ON w.id = s.workspace_id
         JOIN members m ON m.workspace_id = s.workspace_id AND m.user_id = s.user_id
         WHERE s.token_hash = $1 AND s.expires_at > $2"
    );
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(token_hash).bind(now);
    query.fetch_optional(control).await.map_err(fail)
}

/// The live sessions of a person, the newest first.
///
/// # Errors
/// The control database does not answer.
pub async fn list(control: &SqlitePool, user_id: &str, now: i64) -> Result<Vec<SessionRow>> {
    sqlx::query_as(
        "SELECT s.id, w.name AS workspace_name, s.created_at, s.last_seen_at, s.expires_at, s.address, s.user_agent
         FROM sessions s JOIN workspaces w ON w.id = s.workspace_id
         WHERE s.user_id = $1 AND s.expires_at > $2 ORDER BY s.created_at DESC, s.id",
    )
    .bind(user_id)
    .bind(now)
    .fetch_all(control)
    .await
    .map_err(fail)
}

/// Ends the session of that token, if there is one.
///
/// # Errors
/// The control database does not answer.
pub async fn end(control: &SqlitePool, token_hash: &str) -> Result<()> {
    sqlx::query("DELETE FROM sessions WHERE token_hash = $1")
        .bind(token_hash)
        .execute(control)
        .await
        .map(drop)
        .map_err(fail)
}

/// Ends a person's session of that identity. Whether there was one.
///
/// # Errors
/// The control database does not answer.
pub async fn end_by_id(control: &SqlitePool, user_id: &str, id: &str) -> Result<bool> {
    sqlx::query("DELETE FROM sessions WHERE id = $1 AND user_id = $2")
        .bind(id)
        .bind(user_id)
        .execute(control)
        .await
        .map(|done| done.rows_affected() > 0)
        .map_err(fail)
}

/// Ends a person's sessions but one, and forgets their devices but one, as part of a transaction.
pub(crate) async fn end_others(
    connection: &mut SqliteConnection,
    user_id: &str,
    session_id: Option<&str>,
    device_hash: Option<&str>,
) -> Result<()> {
    sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND id <> $2")
        .bind(user_id)
        .bind(session_id.unwrap_or_default())
        .execute(&mut *connection)
        .await
        .map_err(fail)?;
    sqlx::query("DELETE FROM devices WHERE user_id = $1 AND token_hash <> $2")
        .bind(user_id)
        .bind(device_hash.unwrap_or_default())
        .execute(connection)
        .await
        .map(drop)
        .map_err(fail)
}

/// Takes a session into another workspace of its person.
///
/// # Errors
/// The control database does not answer.
pub async fn switch(control: &SqlitePool, session_id: &str, workspace_id: &str) -> Result<()> {
    sqlx::query("UPDATE sessions SET workspace_id = $1 WHERE id = $2")
        .bind(workspace_id)
        .bind(session_id)
        .execute(control)
        .await
        .map(drop)
        .map_err(fail)
}

/// Writes down when sessions were last seen.
///
/// # Errors
/// The control database does not answer.
pub async fn seen(control: &SqlitePool, seen: &[(String, i64)]) -> Result<()> {
    let mut transaction = control.begin().await.map_err(fail)?;
    for (id, at) in seen {
        sqlx::query("UPDATE sessions SET last_seen_at = $1 WHERE id = $2")
            .bind(at)
            .bind(id)
            .execute(&mut *transaction)
            .await
            .map_err(fail)?;
    }
    transaction.commit().await.map_err(fail)
}

/// Notes a browser in which a person has logged in.
///
/// # Errors
/// The control database does not answer.
pub async fn insert_device(control: &SqlitePool, hash: &str, user_id: &str, now: i64, expires_at: i64) -> Result<()> {
    sqlx::query("INSERT INTO devices (token_hash, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(hash)
        .bind(user_id)
        .bind(now)
        .bind(expires_at)
        .execute(control)
        .await
        .map(drop)
        .map_err(fail)
}

/// Whether a person has logged in with that device before.
///
/// # Errors
/// The control database does not answer.
pub async fn is_known_device(control: &SqlitePool, hash: &str, user_id: &str, now: i64) -> Result<bool> {
    sqlx::query_scalar::<_, i64>(
        "SELECT EXISTS (SELECT 1 FROM devices WHERE token_hash = $1 AND user_id = $2 AND expires_at > $3)",
    )
    .bind(hash)
    .bind(user_id)
    .bind(now)
    .fetch_one(control)
    .await
    .map(|found| found != 0)
    .map_err(fail)
}

/// Whether a session lives, is in that workspace, and its person too.
///
/// # Errors
/// The control database does not answer.
pub async fn is_live(control: &SqlitePool, id: &str, workspace_id: &str, now: i64) -> Result<bool> {
    sqlx::query_scalar::<_, i64>(
        "SELECT EXISTS (SELECT 1 FROM sessions s
             JOIN members m ON m.workspace_id = s.workspace_id AND m.user_id = s.user_id
             WHERE s.id = $1 AND s.workspace_id = $2 AND s.expires_at > $3)",
    )
    .bind(id)
    .bind(workspace_id)
    .bind(now)
    .fetch_one(control)
    .await
    .map(|found| found != 0)
    .map_err(fail)
}

/// Deletes what is over: sessions, devices, links and invites that nobody can use any more. Invites that were used stay.
///
/// # Errors
/// The control database does not answer.
pub async fn delete_expired(control: &SqlitePool, now: i64) -> Result<()> {
    for sql in [
        "DELETE FROM sessions WHERE expires_at <= $1",
        "DELETE FROM devices WHERE expires_at <= $1",
        "DELETE FROM password_resets WHERE expires_at <= $1",
        "DELETE FROM telegram_tokens WHERE expires_at <= $1",
        "DELETE FROM invites WHERE expires_at <= $1 AND used_at IS NULL",
    ] {
        sqlx::query(sql).bind(now).execute(control).await.map_err(fail)?;
    }
    Ok(())
}
