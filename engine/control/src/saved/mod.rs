//! What people save for themselves or for all of their workspace: [`views`] of pages, [`reports`] of their own, [`dashboards`].
//!
//! What is not shared is there for its owner alone; to anybody else it is as if there were none.

pub mod dashboards;
pub mod reports;
#[cfg(test)]
mod tests;
pub mod views;

use kupets_core::{Error, FieldError, Result, TenantId};
use sqlx::{AssertSqlSafe, QueryBuilder, Sqlite, SqliteConnection};

use crate::database::control_error;

/// Things of one kind in one workspace.
pub const MAX_THINGS: i64 = 2_000;
/// Characters of a name.
pub const MAX_NAME_CHARS: usize = 200;

/// Where a page of a list ends: the next one begins after that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// When the last one was made, microseconds since the epoch.
    pub created_at: i64,
    /// The identity of the last one.
    pub id: String,
}

/// Adds the condition that the person `viewer` sees a row of `t`; none: a key, which sees what is shared.
fn seen_by(query: &mut QueryBuilder<Sqlite>, tenant: &TenantId, viewer: Option<&str>) {
    query.push(" WHERE t.tenant = ").push_bind(tenant.as_str().to_owned());
    query.push(" AND (t.shared");
    if let Some(viewer) = viewer {
        query.push(" OR t.owner_id = ").push_bind(viewer.to_owned());
    }
    query.push(")");
}

/// Adds the order of lists and where a page begins.
fn paged(query: &mut QueryBuilder<Sqlite>, after: Option<&After>, limit: u32) {
    if let Some(After { created_at, id }) = after {
        query.push(" AND (t.created_at, t.id) > (").push_bind(*created_at);
        query.push(", ").push_bind(id.clone()).push(")");
    }
    query.push(" ORDER BY t.created_at, t.id LIMIT ").push_bind(i64::from(limit));
}

/// Refuses one more beside the others where there are too many.
async fn check_room(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    (table, what): (&str, &str),
    id: &str,
) -> Result<()> {
    let sql = format!("SELECT count(*) FROM {table} WHERE tenant = $1 AND id <> $2");
    let query = sqlx::query_scalar(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(id);
    let count: i64 = query.fetch_one(connection).await.map_err(control_error)?;
    if count < MAX_THINGS {
        return Ok(());
    }
    Err(Error::conflict("too_many", format!("a workspace has at most {MAX_THINGS} {what}. Delete one first")))
}

/// Refuses an empty name and one that is too long.
fn check_name(name: &str) -> Result<()> {
    let message = match name.trim().chars().count() {
        0 => "it needs a name".to_owned(),
        chars if chars > MAX_NAME_CHARS => format!("it has {chars} characters; {MAX_NAME_CHARS} at most"),
        _ => return Ok(()),
    };
    Err(Error::wrong_fields(vec![FieldError::of("name", message)]))
}

/// Deletes a row of a table. Whether there was one.
async fn delete(pool: &sqlx::SqlitePool, table: &str, tenant: &TenantId, id: &str) -> Result<bool> {
    let sql = format!("DELETE FROM {table} WHERE tenant = $1 AND id = $2");
    let query = sqlx::query(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(id);
    Ok(query.execute(pool).await.map_err(control_error)?.rows_affected() > 0)
}
