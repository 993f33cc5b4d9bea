//! API keys: their hashes, what they may do, and whom they stand for.

use kupets_core::Result;
use sqlx::{FromRow, SqlitePool};

use crate::{
    audit::{self, NewEntry},
    changes,
    database::fail,
    workspaces::{COLUMNS, WorkspaceRow},
};

/// A new key.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Identity.
    pub id: String,
    /// Whose data it opens.
    pub workspace_id: String,
    /// Whom it stands for.
    pub created_by: String,
    /// What people call it.
    pub name: String,
    /// Its first characters.
    pub prefix: String,
    /// SHA-256 of the key, in hex.
    pub key_hash: String,
    /// Space-separated.
    pub scopes: String,
    /// Milliseconds since the epoch.
    pub created_at: i64,
    /// From when on it opens nothing.
    pub expires_at: Option<i64>,
}

/// A key as lists show it.
#[derive(Debug, Clone, FromRow)]
pub struct KeyRow {
    /// Identity.
    pub id: String,
    /// Whose data it opens.
    pub workspace_id: String,
    /// What people call it.
    pub name: String,
    /// Its first characters.
    pub prefix: String,
    /// Space-separated.
    pub scopes: String,
    /// Milliseconds since the epoch.
    pub created_at: i64,
    /// When it last opened a request.
    pub last_used_at: Option<i64>,
    /// From when on it opens nothing.
    pub expires_at: Option<i64>,
    /// Since when it opens nothing because its maker has gone.
    pub stopped_at: Option<i64>,
    /// Whom it stands for.
    pub created_by: String,
    /// What they are called.
    pub maker_name: String,
    /// What they are in the workspace now; none: they are not in it.
    pub maker_role: Option<String>,
}

/// A key that is not revoked, with what it opens.
#[derive(Debug, Clone, FromRow)]
pub struct LiveKey {
    /// Identity.
    pub key_id: String,
    /// What people call it.
    pub key_name: String,
    /// Space-separated.
    pub scopes: String,
    /// From when on it opens nothing.
    pub expires_at: Option<i64>,
    /// What its maker is in the workspace now.
    pub maker_role: String,
    /// The workspace.
    #[sqlx(flatten)]
    pub workspace: WorkspaceRow,
}

const LISTED: &str = "SELECT k.id, k.workspace_id, k.name, k.prefix, k.scopes, k.created_at, k.last_used_at, k.expires_at, \
     k.stopped_at, k.created_by, u.name AS maker_name, m.role AS maker_role \
     FROM api_keys k JOIN users u ON u.id = k.created_by \
     LEFT JOIN members m ON m.workspace_id = k.workspace_id AND m.user_id = k.created_by";

/// Keys of a workspace that are not revoked.
///
/// # Errors
/// The control database does not answer.
pub async fn count(control: &SqlitePool, workspace_id: &str) -> Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM api_keys WHERE workspace_id = $1 AND revoked_at IS NULL")
        .bind(workspace_id)
        .fetch_one(control)
        .await
        .map_err(fail)
}

