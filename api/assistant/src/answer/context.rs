//! What an answer is written with, and what it is.

use chrono_tz::Tz;
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
    /// The workspace's zone: it says what day a moment is.
    pub zone: Tz,
}

impl Context<'_> {
    /// That there is money in other currencies, which figures in [`Self::currency`] leave out.
    pub fn told_currencies(&self) -> Option<String> {
        if self.other_currencies.is_empty() {
            return None;
        }
        let (own, others) = (self.currency, self.other_currencies.join(", "));
        Some(match self.language {
            Language::Ru => format!("Учтены только суммы в {own}; есть записи и в других валютах: {others}."),
            Language::En => {
                format!("Only amounts in {own} are counted; there are records in other currencies too: {others}.")
            }
        })
    }

    /// From when to when there are records.
    pub fn told_records(&self) -> Option<String> {
        self.recorded.map(|(first, last)| match self.language {
            Language::Ru => format!("Данные есть с {first} по {last}."),
            Language::En => format!("There is data from {first} to {last}."),
        })
    }
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
