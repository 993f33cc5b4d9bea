//! What the operator does at the command line, on the control database itself, beside a running server or without one.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kupets_control::{
    Pool, keys, passwords,
    registrations::{self, Place},
    users, workspaces,
};
use kupets_core::{ActorKind, Error, Result, Role, clock::Clock};
use serde::Serialize;

use crate::{
    account::{AccountWorkspace, NewWorkspace, User},
    action::{Action, Subject},
    auth,
    keys::{ApiKey, PREFIX_LEN},
    password,
    password_change::new_reset,
    token,
    workspace::time,
};

/// The operator of a server.
#[derive(Debug)]
pub struct Operator {
    control: Pool,
    clock: Arc<dyn Clock>,
    base_url: String,
}

/// A person as the operator sees them.
#[derive(Debug, Serialize)]
pub struct UserLine {
    /// The person.
    #[serde(flatten)]
    pub user: User,
    /// `workspace name (role)`, with commas.
    pub workspaces: String,
    /// When any of their sessions was last used.
    pub last_seen_at: Option<DateTime<Utc>>,
}

/// A workspace as the operator sees it.
#[derive(Debug, Serialize)]
pub struct WorkspaceLine {
    /// The workspace.
    #[serde(flatten)]
    pub workspace: AccountWorkspace,
    /// People in it.
    pub members: i64,
    /// Keys that are not revoked.
    pub keys: i64,
    /// E-mail addresses of its owners, with commas.
    pub owners: String,
}

/// A key as the operator sees it.
#[derive(Debug, Serialize)]
pub struct KeyLine {
    /// The key.
    #[serde(flatten)]
    pub key: ApiKey,
    /// Identity of its workspace.
    pub workspace_id: String,
}

/// The first owner of a workspace, checked.
#[derive(Debug)]
pub struct NewOwner {
    /// Address, lower-case.
    pub email: String,
    /// Full name; used if the person has no account yet.
    pub name: String,
    /// The password; `None`: a link sets it.
    pub password: Option<String>,
    /// The workspace.
    pub workspace: NewWorkspace,
}

/// An owner who has just been made.
#[derive(Debug, Serialize)]
pub struct MadeOwner {
    /// The workspace.
    pub workspace_id: String,
    /// Where the person sets their password; `None`: they have one.
    pub link: Option<String>,
}

impl Operator {
    /// An operator over an open control database; links lead to `base_url`, without a slash at the end.
    pub fn new(control: Pool, clock: Arc<dyn Clock>, base_url: String) -> Self {
        Self { control, clock, base_url }
    }

