//! What becomes of records that reach us late and are of somebody who was erased.

use std::{fmt, str::FromStr};

/// The rule of a workspace for records of an erased customer that occurred before the erasure, or have no time. Later ones are of a
/// person who came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ErasedRecords {
    /// They are refused.
    Refuse,
    /// A purchase is stored as a guest's, so that totals stay; what is of the person alone, a customer or an interaction, is refused.
    #[default]
    Guest,
    /// They are stored, of a customer who begins anew.
    Anew,
}

impl ErasedRecords {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Refuse, Self::Guest, Self::Anew];

    /// Its name in the public API and in the control database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Guest => "guest",
            Self::Anew => "anew",
        }
    }
}

impl fmt::Display for ErasedRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for ErasedRecords {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|rule| rule.name() == text).ok_or("one of refuse, guest, anew")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for rule in ErasedRecords::ALL {
            assert_eq!(rule.to_string().parse(), Ok(rule));
        }
        assert!("Guest".parse::<ErasedRecords>().is_err());
    }
}
