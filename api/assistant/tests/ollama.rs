//! The protocol of a real Ollama: `make test-ollama` starts one with a small model. The model follows the protocol and no question,
//! so nothing here depends on what it answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use chrono::{TimeZone, Utc};
use kupets_assistant::gate::Facts;
use kupets_assistant::language::Language;
use kupets_assistant::model::ollama::{Chat, Client, Message};
use kupets_assistant::model::planner::{self, Planned};
use kupets_assistant::model::{Failure, Model, Settings, State, prose};
use kupets_assistant::parser::{Asked, parse};
use kupets_semantic::catalogue::Dimension;
use kupets_semantic::period::Calendar;
use kupets_semantic::values::ValueIndex;
use serde_json::Value;
use serde_json::value::RawValue;

/// The server's settings; none, loudly, where there is no server.
fn settings() -> Option<Settings> {
    let server = std::env::var("KUPETS_TEST_OLLAMA_URL").ok().zip(std::env::var("KUPETS_TEST_OLLAMA_MODEL").ok());
    if let Some((url, model)) = server {
        let num_ctx = 2_048;
        return Some(Settings {
            url: Some(url),
            model,
            num_ctx,
            num_thread: Some(2),
            max_tokens: 160,
            ..Settings::default()
        });
    }
    assert!(std::env::var("KUPETS_TEST_OLLAMA").is_err(), "no server, and these tests were to run");
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "SKIPPED: no Ollama in KUPETS_TEST_OLLAMA_URL: run make test-ollama");
    None
}

fn chat(text: &str) -> Chat {
    Chat { messages: vec![Message::user(text)], schema: None }
}

async fn ask(settings: Settings, chat: &Chat) -> Result<String, Failure> {
    Model::new(settings).unwrap().chat("tenant", chat, &mut |_| ()).await.map(|reply| reply.text)
}

#[tokio::test]
async fn it_is_found_loaded_and_shown() {
    let Some(settings) = settings() else { return };
    let client = Client::new(&settings).unwrap().unwrap();
    assert!(!client.version().await.unwrap().is_empty());
    assert!(client.has_model().await.unwrap());
    let model = Model::new(settings.clone()).unwrap();
    model.preload().await.unwrap();
    assert_eq!(model.state().await, State::Ready);
    let loaded = client.loaded().await.unwrap();
    let here = loaded.iter().find(|loaded| loaded.name == settings.model).expect("it is in memory");
    assert_eq!(here.context_length, Some(2_048), "with the context that questions have");
    let shown = model.show().await.unwrap();
    assert_eq!(shown.family, "llama");
    assert!(
        shown.context_length.unwrap() >= 2_048 && shown.capabilities.contains(&"completion".to_owned()),
        "{shown:?}"
    );
}

#[tokio::test]
async fn a_missing_model_is_named_everywhere() {
    let Some(settings) = settings() else { return };
    let settings = Settings { model: "nope:1b".into(), ..settings };
    let model = Model::new(settings.clone()).unwrap();
    let missing = Failure::ModelMissing { model: "nope:1b".into() };
    assert_eq!(model.state().await, State::ModelMissing { pull: "ollama pull nope:1b".into() });
    assert_eq!(model.preload().await, Err(missing.clone()));
    assert_eq!(model.show().await, Err(missing.clone()));
    assert_eq!(ask(settings, &chat("hello")).await, Err(missing));
}

#[tokio::test]
async fn streams_come_letter_by_letter() {
    let Some(settings) = settings() else { return };
    let model = Model::new(settings).unwrap();
    let mut heard: Vec<String> = Vec::new();
    let text = "Повтори: Привет, мир! Привет, мир! Привет, мир!";
    let reply = model.chat("tenant", &chat(text), &mut |piece| heard.push(piece.to_owned())).await;
    match reply {
        Ok(reply) => {
            assert_eq!(reply.text, heard.concat());
            assert!(reply.prompt_tokens.is_some() && reply.answer_tokens.is_some());
            assert!(!reply.text.contains('\u{fffd}'), "{}", reply.text);
        }
        // It may talk on to the end of what it may say.
        Err(failure) => assert_eq!(failure, Failure::Cut),
    }
    assert!(heard.len() > 1, "it is a stream");
}

