//! The two languages.

use serde::{Deserialize, Serialize};

/// A language of the bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Lang {
    Ru,
    En,
}

impl Lang {
    /// The language of a locale: Russian where it says so, else English.
    pub(crate) fn of(locale: Option<&str>) -> Self {
        match locale.and_then(|locale| locale.split(['-', '_']).next()) {
            Some("ru" | "be" | "kk") => Self::Ru,
            _ => Self::En,
        }
    }

    pub(crate) fn code(self) -> &'static str {
        self.pick("ru", "en")
    }

    pub(crate) fn pick<T>(self, ru: T, en: T) -> T {
        match self {
            Self::Ru => ru,
            Self::En => en,
        }
    }
}