    /// Everybody who has an account.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn users(&self) -> Result<Vec<UserLine>> {
        let rows = users::list(&self.control).await?;
        rows.into_iter()
            .map(|row| {
                let last_seen_at = row.last_seen_at.map(time).transpose()?;
                Ok(UserLine {
                    user: row.user.try_into()?,
                    workspaces: row.workspaces.unwrap_or_default(),
                    last_seen_at,
                })
            })
            .collect()
    }

    /// All workspaces.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn workspaces(&self) -> Result<Vec<WorkspaceLine>> {
        let rows = workspaces::list(&self.control).await?;
        rows.into_iter()
            .map(|row| {
                Ok(WorkspaceLine {
                    workspace: row.workspace.try_into()?,
                    members: row.members,
                    keys: row.keys,
                    owners: row.owners.unwrap_or_default(),
                })
            })
            .collect()
    }

    /// All keys that are not revoked.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn keys(&self) -> Result<Vec<KeyLine>> {
        let now = self.now_ms();
        let rows = keys::list_all(&self.control).await?;
        rows.into_iter()
            .map(|row| Ok(KeyLine { workspace_id: row.workspace_id.clone(), key: ApiKey::of(row, None, now)? }))
            .collect()
    }

    /// A link that sets the password of that person, once.
    ///
    /// # Errors
    /// Nobody has that address.
    pub async fn reset_link(&self, email: &str) -> Result<String> {
        let found = users::by_email(&self.control, email).await?;
        let found = found.ok_or_else(|| {
            Error::not_found(format!("nobody has the address {email}; `kupets admin users` lists all"))
        })?;
        self.link_for(&found.user.id).await
    }

    /// Makes a workspace with its owner, who gets an account unless they have one.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn create_owner(&self, owner: NewOwner) -> Result<MadeOwner> {
        let now = self.now_ms();
        let workspace = owner.workspace.row(token::id(now)?, now);
        let workspace_id = workspace.id.clone();
        let by_operator = |action, subject| {
            auth::entry(now, Some(workspace_id.clone()), (ActorKind::Server, ""), action, subject, None)
        };
        if let Some(found) = users::by_email(&self.control, &owner.email).await? {
            let entry = by_operator(Action::WorkspaceMade, Subject::of("workspace", workspace_id.clone()))?;
            workspaces::create(&self.control, &workspace, &found.user.id, &entry).await?;
            return Ok(MadeOwner { workspace_id, link: None });
        }
        let has_password = owner.password.is_some();
        // Without a password of their own nobody knows it: the link is the only way in.
        let hash = password::hash(&owner.password.map_or_else(token::secret, Ok)?)?;
        let user = users::UserRow {
            id: token::id(now)?,
            email: owner.email,
            name: owner.name,
            locale: workspace.locale.clone(),
            created_at: now,
        };
        let entry = by_operator(Action::Registered, Subject::person(user.id.clone()).with_role(Role::Owner))?;
        registrations::create(&self.control, &user, &hash, &Place::Own(workspace), None, &entry).await?;
        let link = if has_password { None } else { Some(self.link_for(&user.id).await?) };
        Ok(MadeOwner { workspace_id, link })
    }

    /// Gives a key another secret and shows it; the one before opens nothing any more.
    ///
    /// # Errors
    /// There is no such key.
    pub async fn rotate_key(&self, id: &str) -> Result<String> {
        let found = keys::one(&self.control, id).await?.ok_or_else(|| no_key(id))?;
        let key = token::key()?;
        let prefix: String = key.chars().take(PREFIX_LEN).collect();
        let entry = self.entry(&found.workspace_id, Action::KeyRotated, Subject::of("key", id))?;
        if keys::rotate(&self.control, id, &prefix, &token::stored(&key), &entry).await? {
            return Ok(key);
        }
        Err(no_key(id))
    }

    /// Revokes a key of any workspace.
    ///
    /// # Errors
    /// There is no such key.
    pub async fn revoke_key(&self, id: &str) -> Result<()> {
        let found = keys::one(&self.control, id).await?.ok_or_else(|| no_key(id))?;
        let entry = self.entry(&found.workspace_id, Action::KeyRevoked, Subject::of("key", id))?;
        if keys::revoke(&self.control, &found.workspace_id, id, self.now_ms(), &entry).await? {
            return Ok(());
        }
        Err(no_key(id))
    }

    async fn link_for(&self, user_id: &str) -> Result<String> {
        let secret = token::secret()?;
        let now = self.now_ms();
        let subject = Subject::person(user_id);
        let entry = auth::entry(now, None, (ActorKind::Server, ""), Action::PasswordResetLink, subject, None)?;
        passwords::insert_reset(&self.control, &new_reset(user_id, &secret, now), &entry).await?;
        Ok(format!("{}/reset/{secret}", self.base_url))
    }

    fn entry(&self, workspace_id: &str, action: Action, subject: Subject) -> Result<kupets_control::audit::NewEntry> {
        auth::entry(self.now_ms(), Some(workspace_id.to_owned()), (ActorKind::Server, ""), action, subject, None)
    }

    fn now_ms(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }
}

fn no_key(id: &str) -> Error {
    Error::not_found(format!("there is no key {id}; `kupets admin keys` lists all"))
}
