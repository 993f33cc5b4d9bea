//! An accepted recommendation and its task are one thing told twice: whichever changes, the other follows in the same transaction.

use kupets_core::{Result, TenantId};
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{
    changed::{Change, changed},
    model::{Status, Task},
    rows::{COLUMNS, insert_in, update},
};
use crate::database::control_error;

impl Status {
    /// Where the recommendation of a task stands.
    fn of_recommendation(self) -> &'static str {
        match self {
            Self::Open => "accepted",
            Self::Done => "done",
            Self::Cancelled => "dismissed",
        }
    }
}

/// Stores the task that an accepted recommendation is.
pub(crate) async fn begin(connection: &mut SqliteConnection, tenant: &TenantId, task: &Task) -> Result<()> {
    insert_in(connection, tenant, task).await
}

/// Lets the task follow a decision on its recommendation; there is none where it was dismissed at once, or deleted.
pub(crate) async fn follow(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    (id, round): (&str, i64),
    decision: &str,
    now: i64,
) -> Result<()> {
    let Some(status) = Status::ALL.into_iter().find(|status| status.of_recommendation() == decision) else {
        return Ok(());
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM tasks t WHERE t.tenant = $1 AND t.recommendation_id = $2 AND t.recommendation_round = $3"
    );
    let query = sqlx::query_as(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(id).bind(round);
    let found: Option<Task> = query.fetch_optional(&mut *connection).await.map_err(control_error)?;
    let Some(mut task) = found.filter(|task| task.status != status.name()) else { return Ok(()) };
    task.move_to(status, now);
    update(connection, tenant, &task).await?;
    changed(connection, tenant, &task, Change::Updated).await
}

/// Lets the decision follow its task: done with it, dismissed when it is cancelled, accepted again when it is opened again.
pub(super) async fn decide(connection: &mut SqliteConnection, tenant: &TenantId, task: &Task, now: i64) -> Result<()> {
    let (Some(id), Some(round), Some(status)) =
        (&task.recommendation_id, task.recommendation_round, Status::parse(&task.status))
    else {
        return Ok(());
    };
    sqlx::query(
        "UPDATE recommendations SET status = $1, decided_at = $2, done_at = $3 \
         WHERE tenant = $4 AND id = $5 AND round = $6 AND accepted_at IS NOT NULL",
    )
    .bind(status.of_recommendation())
    .bind(now)
    .bind(task.completed_at)
    .bind(tenant.as_str())
    .bind(id)
    .bind(round)
    .execute(connection)
    .await
    .map(drop)
    .map_err(control_error)
}
