//! What can be asked: metrics, dimensions, grains and filters, defined once, and what is not there and why.

mod absent;
mod dimension;
mod listing;
mod metric;

pub use absent::{ABSENT, Absent};
pub use dimension::{ATTRIBUTE_PREFIX, ATTRIBUTES, DIMENSIONS, Dimension};
pub use listing::{Listing, listing};
pub use metric::{Definition, METRICS, Metric, UnitOf};

/// What people call something: titles, and words and phrases that are matched by their stems.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    /// The Russian title.
    pub ru: &'static str,
    /// The English title.
    pub en: &'static str,
    /// Words and phrases in both languages, with ` | ` between them.
    pub words: &'static str,
}

impl Names {
    /// The titles, Russian and English.
    pub fn titles(&self) -> (&'static str, &'static str) {
        (self.ru, self.en)
    }

    /// The words and phrases.
    pub fn all(&self) -> impl Iterator<Item = &'static str> {
        self.words.split('|').map(str::trim).filter(|phrase| !phrase.is_empty())
    }
}
