//! What a question is read as: by the workspace's verified questions, by its words, or by a model.

use std::{pin::pin, sync::Arc, time::Duration};

use kupets_assistant::{
    answer::calls,
    language::Language,
    model::planner::{self, Example, Planned},
    parser::{self, Asked, Choice, Outcome, Parsed},
};
use kupets_auth::Caller;
use kupets_control::verified_questions::{VerifiedQuestion, VerifiedQuestions};
use kupets_engine::{
    FieldError, TenantContext,
    plans::bad_plan,
    semantic::{
        catalogue::Dimension,
        period::Calendar,
        plan::{Fault, Plan},
        values::ValueIndex,
    },
};
use tokio::sync::mpsc;

use super::{
    conversations::{Thread, part},
    decisions::Decisions,
    event::Event,
    expert,
    reply::{ModelUse, Source},
    request::MessageBody,
    verified::{key, renewed},
};
use crate::{
    problem::{Problem, Result},
    state::State,
};

/// Verified questions that a model is shown at most.
const EXAMPLES: usize = 5;

/// How long reading may take before a client is told that it takes longer: the first event is to be there within 50 ms.
const AT_HAND: Duration = Duration::from_millis(30);

/// What a question was read as, whoever read it.
#[derive(Debug)]
pub struct Read {
    /// The language of the answer.
    pub language: Language,
    /// The plan, if it is one.
    pub plan: Option<Plan>,
    /// The statement that answers it, where that is no plan: a verified one, or a model's.
    pub statement: Option<String>,
    /// What is told where there is no plan.
    pub told: String,
    /// Who read it, or that nobody could.
    pub source: Source,
    /// The verified question that it is.
    pub verified: Option<VerifiedQuestion>,
    /// What a model did.
    pub model: Option<ModelUse>,
    /// What may have been meant.
    pub choices: Vec<Choice>,
    /// Other readings.
    pub alternatives: Vec<Choice>,
}

impl Read {
    /// What was understood cannot be worked out.
    pub fn refuse(&mut self, error: &kupets_engine::Error) {
        self.told = match self.language {
            Language::Ru => format!("Так посчитать нельзя: {}.", russian(error, self.source)),
            Language::En => format!("This cannot be worked out: {error}"),
        };
        self.plan = None;
        self.statement = None;
        self.source = Source::Unsupported;
    }
}

/// Why something cannot be worked out, in Russian: the engine's own words are those of the API, which are English.
fn russian(error: &kupets_engine::Error, source: Source) -> String {
    let of_plan = |wrong: &FieldError| {
        let field = wrong.field.strip_prefix("plan.")?.to_owned();
        Some(Fault { field, message: wrong.message.clone() }.russian())
    };
    error.fields().iter().find_map(of_plan).unwrap_or_else(|| {
        let why = match source {
            Source::Sql => "запрос, который написала модель, не выполняется; спросите другими словами",
            _ => "по этим данным ответа нет; измените период, показатель или отбор",
        };
        why.to_owned()
    })
}

/// The language where the words have none.
pub fn fallback(body: &MessageBody, caller: &Caller) -> Language {
    Language::of_locale(body.locale.as_deref().unwrap_or(&caller.workspace().locale))
}

/// Words, and what they are read by.
#[derive(Debug, Clone, Copy)]
pub struct Words<'a> {
    /// What was asked.
    pub words: &'a str,
    /// The conversation that they go on.
    pub thread: &'a Thread,
    /// When and where.
    pub calendar: &'a Calendar,
    /// What the workspace calls by names of its own.
    pub decisions: &'a Decisions,
    /// The language where they have none.
    pub fallback: Language,
}

