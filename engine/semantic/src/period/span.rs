//! The whole days that words mean.

use chrono::NaiveDate;

use super::{Shape, Text};

/// Whole days of the zone, before the running one is cut off.
#[derive(Debug, Clone)]
pub(super) struct Span {
    pub from: Option<NaiveDate>,
    /// The day after the last; `None` for all records.
    pub to: Option<NaiveDate>,
    pub shape: Shape,
    pub future: bool,
    pub notes: Vec<Text>,
}

impl Span {
    pub fn days(from: NaiveDate, to: NaiveDate, shape: Shape) -> Self {
        Self { from: Some(from), to: Some(to), shape, future: false, notes: Vec::new() }
    }

    pub fn open(to: Option<NaiveDate>) -> Self {
        Self { from: None, to, shape: Shape::Open, future: false, notes: Vec::new() }
    }

    pub fn noted(mut self, ru: &str, en: &str) -> Self {
        self.notes.push(Text::new(ru, en));
        self
    }
}
