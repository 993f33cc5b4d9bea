//! A question to a plan, without a model: Russian and English, inflected words, typing mistakes, follow-ups. What it is not sure of
//! it asks back; what is not in the data it says; a word that it cannot explain is never dropped in silence.

mod ask;
mod asked;
mod bounds;
mod build;
mod builder;
mod concept;
mod figures;
mod follow;
mod lexicon;
mod names;
mod read;
mod reading;
mod replies;
mod scan;
mod shape;
mod time;
mod when;
mod words;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use kupets_semantic::period::Calendar;
use kupets_semantic::plan::Plan;
use kupets_semantic::values::ValueIndex;

pub use asked::{Asked, Choice, Outcome, Parsed, SURE};

use crate::language::Language;

/// Bytes of a question that are read.
pub const MAX_QUESTION: usize = 2_000;

/// Reads a question.
pub fn parse(asked: &Asked<'_>) -> Parsed {
    let end = asked
        .question
        .char_indices()
        .map(|(at, char)| at + char.len_utf8())
        .take_while(|end| *end <= MAX_QUESTION)
        .last();
    let question = asked.question.get(..end.unwrap_or(0)).unwrap_or_default();
    let scan = scan::Scan::new(question, asked.values, asked.days);
    let language = Language::of(&scan.own_words(), asked.fallback);
    let reading = reading::Reading::of(&scan, asked);
    builder::Builder::new(asked, language, &scan, reading).parsed()
}

/// Reads a question that answers one asked back: "with the 5th to the 20th" and then "of November". Where the words are no
/// question of their own, they are read together with the question that was asked back about, and that reading is taken if it
/// is a plan.
pub fn complete(asked: &Asked<'_>, asked_back: &str) -> Parsed {
    let alone = parse(asked);
    let scan = scan::Scan::new(asked.question, asked.values, asked.days);
    let reading = reading::Reading::of(&scan, asked);
    let whole = reading.says && (!reading.metrics.is_empty() || !reading.intents.is_empty());
    if whole || reading.alien.is_some() || reading.absent.is_some() {
        return alone;
    }
    let together = format!("{asked_back} {}", asked.question);
    let joined = parse(&Asked { question: &together, ..*asked });
    if joined.plan().is_some() { joined } else { alone }
}

/// The same for a whole conversation: each question is read with the plan of the one before, and the last one's reading is given.
pub fn evaluate(
    question: &str,
    conversation: &[&str],
    locale: &str,
    now: DateTime<Utc>,
    zone: Tz,
    values: &ValueIndex,
) -> Parsed {
    let calendar = Calendar::new(now, zone);
    let mut previous: Option<Plan> = None;
    let ask = |question: &str, previous: Option<&Plan>| {
        let fallback = Language::of_locale(locale);
        parse(&Asked { question, fallback, previous, calendar: &calendar, values, days: &[] })
    };
    let mut asked_back: Option<&str> = None;
    for earlier in conversation {
        let parsed = ask(earlier, previous.as_ref());
        asked_back = matches!(parsed.outcome, Outcome::Clarify { .. }).then_some(*earlier);
        if let Some(plan) = parsed.plan() {
            previous = Some(plan.clone());
        }
    }
    let fallback = Language::of_locale(locale);
    let last = Asked { question, fallback, previous: previous.as_ref(), calendar: &calendar, values, days: &[] };
    asked_back.map_or_else(|| parse(&last), |earlier| complete(&last, earlier))
}
