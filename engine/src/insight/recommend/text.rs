//! What a recommendation says, in a person's words: templates, one file a language.

use kupets_analytics::recommend::{Kind, Method, Reason, Recommendation};
use serde::{Deserialize, Serialize};

use super::{facts::Known, text_en, text_ru};
use crate::insight::Language;

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

/// The sentences in each language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Texts {
    /// English.
    pub en: Words,
    /// Russian.
    pub ru: Words,
}

impl Texts {
    /// The sentences of a recommendation.
    pub fn of(one: &Recommendation, known: &Known, currency: &str) -> Self {
        let told = Told { one, known, currency };
        Self { en: text_en::words(&told), ru: text_ru::words(&told) }
    }

    /// In a language.
    pub fn in_language(&self, language: Language) -> &Words {
        match language {
            Language::En => &self.en,
            Language::Ru => &self.ru,
        }
    }
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

/// Why a kind has no recommendation, in a sentence.
pub(super) fn none(kind: Kind, reason: Option<Reason>, language: Language) -> String {
    match language {
        Language::En => text_en::none(kind, reason),
        Language::Ru => text_ru::none(kind, reason),
    }
}

/// The name of a method in answers.
pub(super) fn method(method: Method) -> &'static str {
    match method {
        Method::AssumedResponse => "assumed_response",
        Method::MeasuredResponse => "measured_response",
        Method::Accounting => "accounting",
        Method::SalesRate => "sales_rate",
        Method::Bounds => "bounds",
        Method::None => "not_estimated",
    }
}
