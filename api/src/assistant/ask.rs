//! The way of a question.

use std::time::Instant;

use kupets_assistant::{
    answer::{Chart, calls},
    gate::Facts,
    language::Language,
    model::{
        planner::{self, Example, Planned},
        prose::{self, Gate},
    },
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
    reply::{ModelUse, Reply, Source},
    request::{MessageBody, Question},
    verified::{key, renewed},
};
use crate::{
    problem::{Problem, Result},
    state::State,
};

/// Verified questions that a model is shown at most.
const EXAMPLES: usize = 5;

/// What a question was read as, whoever read it.
#[derive(Debug)]
struct Read {
    language: Language,
    plan: Option<Plan>,
    /// What is told where there is no plan.
    told: String,
    source: Source,
    verified: Option<VerifiedQuestion>,
    model: Option<ModelUse>,
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
    let mut read = match &question {
        Question::Words(words) => {
            read_words(state, tenant, words, thread.plan.as_ref(), &calendar, fallback, events).await?
        }
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
    let (mut result, mut sql, mut chart, mut next) = (None, None, Chart::None, None);
    let mut text = read.told.clone();
    if let Some(carried) = carried {
        let told = (carried.result.clone(), carried.sql.clone(), carried.chart);
        let _ = events.send(Event::Result(Box::new(told))).await;
        // The template's words first: they are right, and there at once.
        let _ = events.send(Event::Narrative(carried.answer.clone())).await;
        text = carried.answer.clone();
        if let (Question::Words(words), Some(_)) = (&question, state.model.name())
            && let Some(prose) = told_by_model(state, tenant, words, &carried, &mut read).await
        {
            let _ = events.send(Event::Narrative(prose.clone())).await;
            text = prose;
        }
        (result, sql, chart, next) = (carried.result, carried.sql, carried.chart, carried.next);
    } else {
        let _ = events.send(Event::Result(Box::new((None, None, chart)))).await;
        let _ = events.send(Event::Narrative(text.clone())).await;
    }
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
    events: &mpsc::Sender<Event>,
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
            model: None,
            choices: Vec::new(),
            alternatives: parsed.alternatives,
        });
    }
    let mut read = Read {
        language,
        plan: None,
        told: String::new(),
        source: Source::Catalogue,
        verified: None,
        model: None,
        choices: Vec::new(),
        alternatives: Vec::new(),
    };
    if let Some(name) = state.model.name().filter(|_| planner::may_help(&parsed)) {
        let _ = events.send(Event::Waiting).await;
        let examples = examples(state, tenant).await?;
        let nearest = planner::nearest(&examples, words, EXAMPLES);
        let report = planner::plan(&state.model, tenant.id().as_str(), &asked, &parsed, &nearest).await;
        let mut used = ModelUse { name: name.to_owned(), planned: true, told: false, refused: None };
        match report.planned {
            Planned::Plan(plan) => {
                return Ok(Read { plan: Some(*plan), source: Source::Model, model: Some(used), ..read });
            }
            Planned::Clarify { question, choices } => {
                return Ok(Read { told: question, source: Source::Clarify, model: Some(used), choices, ..read });
            }
            Planned::Unsupported { reason } => {
                return Ok(Read { told: reason, source: Source::Unsupported, model: Some(used), ..read });
            }
            Planned::Failed(failure) => {
                used.planned = false;
                used.refused = Some(failure.tell(language));
                read.model = Some(used);
            }
            Planned::Unneeded => {}
        }
    }
    let (plan, told, source) = match parsed.outcome {
        Outcome::Plan { plan, .. } => (Some(*plan), String::new(), Source::Catalogue),
        Outcome::Clarify { question, .. } => (None, question, Source::Clarify),
        Outcome::Unsupported { reason } => (None, reason, Source::Unsupported),
        Outcome::Help => (None, calls::help::write(language).text, Source::Catalogue),
    };
    Ok(Read { plan, told, source, choices: parsed.choices, alternatives: parsed.alternatives, ..read })
}

/// The workspace's verified questions with plans, as a model is shown them.
async fn examples(state: &State, tenant: &TenantContext) -> Result<Vec<Example>> {
    let known = VerifiedQuestions::new(state.engine.control().clone()).list(tenant.id()).await?;
    let with_plan = |question: VerifiedQuestion| {
        Some(Example { plan: part(question.plan.as_deref())?, question: question.question })
    };
    Ok(known.into_iter().filter_map(with_plan).collect())
}

/// The answer in the model's words, where it may and they pass.
async fn told_by_model(
    state: &State,
    tenant: &TenantContext,
    words: &str,
    carried: &Carried,
    read: &mut Read,
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
    used.told = told.gate == Gate::Passed;
    if !used.told {
        used.refused.get_or_insert_with(|| told.gate.code().to_owned());
        return None;
    }
    Some(told.text)
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
        model: None,
        choices: Vec::new(),
        alternatives: Vec::new(),
    })
}
