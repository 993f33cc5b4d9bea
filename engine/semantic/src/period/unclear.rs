//! Periods that cannot be read for certain: what to ask back.

use serde::{Deserialize, Serialize};

use super::{Expr, Text};

/// Why a period is not resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The calendar has no such day, week or part.
    NoSuchDate,
    /// Days without the month they belong to.
    NoMonth,
    /// The last day is before the first.
    Reversed,
    /// The words name no certain period.
    Vague,
    /// Farther than records can be.
    TooFar,
}

/// A question to ask back, with the readings it offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unclear {
    /// Why.
    pub reason: Reason,
    /// What to ask.
    pub question: Text,
    /// What the person may have meant; may be empty.
    pub choices: Vec<Choice>,
}

/// One reading offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The period.
    pub expr: Expr,
    /// Its days.
    pub label: Text,
}

impl Unclear {
    /// Without labels on the choices: [`super::resolve`] adds them, for it knows the calendar.
    pub(super) fn new(
        reason: Reason,
        ru: impl Into<String>,
        en: impl Into<String>,
        choices: impl IntoIterator<Item = Expr>,
    ) -> Self {
        let choices = choices.into_iter().map(|expr| Choice { expr, label: Text::default() }).collect();
        Self { reason, question: Text::new(ru, en), choices }
    }

    pub(super) fn too_far() -> Self {
        Self::new(
            Reason::TooFar,
            "Такого далёкого периода в данных быть не может. Какой период имеется в виду?",
            "No records can be that far away. Which period do you mean?",
            [],
        )
    }
}
