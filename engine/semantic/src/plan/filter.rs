//! Filters of a plan: which records count, and which keys are listed.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::ToSchema;

use crate::catalogue::{Dimension, Metric};
use crate::text::numbers::Number;

/// What a filter is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A key of the records.
    Dimension(Dimension),
    /// The figure of a key: of what is listed, otherwise of a customer. Keys that do not reach it are left out.
    Metric(Metric),
    /// The total of one purchase.
    OrderAmount,
}

impl fmt::Display for Subject {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dimension(dimension) => dimension.fmt(out),
            Self::Metric(metric) => out.write_str(metric.name()),
            Self::OrderAmount => out.write_str("order_amount"),
        }
    }
}

impl Subject {
    /// The subject of that name.
    pub fn parse(name: &str) -> Option<Self> {
        if name == "order_amount" {
            return Some(Self::OrderAmount);
        }
        Metric::parse(name).map(Self::Metric).or_else(|| Dimension::parse(name).map(Self::Dimension))
    }

    /// Whether its values are numbers.
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Metric(_) | Self::OrderAmount)
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::parse(&name)
            .ok_or_else(|| de::Error::custom(format!("there is nothing to filter by that is called `{name}`")))
    }
}

/// How values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PlanOperator)]
pub enum Operator {
    /// One of the values.
    In,
    /// None of the values; records without the key count.
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

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = PlanFilter)]
pub struct Filter {
    /// What it is about: a dimension, a metric or `order_amount`.
    #[schema(value_type = String)]
    pub field: Subject,
    /// How it is compared.
    pub op: Operator,
    /// With what: keys as they are stored, or numbers as decimals.
    #[serde(default)]
    pub values: Vec<String>,
    /// The keys as people know them, in the same order; may be empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// It is what the share is of: it does not hold for the whole.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub part: bool,
}

impl Filter {
    /// One of the keys.
    pub fn one_of(dimension: Dimension, values: Vec<String>, labels: Vec<String>) -> Self {
        Self { field: Subject::Dimension(dimension), op: Operator::In, values, labels, part: false }
    }

    /// A bound on a figure.
    pub fn bound(field: Subject, op: Operator, values: &[Number]) -> Self {
        let values = values.iter().map(Number::to_string).collect();
        Self { field, op, values, labels: Vec::new(), part: false }
    }

    /// The dimension it is about.
    pub fn dimension(&self) -> Option<&Dimension> {
        match &self.field {
            Subject::Dimension(dimension) => Some(dimension),
            _ => None,
        }
    }

    /// Whether it is about the figure of a key.
    pub fn metric(&self) -> Option<Metric> {
        match self.field {
            Subject::Metric(metric) => Some(metric),
            _ => None,
        }
    }

    /// How many values its operator takes.
    pub fn takes(&self) -> std::ops::RangeInclusive<usize> {
        match self.op {
            Operator::In | Operator::NotIn => 1..=1_000,
            Operator::Between => 2..=2,
            Operator::Missing | Operator::Present => 0..=0,
            _ => 1..=1,
        }
    }
}
