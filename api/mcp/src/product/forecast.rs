//! `forecast`: what comes next.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    among,
    period::{Grain, Language},
    scalar::Figure,
};
use crate::{arguments::Check, error::ToolError};

/// Steps ahead at most.
const MAX_HORIZON: u32 = 400;

/// Arguments of `forecast`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Forecast {
    /// The metric; revenue unless sent.
    pub metric: Option<String>,
    /// The step: day, week or month; month unless sent.
    pub grain: Option<Grain>,
    /// Steps ahead, up to 400; 6 unless sent.
    #[schemars(range(min = 1, max = 400))]
    pub horizon: Option<u32>,
    /// Only of this product.
    pub product_id: Option<String>,
    /// Only of this category.
    pub category: Option<String>,
    /// Only of this channel.
    pub channel: Option<String>,
    /// Only of customers of this segment.
    pub segment: Option<String>,
    /// ISO 4217 code of money; the workspace's unless sent.
    pub currency: Option<String>,
    /// Forecast as if it were this day.
    pub as_of: Option<String>,
    /// Language of notes; the workspace's unless sent.
    pub language: Option<Language>,
}

impl Check for Forecast {
    fn check(&self) -> Result<(), ToolError> {
        if self.grain.is_some_and(|grain| !matches!(grain, Grain::Day | Grain::Week | Grain::Month)) {
            return Err(ToolError::new("A forecast goes by day, week or month.").at("grain"));
        }
        among("horizon", self.horizon, MAX_HORIZON)
    }
}

/// What `forecast` answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Predicted {
    /// What is forecast.
    pub metric: String,
    /// The step.
    pub grain: String,
    /// What one of it is.
    pub unit: String,
    /// What was, without the step that is running.
    pub history: Vec<HistoryPoint>,
    /// What is expected.
    pub points: Vec<ForecastPoint>,
    /// The name of the method that was chosen.
    pub model: String,
    /// The method's error on the past; none without room for a trial.
    pub backtest: Option<Accuracy>,
    /// The error of the seasonal naive method at the same places.
    pub naive: Option<Accuracy>,
    /// What the reader must know.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The statement that gives the history.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
}

/// A step that was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryPoint {
    /// Its first day.
    pub period: String,
    /// The metric in it.
    pub value: Figure,
}

/// A step to come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ForecastPoint {
    /// Its first day.
    pub period: String,
    /// Expected value.
    pub value: Figure,
    /// Lower limit of the 80 % interval.
    pub lower80: Figure,
    /// Upper limit of the 80 % interval.
    pub upper80: Figure,
    /// Lower limit of the 95 % interval.
    pub lower95: Figure,
    /// Upper limit of the 95 % interval.
    pub upper95: Figure,
}

/// Errors on the past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Accuracy {
    /// Symmetric mean absolute percentage error, in per cent.
    pub smape: Option<Figure>,
    /// Mean absolute scaled error.
    pub mase: Option<Figure>,
    /// The share of values within the 95 % interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage95: Option<Figure>,
}
