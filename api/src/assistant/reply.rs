//! What the assistant answers.

use kupets_assistant::{answer::Chart, language::Language, parser::Choice};
use kupets_engine::{
    query::{Cell, Column, Told},
    semantic::plan::Plan,
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Where an answer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AnswerSource)]
pub enum Source {
    /// The words were read without a model, and the catalogue worked the figures out.
    Catalogue,
    /// A model read the words; the catalogue worked the figures out.
    Model,
    /// A question that the workspace has verified.
    Verified,
    /// A statement that a model wrote: nobody has verified what it counts.
    Sql,
    /// It asks back.
    Clarify,
    /// It is not in the data.
    Unsupported,
}

impl Source {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Catalogue => "catalogue",
            Self::Model => "model",
            Self::Verified => "verified",
            Self::Sql => "sql",
            Self::Clarify => "clarify",
            Self::Unsupported => "unsupported",
        }
    }
}

/// The figures of an answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
#[schema(as = AnswerResult)]
pub struct ResultTable {
    /// The columns: `name`, `type`, `unit`.
    #[schema(value_type = Vec<Column>)]
    pub columns: Vec<Value>,
    /// The rows, each with its cells in the order of the columns.
    #[schema(value_type = Vec<Vec<Cell>>)]
    pub rows: Vec<Vec<Value>>,
    /// What the result says of itself.
    #[schema(value_type = Told)]
    pub meta: Value,
}

/// What a model did for an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AnswerModel)]
pub struct ModelUse {
    /// The model's name.
    pub name: String,
    /// It read the words.
    pub planned: bool,
    /// Its prose was let through: every number in it is in the result.
    pub told: bool,
    /// Why its plan or its prose was not taken; nothing where it was.
    pub refused: Option<String>,
}

/// An answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Answer)]
pub struct Reply {
    /// The conversation.
    pub conversation_id: String,
    /// The message: its rows and its feedback have addresses with it.
    pub message_id: String,
    /// The answer in words, in the language of the question.
    pub answer: String,
    /// `ru` or `en`.
    #[schema(value_type = String)]
    pub language: Language,
    /// What the question was read as; nothing where it was not.
    pub interpretation: Option<Plan>,
    /// The figures.
    pub result: Option<ResultTable>,
    /// The statement behind them; it runs at `/v1/sql`.
    pub sql: Option<String>,
    /// Where the answer comes from.
    pub source: Source,
    /// The name of the verified question that it answers.
    pub verified: Option<String>,
    /// Where it asks back: what may have been meant, a plan each.
    #[schema(value_type = Vec<PlanChoice>)]
    pub choices: Vec<Choice>,
    /// Other readings, one tap each.
    #[schema(value_type = Vec<PlanChoice>)]
    pub alternatives: Vec<Choice>,
    /// How the figures are drawn: `line`, `bar`, `heatmap` or `none`.
    #[schema(value_type = String)]
    pub chart: Chart,
    /// One question to go on with.
    pub next: Option<String>,
    /// What a model did; nothing where none was asked.
    pub model: Option<ModelUse>,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
}

/// A plan one tap away.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanChoice {
    /// Its name within the answer.
    pub id: String,
    /// What it is, in the language of the answer.
    pub label: String,
    /// The plan: send it back as `plan`.
    pub plan: Plan,
}
