//! A question to a plan, without a model: Russian and English, inflected words, typing mistakes, follow-ups. What it is not sure of
//! it asks back; what is not in the data it says; a word that it cannot explain is never dropped in silence.

mod account;
mod ask;
mod asked;
mod average;
mod beside;
mod bounds;
mod build;
mod builder;
mod concept;
mod days;
mod figures;
mod follow;
mod groups;
mod kinds;
mod lexicon;
mod limit;
mod listed;
mod named;
mod names;
mod quotient;
mod read;
mod reading;
mod replies;
mod scan;
mod shape;
mod time;
mod turn;
mod when;
mod words;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use kupets_semantic::period::Calendar;
use kupets_semantic::plan::Plan;
use kupets_semantic::values::ValueIndex;

pub use asked::{Asked, Choice, Outcome, Parsed, SURE};
pub(crate) use when::BEFORE_THAT;

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
    let mut scan = scan::Scan::new(question, asked.values, asked.days);
    if asked.previous.is_some() {
        scan.forget_same_time();
    }
    let language = Language::of(&scan.own_words(), asked.fallback);
    let reading = reading::Reading::of(&scan, asked);
    builder::Builder::new(asked, language, &scan, reading).parsed()
}

/// Reads a question of a conversation: `asked_back` is the question before it, where that was asked back about.
pub fn read(asked: &Asked<'_>, asked_back: Option<&str>) -> Parsed {
    asked_back.map_or_else(|| parse(asked), |earlier| complete(asked, earlier))
}

/// Reads a question that answers one asked back: "with the 5th to the 20th" and then "of November". A part of a question (only a
/// figure, only a period, only a name) is read together with the question that was asked back about, without the words of it
/// that were not understood if it is no plan with them; a whole question stands alone.
pub fn complete(asked: &Asked<'_>, asked_back: &str) -> Parsed {
    let alone = parse(asked);
    let scan = scan::Scan::new(asked.question, asked.values, asked.days);
    let reading = reading::Reading::of(&scan, asked);
    let kinds = [
        !reading.metrics.is_empty() || !reading.intents.is_empty(),
        !reading.dimensions.is_empty() || scan.said.grain.is_some(),
        !reading.filters.is_empty() || !reading.bounds.is_empty(),
        !scan.said.periods.is_empty(),
    ];
    let whole = kinds[0] && kinds.iter().filter(|said| **said).count() > 1;
    if whole || reading.alien.is_some() || reading.absent.is_some() {
        return alone;
    }
    let joined = |before: &str| {
        let together = format!("{before} {}", asked.question);
        Some(parse(&Asked { question: &together, ..*asked })).filter(|parsed| parsed.plan().is_some())
    };
    joined(asked_back).or_else(|| joined(&understood(asked, asked_back)?)).unwrap_or(alone)
}

/// A question without the words of it that were not understood, if there were any.
fn understood(asked: &Asked<'_>, question: &str) -> Option<String> {
    let Outcome::Clarify { unexplained, .. } = parse(&Asked { question, ..*asked }).outcome else { return None };
    let mut left = question.to_owned();
    for word in unexplained.iter().filter(|word| !word.is_empty()) {
        left = left.replacen(word.as_str(), " ", 1);
    }
    (left != question).then_some(left)
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
    read(&last, asked_back)
}
