//! Statements that a model writes, through HTTP, with a server whose model says what it is told to.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    app::{App, Credentials as _, Person, answer},
    model_server::{Answer, Server, done, reaches, says},
};

const QUESTION: &str = "longest streak of consecutive buying days for anybody";

async fn shop(script: Vec<Answer>) -> (App, Person, String, Server) {
    // The first call brings the model into memory.
    let loads = Answer::new(200, &done("load"));
    let mut model = Server::start([vec![loads], script].concat()).await;
    let url = model.url.clone();
    let app = App::spawn_with(|settings| {
        settings.ollama_url = Some(url);
        settings.ollama_model = Some("tiny:1b".to_owned());
    })
    .await;
    reaches(&mut model.requests, 1).await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read", "sql", "assistant"]).await;
    let sold =
        json!({"purchase_id": "1", "customer_id": "anna", "product": "tea", "amount": 15, "occurred_at": "2026-05-01"});
    assert_eq!(answer(app.post("/v1/purchases", &sold).key(&key)).await.0, 200);
    (app, anna, key, model)
}

async fn ask(app: &App, key: &str) -> Value {
    let request = app.post("/v1/assistant/messages", &json!({"message": QUESTION})).key(key);
    let (status, reply) = answer(request.header("accept", "application/json")).await;
    assert_eq!(status, 200, "{reply}");
    reply
}

async fn switch_on(app: &App, anna: &Person) {
    let request = app.request(Method::PATCH, "/v1/assistant/settings").json(&json!({"expert_sql": true}));
    let (status, body) = answer(request.person(anna)).await;
    assert_eq!((status, &body["expert_sql"]), (200, &json!(true)), "{body}");
}

fn clarifies() -> Answer {
    says(
        r#"{"kind":"clarify","intent":"value","continues":false,"metrics":["orders"],"dimensions":[],"period":"none","compared":false,"grain":"none","filters":[],"order":"none","limit":"none","share":false}"#,
    )
}

fn writes(sql: &str) -> Answer {
    says(&json!({"answerable": true, "sql": sql}).to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_models_statement_is_mended_once_run_and_called_unverified() {
    let script = vec![
        clarifies(),
        writes("SELECT streak FROM purchases"),
        writes("SELECT count(DISTINCT purchase_id) AS days FROM purchases"),
    ];
    let (app, anna, key, model) = shop(script).await;
    switch_on(&app, &anna).await;
    let reply = ask(&app, &key).await;
    assert_eq!(reply["source"], "sql", "{reply}");
    assert_eq!(reply["result"]["rows"], json!([[1]]));
    assert!(reply["answer"].as_str().unwrap().starts_with("Unverified: the model tiny:1b"), "{reply}");
    assert!(reply["sql"].as_str().unwrap().starts_with("SELECT count"), "{reply}");
    // The refusal was told to the model, the records were not.
    let last = model.chats().last().unwrap().text.clone();
    assert!(last.contains("streak") && last.contains("purchases(purchase_id text"), "{last}");
    assert!(!last.contains("anna"), "{last}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_written_unless_the_workspace_wants_it() {
    let (app, _, key, model) = shop(vec![clarifies()]).await;
    let before = model.chats().len();
    let reply = ask(&app, &key).await;
    assert_eq!(reply["source"], "clarify", "{reply}");
    assert_eq!(model.chats().len(), before + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_walls_of_sql_hold_for_a_model() {
    let script = vec![clarifies(), writes("DROP TABLE purchases"), writes("SELECT * FROM information_schema.tables")];
    let (app, anna, key, _model) = shop(script).await;
    switch_on(&app, &anna).await;
    let reply = ask(&app, &key).await;
    assert_eq!(
        (&reply["source"], &reply["model"]["refused"]),
        (&json!("clarify"), &json!("unusable_statement")),
        "{reply}"
    );
    assert_eq!(reply["sql"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_not_write_sql_has_no_model_do_it() {
    let (app, anna, _, model) = shop(vec![clarifies()]).await;
    switch_on(&app, &anna).await;
    let (key, _) = app.key(&anna, &["read", "assistant"]).await;
    let before = model.chats().len();
    assert_eq!(ask(&app, &key).await["source"], "clarify");
    assert_eq!(model.chats().len(), before + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_the_model_is_can_be_asked() {
    let (app, anna, key, _model) = shop(Vec::new()).await;
    let (status, body) = answer(app.get("/v1/assistant/settings").key(&key)).await;
    assert_eq!((status, &body["expert_sql"]), (200, &json!(false)), "{body}");
    assert_eq!((&body["model"]["name"], &body["model"]["state"]), (&json!("tiny:1b"), &json!("ready")), "{body}");
    let patch = |app: &App| app.request(Method::PATCH, "/v1/assistant/settings").json(&json!({"expert_sql": true}));
    assert_eq!(answer(patch(&app).key(&key)).await.0, 403);
    let viewer = app.member(&anna, "viewer", "viewer@example.com").await;
    assert_eq!(answer(patch(&app).person(&viewer)).await.0, 403);
}
