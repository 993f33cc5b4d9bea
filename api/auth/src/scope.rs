//! What an API key may do: its scopes, cut by what the person may whom it stands for.

use kupets_core::Role;
use serde::{Deserialize, Serialize};

/// One permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Send customers, purchases and interactions.
    Ingest,
    /// Read customers and reports.
    Read,
    /// Run SQL.
    Sql,
    /// Talk to the assistant.
    Assistant,
}

impl Scope {
    /// All of them, in the order in which they are written.
    pub const ALL: [Self; 4] = [Self::Ingest, Self::Read, Self::Sql, Self::Assistant];

    /// The role from which on a person may do this, and a key that stands for them.
    pub fn least_role(self) -> Role {
        match self {
            Self::Ingest => Role::Manager,
            Self::Read | Self::Assistant => Role::Viewer,
            Self::Sql => Role::Analyst,
        }
    }

    /// Its name in requests and in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Read => "read",
            Self::Sql => "sql",
            Self::Assistant => "assistant",
        }
    }
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Scopes(u8);

impl Scopes {
    /// Reads what [`Scopes::to_text`] wrote; an unknown word opens nothing.
    pub fn from_text(text: &str) -> Self {
        text.split(' ').filter_map(|word| Scope::ALL.into_iter().find(|s| s.name() == word)).collect()
    }

    /// Space-separated names.
    pub fn to_text(self) -> String {
        self.iter().map(Scope::name).collect::<Vec<_>>().join(" ")
    }

    /// Whether `scope` is in the set.
    pub fn has(self, scope: Scope) -> bool {
        self.0 & (1 << scope as u8) != 0
    }

    /// What is left of it for somebody of that role.
    #[must_use]
    pub fn cut(self, role: Role) -> Self {
        self.iter().filter(|scope| role >= scope.least_role()).collect()
    }

    /// The permissions in the set.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |set, scope| set | (1 << scope as u8)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_both_ways_and_unknown_words_open_nothing() {
        let scopes: Scopes = [Scope::Sql, Scope::Ingest].into_iter().collect();
        assert_eq!(scopes.to_text(), "ingest sql");
        assert_eq!(Scopes::from_text("ingest sql"), scopes);
        assert_eq!(Scopes::from_text("admin"), Scopes::default());
        assert!(!Scopes::from_text("").has(Scope::Read));
    }

    #[test]
    fn a_role_cuts_what_a_key_may() {
        let all: Scopes = Scope::ALL.into_iter().collect();
        assert_eq!(all.cut(Role::Viewer).to_text(), "read assistant");
        assert_eq!(all.cut(Role::Analyst).to_text(), "read sql assistant");
        assert_eq!(all.cut(Role::Manager), all);
        assert_eq!(Scopes::from_text("ingest").cut(Role::Analyst), Scopes::default());
    }
}
