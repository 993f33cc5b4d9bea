//! The count of changes to accounts: whoever keeps keys or workspaces in memory drops them when it moves.

use kupets_core::Result;
use sqlx::{SqliteExecutor, SqlitePool};

use crate::database::fail;

/// Notes that a key, a member or a workspace has changed. Call it in the transaction of the change.
pub(crate) async fn note(executor: impl SqliteExecutor<'_>) -> Result<()> {
    sqlx::query("UPDATE account_changes SET count = count + 1 WHERE one = 1")
        .execute(executor)
        .await
        .map(drop)
        .map_err(fail)
}

/// How many changes there were.
///
/// # Errors
/// The control database does not answer.
pub async fn count(control: &SqlitePool) -> Result<i64> {
    sqlx::query_scalar("SELECT count FROM account_changes WHERE one = 1").fetch_one(control).await.map_err(fail)
}
