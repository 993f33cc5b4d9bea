//! Reminders of tasks: which are due, and that each is given once, however long the server was down.

use kupets_core::{Result, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{AssertSqlSafe, FromRow};

use super::Tasks;
use crate::{
    database::control_error,
    jobs::{Jobs, NewJob},
    telegram_outbox::{self, NewMessage},
};

/// The kind of the job that gives a reminder.
pub const REMINDER_JOB: &str = "task.reminder";
/// Failed attempts after which a reminder is given up: some hours.
const ATTEMPTS: u32 = 10;
/// What makes a reminder one that is to be given; as the index has it.
const PENDING: &str =
    "status = 'open' AND remind_at IS NOT NULL AND (reminded_for IS NULL OR reminded_for <> remind_at)";

/// A reminder whose time has come.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct DueReminder {
    /// The workspace.
    pub tenant: String,
    /// The task.
    pub id: String,
    /// The moment that it was set for, in microseconds since the epoch.
    pub remind_at: i64,
}

/// What the job is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReminderJob {
    /// The task.
    pub task: String,
    /// The moment that the reminder was set for, in microseconds since the epoch.
    pub at: i64,
}

impl Tasks {
    /// Reminders of open tasks whose time has come and that nobody was given yet, the oldest first.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn due_reminders(&self, now: i64, limit: i64) -> Result<Vec<DueReminder>> {
        let sql = format!(
            "SELECT tenant, id, remind_at FROM tasks WHERE {PENDING} AND remind_at <= $1 \
             AND EXISTS (SELECT 1 FROM workspaces w WHERE w.id = tasks.tenant AND w.delete_at IS NULL) \
             ORDER BY remind_at, id LIMIT $2"
        );
        let query = sqlx::query_as(AssertSqlSafe(sql)).bind(now).bind(limit);
        query.fetch_all(&self.pool).await.map_err(control_error)
    }

    /// Asks for a reminder that is due and notes that it was, in one transaction: whoever comes second finds nothing to do. Whether it
    /// was asked for.
    ///
    /// # Errors
    /// The control database does not answer; nothing is noted then.
    pub async fn ask_reminder(&self, jobs: &Jobs, tenant: &TenantId, id: &str, at: i64) -> Result<bool> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        let sql = format!(
            "UPDATE tasks SET reminded_for = remind_at WHERE tenant = $1 AND id = $2 AND remind_at = $3 AND {PENDING}"
        );
        let done = sqlx::query(AssertSqlSafe(sql))
            .bind(tenant.as_str())
            .bind(id)
            .bind(at)
            .execute(&mut *transaction)
            .await
            .map_err(control_error)?;
        if done.rows_affected() == 0 {
            return Ok(false);
        }
        let job = NewJob::new(REMINDER_JOB, json!(ReminderJob { task: id.to_owned(), at })).attempts(ATTEMPTS);
        jobs.enqueue_in(&mut transaction, tenant, &job).await?;
        transaction.commit().await.map_err(control_error)?;
        jobs.wake();
        Ok(true)
    }

    /// Hands a reminder over to the bot; the same `id` again changes nothing while it waits.
    ///
    /// # Errors
    /// The control database does not answer; nothing is written then.
    pub async fn remind_by_telegram(&self, tenant: &TenantId, message: &NewMessage) -> Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        telegram_outbox::insert(&mut transaction, tenant, message).await?;
        transaction.commit().await.map_err(control_error)
    }
}
