//! Reminders of tasks: once, at their time, to whoever is to do them.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::{App, BOT_SECRET, Credentials as _, Person, answer},
    events::{Stream, data},
    passwords::{body_of, post_office},
};

/// No state is waited for longer.
const PATIENCE: Duration = Duration::from_secs(60);
/// 2026-05-28T20:26:40Z, at which the clock of the tests stands: 23:26 in Moscow.
const START_MS: i64 = 1_780_000_000_000;
/// 06:00 of the next day in Greenwich.
const NINE_MS: i64 = 1_780_034_400_000;
const NINE: &str = "2026-05-29T06:00:00Z";

async fn task(app: &App, person: &Person, body: Value) -> Value {
    let (status, made) = answer(app.post("/v1/tasks", &body).person(person)).await;
    assert_eq!(status, 201, "{made}");
    made
}

async fn edit(app: &App, person: &Person, task: &Value, body: Value) {
    let path = format!("/v1/tasks/{}", task["id"].as_str().unwrap());
    let (status, changed) = answer(app.request(Method::PATCH, &path).json(&body).person(person)).await;
    assert_eq!(status, 200, "{changed}");
}

async fn take(app: &App) -> Vec<Value> {
    let (status, list) = answer(app.get("/v1/telegram/outbox").key(BOT_SECRET)).await;
    assert_eq!(status, 200, "{list}");
    list["items"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reminder_reaches_the_assignee_once_and_whoever_listens() {
    let app = App::spawn_with(|settings| settings.session_days = 10_000).await;
    let anna = app.register("anna@example.com").await;
    let olga = app.member(&anna, "manager", "olga@example.com").await;
    app.link(&anna, 41).await;
    app.link(&olga, 42).await;
    let call = json!({"title": "Call", "note": "about tea", "due_at": "2026-05-29", "assignee_id": olga.id(),
        "remind_at": NINE});
    let call = task(&app, &anna, call).await;
    // What is done, put off or deleted by then is not reminded of.
    let done = task(&app, &anna, json!({"title": "Done", "remind_at": NINE})).await;
    edit(&app, &anna, &done, json!({"status": "done"})).await;
    let later = task(&app, &anna, json!({"title": "Later", "remind_at": NINE})).await;
    edit(&app, &anna, &later, json!({"remind_at": "2026-05-30T06:00:00Z"})).await;
    task(&app, &anna, json!({"title": "Never"})).await;

    let mut stream = Stream::open(app.get("/v1/events").person(&anna)).await;
    // Two hours late: the server was down, as far as the clock tells.
    app.clock.set_ms(NINE_MS + 7_200_000);
    stream.until("\"reminded\"").await;
    assert_eq!(data(&stream.text, "task"), json!({"id": call["id"], "change": "reminded"}));
    let messages = take(&app).await;
    assert_eq!(messages.len(), 1, "{messages:?}");
    let message = &messages[0];
    assert_eq!((&message["chat_id"], &message["title"]), (&json!(42), &json!("Reminder: Call")), "{message}");
    assert_eq!(message["delivery_id"], "");
    let text = message["text"].as_str().unwrap();
    assert!(text.contains("Due: 29\u{a0}May 2026, 23:59") && text.contains("about tea"), "{text}");
    let settle = format!("/v1/telegram/outbox/{}", message["id"].as_str().unwrap());
    assert_eq!(answer(app.post(&settle, &json!({"status": "sent"})).key(BOT_SECRET)).await.0, 204);

    // The next one is the one that was put off: the others were given, or never.
    app.clock.set_ms(NINE_MS + 86_400_000);
    let deadline = tokio::time::Instant::now() + PATIENCE;
    let messages = loop {
        let messages = take(&app).await;
        if !messages.is_empty() {
            break messages;
        }
        assert!(tokio::time::Instant::now() < deadline, "no reminder");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert_eq!((&messages[0]["chat_id"], &messages[0]["title"]), (&json!(41), &json!("Reminder: Later")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_telegram_it_comes_by_mail() {
    let (url, mail) = post_office().await;
    let app = App::spawn_with(|settings| {
        settings.session_days = 10_000;
        settings.smtp_url = Some(url.into());
        settings.smtp_from = Some("Kupets <crm@example.com>".to_owned());
    })
    .await;
    let anna = app.register("anna@example.com").await;
    task(&app, &anna, json!({"title": "Call", "note": "about tea", "remind_at": NINE})).await;
    app.clock.advance_ms(NINE_MS - START_MS);
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let all = mail.lock().unwrap().clone();
        if body_of(&all).contains("about tea") {
            assert!(all.contains("To: anna@example.com"), "{all}");
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "no mail: {all}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