/// Inserts a key.
///
/// # Errors
/// The control database does not answer.
pub async fn insert(control: &SqlitePool, key: &NewKey, entry: &NewEntry) -> Result<()> {
    let mut transaction = control.begin().await.map_err(fail)?;
    sqlx::query(
        "INSERT INTO api_keys (id, workspace_id, created_by, name, prefix, key_hash, scopes, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&key.id)
    .bind(&key.workspace_id)
    .bind(&key.created_by)
    .bind(&key.name)
    .bind(&key.prefix)
    .bind(&key.key_hash)
    .bind(&key.scopes)
    .bind(key.created_at)
    .bind(key.expires_at)
    .execute(&mut *transaction)
    .await
    .map_err(fail)?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(fail)
}

/// Keys of a workspace that are not revoked, the newest first, those before the key `before`.
///
/// # Errors
/// The control database does not answer.
pub async fn list(control: &SqlitePool, workspace_id: &str, before: &str, limit: i64) -> Result<Vec<KeyRow>> {
    let sql = format!(
        "{LISTED} WHERE k.workspace_id = $1 AND k.revoked_at IS NULL AND k.id < $2 ORDER BY k.id DESC LIMIT $3"
    );
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(workspace_id).bind(before).bind(limit);
    query.fetch_all(control).await.map_err(fail)
}

/// Keys of all workspaces that are not revoked, by workspace and age.
///
/// # Errors
/// The control database does not answer.
pub async fn list_all(control: &SqlitePool) -> Result<Vec<KeyRow>> {
    let sql = format!("{LISTED} WHERE k.revoked_at IS NULL ORDER BY k.workspace_id, k.id");
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(control).await.map_err(fail)
}

/// One key that is not revoked, of any workspace.
///
/// # Errors
/// The control database does not answer.
pub async fn one(control: &SqlitePool, id: &str) -> Result<Option<KeyRow>> {
    let sql = format!("{LISTED} WHERE k.revoked_at IS NULL AND k.id = $1");
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(control).await.map_err(fail)
}

/// The key of that hash and what it opens, if it is not revoked, its maker is still in the workspace, and it was not stopped.
///
/// # Errors
/// The control database does not answer.
pub async fn find(control: &SqlitePool, key_hash: &str) -> Result<Option<LiveKey>> {
    let sql = format!(
        "SELECT k.id AS key_id, k.name AS key_name, k.scopes, k.expires_at, m.role AS maker_role, {COLUMNS}
         FROM api_keys k
         JOIN workspaces w ON w.id = k.workspace_id
         JOIN members m ON m.workspace_id = k.workspace_id AND m.user_id = k.created_by
         WHERE k.key_hash = $1 AND k.revoked_at IS NULL AND k.stopped_at IS NULL"
    );
    sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(key_hash).fetch_optional(control).await.map_err(fail)
}

/// Whether a key opens its workspace.
///
/// # Errors
/// The control database does not answer.
pub async fn is_live(control: &SqlitePool, id: &str, now: i64) -> Result<bool> {
    sqlx::query_scalar::<_, i64>(
        "SELECT EXISTS (SELECT 1 FROM api_keys k
             JOIN workspaces w ON w.id = k.workspace_id AND w.delete_at IS NULL
             JOIN members m ON m.workspace_id = k.workspace_id AND m.user_id = k.created_by
             WHERE k.id = $1 AND k.revoked_at IS NULL AND k.stopped_at IS NULL
               AND (k.expires_at IS NULL OR k.expires_at > $2))",
    )
    .bind(id)
    .bind(now)
    .fetch_one(control)
    .await
    .map(|found| found != 0)
    .map_err(fail)
}

/// Revokes a key of a workspace. Whether there was one.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn revoke(control: &SqlitePool, workspace_id: &str, id: &str, now: i64, entry: &NewEntry) -> Result<bool> {
    let mut transaction = control.begin().await.map_err(fail)?;
    let done =
        sqlx::query("UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND workspace_id = $3 AND revoked_at IS NULL")
            .bind(now)
            .bind(id)
            .bind(workspace_id)
            .execute(&mut *transaction)
            .await
            .map_err(fail)?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    audit::insert(&mut *transaction, entry).await?;
    changes::note(&mut *transaction).await?;
    transaction.commit().await.map_err(fail)?;
    Ok(true)
}

/// Gives a key another secret: the one before opens nothing any more. Whether there was such a key.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn rotate(control: &SqlitePool, id: &str, prefix: &str, key_hash: &str, entry: &NewEntry) -> Result<bool> {
    let mut transaction = control.begin().await.map_err(fail)?;
    let done = sqlx::query("UPDATE api_keys SET prefix = $1, key_hash = $2 WHERE id = $3 AND revoked_at IS NULL")
        .bind(prefix)
        .bind(key_hash)
        .bind(id)
        .execute(&mut *transaction)
        .await
        .map_err(fail)?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    audit::insert(&mut *transaction, entry).await?;
    changes::note(&mut *transaction).await?;
    transaction.commit().await.map_err(fail)?;
    Ok(true)
}

/// Writes down when a key was last used.
///
/// # Errors
/// The control database does not answer.
pub async fn used(control: &SqlitePool, id: &str, at: i64) -> Result<()> {
    sqlx::query("UPDATE api_keys SET last_used_at = $1 WHERE id = $2")
        .bind(at)
        .bind(id)
        .execute(control)
        .await
        .map(drop)
        .map_err(fail)
}
