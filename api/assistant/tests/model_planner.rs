//! Plans and prose through a server whose model says whatever does harm: the person never sees it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod server;

use std::time::Duration;

use chrono::{TimeZone, Utc};
use kupets_assistant::gate::Facts;
use kupets_assistant::language::Language;
use kupets_assistant::model::planner::{self, Planned, Report};
use kupets_assistant::model::prose::{self, Gate};
use kupets_assistant::model::{Failure, Model, Settings};
use kupets_assistant::parser::{Asked, Outcome, parse};
use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::period::Calendar;
use kupets_semantic::values::ValueIndex;
use server::{Answer, End, Server, done, line, says};

/// The parser does not know one of its words, which says nothing.
const POLITE: &str = "выручка за октябрь, разрезе";
/// The parser does not know the word that says what is asked for.
const SLANG: &str = "лавандос за октябрь";

const GOOD: &str = r#"{"kind":"plan","intent":"value","continues":false,"metrics":["revenue"],"dimensions":[],"period":"p1","compared":false,"grain":"none","filters":[],"order":"none","limit":"none","share":false}"#;

async fn plan(question: &str, model: &Model) -> (Report, Outcome) {
    let calendar = Calendar::new(Utc.with_ymd_and_hms(2026, 11, 29, 9, 0, 0).unwrap(), chrono_tz::Europe::Moscow);
    let mut values = ValueIndex::default();
    values.insert(Dimension::Attribute("city".into()), "Казань", None);
    let asked =
        Asked { question, fallback: Language::Ru, previous: None, calendar: &calendar, values: &values, days: &[] };
    let parsed = parse(&asked);
    let report = planner::plan(model, "tenant", &asked, &parsed, &[]);
    (tokio::time::timeout(Duration::from_secs(60), report).await.expect("it ends"), parsed.outcome)
}

async fn told(question: &str, answers: Vec<Answer>) -> (Report, usize) {
    let server = Server::start(answers).await;
    let model = Model::new(Settings { max_answer: 4_000, ..server.settings() }).unwrap();
    let (report, outcome) = plan(question, &model).await;
    assert!(matches!(outcome, Outcome::Clarify { .. }), "{question}: {outcome:?}");
    (report, server.chats().len())
}

#[tokio::test]
async fn a_good_plan_is_an_answer() {
    let (report, calls) = told(POLITE, vec![says(GOOD).cut_every(5)]).await;
    let plan = report.plan().unwrap_or_else(|| panic!("{report:?}"));
    assert_eq!((plan.metrics.as_slice(), report.source(), calls), ([Metric::Revenue].as_slice(), Some("model"), 1));
    assert!(plan.period.label.contains("октября 2026"), "{}", plan.period.label);
}

#[tokio::test]
async fn what_a_word_may_mean_is_asked() {
    let (report, calls) = told(SLANG, vec![says(GOOD)]).await;
    let Planned::Clarify { question, choices } = &report.planned else { panic!("{report:?}") };
    assert!(question.contains("лавандос"), "{question}");
    assert_eq!(
        (choices[0].id.as_str(), choices[0].plan.metrics.as_slice()),
        ("choice_1", [Metric::Revenue].as_slice())
    );
    assert!(choices[0].label.contains("Выручка") && choices[0].label.contains("октября"), "{}", choices[0].label);
    assert_eq!(calls, 1, "it is nothing to repair");
}

#[tokio::test]
async fn one_repair_and_no_more() {
    let wrong = GOOD.replace("\"p1\"", "\"all\"");
    let (report, calls) = told(POLITE, vec![says(&wrong), says(GOOD)]).await;
    assert!(report.plan().is_some() && calls == 2 && report.faults.len() == 1, "{report:?}");
    let (report, calls) = told(POLITE, vec![says(&wrong), says(&wrong), says(GOOD)]).await;
    assert!(matches!(report.planned, Planned::Clarify { .. }) && calls == 2 && report.faults.len() == 2, "{report:?}");
    // A server that fails at the repair fails nothing: the question back stands.
    let (report, _) = told(POLITE, vec![says(&wrong), Answer::new(500, "{}")]).await;
    assert!(matches!(report.planned, Planned::Clarify { .. }), "{report:?}");
}