#[tokio::test]
async fn a_schema_is_kept_in_its_order() {
    let Some(settings) = settings() else { return };
    let schema = r#"{"type":"object","properties":{"zebra":{"type":"string","enum":["v1","v2"]},"apple":{"type":"boolean"},"mango":{"type":"array","maxItems":2,"items":{"type":"string","enum":["revenue","orders"]}}},"required":["zebra","apple","mango"],"additionalProperties":false}"#;
    let schema = Some(RawValue::from_string(schema.into()).unwrap());
    let chat = Chat { messages: vec![Message::user("Fill the JSON.")], schema };
    let text = ask(settings, &chat).await.unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    assert!(["v1", "v2"].contains(&json["zebra"].as_str().unwrap()), "{text}");
    assert!(json["apple"].is_boolean() && json["mango"].as_array().unwrap().len() <= 2, "{text}");
    let at = |name: &str| text.find(name).unwrap();
    assert!(at("zebra") < at("apple") && at("apple") < at("mango"), "{text}");
}

#[tokio::test]
async fn what_does_not_fit_is_refused_not_cut() {
    let Some(settings) = settings() else { return };
    let long = "слово ".repeat(3_000);
    assert_eq!(ask(settings.clone(), &chat(&long)).await, Err(Failure::TooLong));
    // An answer that ends at its bound is not whole.
    let short = Settings { max_tokens: 3, ..settings };
    assert_eq!(ask(short, &chat("Count from one to one hundred in words.")).await, Err(Failure::Cut));
}

#[tokio::test]
async fn an_origin_is_not_passed_on_and_a_wrong_address_is_told() {
    let Some(settings) = settings() else { return };
    // Loopback by another name is refused by the server with an empty page.
    let port = settings.url.as_deref().unwrap().rsplit(':').next().unwrap().to_owned();
    let answer = reqwest::Client::new()
        .get(format!("http://127.0.0.1:{port}/api/version"))
        .header("host", "kupets.example")
        .send()
        .await
        .unwrap();
    assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (403, ""));
    let closed = Settings { url: Some("http://127.0.0.1:1".into()), ..settings };
    let State::Unreachable { reason } = Model::new(closed).unwrap().state().await else { panic!() };
    assert!(reason.to_lowercase().contains("refused"), "{reason}");
}

#[tokio::test]
async fn whoever_leaves_frees_the_model() {
    let (Some(settings), Some(brief)) = (settings(), settings()) else { return };
    let model = Model::new(Settings { max_tokens: 2_000, ..settings }).unwrap();
    let (heard, mut hears) = tokio::sync::mpsc::unbounded_channel();
    let asking = {
        let model = model.clone();
        let chat = chat("Tell a long story about a merchant.");
        tokio::spawn(async move {
            model
                .chat("t", &chat, &mut |_| {
                    let _ = heard.send(());
                })
                .await
        })
    };
    hears.recv().await.unwrap();
    asking.abort();
    let _ = asking.await;
    assert_eq!(model.queue().running(), 0);
    // The next one is answered: the server has stopped the other.
    let model = Model::new(Settings { max_tokens: 3, ..brief }).unwrap();
    let next = tokio::time::timeout(Duration::from_secs(120), model.chat("t", &chat("Hi"), &mut |_| ())).await;
    let next = next.expect("it is free");
    assert!(matches!(&next, Ok(_) | Err(Failure::Cut)), "{next:?}");
}

#[tokio::test]
async fn plans_and_prose_of_a_weak_model_do_no_harm() {
    let Some(settings) = settings() else { return };
    let model = Model::new(Settings { num_ctx: 8_192, max_tokens: 300, ..settings }).unwrap();
    let calendar = Calendar::new(Utc.with_ymd_and_hms(2026, 11, 29, 9, 0, 0).unwrap(), chrono_tz::Europe::Moscow);
    let mut values = ValueIndex::default();
    values.insert(Dimension::Attribute("city".into()), "Казань", None);
    for (question, language) in [
        ("сколько лавандоса срубили за прошлый месяц в Казани", Language::Ru),
        ("zzz revenue by city last month", Language::En),
    ] {
        let asked =
            Asked { question, fallback: language, previous: None, calendar: &calendar, values: &values, days: &[] };
        let parsed = parse(&asked);
        assert!(planner::may_help(&parsed), "{question}: {parsed:?}");
        let report = planner::plan(&model, "tenant", &asked, &parsed, &[]).await;
        assert!(matches!(report.planned, Planned::Clarify { .. } | Planned::Failed(Failure::Cut)), "{report:?}");
        assert!((1..=2).contains(&report.calls));
    }
    let template = "Выручка: 1 254 300,50 ₽, 1–31 октября 2026.";
    let told = prose::tell(&model, "tenant", Language::Ru, "выручка за октябрь", template, &Facts::default()).await;
    if told.gate != prose::Gate::Passed {
        assert_eq!(told.text, template, "{:?}", told.gate);
    }
}
