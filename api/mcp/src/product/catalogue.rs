//! `list_metrics`: what can be asked for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::period::Language;
use crate::arguments::Check;

/// Arguments of `list_metrics`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListMetrics {
    /// Language of titles and definitions; the workspace's unless sent.
    pub language: Option<Language>,
}

impl Check for ListMetrics {}

/// What `list_metrics` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Metrics {
    /// The metrics.
    pub metrics: Vec<MetricInfo>,
    /// What figures may be cut and filtered by; attributes that records have stand among them as `attributes.NAME`.
    pub dimensions: Vec<DimensionInfo>,
    /// What is often asked for and is not in the records, so that it need not be guessed.
    pub absent: Vec<Absent>,
    /// ISO 4217 code of money unless another is asked for.
    pub currency: String,
    /// The zone in which days begin.
    pub time_zone: String,
}

/// A metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MetricInfo {
    /// Its name in arguments.
    pub name: String,
    /// Its title.
    pub title: String,
    /// How it is worked out.
    pub definition: String,
    /// What one of it is.
    pub unit: String,
    /// What it may be cut and filtered by.
    pub dimensions: Vec<String>,
    /// The steps in time that it may be cut by.
    pub grains: Vec<String>,
    /// Whether the values of parts add up to that of the whole.
    pub adds_up: bool,
}

/// A dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DimensionInfo {
    /// Its name in arguments.
    pub name: String,
    /// Its title.
    pub title: String,
}

/// What is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Absent {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Why it is not there.
    pub why: String,
}
