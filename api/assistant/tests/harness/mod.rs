//! What the tests of readings share: the moment they ask at, the names that are there, and how a plan is told in a few words.
// Each test file is a crate of its own and takes what it needs.
#![allow(dead_code)]

use std::fmt::Write as _;

use chrono::{DateTime, TimeZone, Utc};
use chrono_tz::Tz;
use kupets_assistant::parser::{Parsed, evaluate};
use kupets_semantic::catalogue::Dimension;
use kupets_semantic::plan::Plan;
use kupets_semantic::values::ValueIndex;

/// Where the shop stands.
pub const ZONE: Tz = Tz::Europe__Moscow;

/// Noon in Moscow, a Wednesday.
pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 25, 9, 0, 0).unwrap()
}

/// A shop with customers in these countries and one of a number.
pub fn shop(countries: &[&str]) -> ValueIndex {
    let mut index = ValueIndex::default();
    for country in countries {
        index.insert(Dimension::Attribute("country".into()), country, None);
    }
    index.insert(Dimension::Customer, "17850", None);
    index
}

/// How the last turn of a conversation is read; turns stand between `||`.
pub fn ask(question: &str, index: &ValueIndex) -> Parsed {
    let turns: Vec<&str> = question.split(" || ").collect();
    let (last, before) = turns.split_last().unwrap();
    evaluate(last, before, "en", now(), ZONE, index)
}

/// The metrics of a plan, a quotient with a stroke.
pub fn metrics(plan: &Plan) -> String {
    let metrics: Vec<&str> = plan.metrics.iter().map(|metric| metric.name()).collect();
    metrics.join(if plan.ratio { "/" } else { "," })
}

/// By what a plan groups, and what it leaves in.
pub fn keys_and_filters(plan: &Plan) -> String {
    let mut told = String::new();
    for dimension in &plan.dimensions {
        write!(told, " by {dimension}").unwrap();
    }
    for filter in &plan.filters {
        write!(told, " [{} {:?} {}]", filter.field, filter.op, filter.values.join(",")).unwrap();
    }
    told
}

/// Each of the questions is read as expected.
pub fn hold(expected: &str, questions: &[&str], read: impl Fn(&str) -> String) {
    let read = questions.iter().map(|question| (question, read(question)));
    let wrong: Vec<String> =
        read.filter(|(_, read)| read != expected).map(|(question, read)| format!("{question}: {read}")).collect();
    assert!(wrong.is_empty(), "not {expected}:\n{}", wrong.join("\n"));
}
