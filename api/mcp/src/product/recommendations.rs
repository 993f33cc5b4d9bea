//! `recommendations`: what to do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    among,
    customers::CustomerMatch,
    period::Language,
    scalar::{Cell, Figure},
};
use crate::{arguments::Check, error::ToolError};

/// Recommendations that a page may have.
const MAX_RECOMMENDATIONS: u32 = 100;

/// Arguments of `recommendations`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Recommendations {
    /// Only of this kind: win_back, second_purchase, cross_sell_bundle, reorder_due, price_leak, promote_product, drop_product,
    /// at_risk_key_customer, best_contact_time or stock_out.
    pub kind: Option<String>,
    /// Only about this customer.
    pub customer_id: Option<String>,
    /// Recommendations at most, up to 100; 10 unless sent.
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the one before.
    pub cursor: Option<String>,
    /// Language of titles and reasons; the workspace's unless sent.
    pub language: Option<Language>,
}

impl Check for Recommendations {
    fn check(&self) -> Result<(), ToolError> {
        among("limit", self.limit, MAX_RECOMMENDATIONS)
    }
}

/// What `recommendations` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RecommendationsFound {
    /// The recommendations.
    pub items: Vec<Recommendation>,
    /// Where the next page begins; none at the end.
    pub next_cursor: Option<String>,
    /// Kinds without a recommendation, and why.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// An action that the records speak for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recommendation {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// What to do.
    pub title: String,
    /// Why.
    pub reason: String,
    /// The names of the figures that speak for it.
    #[serde(default)]
    pub columns: Vec<String>,
    /// The figures.
    #[serde(default)]
    pub rows: Vec<Vec<Cell>>,
    /// Whom it is about, those with most at stake first.
    #[serde(default)]
    pub customers: Vec<CustomerMatch>,
    /// Ids of the products that it is about.
    #[serde(default)]
    pub products: Vec<String>,
    /// What it may bring; none where it cannot be told.
    pub expected: Option<Expected>,
    /// How sure, 0 to 1.
    pub confidence: Figure,
    /// What would prove it wrong.
    pub falsified_by: String,
    /// new, accepted, dismissed or done.
    pub status: String,
}

/// What an action may bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Expected {
    /// In which metric.
    pub metric: String,
    /// How much.
    pub value: Figure,
    /// At least.
    pub lower: Figure,
    /// At most.
    pub upper: Figure,
    /// How it was worked out.
    pub method: String,
}
