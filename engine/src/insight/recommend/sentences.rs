//! What the templates of both languages are given, and what they give.

use kupets_analytics::recommend::Recommendation;
use serde::{Deserialize, Serialize};

use super::facts::Known;

/// Stands for the customer in the texts of one who is spoken to alone: names are looked up when a text is shown, and never
/// stored with it.
pub(super) const CUSTOMER: &str = "{customer}";

/// The sentences of a recommendation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Words {
    /// What to do.
    pub title: String,
    /// Why.
    pub reason: String,
    /// How the effect was estimated.
    pub estimate: String,
    /// What would prove it wrong.
    pub falsified_by: String,
}

/// What a template tells of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'a> {
    /// The recommendation.
    pub one: &'a Recommendation,
    /// The names behind its numbers.
    pub known: &'a Known,
    /// ISO 4217 code.
    pub currency: &'a str,
}

impl Told<'_> {
    /// Its product at a place; a recommendation that names one has it.
    pub fn product(&self, place: usize) -> &str {
        self.one.products.get(place).map_or("", |product| self.known.products.shown(*product))
    }

    /// Days of the period that products' figures speak of.
    pub fn period(&self) -> u128 {
        self.known.facts.period_days.into()
    }

    /// The name of a segment as the report has it.
    pub fn segment(&self, number: u32) -> &str {
        self.known.segments.get(&number).map_or("", |name| name)
    }
}
