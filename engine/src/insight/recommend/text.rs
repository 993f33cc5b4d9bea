//! What a recommendation says, in a person's words: templates, one file a language.

use kupets_analytics::recommend::{Kind, Method, Reason, Recommendation};
use serde::{Deserialize, Serialize};

use super::{
    facts::Known,
    sentences::{Told, Words},
    text_en, text_ru,
};
use crate::insight::Language;

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
