//! A question, and what it was read as.

use kupets_semantic::find::NamedDay;
use kupets_semantic::period::Calendar;
use kupets_semantic::plan::Plan;
use kupets_semantic::values::ValueIndex;
use serde::{Deserialize, Serialize};

use crate::language::Language;

/// A question and what it is asked in.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The question.
    pub question: &'a str,
    /// The language where the question has no letters.
    pub fallback: Language,
    /// The plan answered before in the conversation.
    pub previous: Option<&'a Plan>,
    /// When and where.
    pub calendar: &'a Calendar,
    /// The names in the data.
    pub values: &'a ValueIndex,
    /// The workspace's own named days.
    pub days: &'a [NamedDay],
}

/// A plan one tap away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Its name within the answer.
    pub id: String,
    /// What it is, in the language of the answer.
    pub label: String,
    /// The plan.
    pub plan: Plan,
}

/// What a question was read as.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A plan.
    Plan {
        /// The plan.
        plan: Box<Plan>,
        /// 1 where every word was explained and nothing assumed; below [`SURE`] a model may be asked first.
        certainty: f32,
    },
    /// A question back.
    Clarify {
        /// What is asked.
        question: String,
        /// Words that were not understood.
        unexplained: Vec<String>,
    },
    /// It cannot be answered from the data.
    Unsupported {
        /// Why.
        reason: String,
    },
    /// What can be asked.
    Help,
}

/// The certainty from which a plan is taken without asking anybody.
pub const SURE: f32 = 0.5;

/// A question as it was understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The language of the answer.
    pub language: Language,
    /// What it was read as.
    pub outcome: Outcome,
    /// Where something is asked back or not there: what may have been meant.
    pub choices: Vec<Choice>,
    /// Beside a plan: other readings.
    pub alternatives: Vec<Choice>,
}

impl Parsed {
    /// The plan, if it is one.
    pub fn plan(&self) -> Option<&Plan> {
        match &self.outcome {
            Outcome::Plan { plan, .. } => Some(plan),
            _ => None,
        }
    }

    /// The contract's `source`.
    pub fn source(&self) -> &'static str {
        match self.outcome {
            Outcome::Plan { .. } | Outcome::Help => "catalogue",
            Outcome::Clarify { .. } => "clarify",
            Outcome::Unsupported { .. } => "unsupported",
        }
    }
}
