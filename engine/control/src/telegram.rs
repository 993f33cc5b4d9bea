//! Telegram accounts that act as people: the tokens by which they come to, and what they are let in by.

use kupets_core::Result;
use sqlx::{FromRow, SqlitePool};

use crate::{
    audit::{self, NewEntry},
    database::fail,
    telegram_outbox,
    workspaces::{COLUMNS, WorkspaceRow},
};

/// A new token.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// SHA-256 of the token, in hex.
    pub token_hash: String,
    /// The workspace.
    pub workspace_id: String,
    /// The person.
    pub user_id: String,
    /// Milliseconds since the epoch.
    pub created_at: i64,
    /// From when on it does nothing.
    pub expires_at: i64,
}

/// Whom a token is of, and where.
#[derive(Debug, Clone, FromRow)]
pub struct OpenToken {
    /// The person.
    pub user_id: String,
    /// What they are called.
    pub user_name: String,
    /// Their language: `en` or `ru`.
    pub user_locale: String,
    /// What they are in the workspace now.
    pub role: String,
    /// The workspace.
    #[sqlx(flatten)]
    pub workspace: WorkspaceRow,
}

/// A new link.
#[derive(Debug, Clone)]
pub struct NewLink {
    /// Identity.
    pub id: String,
    /// The workspace.
    pub workspace_id: String,
    /// The person.
    pub user_id: String,
    /// SHA-256 of the credential, in hex.
    pub credential_hash: String,
    /// The account at Telegram.
    pub telegram_user_id: i64,
    /// What it is called there.
    pub telegram_name: Option<String>,
    /// Its language there.
    pub locale: Option<String>,
    /// Milliseconds since the epoch.
    pub linked_at: i64,
}

/// A link as its person's list shows it.
#[derive(Debug, Clone, FromRow)]
pub struct LinkRow {
    /// Identity.
    pub id: String,
    /// The account at Telegram.
    pub telegram_user_id: i64,
    /// What it is called there.
    pub telegram_name: Option<String>,
    /// What the workspace is called.
    pub workspace_name: String,
    /// Milliseconds since the epoch.
    pub linked_at: i64,
    /// When it was last used.
    pub last_seen_at: Option<i64>,
}

/// A link that lets in.
#[derive(Debug, Clone, FromRow)]
pub struct LiveLink {
    /// Identity.
    pub link_id: String,
    /// The person.
    pub user_id: String,
    /// What they are in the workspace now.
    pub role: String,
    /// The account at Telegram.
    pub telegram_user_id: i64,
    /// The workspace.
    #[sqlx(flatten)]
    pub workspace: WorkspaceRow,
}

/// Inserts a token; those of the same person and workspace from before do nothing any more.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn insert_token(control: &SqlitePool, token: &NewToken) -> Result<()> {
    let mut transaction = control.begin().await.map_err(fail)?;
    sqlx::query("DELETE FROM telegram_tokens WHERE user_id = $1 AND workspace_id = $2")
        .bind(&token.user_id)
        .bind(&token.workspace_id)
        .execute(&mut *transaction)
        .await
        .map_err(fail)?;
    sqlx::query(
        "INSERT INTO telegram_tokens (token_hash, workspace_id, user_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(&token.token_hash)
    .bind(&token.workspace_id)
    .bind(&token.user_id)
    .bind(token.created_at)
    .bind(token.expires_at)
    .execute(&mut *transaction)
    .await
    .map_err(fail)?;
    transaction.commit().await.map_err(fail)
}

/// Whom the token of that hash is of, if its time is not over and the person is still in the workspace.
///
/// # Errors
/// The control database does not answer.
pub async fn open_token(control: &SqlitePool, token_hash: &str, now: i64) -> Result<Option<OpenToken>> {
    let sql = format!(
        "SELECT t.user_id, u.name AS user_name, u.locale AS user_locale, m.role, {COLUMNS}
         FROM telegram_tokens t
         JOIN users u ON u.id = t.user_id
         JOIN workspaces w ON w.id = t.workspace_id
         JOIN members m ON m.workspace_id = t.workspace_id AND m.user_id = t.user_id
         WHERE t.token_hash = $1 AND t.expires_at > $2"
    );
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(token_hash).bind(now).fetch_optional(control).await.map_err(fail)
}

/// Uses a token up and makes a link, in place of the one that the same Telegram account had in the workspace. Whether the token
/// could still be used.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn redeem(control: &SqlitePool, token_hash: &str, link: &NewLink, entry: &NewEntry) -> Result<bool> {
    let mut transaction = control.begin_with("BEGIN IMMEDIATE").await.map_err(fail)?;
    let used = sqlx::query("DELETE FROM telegram_tokens WHERE token_hash = $1 AND user_id = $2 AND workspace_id = $3")
        .bind(token_hash)
        .bind(&link.user_id)
        .bind(&link.workspace_id)
        .execute(&mut *transaction)
        .await
        .map_err(fail)?;
    if used.rows_affected() == 0 {
        return Ok(false);
    }
    let before: Vec<String> = sqlx::query_scalar(
        "DELETE FROM telegram_links WHERE workspace_id = $1 AND telegram_user_id = $2 RETURNING user_id",
    )
    .bind(&link.workspace_id)
    .bind(link.telegram_user_id)
    .fetch_all(&mut *transaction)
    .await
    .map_err(fail)?;
    for user in before.iter().filter(|user| **user != link.user_id) {
        let now = link.linked_at.saturating_mul(1_000);
        telegram_outbox::take_back(&mut transaction, &link.workspace_id, user, link.telegram_user_id, now).await?;
    }
    sqlx::query(
        "INSERT INTO telegram_links
             (id, workspace_id, user_id, credential_hash, telegram_user_id, telegram_name, locale, linked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&link.id)
    .bind(&link.workspace_id)
    .bind(&link.user_id)
    .bind(&link.credential_hash)
    .bind(link.telegram_user_id)
    .bind(&link.telegram_name)
    .bind(&link.locale)
    .bind(link.linked_at)
    .execute(&mut *transaction)
    .await
    .map_err(fail)?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(fail)?;
    Ok(true)
}

