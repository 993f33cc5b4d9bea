//! `explain_change`: why a figure moved.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    among,
    period::{Language, Period, Span},
    scalar::Figure,
};
use crate::{arguments::Check, error::ToolError};

/// Findings that an answer may have.
const MAX_FINDINGS: u32 = 200;

/// Arguments of `explain_change`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainChange {
    /// The metric; revenue unless sent.
    pub metric: Option<String>,
    /// The later period; the last full month unless sent.
    pub period: Option<Period>,
    /// The earlier period; the one before unless sent.
    pub compared_with: Option<Period>,
    /// What to look at it by: product, category, channel, segment, customer_kind, weekday, hour, attributes.NAME; all that fit
    /// unless sent.
    pub dimensions: Option<Vec<String>>,
    /// ISO 4217 code of money; the workspace's unless sent.
    pub currency: Option<String>,
    /// Findings at most, up to 200; 30 unless sent.
    #[schemars(range(min = 1, max = 200))]
    pub limit: Option<u32>,
    /// Language of the sentences; the workspace's unless sent.
    pub language: Option<Language>,
}

impl Check for ExplainChange {
    fn check(&self) -> Result<(), ToolError> {
        self.period.as_ref().map_or(Ok(()), |period| period.check("period"))?;
        self.compared_with.as_ref().map_or(Ok(()), |period| period.check("compared_with"))?;
        among("limit", self.limit, MAX_FINDINGS)
    }
}

/// What `explain_change` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The later period.
    pub period: Span,
    /// The earlier period.
    pub compared_with: Span,
    /// The change as a whole.
    pub total: Total,
    /// What carries it: the likeliest cause first or, for two periods of one's choice and for dimensions that were named, dimension by
    /// dimension with the rest as `other`, so that the contributions of each sum to the change.
    pub findings: Vec<Finding>,
    /// What could not be looked at, and why.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// The change as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Total {
    /// The metric.
    pub metric: String,
    /// In the earlier period.
    pub before: Figure,
    /// In the later period.
    pub after: Figure,
    /// The difference.
    pub change: Figure,
}

/// A part of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// driver, mix, shift or anomaly.
    pub kind: String,
    /// What it is looked at by; none for the whole.
    pub dimension: Option<String>,
    /// Which key of it.
    pub key: Option<String>,
    /// The key as people know it.
    pub label: Option<String>,
    /// In the earlier period.
    pub before: Figure,
    /// In the later period.
    pub after: Figure,
    /// What it carries of the change of the whole.
    pub contribution: Figure,
    /// The first day of a new level, or the day out of line.
    pub since: Option<String>,
    /// Whether a year ago the same happened; none where that cannot be told.
    pub seasonal: Option<bool>,
    /// How sure, 0 to 1; 1 for arithmetic.
    pub confidence: Figure,
    /// It in a sentence.
    pub sentence: String,
    /// The statement that it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
}
