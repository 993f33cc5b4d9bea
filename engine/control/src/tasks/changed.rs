//! The one place where a change of a task is announced: every statement that makes, changes or deletes one calls it, in the same
//! transaction. What only takes a person's data out of a task is no change of it.

use kupets_core::{Result, TenantId};
use sqlx::SqliteConnection;

use super::model::Task;

/// What became of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// It was made.
    Created,
    /// Something of it is different now.
    Updated,
    /// It is gone.
    Deleted,
}

impl Change {
    /// Its name.
    fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }
}

/// Announces a change, before its transaction is committed. `task` is as it stands after the change.
///
/// # Errors
/// The control database does not answer; roll the transaction back then.
pub(super) async fn changed(
    _connection: &mut SqliteConnection,
    tenant: &TenantId,
    task: &Task,
    change: Change,
) -> Result<()> {
    tracing::debug!(%tenant, task = task.id, change = change.name(), "a task changed");
    Ok(())
}
