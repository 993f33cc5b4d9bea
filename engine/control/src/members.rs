//! Who is in a workspace, and as what. A workspace keeps an owner: the conditions stand in the statements themselves, so that
//! two who leave at the same moment cannot both be the second to last.

use kupets_core::Result;
use sqlx::{FromRow, SqliteConnection, SqlitePool};

use crate::{
    audit::{self, NewEntry},
    changes,
    database::fail,
    tasks,
};

/// A person in a workspace.
#[derive(Debug, Clone, FromRow)]
pub struct MemberRow {
    /// Identity of the person.
    pub user_id: String,
    /// Full name.
    pub name: String,
    /// Address, lower-case.
    pub email: String,
    /// What they are in the workspace.
    pub role: String,
    /// Since when, milliseconds since the epoch.
    pub created_at: i64,
    /// When a session of theirs was last seen here, milliseconds since the epoch.
    pub last_seen_at: Option<i64>,
}

const COLUMNS: &str = "m.user_id, u.name, u.email, m.role, m.created_at, \
     (SELECT MAX(COALESCE(s.last_seen_at, s.created_at)) FROM sessions s \
      WHERE s.user_id = m.user_id AND s.workspace_id = m.workspace_id) AS last_seen_at";

/// Puts a person into a workspace, as part of a transaction.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    user_id: &str,
    role: &str,
    now: i64,
) -> Result<()> {
    sqlx::query("INSERT INTO members (workspace_id, user_id, role, created_at) VALUES ($1, $2, $3, $4)")
        .bind(workspace_id)
        .bind(user_id)
        .bind(role)
        .bind(now)
        .execute(connection)
        .await
        .map(drop)
        .map_err(fail)
}

/// The people of a workspace after the person `after`, by identity: those who have had an account for longest first.
///
/// # Errors
/// The control database does not answer.
pub async fn list(control: &SqlitePool, workspace_id: &str, after: &str, limit: i64) -> Result<Vec<MemberRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM members m JOIN users u ON u.id = m.user_id
         WHERE m.workspace_id = $1 AND m.user_id > $2 ORDER BY m.user_id LIMIT $3"
    );
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(workspace_id).bind(after).bind(limit);
    query.fetch_all(control).await.map_err(fail)
}

/// One person of a workspace.
///
/// # Errors
/// The control database does not answer.
pub async fn one(control: &SqlitePool, workspace_id: &str, user_id: &str) -> Result<Option<MemberRow>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 AND m.user_id = $2"
    );
    let query = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(workspace_id).bind(user_id);
    query.fetch_optional(control).await.map_err(fail)
}

/// Whether somebody of that address, which is lower-case, is in a workspace.
///
/// # Errors
/// The control database does not answer.
pub async fn has_email(control: &SqlitePool, workspace_id: &str, email: &str) -> Result<bool> {
    sqlx::query_scalar::<_, i64>(
        "SELECT EXISTS (SELECT 1 FROM members m JOIN users u ON u.id = m.user_id WHERE m.workspace_id = $1 AND u.email = $2)",
    )
    .bind(workspace_id)
    .bind(email)
    .fetch_one(control)
    .await
    .map(|found| found != 0)
    .map_err(fail)
}

/// Gives a member another role, unless that leaves the workspace without an owner. Whether it was done.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn set_role(
    control: &SqlitePool,
    workspace_id: &str,
    user_id: &str,
    role: &str,
    entry: &NewEntry,
) -> Result<bool> {
    let mut transaction = control.begin().await.map_err(fail)?;
    let done = sqlx::query(
        "UPDATE members SET role = $1 WHERE workspace_id = $2 AND user_id = $3
           AND ($1 = 'owner' OR role <> 'owner'
                OR (SELECT COUNT(*) FROM members WHERE workspace_id = $2 AND role = 'owner') > 1)",
    )
    .bind(role)
    .bind(workspace_id)
    .bind(user_id)
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

/// Takes a member out of a workspace, unless that leaves it without an owner: their sessions and Telegram links there end, their
/// keys there stop, their invites go. Whether it was done.
///
/// # Errors
/// The control database does not answer; nothing is changed then.
pub async fn remove(
    control: &SqlitePool,
    workspace_id: &str,
    user_id: &str,
    now: i64,
    entry: &NewEntry,
) -> Result<bool> {
    let mut transaction = control.begin().await.map_err(fail)?;
    let done = sqlx::query(
        "DELETE FROM members WHERE workspace_id = $1 AND user_id = $2
           AND (role <> 'owner' OR (SELECT COUNT(*) FROM members WHERE workspace_id = $1 AND role = 'owner') > 1)",
    )
    .bind(workspace_id)
    .bind(user_id)
    .execute(&mut *transaction)
    .await
    .map_err(fail)?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    for sql in [
        "DELETE FROM sessions WHERE workspace_id = $1 AND user_id = $2",
        "DELETE FROM telegram_tokens WHERE workspace_id = $1 AND user_id = $2",
        "DELETE FROM telegram_links WHERE workspace_id = $1 AND user_id = $2",
        "DELETE FROM invites WHERE workspace_id = $1 AND created_by = $2 AND used_at IS NULL",
        // Their messages go with these.
        "DELETE FROM assistant_conversations WHERE tenant = $1 AND actor_id = $2",
        "DELETE FROM assistant_feedback WHERE tenant = $1 AND actor_id = $2",
        // What nobody else could see.
        "DELETE FROM saved_views WHERE tenant = $1 AND owner_id = $2 AND NOT shared",
        "DELETE FROM saved_reports WHERE tenant = $1 AND owner_id = $2 AND NOT shared",
        "DELETE FROM dashboards WHERE tenant = $1 AND owner_id = $2 AND NOT shared",
        "DELETE FROM exports WHERE tenant = $1 AND user_id = $2",
        "DELETE FROM telegram_outbox WHERE tenant = $1 AND user_id = $2",
        "DELETE FROM deliveries WHERE tenant = $1 AND user_id = $2",
    ] {
        sqlx::query(sql).bind(workspace_id).bind(user_id).execute(&mut *transaction).await.map_err(fail)?;
    }
    tasks::unassign_in(&mut transaction, workspace_id, user_id, now.saturating_mul(1_000)).await?;
    sqlx::query(
        "UPDATE api_keys SET stopped_at = $1
         WHERE workspace_id = $2 AND created_by = $3 AND revoked_at IS NULL AND stopped_at IS NULL",
    )
    .bind(now)
    .bind(workspace_id)
    .bind(user_id)
    .execute(&mut *transaction)
    .await
    .map_err(fail)?;
    audit::insert(&mut *transaction, entry).await?;
    changes::note(&mut *transaction).await?;
    transaction.commit().await.map_err(fail)?;
    Ok(true)
}
