//! Whatever goes wrong has one shape.

use reqwest::Method;
use serde_json::json;

use crate::app::{App, Credentials as _, answer, shown};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_is_not_there() {
    let app = App::spawn().await;
    insta::assert_snapshot!(shown(&answer(app.get("/v1/nothing")).await));
    assert_eq!(answer(app.get("/docs/nothing.js")).await.0, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_method_that_is_not_there() {
    let app = App::spawn().await;
    let refused = app.request(Method::PUT, "/v1/customers").send().await.unwrap();
    assert_eq!(refused.status(), 405);
    let mut allowed: Vec<_> = refused.headers()["allow"].to_str().unwrap().split(", ").collect();
    allowed.sort_unstable();
    assert_eq!(allowed, ["GET", "POST"]);
    insta::assert_snapshot!(shown(&answer(app.request(Method::DELETE, "/v1/me")).await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_credentials_and_wrong_scope() {
    let app = App::spawn().await;
    insta::assert_snapshot!(shown(&answer(app.get("/v1/reports")).await));
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest"]).await;
    insta::assert_snapshot!(shown(&answer(app.get("/v1/reports").key(&key)).await));
    insta::assert_snapshot!(shown(&answer(app.get("/v1/me").key(&key)).await));
    insta::assert_snapshot!(shown(&answer(app.post("/v1/purchases", &json!({})).person(&anna)).await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_not_what_it_says() {
    let app = App::spawn().await;
    let post = |content_type: &str, body: &'static str| {
        app.request(Method::POST, "/v1/auth/login").header("content-type", content_type).body(body)
    };
    insta::assert_snapshot!(shown(&answer(post("application/json", "{\"email\":")).await));
    insta::assert_snapshot!(shown(&answer(post("text/plain", "{}")).await));
    insta::assert_snapshot!(shown(&answer(post("application/json", "{\"email\":1,\"password\":\"x\"}")).await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_is_too_long() {
    let app = App::spawn().await;
    let (status, problem) = answer(app.get(&format!("/v1/reports?x={}", "y".repeat(9_000)))).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (414, "uri_too_long"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_format_that_is_not_there() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let sales = || app.get("/v1/reports/sales_summary").person(&anna);
    assert_eq!(answer(sales().header("accept", "image/png")).await.0, 406);
    assert_eq!(answer(sales().query(&[("format", "pdf")])).await.0, 422);
    assert_eq!(answer(sales().query(&[("limit", "1"), ("limit", "2")])).await.0, 422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_parameters_of_lists_are_named() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    for query in ["limit=0", "limit=501", "limit=x", "lmit=5", "filter=revenue"] {
        let (status, problem) = answer(app.get(&format!("/v1/customers?{query}")).person(&anna)).await;
        assert_eq!(status, 422, "{query}");
        assert!(problem["errors"].as_array().is_some_and(|e| e.len() == 1 && e[0]["field"] != ""), "{problem}");
    }
    let (status, _) = answer(app.get("/v1/api-keys?limit=many").person(&anna)).await;
    assert_eq!(status, 422);
}
