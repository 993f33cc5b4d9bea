//! A question and its answer, whose they are, and how large they may be.

use kupets_core::{Error, Kind, Result};
use sqlx::FromRow;

use crate::stored_text;

/// Bytes of a question.
pub const MAX_QUESTION_BYTES: usize = 16 << 10;
/// Bytes of an answer, and of a statement.
pub const MAX_ANSWER_BYTES: usize = 64 << 10;
/// Bytes of each part of a message that is JSON.
pub const MAX_JSON_BYTES: usize = 256 << 10;
/// Customers that one message names.
pub const MAX_CUSTOMERS: usize = 10_000;

/// Whose a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner<'a> {
    /// A person with an account, by identity.
    Person(&'a str),
    /// An API key, by identity.
    Key(&'a str),
}

impl<'a> Owner<'a> {
    /// `person` or `key`, as in the audit.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Key(_) => "key",
        }
    }

    /// Identity of the person or the key.
    pub fn id(self) -> &'a str {
        match self {
            Self::Person(id) | Self::Key(id) => id,
        }
    }
}

/// How asking ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// With an answer, be it that there is none or a question back.
    Answered,
    /// With an error.
    Failed,
}

impl Status {
    /// Its name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Failed => "failed",
        }
    }

    /// The status of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Answered, Self::Failed].into_iter().find(|status| status.name() == name)
    }
}

impl TryFrom<String> for Status {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::parse(&name).ok_or_else(|| format!("no status of a message: {name}"))
    }
}

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Message {
    /// When it was asked, microseconds since the epoch.
    pub asked_at: i64,
    /// The question.
    pub question: String,
    /// `en` or `ru`: the question's.
    pub language: String,
    /// How it ended.
    #[sqlx(try_from = "String")]
    pub status: Status,
    /// The answer's text.
    pub answer: Option<String>,
    /// `catalogue`, `model`, `verified`, `sql`, `clarify` or `unsupported`.
    pub source: Option<String>,
    /// JSON: how the question was understood, as it was told.
    pub interpretation: Option<String>,
    /// JSON: the plan that a follow-up edits. None: it was not good enough for that, and the one before holds.
    pub plan: Option<String>,
    /// The statement that gave the numbers.
    pub statement: Option<String>,
    /// JSON: the values bound to it.
    pub bound: Option<String>,
    /// Which data it was run over.
    pub snapshot: Option<String>,
    /// The model, if one took part.
    pub model: Option<String>,
    /// What the gate of exact numbers said of its prose.
    pub gate: Option<String>,
    /// JSON: milliseconds by phase.
    pub elapsed: Option<String>,
    /// JSON: what was offered when asking back.
    pub choices: Option<String>,
    /// JSON: other readings.
    pub alternatives: Option<String>,
    /// JSON: how to draw it.
    pub chart: Option<String>,
}

/// A message as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct MessageRow {
    /// 32 hex digits.
    pub id: String,
    /// The conversation.
    pub conversation_id: String,
    /// From 1. A number whose message was forgotten is missing.
    pub position: i64,
    /// What was asked and answered.
    #[sqlx(flatten)]
    pub message: Message,
}

/// Refuses what is too large or no JSON.
pub(super) fn check(message: &Message, customers: &[String]) -> Result<()> {
    stored_text::text("question", Some(&message.question), MAX_QUESTION_BYTES)?;
    stored_text::text("answer", message.answer.as_deref(), MAX_ANSWER_BYTES)?;
    stored_text::text("statement", message.statement.as_deref(), MAX_ANSWER_BYTES)?;
    for (field, value) in [
        ("interpretation", &message.interpretation),
        ("plan", &message.plan),
        ("bound", &message.bound),
        ("elapsed", &message.elapsed),
        ("choices", &message.choices),
        ("alternatives", &message.alternatives),
        ("chart", &message.chart),
    ] {
        stored_text::json(field, value.as_deref(), MAX_JSON_BYTES)?;
    }
    match customers.len() > MAX_CUSTOMERS {
        true => Err(Error::new(
            Kind::TooLarge,
            "too_many_customers",
            format!("a message names {} customers; at most {MAX_CUSTOMERS} are noted", customers.len()),
        )),
        false => Ok(()),
    }
}
