//! The way of a question.

use std::time::Instant;

use kupets_assistant::{
    answer::{Chart, calls},
    language::Language,
    parser::{self, Asked, Choice, Outcome},
};
use kupets_auth::Caller;
use kupets_engine::{
    Kind, TenantContext,
    plans::bad_plan,
    semantic::{period::Calendar, plan::Plan},
};
use tokio::sync::mpsc;

use super::{
    carry::{self, Carried},
    conversations::part,
    event::{Event, Planned},
    reply::{Reply, Source},
    request::{MessageBody, Question},
    verified::{key, renewed},
};
use crate::{
    problem::{Problem, Result},
    state::State,
};

/// What a question was read as, whoever read it.
#[derive(Debug)]
struct Read {
    language: Language,
    plan: Option<Plan>,
    /// What is told where there is no plan.
    told: String,
    source: Source,
    verified: Option<VerifiedQuestion>,
    choices: Vec<Choice>,
    alternatives: Vec<Choice>,
}

/// Answers a message; each step is told to `events`, which may be closed without harm.
///
/// # Errors
/// A body that holds no question, a conversation that is not the caller's, a plan that cannot be worked out, and the limits of
/// queries. Nothing is kept then.
pub async fn answer(state: &State, caller: &Caller, body: &MessageBody, events: &mpsc::Sender<Event>) -> Result<Reply> {
    let started = Instant::now();
    let question = body.question()?;
    let tenant = caller.tenant();
    let thread = state.threads.open(caller, body.conversation_id.as_deref()).await?;
    let calendar = state.engine.calendar(tenant);
    let fallback = fallback(body, caller);
    let read = match &question {
        Question::Words(words) => read_words(state, tenant, words, thread.plan.as_ref(), &calendar, fallback).await?,
        Question::Plan(plan) => read_plan(plan, &calendar, fallback)?,
    };
    let planned = Planned {
        conversation_id: thread.id.clone(),
        message_id: thread.message_id.clone(),
        interpretation: read.plan.clone(),
        source: read.source,
        choices: read.choices.clone(),
        alternatives: read.alternatives.clone(),
    };
    // A client that has gone is nobody to tell; the answer is still kept.
    let _ = events.send(Event::Plan(Box::new(planned))).await;
    let statement = read.verified.as_ref().and_then(|question| question.statement.clone());
    let carried = match (&read.plan, statement) {
        (Some(plan), _) => Some(carry::carry_out(&state.engine, tenant, plan, &calendar, read.language).await?),
        (None, Some(sql)) => Some(carry::run_statement(&state.engine, tenant, sql, read.language).await?),
        (None, None) => None,
    };
    let (result, sql, chart, text, next) = match carried {
        Some(Carried { result, sql, answer, chart, next, .. }) => (result, sql, chart, answer, next),
        None => (None, None, Chart::None, read.told.clone(), None),
    };
    let _ = events.send(Event::Result(Box::new((result.clone(), sql.clone(), chart)))).await;
    let _ = events.send(Event::Narrative(text.clone())).await;
    let reply = Reply {
        conversation_id: thread.id.clone(),
        message_id: thread.message_id.clone(),
        answer: text,
        language: read.language,
        interpretation: read.plan,
        result,
        sql,
        source: read.source,
        verified: read.verified.map(|question| question.name),
        choices: read.choices,
        alternatives: read.alternatives,
        chart,
        next,
        model: None,
        elapsed_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
    };
    state.threads.keep(caller, &thread, &question, &reply, calendar.now).await?;
    let _ = events.send(Event::Done(Box::new(reply.clone()))).await;
    Ok(reply)
}

/// The language where the words have none.
fn fallback(body: &MessageBody, caller: &Caller) -> Language {
    Language::of_locale(body.locale.as_deref().unwrap_or(&caller.workspace().locale))
}

async fn read_words(
    state: &State,
    tenant: &TenantContext,
    words: &str,
    previous: Option<&Plan>,
    calendar: &Calendar,
    fallback: Language,
) -> Result<Read> {
    let values = state.engine.names(tenant).await?;
    let asked = Asked { question: words, fallback, previous, calendar, values: &values, days: &[] };
    let parsed = parser::parse(&asked);
    let language = parsed.language;
    if let Some(question) = verified(state, tenant, words).await? {
        // The period of the words as they are read today, where that is the same plan.
        let plan = part::<Plan>(question.plan.as_deref()).map(|plan| renewed(&plan, calendar, language));
        return Ok(Read {
            language,
            plan,
            told: String::new(),
            source: Source::Verified,
            verified: Some(question),
            choices: Vec::new(),
            alternatives: parsed.alternatives,
        });
    }
    let (plan, told, source) = match parsed.outcome {
        Outcome::Plan { plan, .. } => (Some(*plan), String::new(), Source::Catalogue),
        Outcome::Clarify { question, .. } => (None, question, Source::Clarify),
        Outcome::Unsupported { reason } => (None, reason, Source::Unsupported),
        Outcome::Help => (None, calls::help::write(language).text, Source::Catalogue),
    };
    let (choices, alternatives) = (parsed.choices, parsed.alternatives);
    Ok(Read { language, plan, told, source, verified: None, choices, alternatives })
}

/// The verified question of these words, if the workspace has one.
async fn verified(state: &State, tenant: &TenantContext, words: &str) -> Result<Option<VerifiedQuestion>> {
    let wanted = key(words);
    let known = VerifiedQuestions::new(state.engine.control().clone()).list(tenant.id()).await?;
    Ok(known.into_iter().find(|question| key(&question.question) == wanted))
}

fn read_plan(plan: &Plan, calendar: &Calendar, language: Language) -> Result<Read> {
    let russian = language.russian();
    let mut plan = plan.clone();
    plan.period = plan.period.settled(calendar, russian);
    plan.compared_with = plan.compared_with.map(|period| period.settled(calendar, russian));
    plan.check(calendar).map_err(|fault| Problem::from(bad_plan(fault)))?;
    Ok(Read {
        language,
        plan: Some(plan),
        told: String::new(),
        source: Source::Catalogue,
        verified: None,
        choices: Vec::new(),
        alternatives: Vec::new(),
    })
}
