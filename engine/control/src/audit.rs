//! Who did what, when, from where. A change to accounts and its entry are one transaction. A customer who is erased is taken out by
//! the registry of personal data.

use kupets_core::Result;
use sqlx::{FromRow, SqliteExecutor, SqlitePool};

use crate::database::fail;

/// A new entry.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// Identity; sorts by time.
    pub id: String,
    /// The workspace it belongs to; `None`: of a person, wherever they work.
    pub workspace_id: Option<String>,
    /// Milliseconds since the epoch.
    pub at: i64,
    /// `person`, `key` or `server`.
    pub actor_kind: &'static str,
    /// Identity of the person or the key; empty for the server.
    pub actor_id: String,
    /// What was done.
    pub action: &'static str,
    /// What kind of thing it was done to.
    pub target_kind: Option<&'static str>,
    /// Which one.
    pub target_id: Option<String>,
    /// JSON with names and numbers, never values of records.
    pub detail: Option<String>,
    /// From where.
    pub address: Option<String>,
}

/// An entry, with what its actor and a person it is about are called now.
#[derive(Debug, Clone, FromRow)]
pub struct EntryRow {
    /// Identity; sorts by time.
    pub id: String,
    /// Milliseconds since the epoch.
    pub at: i64,
    /// `person`, `key` or `server`.
    pub actor_kind: String,
    /// Identity of the person or the key; empty for the server.
    pub actor_id: String,
    /// The person's or the key's name now.
    pub actor_name: Option<String>,
    /// What was done.
    pub action: String,
    /// What kind of thing it was done to.
    pub target_kind: Option<String>,
    /// Which one.
    pub target_id: Option<String>,
    /// JSON.
    pub detail: Option<String>,
    /// From where.
    pub address: Option<String>,
}

/// Writes an entry down.
///
/// # Errors
/// The control database does not answer.
pub async fn insert(executor: impl SqliteExecutor<'_>, entry: &NewEntry) -> Result<()> {
    sqlx::query(
        "INSERT INTO audit (id, tenant, at, actor_kind, actor_id, action, target_kind, target_id, detail, address)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(&entry.id)
    .bind(&entry.workspace_id)
    .bind(entry.at)
    .bind(entry.actor_kind)
    .bind(&entry.actor_id)
    .bind(entry.action)
    .bind(entry.target_kind)
    .bind(&entry.target_id)
    .bind(&entry.detail)
    .bind(&entry.address)
    .execute(executor)
    .await
    .map(drop)
    .map_err(fail)
}

/// The entries of a workspace, and those of its members that belong to none, the newest first, those before `before`.
///
/// # Errors
/// The control database does not answer.
pub async fn list(
    control: &SqlitePool,
    workspace_id: &str,
    action: Option<&str>,
    before: &str,
    limit: i64,
) -> Result<Vec<EntryRow>> {
    sqlx::query_as(
        "SELECT a.id, a.at, a.actor_kind, a.actor_id, COALESCE(u.name, k.name) AS actor_name, a.action, a.target_kind,
                a.target_id, a.detail, a.address
         FROM audit a
         LEFT JOIN users u ON a.actor_kind = 'person' AND u.id = a.actor_id
         LEFT JOIN api_keys k ON a.actor_kind = 'key' AND k.id = a.actor_id
         WHERE a.id < $1 AND ($2 IS NULL OR a.action = $2)
           AND (a.tenant = $3 OR a.tenant IS NULL AND a.target_kind = 'person'
                AND a.target_id IN (SELECT user_id FROM members WHERE workspace_id = $3))
         ORDER BY a.id DESC LIMIT $4",
    )
    .bind(before)
    .bind(action)
    .bind(workspace_id)
    .bind(limit)
    .fetch_all(control)
    .await
    .map_err(fail)
}

/// Deletes entries from before a time.
///
/// # Errors
/// The control database does not answer.
pub async fn delete_before(control: &SqlitePool, at: i64) -> Result<u64> {
    let done = sqlx::query("DELETE FROM audit WHERE at < $1").bind(at).execute(control).await.map_err(fail)?;
    Ok(done.rows_affected())
}
