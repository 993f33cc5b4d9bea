//! Who may make an account.

use serde::{Deserialize, Serialize};

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registration {
    /// Anyone who reaches the server.
    Open,
    /// Whoever has an invite; the first account needs a link that is printed when the server starts.
    Invite,
    /// Nobody; accounts are made at the command line of the server.
    Closed,
}

impl Registration {
    /// Its name in settings and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Invite => "invite",
            Self::Closed => "closed",
        }
    }
}
