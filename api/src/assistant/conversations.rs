//! Conversations, as they are kept: each is of one person or of one key.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use kupets_assistant::language::Language;
use kupets_auth::{Caller, Credential};
use kupets_control::{
    Pool, Random,
    conversations::{Conversations, Message, MessageRow, Owner, Status},
};
use kupets_engine::{
    Error, Kind, Result,
    semantic::{catalogue::Dimension, plan::Plan},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{reply::Reply, request::Question};

/// A conversation and the message that is being answered in it.
#[derive(Debug)]
pub struct Thread {
    /// The conversation.
    pub id: String,
    /// The message.
    pub message_id: String,
    /// The plan answered before, which a follow-up edits.
    pub plan: Option<Plan>,
    /// The question before, where it was asked back about.
    pub asked_back: Option<String>,
    /// It begins with this message.
    begins: bool,
}

/// How an answer came about: kept beside it.
#[derive(Debug, Clone, Default)]
pub struct Trace {
    /// The values bound to the statement.
    pub bound: Map<String, Value>,
    /// What the gate of exact numbers said of a model's prose; nothing where none was written.
    pub gate: Option<&'static str>,
    /// How long the steps took.
    pub elapsed: Elapsed,
}

/// How long an answer took, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
#[schema(as = AnswerTimes)]
pub struct Elapsed {
    /// Reading the words, a model's reading too.
    pub read: u64,
    /// Working the figures out.
    pub work: u64,
    /// Waiting for a model's prose.
    pub tell: u64,
    /// All of it.
    pub total: u64,
}

/// Where conversations are kept.
#[derive(Clone)]
pub struct Threads {
    stored: Conversations,
    random: Random,
}

impl std::fmt::Debug for Threads {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Threads").finish_non_exhaustive()
    }
}

impl Threads {
    /// The conversations of a migrated control database.
    pub fn new(pool: Pool, random: Random) -> Self {
        Self { stored: Conversations::new(pool), random }
    }

    /// A new identity.
    pub fn new_id(&self) -> String {
        kupets_control::new_id(&self.random)
    }

    /// What is stored.
    pub fn stored(&self) -> &Conversations {
        &self.stored
    }

    /// Goes on with the caller's conversation of that id, or begins one.
    ///
    /// # Errors
    /// The caller has no such conversation.
    pub async fn open(&self, caller: &Caller, id: Option<&str>) -> Result<Thread> {
        let message_id = kupets_control::new_id(&self.random);
        let Some(id) = id else {
            return Ok(Thread {
                id: kupets_control::new_id(&self.random),
                message_id,
                plan: None,
                asked_back: None,
                begins: true,
            });
        };
        let found = self.stored.get(caller.tenant().id(), owner(caller), id).await?;
        // A plan of an older version that cannot be read any more is as none: the next question stands alone.
        let plan = found.plan.as_deref().and_then(|plan| serde_json::from_str(plan).ok());
        Ok(Thread { id: found.id, message_id, plan, asked_back: found.asked_back, begins: false })
    }

    /// Keeps a question with its answer. Only a plan that was carried out becomes the one that a follow-up edits.
    ///
    /// # Errors
    /// The conversation is full or was deleted meanwhile; the control database refuses. Nothing is kept then.
    pub async fn keep(
        &self,
        caller: &Caller,
        thread: &Thread,
        question: &Question,
        reply: &Reply,
        trace: &Trace,
        asked_at: DateTime<Utc>,
    ) -> Result<()> {
        let (tenant, owner) = (caller.tenant().id(), owner(caller));
        if thread.begins {
            self.stored.start(tenant, owner, &thread.id, asked_at.timestamp_micros()).await?;
        }
        let message = message(question, reply, trace, asked_at)?;
        let customers: Vec<String> = customers(reply).into_iter().collect();
        self.stored.append(tenant, owner, &thread.id, &thread.message_id, &message, &customers).await.map(drop)
    }

    /// Deletes the conversations that nobody has gone on with for that many days.
    ///
    /// # Errors
    /// The control database does not answer; some may be deleted already.
    pub async fn delete_old(&self, now: DateTime<Utc>, days: u32) -> Result<()> {
        let Some(oldest) = now.checked_sub_signed(chrono::TimeDelta::days(days.into())) else { return Ok(()) };
        self.stored.delete_before(oldest.timestamp_micros()).await.map(drop)
    }

    /// What stands behind the figures of one of the caller's messages.
    ///
    /// # Errors
    /// The caller has no such message, or it has no figures.
    pub async fn behind(&self, caller: &Caller, id: &str) -> Result<Behind> {
        let Message { plan, statement, .. } =
            self.stored.message(caller.tenant().id(), owner(caller), id).await?.message;
        let plan = plan.as_deref().and_then(|plan| serde_json::from_str(plan).ok());
        match (plan, statement) {
            (Some(plan), _) => Ok(Behind::Plan(Box::new(plan))),
            (None, Some(sql)) => Ok(Behind::Statement(sql)),
            (None, None) => Err(Error::new(
                Kind::NotFound,
                "no_rows",
                "This message has no figures, so there are no rows behind it.",
            )),
        }
    }
}

