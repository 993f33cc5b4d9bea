//! Every form of the page of period words, in both languages, at fourteen clocks: `tests/data/periods.tsv` holds the exact
//! intervals (clock, zone, first moment, first moment after, state, phrasings). They come from the page through another
//! calendar (Python's), not from this crate.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat, Utc};
use kupets_semantic::find::{Found, find};
use kupets_semantic::period::{Calendar, resolve};
use kupets_semantic::text::tokenize;

fn told(at: Option<DateTime<Utc>>) -> String {
    at.map_or("-".into(), |at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
}

fn check(frames: &[(&str, &str)]) -> usize {
    let mut wrong = Vec::new();
    let mut read: HashMap<String, Vec<Found>> = HashMap::new();
    let mut count = 0;
    for line in include_str!("data/periods.tsv").lines() {
        let [now, zone, from, to, state, phrases] = line.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let calendar = Calendar::new(DateTime::parse_from_rfc3339(now).unwrap().to_utc(), zone.parse().unwrap());
        for phrase in phrases.split('|') {
            let russian = phrase.chars().any(|char| ('а'..='я').contains(&char));
            for (ru, en) in frames {
                count += 1;
                let question = if russian { ru } else { en }.replace("{}", phrase);
                // The words do not depend on the clock.
                let found = read.entry(question.clone()).or_insert_with(|| find(&tokenize(&question)));
                let [found] = found.as_slice() else {
                    wrong.push(format!("{now} {zone} `{question}`: {} periods", found.len()));
                    continue;
                };
                let got = match resolve(&found.expr, &calendar) {
                    Ok(period) => {
                        let state = if period.running {
                            "running"
                        } else if period.future {
                            "future"
                        } else {
                            "whole"
                        };
                        format!("{} {} {state}", told(period.from), told(period.to))
                    }
                    Err(unclear) => format!("{unclear:?}"),
                };
                if got != format!("{from} {to} {state}") {
                    wrong.push(format!("{now} {zone} `{question}`\n    got  {got}\n    want {from} {to} {state}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    count
}

#[test]
fn every_form_at_every_clock() {
    assert!(check(&[("{}", "{}")]) > 4_000);
}

#[test]
fn every_form_among_other_words() {
    check(&[
        ("выручка {} по москве", "revenue {} in Moscow"),
        ("топ-5 товаров {}?", "top 5 products {}, please"),
        ("Сколько заказов было {}, а?", "How many orders came {}?"),
    ]);
}
