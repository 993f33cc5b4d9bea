//! The typed plan of a question: what the contract calls its interpretation. It goes out with an answer, may be edited by the
//! person, and comes back.

mod check;
mod fault;
mod filter;
mod period;

pub(crate) use check::check_filter;
pub(crate) use check::decimal;
pub use fault::Fault;
pub use filter::{Filter, Operator, Subject};
pub use period::{Edge, PlanPeriod};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalogue::{Dimension, Metric};
use crate::period::Unit;

/// Rows that a list has where no number was said.
pub const DEFAULT_LIMIT: u32 = 10;
/// Rows that a list may have.
pub const MAX_LIMIT: u32 = 1_000;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// A figure.
    #[default]
    Value,
    /// Figures by a dimension or over time.
    List,
    /// A figure or figures beside another period's.
    Compare,
    /// Why a figure changed.
    Explain,
    /// What is to come.
    Forecast,
    /// What to do.
    Recommend,
    /// A draft of tasks.
    Plan,
    /// One customer.
    Customer,
    /// Segments of customers.
    Segments,
    /// What is bought together.
    Basket,
    /// What to offer to a customer.
    Offer,
    /// Who is about to leave.
    Churn,
    /// What customers are worth.
    Clv,
    /// Retention by cohort.
    Cohort,
    /// Products by ABC and XYZ.
    Abc,
    /// The records behind.
    Rows,
    /// What can be asked.
    Help,
}

/// How a list is sorted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanOrder)]
pub struct Order {
    /// A metric's name, `change` (the difference of a comparison), `change_ratio`, `share`, `ratio`, `period` or `key`.
    pub by: String,
    /// The largest first.
    pub descending: bool,
}

/// The plan of a question.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = Interpretation)]
pub struct Plan {
    /// What is asked for.
    pub intent: Intent,
    /// The metrics, the main one first.
    #[serde(default)]
    pub metrics: Vec<Metric>,
    /// What they are cut by.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub dimensions: Vec<Dimension>,
    /// Which records count, and which keys are listed.
    #[serde(default)]
    pub filters: Vec<Filter>,
    /// When.
    #[serde(default)]
    pub period: PlanPeriod,
    /// The period beside which figures are put.
    #[serde(default)]
    pub compared_with: Option<PlanPeriod>,
    /// How a list is sorted; by its first metric, the largest first, or over time by the period.
    #[serde(default)]
    pub order: Option<Order>,
    /// How many rows.
    #[serde(default)]
    pub limit: Option<u32>,
    /// The step in time.
    #[serde(default)]
    pub grain: Option<Unit>,
    /// Shares of the whole instead of (and beside) figures.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub share: bool,
    /// The first metric divided by the second.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ratio: bool,
    /// The figures of a step in time on average: of a day, a week, a month. Only whole steps of the period count, and one in
    /// which nothing was recorded counts as zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub average_per: Option<Unit>,
    /// The limit is of the rows of each group: of all that have the same keys but the last dimension.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub limit_each: bool,
    /// The rows that the limit leaves are added up to one figure.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub together: bool,
    /// How many steps of the grain a forecast goes ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub horizon: Option<u32>,
    /// Another currency than the workspace's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What was taken for granted, in the language of the answer.
    #[serde(default)]
    pub assumed: Vec<String>,
}

impl Plan {
    /// The first metric; revenue where none is named.
    pub fn metric(&self) -> Metric {
        self.metrics.first().copied().unwrap_or(Metric::Revenue)
    }

    /// The filter on that dimension, if there is one.
    pub fn filter_on(&self, dimension: &Dimension) -> Option<&Filter> {
        self.filters.iter().find(|filter| filter.field == Subject::Dimension(dimension.clone()))
    }

    /// Whether its answer has a row a key or step in time, and is not one figure.
    pub fn is_list(&self) -> bool {
        !self.together && (!self.dimensions.is_empty() || self.grain.is_some())
    }

    /// After an edit of one part: what has no place beside it any more goes. A step in time takes the place of an average over
    /// steps, and a list without groups has no best of each.
    #[must_use]
    pub fn settled(mut self) -> Self {
        let keys = self.dimensions.len() + usize::from(self.grain.is_some());
        if self.grain.is_some() || self.metrics.iter().any(|metric| metric.is_quotient()) {
            self.average_per = None;
        }
        self.limit_each &= keys > 1 && !self.dimensions.is_empty() && self.limit.is_some() && !self.share;
        self.together &= self.dimensions.len() == keys && keys > 0 && self.limit.is_some();
        self.together &= self.compared_with.is_none() && self.metrics.len() == 1 && self.parts(self.metric());
        self
    }

    /// Whether it is worked out by one statement over the tables.
    pub fn is_statement(&self) -> bool {
        matches!(self.intent, Intent::Value | Intent::List | Intent::Compare | Intent::Rows)
    }
}
