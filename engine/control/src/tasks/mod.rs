//! Tasks: what somebody is to do, by when, about whom. An accepted recommendation is one ([`recommended`]).

mod changed;
mod edit;
mod model;
pub(crate) mod recommended;
mod reminders;
mod rows;
#[cfg(test)]
mod tests;

use kupets_core::{Error, Kind, Result, TenantId};
use sqlx::{AssertSqlSafe, QueryBuilder, Sqlite, SqliteConnection, SqlitePool};

use crate::database::control_error;
use changed::{Change, changed};
pub use edit::Edit;
pub use model::{
    After, Assignee, FORGOTTEN, Filter, MAX_NOTE_BYTES, MAX_TASKS, MAX_TITLE_CHARS, Status, Task, TaskRow,
};
pub use reminders::{DueReminder, REMINDER_JOB, ReminderJob};
use rows::{COLUMNS, check, insert_in, one, update};

/// When a task is due, as the order of lists has it: those that never are come last.
const DUE: &str = "coalesce(t.due_at, 9223372036854775807)";

/// The tasks. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Tasks {
    pool: SqlitePool,
}

impl Tasks {
    /// The tasks of a migrated control database.
    pub fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// Those tasks, the ones due first first, at most `limit`, those after `after`.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn list(
        &self,
        tenant: &TenantId,
        filter: &Filter,
        after: Option<&After>,
        limit: u32,
    ) -> Result<Vec<TaskRow>> {
        let mut query = select();
        query.push(" WHERE t.tenant = ").push_bind(tenant.as_str());
        if !filter.statuses.is_empty() {
            query.push(" AND t.status IN (");
            let mut names = query.separated(", ");
            for status in &filter.statuses {
                names.push_bind(status.name());
            }
            query.push(")");
        }
        match &filter.assignee {
            Some(Assignee::Of(id)) => {
                query.push(" AND t.assignee_id = ").push_bind(id);
            }
            Some(Assignee::Nobody) => {
                query.push(" AND t.assignee_id IS NULL");
            }
            None => {}
        }
        if let Some(id) = &filter.customer_id {
            query.push(" AND t.customer_id = ").push_bind(id);
        }
        if let Some(id) = &filter.recommendation_id {
            query.push(" AND t.recommendation_id = ").push_bind(id);
        }
        if let Some(time) = filter.due_before {
            query.push(" AND t.due_at < ").push_bind(time);
        }
        if let Some(time) = filter.due_after {
            query.push(" AND t.due_at >= ").push_bind(time);
        }
        if let Some(After { due, created_at, id }) = after {
            query.push(format!(" AND ({DUE}, t.created_at, t.id) > (")).push_bind(*due);
            query.push(", ").push_bind(*created_at);
            query.push(", ").push_bind(id).push(")");
        }
        query.push(format!(" ORDER BY {DUE}, t.created_at, t.id LIMIT ")).push_bind(i64::from(limit));
        query.build_query_as().fetch_all(&self.pool).await.map_err(control_error)
    }

    /// One task of a workspace.
    ///
    /// # Errors
    /// [`Kind::NotFound`]: there is none of that id; the control database does not answer.
    pub async fn get(&self, tenant: &TenantId, id: &str) -> Result<TaskRow> {
        let mut query = select();
        query.push(" WHERE t.tenant = ").push_bind(tenant.as_str());
        query.push(" AND t.id = ").push_bind(id);
        query.build_query_as().fetch_optional(&self.pool).await.map_err(control_error)?.ok_or_else(unknown)
    }

    /// Stores a new task that is no recommendation.
    ///
    /// # Errors
    /// [`Kind::Invalid`]: its title, its note or its assignee, named; [`Kind::Conflict`] `too_many_tasks`; the control database
    /// does not answer. Nothing is stored then.
    pub async fn insert(&self, tenant: &TenantId, task: &Task) -> Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        insert_in(&mut transaction, tenant, task).await?;
        transaction.commit().await.map_err(control_error)
    }

    /// Changes a task, and where it stands with it the recommendation that it is.
    ///
    /// # Errors
    /// [`Kind::NotFound`]: there is no such task; [`Kind::Invalid`]: its title, its note or its assignee, named; the control
    /// database does not answer. Nothing is changed then.
    pub async fn edit(&self, tenant: &TenantId, id: &str, edit: &Edit, now: i64) -> Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        let before = one(&mut transaction, tenant, id).await?.ok_or_else(unknown)?;
        let after = edit.apply(before.clone(), now);
        if after == before {
            return Ok(());
        }
        // Who has left since keeps what is theirs; only somebody new is looked for.
        check(&mut transaction, tenant, &after, after.assignee_id != before.assignee_id).await?;
        update(&mut transaction, tenant, &after).await?;
        if after.status != before.status {
            recommended::decide(&mut transaction, tenant, &after, now).await?;
        }
        changed(&mut transaction, tenant, &after, Change::Updated).await?;
        transaction.commit().await.map_err(control_error)
    }

    /// Deletes a task. A recommendation that it was, and that is not done, counts as dismissed from then on.
    ///
    /// # Errors
    /// [`Kind::NotFound`]: there is no such task; the control database does not answer.
    pub async fn delete(&self, tenant: &TenantId, id: &str, now: i64) -> Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        let mut task = one(&mut transaction, tenant, id).await?.ok_or_else(unknown)?;
        sqlx::query("DELETE FROM tasks WHERE tenant = $1 AND id = $2")
            .bind(tenant.as_str())
            .bind(id)
            .execute(&mut *transaction)
            .await
            .map_err(control_error)?;
        if task.status == Status::Open.name() {
            Status::Cancelled.name().clone_into(&mut task.status);
            recommended::decide(&mut transaction, tenant, &task, now).await?;
        }
        changed(&mut transaction, tenant, &task, Change::Deleted).await?;
        transaction.commit().await.map_err(control_error)
    }
}

/// Takes a person who leaves a workspace off its open tasks, as part of a transaction.
pub(crate) async fn unassign_in(
    connection: &mut SqliteConnection,
    workspace_id: &str,
    user_id: &str,
    now: i64,
) -> Result<()> {
    let sql = format!("SELECT {COLUMNS} FROM tasks t WHERE t.tenant = $1 AND t.assignee_id = $2 AND t.status = 'open'");
    let query = sqlx::query_as(AssertSqlSafe(sql)).bind(workspace_id).bind(user_id);
    let theirs: Vec<Task> = query.fetch_all(&mut *connection).await.map_err(control_error)?;
    let Some(tenant) = TenantId::parse(workspace_id) else { return Ok(()) };
    for mut task in theirs {
        task.assignee_id = None;
        task.updated_at = now;
        update(connection, &tenant, &task).await?;
        changed(connection, &tenant, &task, Change::Updated).await?;
    }
    Ok(())
}

fn select() -> QueryBuilder<Sqlite> {
    QueryBuilder::new(format!(
        "SELECT {COLUMNS}, a.name AS assignee_name, m.name AS maker_name FROM tasks t \
         LEFT JOIN users a ON a.id = t.assignee_id LEFT JOIN users m ON m.id = t.created_by"
    ))
}

fn unknown() -> Error {
    Error::new(Kind::NotFound, "unknown_task", "There is no such task in this workspace.")
}
