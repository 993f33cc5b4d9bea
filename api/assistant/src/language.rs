//! The language of a question and its answer.

use kupets_semantic::{period::Text, text::plural};
use serde::{Deserialize, Serialize};

/// A language that is spoken here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
}

impl Language {
    /// The language of a text; the fallback where it has no letters. Names in the data say nothing: a Russian question about
    /// a product with an English name is Russian.
    pub fn of(text: &str, fallback: Self) -> Self {
        let russian = |char: char| matches!(char, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё');
        if text.chars().any(russian) {
            Self::Ru
        } else if text.chars().any(|char| char.is_ascii_alphabetic()) {
            Self::En
        } else {
            fallback
        }
    }

    /// The language of a locale such as `ru-RU`.
    pub fn of_locale(locale: &str) -> Self {
        if locale.to_ascii_lowercase().starts_with("ru") { Self::Ru } else { Self::En }
    }

    /// Whether it is Russian.
    pub fn russian(self) -> bool {
        self == Self::Ru
    }

    /// The text in it.
    pub fn pick<'a>(self, ru: &'a str, en: &'a str) -> &'a str {
        if self.russian() { ru } else { en }
    }

    /// The text in it.
    pub fn text(self, text: &Text) -> String {
        if self.russian() { text.ru.clone() } else { text.en.clone() }
    }

    /// The form of a noun after a number: "1 заказ, 2 заказа, 5 заказов"; in English the first and the last.
    pub fn plural<'a>(self, number: u64, ru: [&'a str; 3], en: [&'a str; 2]) -> &'a str {
        if !self.russian() {
            return if number == 1 { en[0] } else { en[1] };
        }
        plural::russian(number, ru)
    }
}
