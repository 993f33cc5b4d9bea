//! `query_metric` and `rows_behind`: figures, and the records that they are made of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    among,
    period::{Grain, Language, Period, Span},
    scalar::{Cell, Scalar},
};
use crate::{arguments::Check, error::ToolError};

/// Rows that an answer may have.
const MAX_ROWS: u32 = 1_000;

/// Arguments of `query_metric`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QueryMetric {
    /// Names of metrics as list_metrics has them, the main one first.
    #[schemars(length(min = 1, max = 8))]
    pub metrics: Vec<String>,
    /// When; the 30 whole days before today unless sent, and all records where it is about one customer or the size of the base.
    pub period: Option<Period>,
    /// What to cut the figures by, at most three: channel, category, product, attributes.NAME and so on.
    #[schemars(length(max = 3))]
    pub dimensions: Option<Vec<String>>,
    /// The step in time, for figures over time.
    pub grain: Option<Grain>,
    /// Figures of a step in time on average, instead of their sums: `week` for weekly averages. Whole steps of the period count,
    /// those without records too. Not beside `grain`.
    pub average_per: Option<Grain>,
    /// Which records count, and which keys are listed; all conditions hold.
    pub filters: Option<Vec<Filter>>,
    /// Another period, to put its figures beside. `{"words": "previous"}` is the period before, `{"words": "year ago"}` the same
    /// one a year ago.
    pub compared_with: Option<Period>,
    /// How rows are sorted; by the first metric, the largest first, or over time by the period unless sent.
    pub order: Option<Order>,
    /// Rows at most, up to 1000; 50 unless sent, or a whole series over time.
    #[schemars(range(min = 1, max = 1000))]
    pub limit: Option<u32>,
    /// Whether `limit` (3 unless sent) is of the rows of each group: of all that have the same keys but the last dimension, and the
    /// same step in time. The best three products of each country are `dimensions` country and product.
    pub limit_each: Option<bool>,
    /// ISO 4217 code of money; the workspace's unless sent. Currencies are never added up.
    pub currency: Option<String>,
    /// Language of labels and notes; the workspace's unless sent.
    pub language: Option<Language>,
}

impl Check for QueryMetric {
    fn check(&self) -> Result<(), ToolError> {
        if self.metrics.is_empty() || self.metrics.len() > 8 {
            let wrong = ToolError::new(format!("There are {}, and may be 1 to 8.", self.metrics.len())).at("metrics");
            return Err(wrong.advice("Name one of those that list_metrics gives, such as `revenue`."));
        }
        if let Some(dimensions) = self.dimensions.as_ref().filter(|dimensions| dimensions.len() > 3) {
            return Err(ToolError::new(format!("There are {}, and may be 3.", dimensions.len())).at("dimensions"));
        }
        self.period.as_ref().map_or(Ok(()), |period| period.check("period"))?;
        self.compared_with.as_ref().map_or(Ok(()), |period| period.check("compared_with"))?;
        check_filters(self.filters.as_deref())?;
        among("limit", self.limit, MAX_ROWS)
    }
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Filter {
    /// A dimension (`channel`, `attributes.city`), a metric of the keys that are listed (`revenue`), or `order_amount`, the total
    /// of one purchase.
    pub field: String,
    /// How it is compared.
    pub op: Operator,
    /// With what: keys, or numbers such as 1.5. Two for `between`, none for `missing` and `present`, one for other bounds.
    #[serde(default)]
    pub values: Vec<Scalar>,
}

/// How values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// One of the values.
    In,
    /// None of the values.
    NotIn,
    /// More than the value.
    More,
    /// The value or more.
    AtLeast,
    /// Less than the value.
    Less,
    /// The value or less.
    AtMost,
    /// From the first value to the second, both included.
    Between,
    /// Records without the key.
    Missing,
    /// Records with the key, whatever it is.
    Present,
}

/// That each condition has as many values as its operator takes.
fn check_filters(filters: Option<&[Filter]>) -> Result<(), ToolError> {
    for (place, filter) in filters.into_iter().flatten().enumerate() {
        let (takes, fits) = match filter.op {
            Operator::In | Operator::NotIn => ("one value or more", !filter.values.is_empty()),
            Operator::Between => ("two values", filter.values.len() == 2),
            Operator::Missing | Operator::Present => ("no values", filter.values.is_empty()),
            Operator::More | Operator::AtLeast | Operator::Less | Operator::AtMost => {
                ("one value", filter.values.len() == 1)
            }
        };
        if !fits {
            let wrong = ToolError::new(format!("There are {}.", filter.values.len()));
            return Err(wrong.at(format!("filters[{place}].values")).advice(format!("The operator takes {takes}.")));
        }
    }
    Ok(())
}

/// How rows are sorted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// A metric's name, `change`, `change_ratio`, `share`, `period` or `key`.
    pub by: String,
    /// The largest first; so unless sent.
    #[serde(default = "yes")]
    pub descending: bool,
}

fn yes() -> bool {
    true
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type: text, integer, decimal, float, boolean, date, time, list or object.
    #[serde(rename = "type")]
    pub kind: String,
    /// What one of it is, for figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// What `query_metric` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Figures {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, values in the order of the columns.
    pub rows: Vec<Vec<Cell>>,
    /// Whether there are more rows than were asked for.
    #[serde(default)]
    pub truncated: bool,
    /// The period.
    pub period: Span,
    /// The period beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_with: Option<Span>,
    /// ISO 4217 code of money in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What was taken for granted.
    #[serde(default)]
    pub assumed: Vec<String>,
    /// What the reader must know: a period that is not over, other currencies, too little data.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The statement that gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
}

/// Arguments of `rows_behind`: those of query_metric for one figure, and a page.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RowsBehind {
    /// The figure's metric.
    pub metric: String,
    /// When, as it was asked for; as in query_metric unless sent.
    pub period: Option<Period>,
    /// The conditions of the figure; for a row of a list also the keys of that row.
    pub filters: Option<Vec<Filter>>,
    /// ISO 4217 code of money; the workspace's unless sent.
    pub currency: Option<String>,
    /// Rows at most, up to 1000; 50 unless sent.
    #[schemars(range(min = 1, max = 1000))]
    pub limit: Option<u32>,
    /// Where the page begins: `next_cursor` of the one before.
    pub cursor: Option<String>,
}

impl Check for RowsBehind {
    fn check(&self) -> Result<(), ToolError> {
        self.period.as_ref().map_or(Ok(()), |period| period.check("period"))?;
        check_filters(self.filters.as_deref())?;
        among("limit", self.limit, MAX_ROWS)
    }
}

/// What `rows_behind` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Behind {
    /// The columns.
    pub columns: Vec<Column>,
    /// The records, a purchase's line or a customer each.
    pub rows: Vec<Vec<Cell>>,
    /// Where the next page begins; none at the end.
    pub next_cursor: Option<String>,
    /// The period.
    pub period: Span,
    /// What the reader must know.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The statement that gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
}
