//! The way of a question.

use std::time::Instant;

use kupets_assistant::{
    answer::Chart,
    gate::Facts,
    model::prose::{self, Gate},
};
use kupets_auth::Caller;
use kupets_engine::{Kind, TenantContext};
use tokio::sync::mpsc;

use super::{
    carried::Carried,
    carry,
    conversations::{Elapsed, Trace},
    decisions::Decisions,
    event::{Event, PlanTold},
    expert,
    read::{self, Read, Words},
    reply::{ModelUse, Reply, Source},
    request::{MessageBody, Question},
};
use crate::{problem::Result, state::State};

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
    let decisions = Decisions::of(state, caller).await?;
    let calendar = decisions.calendar(state.engine.calendar(tenant));
    let fallback = read::fallback(body, caller);
    let mut read = match &question {
        Question::Words(words) => {
            let asked = Words { words, thread: &thread, calendar: &calendar, decisions: &decisions, fallback };
            read::read_words(state, caller, asked, events).await?
        }
        Question::Plan(plan) => read::read_plan(plan, &calendar, fallback)?,
    };
    let read_ms = milliseconds(started);
    let working = Instant::now();
    // Words that were understood and cannot be worked out are told so at once, not after a plan that promises figures.
    if let (Some(plan), Question::Words(_)) = (read.plan.as_ref().filter(|plan| plan.is_statement()), &question)
        && let Err(error) = state.engine.check_plan(tenant, plan, &calendar)
    {
        read.refuse(&error);
    }
    let planned = PlanTold {
        conversation_id: thread.id.clone(),
        message_id: thread.message_id.clone(),
        interpretation: read.plan.clone(),
        source: read.source,
        choices: read.choices.clone(),
        alternatives: read.alternatives.clone(),
    };
    // A client that has gone is nobody to tell; the answer is still kept.
    let _ = events.send(Event::Plan(Box::new(planned))).await;
    let statement = read.statement.clone();
    let carried = match (read.plan.clone(), statement) {
        (Some(plan), _) => {
            let carried = carry::carry_out(&state.engine, tenant, &plan, &calendar, read.language).await;
            match (carried, &question) {
                // The words were understood, and what they ask cannot be worked out: that is an answer, not a wrong request.
                (Err(error), Question::Words(_)) if error.kind() == Kind::Invalid => {
                    read.refuse(&error);
                    None
                }
                (carried, _) => Some(carried?),
            }
        }
        (None, Some(sql)) => {
            match carry::run_statement(&state.engine, tenant, sql, read.language).await {
                // Nobody has vouched for it: that it does not work is no fault of the request.
                Err(error) if read.source == Source::Sql => {
                    read.refuse(&error);
                    None
                }
                ran => Some(ran?),
            }
        }
        (None, None) => None,
    };
    let work_ms = milliseconds(working);
    let telling = Instant::now();
    let mut trace = Trace::default();
    let (mut result, mut sql, mut chart, mut next) = (None, None, Chart::None, None);
    let mut text = read.told.clone();
    if let Some(mut carried) = carried {
        if let (Source::Sql, Some(model)) = (read.source, state.model.name()) {
            carried.answer = format!("{}\n{}", expert::label(read.language, model), carried.answer);
        }
        let told = (carried.result.clone(), carried.sql.clone(), carried.chart);
        let _ = events.send(Event::Result(Box::new(told))).await;
        // The template's words first: they are right, and there at once.
        let _ = events.send(Event::Narrative(carried.answer.clone())).await;
        text = carried.answer.clone();
        if let (Question::Words(words), Some(_)) = (&question, state.model.name())
            && read.source != Source::Sql
            && let Some(prose) = told_by_model(state, tenant, words, &carried, &mut read, &mut trace).await
        {
            let _ = events.send(Event::Narrative(prose.clone())).await;
            text = prose;
        }
        trace.bound = carried.bound;
        (result, sql, chart, next) = (carried.result, carried.sql, carried.chart, carried.next);
    } else {
        let _ = events.send(Event::Result(Box::new((None, None, chart)))).await;
        let _ = events.send(Event::Narrative(text.clone())).await;
    }
    trace.elapsed = Elapsed { read: read_ms, work: work_ms, tell: milliseconds(telling), total: milliseconds(started) };
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
        model: read.model,
        elapsed_ms: trace.elapsed.total,
    };
    state.threads.keep(caller, &thread, &question, &reply, &trace, calendar.now).await?;
    let _ = events.send(Event::Done(Box::new(reply.clone()))).await;
    Ok(reply)
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// The answer in the model's words, where it may and they pass.
async fn told_by_model(
    state: &State,
    tenant: &TenantContext,
    words: &str,
    carried: &Carried,
    read: &mut Read,
    trace: &mut Trace,
) -> Option<String> {
    let name = state.model.name().filter(|_| state.settings.ollama_prose)?;
    let mut facts = Facts::of(&carried.table);
    if let Some(plan) = &read.plan {
        facts.add_text(&plan.period.label);
    }
    let told = prose::tell(&state.model, tenant.id().as_str(), read.language, words, &carried.answer, &facts).await;
    let used = read.model.get_or_insert_with(|| ModelUse {
        name: name.to_owned(),
        planned: false,
        told: false,
        refused: None,
    });
    trace.gate = Some(told.gate.code());
    used.told = told.gate == Gate::Passed;
    if !used.told {
        used.refused.get_or_insert_with(|| told.gate.code().to_owned());
        return None;
    }
    Some(told.text)
}
