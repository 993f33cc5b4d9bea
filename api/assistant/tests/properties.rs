//! Whatever is typed: no panic, a plan that survives JSON and compiles, and nothing typed in the statement.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::{TimeZone, Utc};
use chrono_tz::Tz;
use kupets_assistant::gate;
use kupets_assistant::parser::{Outcome, evaluate};
use kupets_semantic::catalogue::Dimension;
use kupets_semantic::compile;
use kupets_semantic::period::Calendar;
use kupets_semantic::plan::{Intent, Plan};
use kupets_semantic::values::ValueIndex;
use proptest::prelude::*;

fn index() -> ValueIndex {
    let mut index = ValueIndex::default();
    for city in ["Москва", "Казань", "O'Brien'; DROP TABLE purchases; --"] {
        index.insert(Dimension::Attribute("city".into()), city, None);
    }
    index.insert(Dimension::Channel, "web", None);
    index.insert(Dimension::Product, "85123A", Some("WHITE HANGING HEART T-LIGHT HOLDER"));
    index.insert(Dimension::Customer, "17850", Some("Иван Петров"));
    index
}

/// Words that questions are made of, in any order.
fn words() -> impl Strategy<Value = String> {
    const WORDS: [&str; 64] = [
        "выручка",
        "заказы",
        "клиенты",
        "топ",
        "5",
        "по",
        "каналам",
        "за",
        "прошлый",
        "месяц",
        "кроме",
        "Москва",
        "казани",
        "больше",
        "10 000",
        "доля",
        "сравни",
        "почему",
        "упали",
        "прогноз",
        "на",
        "год",
        "новые",
        "только",
        "а",
        "и",
        "не",
        "сколько",
        "средний",
        "чек",
        "30",
        "февраля",
        "revenue",
        "orders",
        "top",
        "by",
        "month",
        "last",
        "year",
        "except",
        "web",
        "over",
        "100",
        "share",
        "of",
        "why",
        "compare",
        "forecast",
        "next",
        "new",
        "customers",
        "per",
        "order",
        "which",
        "channel",
        "the",
        "most",
        "85123A",
        "17850",
        "?",
        "«",
        "»",
        "O'Brien",
        "%",
    ];
    proptest::collection::vec(proptest::sample::select(WORDS.to_vec()), 0..12).prop_map(|words| words.join(" "))
}

fn hold(question: &str, before: &[&str]) {
    let now = Utc.with_ymd_and_hms(2024, 2, 29, 21, 30, 0).unwrap();
    let zone = Tz::Asia__Yekaterinburg;
    let index = index();
    let parsed = evaluate(question, before, "ru", now, zone, &index);
    let calendar = Calendar::new(now, zone);
    let mut plans: Vec<&Plan> = parsed.choices.iter().chain(&parsed.alternatives).map(|choice| &choice.plan).collect();
    if let Outcome::Plan { plan, certainty } = &parsed.outcome {
        assert!((0.0..=1.0).contains(certainty));
        plans.push(plan);
    }
    for plan in plans {
        let json = serde_json::to_string(plan).unwrap();
        assert_eq!(&serde_json::from_str::<Plan>(&json).unwrap(), plan, "{json}");
    }
    if let Some(plan) = parsed.plan() {
        if plan.is_statement() {
            let made = compile::statement(plan, "RUB", &calendar).unwrap_or_else(|fault| panic!("{question}: {fault}"));
            assert!(!made.sql.contains("DROP") && !made.sql.contains("Москва"), "{}", made.sql);
        } else if let Err(fault) = compile::call(plan, &calendar) {
            // An explanation of a part of the shop is a plan; what cannot work it out says so.
            let part = !plan.filters.is_empty() || plan.period.weekdays.is_some();
            assert!(plan.intent == Intent::Explain && part, "{question}: {fault}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(question in "\\PC{0,120}") {
        hold(&question, &[]);
        hold(&question, &["выручка по каналам за прошлый месяц"]);
    }

    #[test]
    fn any_words_are_read(question in words(), before in words()) {
        hold(&question, &[]);
        hold(&question, &[&before]);
    }

    #[test]
    fn the_gate_never_panics(prose in "\\PC{0,200}") {
        let _ = gate::check(&prose, &gate::Facts::default());
    }
}

#[test]
fn a_very_long_question_is_cut() {
    hold(&"выручка ".repeat(2_000), &[]);
    hold(&"«".repeat(3_000), &[]);
    hold(&"1 000 ".repeat(1_000), &[]);
}