#[tokio::test]
async fn harm_comes_to_nothing() {
    let tool = line("").replace("\"role\"", "\"tool_calls\":[{\"function\":{\"name\":\"drop_table\"}}],\"role\"");
    let with = |from: &str, to: &str| says(&GOOD.replace(from, to));
    for answer in [
        with("[\"revenue\"]", "[\"orders\"]"),
        with("[\"revenue\"]", "[\"profit\"]"),
        with("[\"revenue\"]", "[\"revenue; DROP TABLE purchases\"]"),
        with("\"p1\"", "\"2025-01-01\""),
        with("\"p1\"", "\"p7\""),
        with("\"p1\"", "\"p18446744073709551616\""),
        with("\"filters\":[]", "\"filters\":[{\"of\":\"name\",\"op\":\"in\",\"value\":\"Казань\"}]"),
        with("\"filters\":[]", "\"filters\":[{\"of\":\"revenue\",\"op\":\"more\",\"value\":\"1000000\"}]"),
        with("\"limit\":\"none\"", "\"limit\":\"100\""),
        with("\"share\":false", "\"share\":false,\"answer\":1254300"),
        with("\"share\":false", "\"share\":\"25 %\""),
        with("\"plan\"", "\"sql\""),
        with("\"value\",\"cont", "\"rows\",\"cont"),
        says("{\"answer\": \"Revenue was 1,254,300\"}"),
        says("{}"),
        says("{\"kind\": plan}"),
        says("[]"),
        says("Выручка составила 1 254 300 ₽"),
        Answer::new(200, &format!("{tool}{}", done("stop"))),
        Answer::new(200, "").ends(End::Endless(line("{\"a\": ").into_bytes())),
        Answer::new(200, &line("{\"kind\":\"plan\"")).ends(End::Cut),
        Answer::new(404, r#"{"error":"model 'tiny:1b' not found"}"#),
        with("\"plan\"", "\"unsupported\""),
        with("\"plan\"", "\"clarify\""),
    ] {
        let text = String::from_utf8_lossy(&answer.chunks.concat()).into_owned();
        let (report, calls) = told(POLITE, vec![answer]).await;
        assert!(matches!(report.planned, Planned::Clarify { .. } | Planned::Failed(_)), "{text}: {report:?}");
        assert!(calls <= 2, "{text}");
        if let Planned::Clarify { choices, .. } = &report.planned {
            let dates = choices.iter().all(|choice| choice.plan.period.label.contains("октября 2026"));
            assert!(dates && choices.iter().all(|choice| choice.plan.filters.is_empty()), "{choices:?}");
        }
    }
}

#[tokio::test]
async fn the_model_is_asked_only_where_words_are_not_enough() {
    let server = Server::start(vec![says(GOOD)]).await;
    for question in ["выручка за октябрь", "какая маржа за октябрь?", "привет"]
    {
        let (report, _) = plan(question, &server.model()).await;
        assert_eq!((report.planned, report.calls), (Planned::Unneeded, 0), "{question}");
    }
    assert!(server.chats().is_empty());
    let (report, _) = plan(POLITE, &Model::off()).await;
    assert_eq!(report.planned, Planned::Failed(Failure::Off));
}

#[tokio::test]
async fn prose_passes_the_gate_or_the_template_stands() {
    let template = "Выручка: 1 254 300,50 ₽, 1–31 октября 2026.";
    let tell = async |answer: Answer| {
        let server = Server::start(vec![answer]).await;
        let model = Model::new(Settings { max_answer: 4_000, ..server.settings() }).unwrap();
        prose::tell(&model, "tenant", Language::Ru, "выручка за октябрь", template, &Facts::default()).await
    };
    let good = "За октябрь 2026 выручка составила 1 254 300,50 ₽.";
    let told = tell(says(good).cut_every(1)).await;
    assert_eq!((told.text.as_str(), told.gate), (good, Gate::Passed));
    for (answer, code) in [
        (says("Выручка составила 1 254 301 ₽."), "invented_number"),
        (says("Выручка — миллиард."), "invented_number"),
        (says("Выручка выросла."), "unfounded_claim"),
        (says("Revenue was 1 254 300.50."), "other_language"),
        (says("  "), "no_prose"),
        (Answer::new(200, "").ends(End::Endless(line("да ").into_bytes())), "too_large"),
        (Answer::new(200, &line("Выручка")).ends(End::Cut), "cut"),
        (Answer::new(503, ""), "busy"),
    ] {
        let told = tell(answer).await;
        assert_eq!((told.text.as_str(), told.gate.code()), (template, code));
    }
}
