//! Invites: a link that lets one person in, once.

use kupets_core::Result;
use sqlx::{FromRow, SqliteConnection, SqlitePool};

use crate::{
    audit::{self, NewEntry},
    database::fail,
};

/// A new invite.
#[derive(Debug, Clone)]
pub struct NewInvite {
    /// Identity.
    pub id: String,
    /// The workspace it leads to; `None`: one of its own, of the server's first account.
    pub workspace_id: Option<String>,
    /// What the person will be there.
    pub role: String,
    /// Whom it is for, lower-case; `None`: whoever has the link.
    pub email: Option<String>,
    /// SHA-256 of the link's token, in hex.
    pub token_hash: String,
    /// Who made it; `None`: the server.
    pub created_by: Option<String>,
    /// Milliseconds since the epoch.
    pub created_at: i64,
    /// From when on it lets nobody in.
    pub expires_at: i64,
}

/// An invite as lists show it.
#[derive(Debug, Clone, FromRow)]
pub struct InviteRow {
    /// Identity.
    pub id: String,
    /// What the person will be.
    pub role: String,
    /// Whom it is for.
    pub email: Option<String>,
    /// Who made it.
    pub created_by: Option<String>,
    /// What they are called.
    pub maker_name: Option<String>,
    /// Milliseconds since the epoch.
    pub created_at: i64,
    /// From when on it lets nobody in.
    pub expires_at: i64,
}

/// An invite that has not been used, as its link finds it.
#[derive(Debug, Clone, FromRow)]
pub struct OpenInvite {
    /// Identity.
    pub id: String,
    /// The workspace it leads to; `None`: one of its own.
    pub workspace_id: Option<String>,
    /// What the person will be.
    pub role: String,
    /// Whom it is for.
    pub email: Option<String>,
    /// Who made it; `None`: the server.
    pub created_by: Option<String>,
    /// What its maker is in the workspace now; `None`: not in it.
    pub maker_role: Option<String>,
}

/// Inserts an invite.
///
/// # Errors
/// The control database does not answer.
pub async fn insert(control: &SqlitePool, invite: &NewInvite, entry: &NewEntry) -> Result<()> {
    let mut transaction = control.begin().await.map_err(fail)?;
    insert_row(&mut transaction, invite).await?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(fail)
}

async fn insert_row(connection: &mut SqliteConnection, invite: &NewInvite) -> Result<()> {
    sqlx::query(
        "INSERT INTO invites (id, workspace_id, role, email, token_hash, created_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(&invite.id)
    .bind(&invite.workspace_id)
    .bind(&invite.role)
    .bind(&invite.email)
    .bind(&invite.token_hash)
    .bind(&invite.created_by)
    .bind(invite.created_at)
    .bind(invite.expires_at)
    .execute(connection)
    .await
    .map(drop)
    .map_err(fail)
}

/// Makes the invite of the server's first account, in place of one from before.
///
/// # Errors
/// The control database does not answer.
pub async fn replace_first(control: &SqlitePool, invite: &NewInvite) -> Result<()> {
    let mut transaction = control.begin().await.map_err(fail)?;
    sqlx::query("DELETE FROM invites WHERE workspace_id IS NULL AND used_at IS NULL")
        .execute(&mut *transaction)
        .await
        .map_err(fail)?;
    insert_row(&mut transaction, invite).await?;
    transaction.commit().await.map_err(fail)
}

/// Invites of a workspace that can be used, the newest first, those before the invite `before`.
///
/// # Errors
/// The control database does not answer.
pub async fn list(
    control: &SqlitePool,
    workspace_id: &str,
    now: i64,
    before: &str,
    limit: i64,
) -> Result<Vec<InviteRow>> {
    sqlx::query_as(
        "SELECT i.id, i.role, i.email, i.created_by, u.name AS maker_name, i.created_at, i.expires_at
         FROM invites i LEFT JOIN users u ON u.id = i.created_by
         WHERE i.workspace_id = $1 AND i.used_at IS NULL AND i.expires_at > $2 AND i.id < $3
         ORDER BY i.id DESC LIMIT $4",
    )
    .bind(workspace_id)
    .bind(now)
    .bind(before)
    .bind(limit)
    .fetch_all(control)
    .await
    .map_err(fail)
}

/// Invites of a workspace that can be used.
///
/// # Errors
/// The control database does not answer.
pub async fn count(control: &SqlitePool, workspace_id: &str, now: i64) -> Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM invites WHERE workspace_id = $1 AND used_at IS NULL AND expires_at > $2")
        .bind(workspace_id)
        .bind(now)
        .fetch_one(control)
        .await
        .map_err(fail)
}

/// The invite of that token, if it has not been used and is not over.
///
/// # Errors
/// The control database does not answer.
pub async fn find(control: &SqlitePool, token_hash: &str, now: i64) -> Result<Option<OpenInvite>> {
    sqlx::query_as(
        "SELECT i.id, i.workspace_id, i.role, i.email, i.created_by, m.role AS maker_role
         FROM invites i LEFT JOIN members m ON m.workspace_id = i.workspace_id AND m.user_id = i.created_by
         WHERE i.token_hash = $1 AND i.used_at IS NULL AND i.expires_at > $2",
    )
    .bind(token_hash)
    .bind(now)
    .fetch_optional(control)
    .await
    .map_err(fail)
}

/// Takes back an invite of a workspace. Whether there was one.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn revoke(control: &SqlitePool, workspace_id: &str, id: &str, entry: &NewEntry) -> Result<bool> {
    let mut transaction = control.begin().await.map_err(fail)?;
    let done = sqlx::query("DELETE FROM invites WHERE id = $1 AND workspace_id = $2 AND used_at IS NULL")
        .bind(id)
        .bind(workspace_id)
        .execute(&mut *transaction)
        .await
        .map_err(fail)?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(fail)?;
    Ok(true)
}

/// Uses an invite up, as part of a transaction. Whether it still could be.
pub(crate) async fn take(connection: &mut SqliteConnection, id: &str, user_id: &str, now: i64) -> Result<bool> {
    sqlx::query("UPDATE invites SET used_at = $1, used_by = $2, email = NULL WHERE id = $3 AND used_at IS NULL")
        .bind(now)
        .bind(user_id)
        .bind(id)
        .execute(connection)
        .await
        .map(|done| done.rows_affected() > 0)
        .map_err(fail)
}
