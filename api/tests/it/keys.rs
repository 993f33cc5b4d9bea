//! API keys: scopes, revocation, what lists show.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, answer, without};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_shown_once() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let body = json!({"name": " Online shop ", "scopes": ["read", "ingest"]});
    let (status, made) = answer(app.post("/v1/api-keys", &body).person(&anna)).await;
    assert_eq!(status, 201);
    insta::assert_snapshot!(without(&made, &["id", "key", "prefix"]));
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("kp_") && key.len() == 46, "{key}");
    assert!(key.starts_with(made["prefix"].as_str().unwrap()));

    let (_, list) = answer(app.get("/v1/api-keys").person(&anna)).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert!(!list.to_string().contains(key), "a list shows the key");
    assert_eq!(list["next_cursor"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_comes_in_pages() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(app.key(&anna, &["read"]).await.1);
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let (status, page) = answer(app.get(&format!("/v1/api-keys?limit=2{cursor}")).person(&anna)).await;
        assert_eq!(status, 200);
        seen.extend(page["items"].as_array().unwrap().iter().map(|k| k["id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    made.sort();
    seen.sort();
    assert_eq!(seen, made);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_headers_carry_a_key() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["read"]).await;
    assert_eq!(answer(app.get("/v1/reports").key(&key)).await.0, 200);
    assert_eq!(answer(app.get("/v1/reports").header("x-api-key", &key)).await.0, 200);
    assert_eq!(answer(app.get("/v1/reports").header("authorization", format!("bearer {key}"))).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_a_key_opens_nothing() {
    let app = App::spawn().await;
    let unknown = format!("kp_{}", "A".repeat(43));
    for header in ["", "Bearer", "Bearer x", "Basic YTpi", "kp_x", &format!("Bearer {unknown}"), "Bearer kp_\u{e4}"] {
        let (status, problem) = answer(app.get("/v1/reports").header("authorization", header)).await;
        assert_eq!((status, problem["code"].as_str().unwrap()), (401, "bad_key"), "{header:?}");
    }
    let refused = app.get("/v1/reports").send().await.unwrap();
    assert_eq!(refused.headers()["www-authenticate"], "Bearer realm=\"kupets\"");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_key_is_dead_at_once() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, id) = app.key(&anna, &["read"]).await;
    let (other, _) = app.key(&anna, &["read"]).await;
    // Both are in memory now.
    assert_eq!(answer(app.get("/v1/reports").key(&key)).await.0, 200);
    assert_eq!(answer(app.get("/v1/reports").key(&other)).await.0, 200);

    assert_eq!(answer(app.request(Method::DELETE, &format!("/v1/api-keys/{id}")).person(&anna)).await.0, 204);
    let (status, problem) = answer(app.get("/v1/reports").key(&key)).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (401, "bad_key"));
    assert_eq!(answer(app.get("/v1/reports").key(&other)).await.0, 200);
    assert_eq!(answer(app.request(Method::DELETE, &format!("/v1/api-keys/{id}")).person(&anna)).await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_key_never_passes_after_the_answer_however_busy_it_is() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    for _ in 0..5 {
        let (key, id) = app.key(&anna, &["read"]).await;
        let busy: Vec<_> = (0..4)
            .map(|_| {
                let request = app.get("/v1/reports").key(&key);
                tokio::spawn(async move {
                    for _ in 0..20 {
                        request.try_clone().unwrap().send().await.unwrap();
                    }
                })
            })
            .collect();
        assert_eq!(answer(app.request(Method::DELETE, &format!("/v1/api-keys/{id}")).person(&anna)).await.0, 204);
        assert_eq!(answer(app.get("/v1/reports").key(&key)).await.0, 401);
        for task in busy {
            task.await.unwrap();
        }
        assert_eq!(answer(app.get("/v1/reports").key(&key)).await.0, 401, "a look-up put a revoked key back");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn last_use_is_known() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["read"]).await;
    let last_used =
        async |app: &App| answer(app.get("/v1/api-keys").person(&anna)).await.1["items"][0]["last_used_at"].clone();
    assert_eq!(last_used(&app).await, Value::Null);
    answer(app.get("/v1/reports").key(&key)).await;
    let used = last_used(&app).await;
    assert!(used.is_string());
    // It outlives the server.
    let folder = app.stop().await;
    let path = folder.path().to_owned();
    let app = App::spawn_with(|settings| settings.data = path).await;
    assert_eq!(last_used(&app).await, used);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_keys_are_not_made() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    for body in [
        json!({"name": "", "scopes": []}),
        json!({"name": "x", "scopes": ["admin"]}),
        json!({"name": "x"}),
        json!({"name": "x", "scopes": ["read"], "admin": true}),
    ] {
        let (status, problem) = answer(app.post("/v1/api-keys", &body).person(&anna)).await;
        assert_eq!(status, 422, "{body}");
        assert!(!problem["errors"].as_array().unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_workspaces_key_is_not_there() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.register("boris@example.com").await;
    let (key, id) = app.key(&anna, &["read"]).await;
    assert_eq!(answer(app.request(Method::DELETE, &format!("/v1/api-keys/{id}")).person(&boris)).await.0, 404);
    assert_eq!(answer(app.get("/v1/api-keys").person(&boris)).await.1["items"], json!([]));
    assert_eq!(answer(app.get("/v1/reports").key(&key)).await.0, 200);
}
