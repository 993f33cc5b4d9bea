//! The way of a question.

use std::time::Instant;

use kupets_assistant::{
    answer::Chart,
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
    event::{Event, Planned},
    reply::{Reply, Source},
    request::{MessageBody, Question},
    words,
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
    let carried = match &read.plan {
        Some(plan) => Some(carry_out(state, tenant, plan, &calendar, read.language).await?),
        None => None,
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
        verified: None,
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
    let (plan, told, source) = match parsed.outcome {
        Outcome::Plan { plan, .. } => (Some(*plan), String::new(), Source::Catalogue),
        Outcome::Clarify { question, .. } => (None, question, Source::Clarify),
        Outcome::Unsupported { reason } => (None, reason, Source::Unsupported),
        Outcome::Help => (None, words::help(language), Source::Catalogue),
    };
    Ok(Read { language, plan, told, source, choices: parsed.choices, alternatives: parsed.alternatives })
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
        choices: Vec::new(),
        alternatives: Vec::new(),
    })
}

async fn carry_out(
    state: &State,
    tenant: &TenantContext,
    plan: &Plan,
    calendar: &Calendar,
    language: Language,
) -> Result<Carried> {
    let carried = carry::carry_out(&state.engine, tenant, plan, calendar, language).await;
    carried.map_err(|error| match error.kind() {
        Kind::Invalid => Problem::from(error),
        _ => error.into(),
    })
}
