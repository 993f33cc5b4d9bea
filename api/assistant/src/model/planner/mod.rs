//! A plan from the model, where the words alone did not make one. It picks among what was found in the words; every part of what
//! it says is then looked for in them, and every part of them in what it says. What does not hold is repaired once, and then asked
//! back: a plan that comes out of here says what the words say.

mod build;
mod evidence;
mod examples;
mod judge;
mod label;
mod phrases;
mod prompt;
mod reply;
mod schema;

use kupets_semantic::catalogue::ABSENT;
use kupets_semantic::plan::Plan;

use super::failure::Failure;
use super::ollama::{Chat, Message};
use super::service::Model;
use crate::language::Language;
use crate::parser::{Asked, Choice, MAX_QUESTION, Outcome, Parsed, SURE};
use evidence::Evidence;
use judge::Verdict;
use reply::{Branch, Reply};

pub use examples::{Example, nearest};

/// Choices offered at most.
const MOST_CHOICES: usize = 6;

/// What came of asking the model.
#[derive(Debug, Clone, PartialEq)]
pub enum Planned {
    /// The words say this plan and nothing else.
    Plan(Box<Plan>),
    /// A question back. Where the model made a proposal that fits the words, it is the first choice.
    Clarify {
        /// What is asked.
        question: String,
        /// What may have been meant.
        choices: Vec<Choice>,
    },
    /// It cannot be answered from the data.
    Unsupported {
        /// Why.
        reason: String,
    },
    /// There is no answer of the model: what the parser says stands.
    Failed(Failure),
    /// The words were understood without a model, which was not asked.
    Unneeded,
}

/// What came of asking the model, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What came of it.
    pub planned: Planned,
    /// How often the model was asked.
    pub calls: u32,
    /// What did not hold, call by call.
    pub faults: Vec<Vec<String>>,
}

impl Report {
    /// The plan, if it is one.
    pub fn plan(&self) -> Option<&Plan> {
        match &self.planned {
            Planned::Plan(plan) => Some(plan),
            _ => None,
        }
    }

    /// The contract's `source`; `None` where the parser's own answer stands.
    pub fn source(&self) -> Option<&'static str> {
        match self.planned {
            Planned::Plan(_) => Some("model"),
            Planned::Clarify { .. } => Some("clarify"),
            Planned::Unsupported { .. } => Some("unsupported"),
            Planned::Failed(_) | Planned::Unneeded => None,
        }
    }
}

/// Whether the model may help with what the parser made of a question.
pub fn may_help(parsed: &Parsed) -> bool {
    match &parsed.outcome {
        Outcome::Clarify { .. } => true,
        Outcome::Plan { certainty, .. } => *certainty < SURE,
        Outcome::Unsupported { .. } | Outcome::Help => false,
    }
}

/// Asks the model for a plan, in the turn of that tenant. `examples` are verified questions near to this one ([`nearest`]).
pub async fn plan(model: &Model, tenant: &str, asked: &Asked<'_>, parsed: &Parsed, examples: &[&Example]) -> Report {
    let mut report = Report { planned: Planned::Unneeded, calls: 0, faults: Vec::new() };
    if !may_help(parsed) {
        return report;
    }
    if asked.question.len() > MAX_QUESTION {
        report.planned = Planned::Failed(Failure::TooLong);
        return report;
    }
    let evidence = Evidence::of(asked, parsed.language);
    // Half of the context, so that the answer and a repair have room.
    let room = usize::try_from(model.settings().num_ctx / 2).unwrap_or_default();
    let Some(messages) = prompt::messages(asked, &evidence, examples, room) else {
        report.planned = Planned::Failed(Failure::TooLong);
        return report;
    };
    let mut chat = Chat { messages, schema: schema::schema(asked, &evidence) };
    loop {
        report.calls += 1;
        let text = match model.chat(tenant, &chat, &mut |_| ()).await {
            Ok(reply) => reply.text,
            Err(failure) if report.calls == 1 => {
                report.planned = Planned::Failed(failure);
                return report;
            }
            // The repair failed: what was wrong before stays wrong.
            Err(_) => break,
        };
        let faults = match serde_json::from_str::<Reply>(&text) {
            Ok(reply) => match settle(&reply, asked, parsed, &evidence) {
                Ok(planned) => {
                    report.planned = planned;
                    return report;
                }
                Err(faults) => faults,
            },
            Err(error) => vec![format!("it is not the JSON that was asked for: {error}")],
        };
        let repair = prompt::repair(&faults);
        report.faults.push(faults);
        if report.calls > 1 {
            break;
        }
        chat.messages.push(Message::assistant(text));
        chat.messages.push(repair);
    }
    report.planned = ask_back(parsed, None);
    report
}

/// What a reply comes to, or what does not hold in it.
fn settle(reply: &Reply, asked: &Asked<'_>, parsed: &Parsed, evidence: &Evidence) -> Result<Planned, Vec<String>> {
    match reply.kind {
        Branch::Clarify => Ok(ask_back(parsed, None)),
        // "It is not there" needs words that name what is not there, as a figure needs words that name it.
        Branch::Unsupported => Ok(match evidence.absent().and_then(|place| ABSENT.get(place)) {
            Some(absent) => Planned::Unsupported {
                reason: match evidence.language {
                    Language::Ru => format!("{}: {}.", absent.names.ru, absent.why.0),
                    Language::En => format!("{}: {}.", absent.names.en, absent.why.1),
                },
            },
            None => ask_back(parsed, None),
        }),
        Branch::Plan => match judge::judge(reply, asked, evidence) {
            Verdict::Proven(plan) => Ok(Planned::Plan(Box::new(plan))),
            Verdict::Doubtful(plan) => Ok(ask_back(parsed, Some(plan))),
            Verdict::Wrong(faults) => Err(faults),
        },
    }
}

/// The parser's question back, with the model's proposal before its own choices.
fn ask_back(parsed: &Parsed, proposal: Option<Plan>) -> Planned {
    let question = match &parsed.outcome {
        Outcome::Clarify { question, .. } => question.clone(),
        _ => parsed.language.pick("Что имеется в виду?", "What do you mean?").to_owned(),
    };
    let mut choices: Vec<Choice> = Vec::new();
    if let Some(plan) = proposal {
        choices.push(Choice { id: String::new(), label: label::label(&plan, parsed.language), plan });
    }
    let known = |choices: &[Choice], plan: &Plan| {
        let bare = |plan: &Plan| Plan { assumed: Vec::new(), ..plan.clone() };
        choices.iter().any(|choice| bare(&choice.plan) == bare(plan))
    };
    for choice in &parsed.choices {
        if !known(&choices, &choice.plan) {
            choices.push(choice.clone());
        }
    }
    choices.truncate(MOST_CHOICES);
    for (at, choice) in choices.iter_mut().enumerate() {
        choice.id = format!("choice_{}", at + 1);
    }
    Planned::Clarify { question, choices }
}

#[cfg(test)]
mod tests;
