//! Who acts on a workspace's data, and as what.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

/// What a person is in a workspace. Each role may what the ones before it may, and more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads customers, reports and insight.
    Viewer,
    /// Also runs SQL.
    Analyst,
    /// Also writes: customers, records, tasks and decisions.
    Manager,
    /// Also manages keys, settings and members, and erases customers.
    Admin,
    /// Also makes and unmakes owners, and deletes the workspace.
    Owner,
}

impl Role {
    /// All of them, from the one that may least.
    pub const ALL: [Self; 5] = [Self::Viewer, Self::Analyst, Self::Manager, Self::Admin, Self::Owner];

    /// Its name in requests, answers and the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Manager => "manager",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        Self::ALL.into_iter().find(|role| role.name() == text).ok_or(UnknownRole)
    }
}

/// The text names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownRole;

impl fmt::Display for UnknownRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a role is one of owner, admin, manager, analyst, viewer")
    }
}

impl std::error::Error for UnknownRole {}

/// What kind of actor it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActorKind {
    /// A person with a session.
    Person,
    /// An app with a key.
    Key,
    /// The server itself: upkeep, jobs, the operator at the command line.
    Server,
}

impl ActorKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Person, Self::Key, Self::Server];

    /// Its name in answers and the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Key => "key",
            Self::Server => "server",
        }
    }
}

/// Who acts. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    kind: ActorKind,
    id: Arc<str>,
    role: Role,
}

impl Actor {
    /// The person of that id, with the role they have in the workspace now.
    pub fn person(id: impl Into<Arc<str>>, role: Role) -> Self {
        Self { kind: ActorKind::Person, id: id.into(), role }
    }

    /// The key of that id, with the role that its maker has now.
    pub fn key(id: impl Into<Arc<str>>, role: Role) -> Self {
        Self { kind: ActorKind::Key, id: id.into(), role }
    }

    /// The server itself: what nobody has asked for, and tests.
    pub fn server() -> Self {
        Self { kind: ActorKind::Server, id: Arc::from(""), role: Role::Owner }
    }

    /// Whether it is a person, a key, or the server.
    pub fn kind(&self) -> ActorKind {
        self.kind
    }

    /// Identity of the person or the key; empty for the server.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it may do.
    pub fn role(&self) -> Role {
        self.role
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn roles_are_in_order_and_keep_their_names() {
        assert!(Role::ALL.is_sorted());
        for role in Role::ALL {
            assert_eq!(role.name().parse::<Role>().unwrap(), role);
        }
        assert!("Owner".parse::<Role>().is_err());
    }
}