/// Reads words; a follow-up edits the plan before it in the thread, or completes the question that was asked back about. Where the
/// workspace wants it, a model writes a statement for what no plan says.
///
/// # Errors
/// The limits of queries.
pub async fn read_words(
    state: &State,
    caller: &Caller,
    asked: Words<'_>,
    events: &mpsc::Sender<Event>,
) -> Result<Read> {
    let Words { words, thread, calendar, decisions, fallback } = asked;
    let tenant = caller.tenant();
    let values = names(state, tenant, events).await?;
    let (days, question) = (decisions.days(), decisions.understood(words));
    let previous = thread.plan.as_ref();
    let asked_back = thread.asked_back.as_deref().map(|question| decisions.understood(question));
    let asked = Asked { question: &question, fallback, previous, calendar, values: &values, days: &days };
    let parsed = parser::read(&asked, asked_back.as_deref());
    let more = with_customers(state, tenant, &values, &question, &parsed).await?;
    let asked = Asked { values: more.as_ref().unwrap_or(&values), ..asked };
    let parsed = if more.is_some() { parser::read(&asked, asked_back.as_deref()) } else { parsed };
    let language = parsed.language;
    let known = VerifiedQuestions::new(state.engine.control().clone()).list(tenant.id()).await?;
    let wanted = key(words);
    if let Some(question) = known.iter().find(|question| key(&question.question) == wanted).cloned() {
        // The period of the words as they are read today, where that is the same plan.
        let plan = part::<Plan>(question.plan.as_deref()).map(|plan| renewed(&plan, calendar, language));
        return Ok(Read {
            language,
            plan,
            statement: question.statement.clone(),
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
        statement: None,
        told: String::new(),
        source: Source::Catalogue,
        verified: None,
        model: None,
        choices: Vec::new(),
        alternatives: Vec::new(),
    };
    if let Some(name) = state.model.name().filter(|_| planner::may_help(&parsed)) {
        let _ = events.send(Event::Waiting).await;
        let examples = examples(known);
        let nearest = planner::nearest(&examples, words, EXAMPLES);
        let report = planner::plan(&state.model, tenant.id().as_str(), &asked, &parsed, &nearest).await;
        let mut used = ModelUse { name: name.to_owned(), planned: true, told: false, refused: None };
        match report.planned {
            Planned::Plan(plan) => {
                return Ok(Read { plan: Some(*plan), source: Source::Model, model: Some(used), ..read });
            }
            Planned::Clarify { question, choices } => {
                if expert::may_help(&parsed) && expert::is_wanted(state, caller).await? {
                    match expert::statement(state, tenant, words, language).await {
                        Ok(sql) => {
                            used.planned = false;
                            return Ok(Read { statement: Some(sql), source: Source::Sql, model: Some(used), ..read });
                        }
                        Err(why) => used.refused = Some(why),
                    }
                }
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

/// The names in the data; where they are not at hand the client is told at once that there will be an answer.
async fn names(state: &State, tenant: &TenantContext, events: &mpsc::Sender<Event>) -> Result<Arc<ValueIndex>> {
    let mut names = pin!(state.engine.names(tenant));
    match tokio::time::timeout(AT_HAND, names.as_mut()).await {
        Ok(names) => Ok(names?),
        Err(_) => {
            let _ = events.send(Event::Waiting).await;
            Ok(names.await?)
        }
    }
}

/// The names with the customers that a question may be about and that are not among them: those are the newest customers only. Nothing
/// where there are none, or the question was understood.
async fn with_customers(
    state: &State,
    tenant: &TenantContext,
    values: &ValueIndex,
    question: &str,
    parsed: &Parsed,
) -> Result<Option<ValueIndex>> {
    let Outcome::Clarify { unexplained, .. } = &parsed.outcome else { return Ok(None) };
    let found = state.engine.customers_called(tenant, &called(question, unexplained)).await?;
    let new: Vec<_> = found.into_iter().filter(|(id, _)| values.get(&Dimension::Customer, id).is_none()).collect();
    if new.is_empty() {
        return Ok(None);
    }
    let mut more = values.clone();
    for (id, name) in new {
        more.insert(Dimension::Customer, &id, name.as_deref());
    }
    Ok(Some(more))
}

/// What a customer may be called by in a question: what nothing explains, and what looks like an identity.
fn called(question: &str, unexplained: &[String]) -> Vec<String> {
    const MOST: usize = 10;
    let whole = (unexplained.len() > 1).then(|| unexplained.join(" "));
    let bare = |word: &str| word.trim_matches(|char: char| !char.is_alphanumeric()).to_owned();
    let ids = question.split_whitespace().map(bare).filter(|word| word.chars().any(|char| char.is_ascii_digit()));
    let mut all: Vec<String> = Vec::new();
    for text in whole.into_iter().chain(unexplained.iter().map(|word| bare(word))).chain(ids) {
        if !text.is_empty() && !all.contains(&text) {
            all.push(text);
        }
    }
    all.truncate(MOST);
    all
}

/// The workspace's verified questions with plans, as a model is shown them.
fn examples(known: Vec<VerifiedQuestion>) -> Vec<Example> {
    let with_plan = |question: VerifiedQuestion| {
        Some(Example { plan: part(question.plan.as_deref())?, question: question.question })
    };
    known.into_iter().filter_map(with_plan).collect()
}

/// Takes an edited plan: labels and running ends follow its periods.
///
/// # Errors
/// It cannot be worked out; the field is named.
pub fn read_plan(plan: &Plan, calendar: &Calendar, language: Language) -> Result<Read> {
    let russian = language.russian();
    let mut plan = plan.clone().settled();
    plan.period = plan.period.settled(calendar, russian);
    plan.compared_with = plan.compared_with.map(|period| period.settled(calendar, russian));
    plan.check(calendar).map_err(|fault| Problem::from(bad_plan(fault)))?;
    Ok(Read {
        language,
        plan: Some(plan),
        statement: None,
        told: String::new(),
        source: Source::Catalogue,
        verified: None,
        model: None,
        choices: Vec::new(),
        alternatives: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_are_looked_for_by_what_nothing_explains_and_what_has_digits() {
        let unexplained = ["Анна".to_owned(), "Каренина".to_owned()];
        assert_eq!(called("расскажи о клиенте Анна Каренина", &unexplained), ["Анна Каренина", "Анна", "Каренина"]);
        assert_eq!(called("tell me about customer «C-17»?", &[]), ["C-17"]);
        assert!(called("сравни", &[]).is_empty());
    }

    #[test]
    fn a_refusal_in_russian_has_no_english_in_it() {
        let fault = Fault { field: "period".to_owned(), message: "is still to come: ask for a forecast".to_owned() };
        let invalid = kupets_engine::Error::invalid("bad_query", "the column x is not there");
        for (error, source) in [
            (bad_plan(fault), Source::Model),
            (invalid, Source::Sql),
            (kupets_engine::Error::not_found("no"), Source::Model),
        ] {
            let told = russian(&error, source);
            assert!(!told.is_empty() && !told.chars().any(|char| char.is_ascii_alphabetic()), "{told}");
        }
    }
}