/// The link of that credential and what it opens, if its person is still in the workspace.
///
/// # Errors
/// The control database does not answer.
pub async fn find(control: &SqlitePool, credential_hash: &str) -> Result<Option<LiveLink>> {
    let sql = format!(
        "SELECT l.id AS link_id, l.user_id, m.role, l.telegram_user_id, {COLUMNS}
         FROM telegram_links l
         JOIN workspaces w ON w.id = l.workspace_id
         JOIN members m ON m.workspace_id = l.workspace_id AND m.user_id = l.user_id
         WHERE l.credential_hash = $1"
    );
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(credential_hash).fetch_optional(control).await.map_err(fail)
}

/// Whether a link opens its workspace.
///
/// # Errors
/// The control database does not answer.
pub async fn is_live(control: &SqlitePool, id: &str) -> Result<bool> {
    sqlx::query_scalar::<_, i64>(
        "SELECT EXISTS (SELECT 1 FROM telegram_links l
             JOIN workspaces w ON w.id = l.workspace_id AND w.delete_at IS NULL
             JOIN members m ON m.workspace_id = l.workspace_id AND m.user_id = l.user_id
             WHERE l.id = $1)",
    )
    .bind(id)
    .fetch_one(control)
    .await
    .map(|found| found != 0)
    .map_err(fail)
}

/// The links of a person in all workspaces, the newest first, those before the link `before`.
///
/// # Errors
/// The control database does not answer.
pub async fn list(control: &SqlitePool, user_id: &str, before: &str, limit: i64) -> Result<Vec<LinkRow>> {
    sqlx::query_as(
        "SELECT l.id, l.telegram_user_id, l.telegram_name, w.name AS workspace_name, l.linked_at, l.last_seen_at
         FROM telegram_links l JOIN workspaces w ON w.id = l.workspace_id
         WHERE l.user_id = $1 AND l.id < $2 ORDER BY l.id DESC LIMIT $3",
    )
    .bind(user_id)
    .bind(before)
    .bind(limit)
    .fetch_all(control)
    .await
    .map_err(fail)
}

/// The Telegram accounts that a person is linked to in a workspace, the one linked last first.
///
/// # Errors
/// The control database does not answer.
pub async fn accounts(control: &SqlitePool, workspace_id: &str, user_id: &str) -> Result<Vec<i64>> {
    sqlx::query_scalar(
        "SELECT telegram_user_id FROM telegram_links WHERE workspace_id = $1 AND user_id = $2 ORDER BY id DESC",
    )
    .bind(workspace_id)
    .bind(user_id)
    .fetch_all(control)
    .await
    .map_err(fail)
}

/// The workspace of a person's link.
///
/// # Errors
/// The control database does not answer.
pub async fn workspace_of(control: &SqlitePool, user_id: &str, id: &str) -> Result<Option<String>> {
    sqlx::query_scalar("SELECT workspace_id FROM telegram_links WHERE id = $1 AND user_id = $2")
        .bind(id)
        .bind(user_id)
        .fetch_optional(control)
        .await
        .map_err(fail)
}

/// Ends a link of a person, and takes back what waits to be sent there. Whether there was one.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn remove(control: &SqlitePool, user_id: &str, id: &str, entry: &NewEntry) -> Result<bool> {
    let mut transaction = control.begin().await.map_err(fail)?;
    let ended: Option<(String, i64)> = sqlx::query_as(
        "DELETE FROM telegram_links WHERE id = $1 AND user_id = $2 RETURNING workspace_id, telegram_user_id",
    )
    .bind(id)
    .bind(user_id)
    .fetch_optional(&mut *transaction)
    .await
    .map_err(fail)?;
    let Some((workspace, chat)) = ended else { return Ok(false) };
    telegram_outbox::take_back(&mut transaction, &workspace, user_id, chat, entry.at.saturating_mul(1_000)).await?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(fail)?;
    Ok(true)
}

/// Writes down when links were last used: identity and milliseconds since the epoch.
///
/// # Errors
/// The control database does not answer.
pub async fn seen(control: &SqlitePool, seen: &[(String, i64)]) -> Result<()> {
    let mut transaction = control.begin().await.map_err(fail)?;
    for (id, at) in seen {
        sqlx::query("UPDATE telegram_links SET last_seen_at = MAX(COALESCE(last_seen_at, 0), $1) WHERE id = $2")
            .bind(at)
            .bind(id)
            .execute(&mut *transaction)
            .await
            .map_err(fail)?;
    }
    transaction.commit().await.map_err(fail)
}
