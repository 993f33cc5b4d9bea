//! The rows of tasks, as parts of transactions.

use kupets_core::{Error, FieldError, Result, TenantId};
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{
    changed::{Change, changed},
    model::{MAX_NOTE_BYTES, MAX_TASKS, MAX_TITLE_CHARS, Task},
};
use crate::{database::control_error, stored_text};

/// The columns of a task, of a table with the alias `t`.
pub(super) const COLUMNS: &str = "t.id, t.title, t.note, t.due_at, t.assignee_id, t.created_by, t.customer_id, t.recommendation_id, \
     t.recommendation_round, t.status, t.remind_at, t.created_at, t.updated_at, t.completed_at";

/// The task of that id.
pub(super) async fn one(connection: &mut SqliteConnection, tenant: &TenantId, id: &str) -> Result<Option<Task>> {
    let sql = format!("SELECT {COLUMNS} FROM tasks t WHERE t.tenant = $1 AND t.id = $2");
    let query = sqlx::query_as(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(id);
    query.fetch_optional(connection).await.map_err(control_error)
}

/// Stores a new task, checked.
pub(super) async fn insert_in(connection: &mut SqliteConnection, tenant: &TenantId, task: &Task) -> Result<()> {
    check(connection, tenant, task, true).await?;
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM tasks WHERE tenant = $1")
        .bind(tenant.as_str())
        .fetch_one(&mut *connection)
        .await
        .map_err(control_error)?;
    if count >= MAX_TASKS {
        let message = format!("a workspace has at most {MAX_TASKS} tasks. Delete some that are done");
        return Err(Error::conflict("too_many_tasks", message));
    }
    sqlx::query(
        "INSERT INTO tasks (tenant, id, title, note, due_at, assignee_id, created_by, customer_id, recommendation_id, \
         recommendation_round, status, remind_at, created_at, updated_at, completed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )
    .bind(tenant.as_str())
    .bind(&task.id)
    .bind(task.title.trim())
    .bind(&task.note)
    .bind(task.due_at)
    .bind(&task.assignee_id)
    .bind(&task.created_by)
    .bind(&task.customer_id)
    .bind(&task.recommendation_id)
    .bind(task.recommendation_round)
    .bind(&task.status)
    .bind(task.remind_at)
    .bind(task.created_at)
    .bind(task.updated_at)
    .bind(task.completed_at)
    .execute(&mut *connection)
    .await
    .map_err(control_error)?;
    changed(connection, tenant, task, Change::Created).await
}

/// Stores what of a task may change.
pub(super) async fn update(connection: &mut SqliteConnection, tenant: &TenantId, task: &Task) -> Result<()> {
    sqlx::query(
        "UPDATE tasks SET title = $1, note = $2, due_at = $3, assignee_id = $4, customer_id = $5, status = $6, remind_at = $7, \
         updated_at = $8, completed_at = $9 WHERE tenant = $10 AND id = $11",
    )
    .bind(task.title.trim())
    .bind(&task.note)
    .bind(task.due_at)
    .bind(&task.assignee_id)
    .bind(&task.customer_id)
    .bind(&task.status)
    .bind(task.remind_at)
    .bind(task.updated_at)
    .bind(task.completed_at)
    .bind(tenant.as_str())
    .bind(&task.id)
    .execute(connection)
    .await
    .map(drop)
    .map_err(control_error)
}

/// Refuses a task that has no title, too much text, or an assignee who is not in the workspace.
pub(super) async fn check(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    task: &Task,
    assignee: bool,
) -> Result<()> {
    let mut wrong = Vec::new();
    match task.title.trim().chars().count() {
        0 => wrong.push(FieldError::of("title", "a task needs a title: say what to do")),
        chars if chars > MAX_TITLE_CHARS => {
            wrong.push(FieldError::of("title", format!("it has {chars} characters; {MAX_TITLE_CHARS} at most")));
        }
        _ => {}
    }
    if let Err(error) = stored_text::text("note", task.note.as_deref(), MAX_NOTE_BYTES) {
        wrong.push(FieldError::of("note", error.to_string()));
    }
    if let Some(id) = task.assignee_id.as_ref().filter(|_| assignee) {
        let sql = "SELECT count(*) FROM members WHERE workspace_id = $1 AND user_id = $2";
        let query = sqlx::query_scalar(sql).bind(tenant.as_str()).bind(id);
        let found: i64 = query.fetch_one(connection).await.map_err(control_error)?;
        if found == 0 {
            wrong.push(FieldError::of(
                "assignee_id",
                "is no member of this workspace; GET /v1/members lists who there is",
            ));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Error::wrong_fields(wrong)) }
}
