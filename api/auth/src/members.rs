//! The people of a workspace.

use chrono::{DateTime, Utc};
use kupets_control::members::{self as store, MemberRow};
use kupets_core::{Error, Result, Role};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    action::{Action, Subject},
    auth::Auth,
    caller::Caller,
    workspace::{role, time},
};

/// A person in a workspace.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Member {
    /// Identity of the person.
    pub user_id: String,
    /// Full name.
    pub name: String,
    /// Address.
    pub email: String,
    /// What they are in the workspace.
    #[schema(schema_with = crate::schema::role)]
    pub role: Role,
    /// Since when.
    pub joined_at: DateTime<Utc>,
    /// When a session of theirs was last used here, up to a minute behind; null when none is left.
    pub last_seen_at: Option<DateTime<Utc>>,
}

impl TryFrom<MemberRow> for Member {
    type Error = Error;

    fn try_from(row: MemberRow) -> Result<Self> {
        Ok(Self {
            role: role(&row.role)?,
            joined_at: time(row.created_at)?,
            last_seen_at: row.last_seen_at.map(time).transpose()?,
            user_id: row.user_id,
            name: row.name,
            email: row.email,
        })
    }
}

impl Auth {
    /// The people of the caller's workspace after the person `after`: those who have had an account for longest first.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn members(&self, caller: &Caller, after: Option<&str>, limit: usize) -> Result<Vec<Member>> {
        let workspace = caller.tenant().id().as_str();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = store::list(&self.control, workspace, after.unwrap_or_default(), limit).await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Gives a person of the caller's workspace another role. When this returns, every request of theirs, and of keys that stand for
    /// them, goes by it.
    ///
    /// # Errors
    /// No such member; only owners make and unmake owners; `last_owner`.
    pub async fn set_role(&self, caller: &Caller, user_id: &str, new: Role) -> Result<Member> {
        let workspace = caller.tenant().id();
        let before = self.member(caller, user_id).await?;
        if before.role == Role::Owner || new == Role::Owner {
            caller.require(Role::Owner)?;
        }
        if before.role != new {
            let subject =
                Subject::person(user_id).with(serde_json::json!({"role": new.name(), "before": before.role.name()}));
            let entry = self.entry(caller, Action::RoleChanged, subject)?;
            let done = store::set_role(&self.control, workspace.as_str(), user_id, new.name(), &entry).await?;
            self.forget(workspace).await;
            if !done {
                return Err(last_owner());
            }
        }
        self.member(caller, user_id).await
    }

    /// Takes a person out of the caller's workspace, who may be the caller. When this returns, no session of theirs passes there any
    /// more, and no key that stands for them.
    ///
    /// # Errors
    /// No such member; the caller's role does not suffice; `last_owner`.
    pub async fn remove_member(&self, caller: &Caller, user_id: &str) -> Result<()> {
        let workspace = caller.tenant().id();
        let leaves = caller.user_id()? == user_id;
        if !leaves {
            caller.require(Role::Admin)?;
        }
        let member = self.member(caller, user_id).await?;
        if member.role == Role::Owner && !leaves {
            caller.require(Role::Owner)?;
        }
        let action = if leaves { Action::MemberLeft } else { Action::MemberRemoved };
        let entry = self.entry(caller, action, Subject::person(user_id).with_role(member.role))?;
        let done = store::remove(&self.control, workspace.as_str(), user_id, self.now_ms(), &entry).await?;
        self.forget(workspace).await;
        if done { Ok(()) } else { Err(last_owner()) }
    }

    async fn member(&self, caller: &Caller, user_id: &str) -> Result<Member> {
        let found = store::one(&self.control, caller.tenant().id().as_str(), user_id).await?;
        found.ok_or_else(|| Error::not_found("this workspace has no such member"))?.try_into()
    }
}

fn last_owner() -> Error {
    Error::conflict(
        "last_owner",
        "a workspace keeps an owner: make somebody else an owner first, or delete the workspace",
    )
}
