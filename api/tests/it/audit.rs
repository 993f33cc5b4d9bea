//! The audit log: who did what, when, from where, and no values of records.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, PASSWORD, Person, answer};

async fn entries(app: &App, person: &Person) -> Vec<Value> {
    let (status, list) = answer(app.get("/v1/audit?limit=500").person(person)).await;
    assert_eq!(status, 200, "{list}");
    list["items"].as_array().unwrap().clone()
}

fn find<'a>(entries: &'a [Value], action: &str) -> &'a Value {
    entries.iter().find(|e| e["action"] == action).unwrap_or_else(|| panic!("no {action} in {entries:#?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_do_is_written_down() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.member(&anna, "viewer", "boris@example.com").await;
    let (key, key_id) = app.key(&anna, &["ingest", "read"]).await;
    app.login("anna@example.com", "wrong horse", None).await;
    app.login("nobody@example.com", "wrong horse", None).await;
    app.login("anna@example.com", PASSWORD, None).await;
    let customer = json!({"customer_id": "c-1", "name": "Secret Name"});
    assert_eq!(answer(app.post("/v1/customers", &customer).key(&key)).await.0, 200);
    let edit = app.request(Method::PATCH, "/v1/customers/c-1").json(&json!({"phone": "+7 900 1234567"})).person(&anna);
    assert_eq!(answer(edit).await.0, 200);
    let file = app.get("/v1/reports/top_customers?format=csv").person(&boris).send().await.unwrap();
    assert_eq!(file.status(), 200);
    app.get("/v1/reports/top_customers?format=csv").key(&key).send().await.unwrap();
    let role = app.request(Method::PATCH, &format!("/v1/members/{}", boris.id())).json(&json!({"role": "manager"}));
    assert_eq!(answer(role.person(&anna)).await.0, 200);
    let rules = json!({"rules": [{"segment": "everyone"}]});
    assert_eq!(answer(app.request(Method::PUT, "/v1/segments/rules").json(&rules).person(&anna)).await.0, 200);
    assert_eq!(answer(app.request(Method::DELETE, &format!("/v1/api-keys/{key_id}")).person(&anna)).await.0, 204);

    let log = entries(&app, &anna).await;
    let made = find(&log, "key_made");
    assert_eq!((&made["target"]["id"], &made["actor"]["name"]), (&json!(key_id), &json!("Anna")));
    assert_eq!((&made["actor"]["kind"], &made["address"]), (&json!("person"), &json!("127.0.0.1")));
    assert_eq!(find(&log, "key_revoked")["target"]["id"], key_id);
    assert_eq!(find(&log, "login")["actor"]["id"], anna.id());
    let failed: Vec<_> = log.iter().filter(|e| e["action"] == "login_failed").collect();
    assert_eq!(failed.len(), 1, "an unknown address is nobody's");
    assert_eq!((&failed[0]["target"]["id"], &failed[0]["actor"]["id"]), (&json!(anna.id()), &Value::Null));
    let edited = find(&log, "customer_edited");
    assert_eq!((&edited["target"]["id"], &edited["detail"]["fields"]), (&json!("c-1"), &json!(["phone"])));
    let downloads: Vec<_> = log.iter().filter(|e| e["action"] == "downloaded").collect();
    assert_eq!(downloads.len(), 1, "what keys fetch is no download by a person");
    assert_eq!((&downloads[0]["actor"]["id"], &downloads[0]["detail"]["format"]), (&json!(boris.id()), &json!("csv")));
    assert_eq!(find(&log, "role_changed")["detail"], json!({"role": "manager", "before": "viewer"}));
    find(&log, "invite_made");
    find(&log, "segment_rules_changed");
    let text = json!(log).to_string();
    for secret in ["Secret Name", "900 1234567", "@example.com", &key] {
        assert!(!text.contains(secret), "{secret} is in the audit log");
    }
    assert!(log.is_sorted_by(|a, b| a["id"].as_str() >= b["id"].as_str()), "the newest first");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_takes_the_person_out_of_it() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest"]).await;
    assert_eq!(answer(app.post("/v1/customers", &json!({"customer_id": "person-7"})).key(&key)).await.0, 200);
    let edit = app.request(Method::PATCH, "/v1/customers/person-7").json(&json!({"name": "X"})).person(&anna);
    assert_eq!(answer(edit).await.0, 200);
    assert!(json!(entries(&app, &anna).await).to_string().contains("person-7"));
    let (status, erasure) = answer(app.request(Method::DELETE, "/v1/customers/person-7").person(&anna)).await;
    assert_eq!(status, 202);
    let log = entries(&app, &anna).await;
    assert!(!json!(log).to_string().contains("person-7"), "{log:#?}");
    assert_eq!(find(&log, "customer_edited")["target"], json!({"kind": "customer", "id": null}));
    assert_eq!(find(&log, "customer_erased")["target"], json!({"kind": "erasure", "id": erasure["id"]}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_comes_in_pages_and_by_action_and_is_kept_as_long_as_set() {
    let app = App::spawn_with(|settings| settings.session_days = 10_000).await;
    let anna = app.register("anna@example.com").await;
    for _ in 0..3 {
        app.key(&anna, &["read"]).await;
    }
    let mut seen = 0;
    let mut cursor = String::new();
    loop {
        let (_, page) = answer(app.get(&format!("/v1/audit?action=key_made&limit=2{cursor}")).person(&anna)).await;
        seen += page["items"].as_array().unwrap().len();
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, 3);
    let (status, problem) = answer(app.get("/v1/audit?action=slept").person(&anna)).await;
    assert_eq!((status, problem["errors"][0]["field"].as_str().unwrap()), (422, "action"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_workspace_does_not_see_it() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.register("boris@example.com").await;
    app.key(&anna, &["read"]).await;
    app.login("anna@example.com", "wrong horse", None).await;
    let theirs = json!(entries(&app, &boris).await).to_string();
    assert!(!theirs.contains(anna.id()) && !theirs.contains("key_made"), "{theirs}");
}
