//! Whoever has been let in: with what, into which workspace, as what; and whether that suffices for what they ask.

use std::{net::IpAddr, sync::Arc};

use kupets_core::{Error, Result, Role, TenantContext};

use crate::{key_cache::KeyEntry, scope::Scope, visitor, workspace::WorkspaceInfo};

/// A person's session.
#[derive(Debug)]
pub struct SessionEntry {
    /// What lists call it.
    pub id: String,
    /// The person.
    pub user_id: String,
    /// The workspace it is in.
    pub workspace: WorkspaceInfo,
    /// The capability that follows.
    pub tenant: TenantContext,
}

/// A Telegram account that acts as a person.
#[derive(Debug)]
pub struct LinkEntry {
    /// What lists call it.
    pub id: String,
    /// The person.
    pub user_id: String,
    /// The account at Telegram.
    pub telegram_user_id: i64,
    /// The workspace it opens.
    pub workspace: WorkspaceInfo,
    /// The capability that follows.
    pub tenant: TenantContext,
}

/// With what a caller was let in.
#[derive(Debug, Clone)]
pub enum Credential {
    /// An API key.
    Key(Arc<KeyEntry>),
    /// A person's cookie.
    Session(Arc<SessionEntry>),
    /// What the bot was given for a person's Telegram account.
    Link(Arc<LinkEntry>),
}

/// What a route asks of its caller.
#[derive(Debug, Clone, Copy)]
pub struct Requirement {
    /// The scope that a key needs; `None`: any key.
    pub scope: Option<Scope>,
    /// Whether keys may call it.
    pub keys: bool,
    /// Whether people may, with their cookie.
    pub sessions: bool,
    /// Whether people may, from the Telegram account that acts as them.
    pub links: bool,
    /// The role from which on a person may, and a key that stands for them.
    pub role: Role,
}

/// An authenticated caller.
#[derive(Debug, Clone)]
pub struct Caller {
    credential: Credential,
    address: Option<IpAddr>,
}

impl Caller {
    /// Somebody whose key or session has just been checked.
    pub(crate) fn new(credential: Credential, address: Option<IpAddr>) -> Self {
        Self { credential, address }
    }

    /// The capability to use their data.
    pub fn tenant(&self) -> &TenantContext {
        match &self.credential {
            Credential::Key(key) => &key.tenant,
            Credential::Session(session) => &session.tenant,
            Credential::Link(link) => &link.tenant,
        }
    }

    /// Their workspace.
    pub fn workspace(&self) -> &WorkspaceInfo {
        match &self.credential {
            Credential::Key(key) => &key.workspace,
            Credential::Session(session) => &session.workspace,
            Credential::Link(link) => &link.workspace,
        }
    }

    /// With what they were let in.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// What they are in the workspace; of a key, what the person is whom it stands for.
    pub fn role(&self) -> Role {
        self.tenant().actor().role()
    }

    /// The address they call from, as the audit log shows it.
    pub(crate) fn address_text(&self) -> Option<String> {
        visitor::address_text(self.address)
    }

    /// The session, where a person is needed.
    ///
    /// # Errors
    /// `session_required` for a key and a Telegram link.
    pub fn session(&self) -> Result<&SessionEntry> {
        match &self.credential {
            Credential::Session(session) => Ok(session),
            Credential::Key(_) | Credential::Link(_) => Err(session_required()),
        }
    }

    /// The Telegram link, where one is needed.
    ///
    /// # Errors
    /// `link_required` for a key and a session.
    pub fn link(&self) -> Result<&LinkEntry> {
        match &self.credential {
            Credential::Link(link) => Ok(link),
            Credential::Key(_) | Credential::Session(_) => Err(link_required()),
        }
    }

    /// Whether it is a person, by whatever way they were let in, and no key.
    pub fn is_person(&self) -> bool {
        !matches!(self.credential, Credential::Key(_))
    }

    /// The person, where one is needed.
    ///
    /// # Errors
    /// `session_required` for a key.
    pub fn user_id(&self) -> Result<&str> {
        match &self.credential {
            Credential::Session(session) => Ok(&session.user_id),
            Credential::Link(link) => Ok(&link.user_id),
            Credential::Key(_) => Err(session_required()),
        }
    }

    /// Passes if they may what `needed` says.
    ///
    /// # Errors
    /// 403 that says what is missing: `session_required`, `key_required`, `link_required`, `scope`, `role` or
    /// `workspace_deleting`.
    pub fn admit(&self, needed: &Requirement) -> Result<()> {
        match &self.credential {
            Credential::Key(key) => admit_key(key, needed),
            Credential::Session(_) if needed.sessions => self.require(needed.role),
            Credential::Link(_) if needed.links => self.require(needed.role),
            Credential::Session(_) if needed.links => Err(link_required()),
            Credential::Link(_) if needed.sessions => Err(session_required()),
            Credential::Session(_) | Credential::Link(_) => {
                Err(Error::forbidden("key_required", "records are sent with an API key that has the scope `ingest`"))
            }
        }
    }

    /// Passes if their role in this workspace suffices.
    ///
    /// # Errors
    /// 403 `role`.
    pub fn require(&self, role: Role) -> Result<()> {
        require(self.role(), role)
    }
}

/// Passes if the role suffices.
pub(crate) fn require(has: Role, needed: Role) -> Result<()> {
    if has >= needed {
        return Ok(());
    }
    Err(Error::forbidden(
        "role",
        format!("this is for the role {needed} and above; you are {has} in this workspace: ask an owner or an admin"),
    ))
}

fn admit_key(key: &KeyEntry, needed: &Requirement) -> Result<()> {
    if !needed.keys {
        return Err(session_required());
    }
    if let Some(at) = key.workspace.delete_at {
        return Err(Error::forbidden(
            "workspace_deleting",
            format!("this workspace is going to be deleted at {}; an owner can still undo it", at.to_rfc3339()),
        ));
    }
    let role = needed.scope.map_or(needed.role, |scope| needed.role.max(scope.least_role()));
    match needed.scope {
        Some(scope) if !key.scopes.has(scope) => Err(Error::forbidden(
            "scope",
            format!("this API key does not have the scope `{}`; use one that has", scope.name()),
        )),
        _ if key.role < role => Err(Error::forbidden(
            "role",
            format!(
                "this is for the role {role} and above; this API key stands for a person who is {} now: use the key of another",
                key.role
            ),
        )),
        _ => Ok(()),
    }
}

fn session_required() -> Error {
    Error::forbidden("session_required", "this is for people: log in; an API key or a Telegram link does not do")
}

fn link_required() -> Error {
    Error::forbidden("link_required", "this is for the bot, with the credential of a Telegram account that was linked")
}