/// What stands behind the figures of a message.
#[derive(Debug, Clone)]
pub enum Behind {
    /// The records of a plan.
    Plan(Box<Plan>),
    /// The statement that a person has verified or a model has written: its rows are all there is.
    Statement(String),
}

/// Whose a conversation is.
pub fn owner(caller: &Caller) -> Owner<'_> {
    match caller.credential() {
        Credential::Key(key) => Owner::Key(&key.id),
        Credential::Session(session) => Owner::Person(&session.user_id),
        Credential::Link(link) => Owner::Person(&link.user_id),
    }
}

fn message(question: &Question, reply: &Reply, trace: &Trace, asked_at: DateTime<Utc>) -> Result<Message> {
    let ru = reply.language == Language::Ru;
    let words = match question {
        Question::Words(words) => words.clone(),
        Question::Plan(_) => if ru { "Изменённый вопрос" } else { "Edited question" }.to_owned(),
    };
    let plan = reply.interpretation.as_ref().map(json).transpose()?;
    let snapshot = reply.result.as_ref().and_then(|result| result.meta["snapshot"].as_str().map(str::to_owned));
    Ok(Message {
        asked_at: asked_at.timestamp_micros(),
        question: words,
        language: reply.language.pick("ru", "en").to_owned(),
        status: Status::Answered,
        answer: Some(reply.answer.clone()),
        source: Some(reply.source.name().to_owned()),
        interpretation: plan.clone(),
        plan,
        statement: reply.sql.clone(),
        bound: (!trace.bound.is_empty()).then(|| json(&trace.bound)).transpose()?,
        snapshot,
        model: reply.model.as_ref().map(|model| model.name.clone()),
        // Without prose it is why the model's plan was not taken.
        gate: trace.gate.map(str::to_owned).or_else(|| reply.model.as_ref().and_then(|model| model.refused.clone())),
        elapsed: Some(json(&trace.elapsed)?),
        choices: Some(json(&reply.choices)?),
        alternatives: Some(json(&reply.alternatives)?),
        chart: Some(json(&reply.chart)?),
    })
}

/// The customers whom an answer names: those of its filters and of its rows. Whoever is erased takes it along.
fn customers(reply: &Reply) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let filters = reply.interpretation.iter().flat_map(|plan| &plan.filters);
    for filter in filters.filter(|filter| filter.dimension() == Some(&Dimension::Customer)) {
        found.extend(filter.values.iter().cloned());
    }
    if let Some(result) = &reply.result {
        let place = result.columns.iter().position(|column| column["name"] == "customer_id");
        let rows = place.into_iter().flat_map(|place| result.rows.iter().filter_map(move |row| row.get(place)));
        found.extend(rows.filter_map(Value::as_str).map(str::to_owned));
    }
    found
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::internal("a part of a message does not serialize").with_source(e))
}

/// A part of a stored message.
pub fn part<T: DeserializeOwned>(text: Option<&str>) -> Option<T> {
    text.and_then(|text| serde_json::from_str(text).ok())
}

/// A conversation as it is listed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Conversation)]
pub struct ConversationBody {
    /// Its identity.
    pub id: String,
    /// The beginning of its first question.
    pub title: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When the last message was answered.
    pub updated_at: DateTime<Utc>,
    /// Messages in it.
    pub messages: i64,
}

/// A message as it was asked and answered; its figures are worked out anew by sending its `interpretation`.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = ConversationMessage)]
pub struct MessageBody {
    /// Its identity.
    pub id: String,
    /// When it was asked.
    pub asked_at: DateTime<Utc>,
    /// The question.
    pub question: String,
    /// The answer in words.
    pub answer: String,
    /// `ru` or `en`.
    pub language: String,
    /// Where the answer came from.
    pub source: String,
    /// What the question was read as.
    pub interpretation: Option<Plan>,
    /// The statement behind its figures.
    pub sql: Option<String>,
    /// What it offered when it asked back.
    #[schema(value_type = Vec<super::reply::PlanChoice>)]
    pub choices: Vec<kupets_assistant::parser::Choice>,
    /// Other readings.
    #[schema(value_type = Vec<super::reply::PlanChoice>)]
    pub alternatives: Vec<kupets_assistant::parser::Choice>,
    /// The model that took part, if one did.
    pub model: Option<String>,
    /// What became of its part: `passed` where its prose was let through, else why its prose or its plan was not taken.
    pub gate: Option<String>,
    /// How long the answer took, in milliseconds.
    pub elapsed_ms: Option<Elapsed>,
}

impl From<MessageRow> for MessageBody {
    fn from(row: MessageRow) -> Self {
        let message = row.message;
        Self {
            id: row.id,
            asked_at: moment(message.asked_at),
            question: message.question,
            answer: message.answer.unwrap_or_default(),
            language: message.language,
            source: message.source.unwrap_or_default(),
            interpretation: part(message.interpretation.as_deref()),
            sql: message.statement,
            choices: part(message.choices.as_deref()).unwrap_or_default(),
            alternatives: part(message.alternatives.as_deref()).unwrap_or_default(),
            model: message.model,
            gate: message.gate,
            elapsed_ms: part(message.elapsed.as_deref()),
        }
    }
}

/// A stored moment.
pub fn moment(micros: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}
