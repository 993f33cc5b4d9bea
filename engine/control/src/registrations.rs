//! Making an account: the person, their workspace or their place in one, and the invite that let them in, all or nothing.

use kupets_core::{Error, Result};
use sqlx::{SqliteConnection, SqlitePool};

use crate::{
    audit::{self, NewEntry},
    changes,
    database::fail,
    invites, members, users,
    users::UserRow,
    workspaces::{self, WorkspaceRow},
};

/// Where a person goes.
#[derive(Debug, Clone)]
pub enum Place {
    /// Into a workspace of their own, as its owner.
    Own(WorkspaceRow),
    /// Into one that is there.
    Member {
        /// Which.
        workspace_id: String,
        /// As what.
        role: String,
    },
}

/// Makes an account.
///
/// # Errors
/// `email_taken`, `bad_invite` when somebody else was faster; the control database does not answer. Nothing is stored then.
pub async fn create(
    control: &SqlitePool,
    user: &UserRow,
    password_hash: &str,
    place: &Place,
    invite: Option<&str>,
    entry: &NewEntry,
) -> Result<()> {
    let mut transaction = control.begin().await.map_err(fail)?;
    users::insert(&mut transaction, user, password_hash).await?;
    settle(&mut transaction, &user.id, place, invite, user.created_at).await?;
    audit::insert(&mut *transaction, entry).await?;
    transaction.commit().await.map_err(fail)
}

/// Lets a person who has an account into a workspace, by an invite.
///
/// # Errors
/// `bad_invite` when somebody else was faster; the control database does not answer. Nothing is stored then.
pub async fn join(
    control: &SqlitePool,
    user_id: &str,
    place: &Place,
    invite: &str,
    now: i64,
    entry: &NewEntry,
) -> Result<()> {
    let mut transaction = control.begin().await.map_err(fail)?;
    settle(&mut transaction, user_id, place, Some(invite), now).await?;
    audit::insert(&mut *transaction, entry).await?;
    changes::note(&mut *transaction).await?;
    transaction.commit().await.map_err(fail)
}

async fn settle(
    connection: &mut SqliteConnection,
    user_id: &str,
    place: &Place,
    invite: Option<&str>,
    now: i64,
) -> Result<()> {
    if let Some(invite) = invite
        && !invites::take(connection, invite, user_id, now).await?
    {
        return Err(Error::forbidden("bad_invite", "this invite has been used; ask for a new link"));
    }
    match place {
        Place::Own(workspace) => workspaces::insert(connection, workspace, user_id).await,
        Place::Member { workspace_id, role } => members::insert(connection, workspace_id, user_id, role, now).await,
    }
}
