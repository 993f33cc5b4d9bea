//! What an answer is written with, and what it is.

use serde::{Deserialize, Serialize};

use crate::language::Language;

/// How a result is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chart {
    /// Not at all.
    None,
    /// Over time.
    Line,
    /// By key.
    Bar,
    /// Two cycles, or a key over time.
    Heatmap,
}

/// What an answer is written with.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// The language of the question.
    pub language: Language,
    /// The currency of money.
    pub currency: &'a str,
    /// Other currencies that the period has records in: their money is not in the figure.
    pub other_currencies: &'a [String],
    /// The first and the last moment that there are records of, as days; to tell a gap of data from no sales.
    pub recorded: Option<(&'a str, &'a str)>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Its text.
    pub text: String,
    /// How the result is drawn.
    pub chart: Chart,
    /// One question to go on with.
    pub next: Option<String>,
}
