//! When, and in which steps and language.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::ToolError;

/// A period that is asked for: two dates, or words.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first day or moment in it: 2026-03-01, or RFC 3339. A day begins at midnight in the workspace's time zone.
    pub from: Option<String>,
    /// The first day or moment after it: 2026-04-01 ends a period with 31 March.
    pub to: Option<String>,
    /// Instead of dates, words in English or Russian: `last month`, `прошлый квартал`, `last 30 days`, `с начала года`.
    pub words: Option<String>,
}

impl Period {
    /// That it is told in one way.
    pub(super) fn check(&self, name: &str) -> Result<(), ToolError> {
        let advice = "Send either `words`, or `from` and `to` (a date that is not in it any more).";
        match (&self.words, self.from.is_some() || self.to.is_some()) {
            (Some(_), true) => Err(ToolError::new("It has words and dates.").at(name).advice(advice)),
            (None, false) => Err(ToolError::new("It is empty.").at(name).advice(advice)),
            _ => Ok(()),
        }
    }
}

/// A period as it was understood: `from` <= t < `to`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// The first moment in it, RFC 3339; none where all that went before counts.
    pub from: Option<String>,
    /// The first moment after it.
    pub to: Option<String>,
    /// It in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Whether it is not over yet.
    #[serde(default)]
    pub running: bool,
}

/// A step in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// Sixty minutes.
    Hour,
    /// From midnight to midnight.
    Day,
    /// From Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
    /// Six months from January or July.
    HalfYear,
    /// A calendar year.
    Year,
}

/// Language of titles and sentences in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    En,
    /// Russian.
    Ru,
}
