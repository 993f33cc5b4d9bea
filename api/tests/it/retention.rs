//! How long a workspace keeps its records: set by admins, carried out once a day, written down.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, Person, answer};

/// No state is waited for longer: what is due is looked for once a minute.
const PATIENCE: Duration = Duration::from_secs(150);

async fn set(app: &App, person: &Person, retention: Value) -> (u16, Value) {
    let path = format!("/v1/workspaces/{}", person.workspace());
    answer(app.request(Method::PATCH, &path).json(&json!({"retention": retention})).person(person)).await
}

async fn purchases(app: &App, key: &str) -> u64 {
    let sql = json!({"sql": "SELECT count(*) AS n FROM purchases"});
    answer(app.post("/v1/sql", &sql).key(key)).await.1["rows"][0][0].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_older_goes_once_a_day_and_the_audit_says_how_much() {
    let app = App::spawn_with(|settings| settings.session_days = 10_000).await;
    let anna = app.register("anna@example.com").await;
    let boris = app.register("boris@example.com").await;
    let mut keys = Vec::new();
    for person in [&anna, &boris] {
        let (key, _) = app.key(person, &["ingest", "read", "sql"]).await;
        let records = json!([
            {"purchase_id": "old", "customer_id": "c1", "occurred_at": "2024-05-01", "product": "x", "amount": 5},
            {"purchase_id": "new", "customer_id": "c1", "occurred_at": "2026-05-01", "product": "x", "amount": 7},
        ]);
        assert_eq!(answer(app.post("/v1/purchases", &records).key(&key)).await.0, 200);
        keys.push(key);
    }
    let kept = json!({"purchases": 12, "interactions": null, "customers": null});
    let (status, changed) = set(&app, &anna, json!({"purchases": 12})).await;
    assert_eq!((status, &changed["retention"]), (200, &kept), "{changed}");
    assert_eq!(answer(app.get("/v1/me").person(&anna)).await.1["workspace"]["retention"], kept);

    let end = tokio::time::Instant::now() + PATIENCE;
    while purchases(&app, &keys[0]).await != 1 {
        assert!(tokio::time::Instant::now() < end, "the old purchase is still there");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(purchases(&app, &keys[1]).await, 2, "another workspace keeps what it has");
    let entry = loop {
        let (_, log) = answer(app.get("/v1/audit?action=records_expired").person(&anna)).await;
        if let Some(entry) = log["items"].as_array().unwrap().first() {
            break entry.clone();
        }
        assert!(tokio::time::Instant::now() < end, "nothing is written down");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    assert_eq!(entry["detail"], json!({"purchases": 1, "interactions": 0, "customers": 0}), "{entry}");
    assert_eq!(entry["actor"]["kind"], "server");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_for_admins_and_says_what_cannot_be() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let olga = app.member(&anna, "manager", "olga@example.com").await;
    assert_eq!(set(&app, &olga, json!({"purchases": 12})).await.0, 403);
    for (wrong, field) in
        [(json!({"purchases": 0}), "retention.purchases"), (json!({"customers": 1_201}), "retention.customers")]
    {
        let (status, told) = set(&app, &anna, wrong).await;
        assert_eq!((status, &told["errors"][0]["field"]), (422, &json!(field)), "{told}");
    }
    assert!(matches!(set(&app, &anna, json!({"orders": 3})).await.0, 400 | 422));
    // Back to for ever, and other changes leave it.
    assert_eq!(set(&app, &anna, json!({"interactions": 24})).await.1["retention"]["interactions"], 24);
    let path = format!("/v1/workspaces/{}", anna.workspace());
    let renamed = app.request(Method::PATCH, &path).json(&json!({"name": "Shop"})).person(&anna);
    assert_eq!(answer(renamed).await.1["retention"]["interactions"], 24);
    assert_eq!(set(&app, &anna, json!({})).await.1["retention"]["interactions"], Value::Null);
    let (_, log) = answer(app.get("/v1/audit?action=workspace_changed").person(&anna)).await;
    assert!(log.to_string().contains("\"interactions\":24"), "{log}");
}
