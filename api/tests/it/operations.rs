//! Probes, metrics, documentation, headers, the end.

use std::{sync::Arc, time::Duration};

use kupets_api::{Server, Settings};
use kupets_engine::clock::SystemClock;
use reqwest::Method;
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::app::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_alive_ready_and_measured() {
    let app = App::spawn().await;
    assert_eq!(app.get("/healthz").send().await.unwrap().text().await.unwrap(), "ok\n");
    assert_eq!(app.get("/readyz").send().await.unwrap().text().await.unwrap(), "ready\n");
    app.get("/v1/nothing/anna@example.com").send().await.unwrap();
    let metrics = app.get("/metrics").send().await.unwrap().text().await.unwrap();
    assert!(
        metrics.contains("kupets_http_requests_total{method=\"GET\",route=\"/healthz\",status=\"200\"}"),
        "{metrics}"
    );
    assert!(metrics.contains("kupets_http_request_seconds_bucket"), "{metrics}");
    for name in ["kupets_tenants_open", "kupets_tail_bytes", "kupets_flush_lag_seconds", "kupets_query_memory_bytes"] {
        assert!(metrics.contains(&format!("# HELP {name} ")) && metrics.contains(&format!("\n{name} ")), "{name}");
    }
    assert!(!metrics.contains("anna"), "a path as sent became a label");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_page_speaks_the_readers_language() {
    let app = App::spawn().await;
    let page = async |language: &str| {
        app.get("/").header("accept-language", language).send().await.unwrap().text().await.unwrap()
    };
    if page("en").await.contains("id=\"root\"") {
        eprintln!("SKIPPED: the web UI is built in; the plain first page is for binaries without it");
        return;
    }
    assert!(page("ru-RU,ru;q=0.9,en;q=0.5").await.contains("<html lang=\"ru\">"));
    let english = page("en").await;
    assert!(english.contains("<html lang=\"en\">") && english.contains("/docs/"));
    assert!(english.contains(&format!("{}/v1/purchases", app.url)), "the example does not name this server");
    let forged = app.get("/").header("host", "x<script>").send().await.unwrap().text().await.unwrap();
    assert!(!forged.contains("<script>"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_web_ui_is_whole_and_loads_nothing_from_elsewhere() {
    let app = App::spawn().await;
    let get = async |path: &str| app.get(path).send().await.unwrap();
    let page = get("/").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let html = page.text().await.unwrap();
    if !html.contains("id=\"root\"") {
        eprintln!("SKIPPED: this binary is built without the web UI (KUPETS_SKIP_WEB)");
        return;
    }
    assert!(policy.contains("script-src 'self';") && !policy.contains("script-src 'self' 'unsafe"), "{policy}");
    assert_eq!(get("/customers/17850").await.text().await.unwrap(), html, "an address of the UI is its page");
    let addresses =
        html.split('"').filter(|part| part.ends_with(".js") || part.ends_with(".css") || part.ends_with(".svg"));
    let mut files = 0;
    for address in addresses {
        assert!(address.starts_with('/') && !address.starts_with("//"), "{address} is elsewhere");
        let file = get(address).await;
        assert_eq!(file.status(), 200, "{address}");
        if address.starts_with("/assets/") {
            assert_eq!(file.headers()["cache-control"], "public, max-age=31536000, immutable");
        }
        files += 1;
    }
    assert!(files >= 2, "{html}");
    for stray in ["/assets/nothing.js", "/v1/nothing"] {
        assert_eq!(get(stray).await.status(), 404, "{stray}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documentation_is_whole_and_loads_nothing_from_elsewhere() {
    let app = App::spawn().await;
    assert_eq!(app.get("/docs").send().await.unwrap().headers()["location"], "/docs/");
    let page = app.get("/docs/").send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self';") && policy.contains("connect-src 'self'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let html = page.text().await.unwrap();
    let mut files = 0;
    for part in html.split(['"', '\'']).filter(|p| p.ends_with(".js") || p.ends_with(".css")) {
        assert!(!part.contains("//"), "{part} is elsewhere");
        let file = app.get(&format!("/docs/{}", part.trim_start_matches("./"))).send().await.unwrap();
        assert_eq!(file.status(), 200, "{part}");
        files += 1;
    }
    assert!(files >= 3, "{html}");
    assert!(!html.contains("<style") && !html.contains("style=") && !html.contains("<script>"), "inline: {html}");
    let setup = app.get("/docs/swagger-initializer.js").send().await.unwrap().text().await.unwrap();
    assert!(setup.contains("\"persistAuthorization\": false"), "keys would stay in the browser: {setup}");
    let document: Value = app.get("/openapi.json").send().await.unwrap().json().await.unwrap();
    assert!(document["paths"]["/v1/purchases"]["post"].is_object());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_carries_an_id_and_the_security_headers() {
    let app = App::spawn().await;
    let sent = app.get("/v1/me").header("x-request-id", "order-17").send().await.unwrap();
    assert_eq!(sent.headers()["x-request-id"], "order-17");
    let odd = app.get("/v1/me").header("x-request-id", "a b").send().await.unwrap();
    assert_ne!(odd.headers()["x-request-id"], "a b");
    for path in ["/", "/docs/", "/healthz", "/v1/me", "/nowhere"] {
        let answer = app.get(path).send().await.unwrap();
        for header in ["x-request-id", "x-content-type-options", "x-frame-options", "content-security-policy"] {
            assert!(answer.headers().contains_key(header), "{path} has no {header}");
        }
    }
    assert_eq!(sent.headers()["cache-control"], "no-store");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn head_is_get_without_a_body() {
    let app = App::spawn().await;
    let head = app.request(Method::HEAD, "/healthz").send().await.unwrap();
    assert_eq!(head.status(), 200);
    assert_eq!(head.headers()["content-length"], "3");
    assert_eq!(head.text().await.unwrap(), "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_under_way_ends_before_the_server_does() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let body = r#"{"name":"x","scopes":["read"]}"#;
    let mut stream = TcpStream::connect(app.url.trim_start_matches("http://")).await.unwrap();
    let head = format!(
        "POST /v1/api-keys HTTP/1.1\r\nHost: x\r\nCookie: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Expect: 100-continue\r\n\r\n",
        anna.cookie,
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body.as_bytes()[..5]).await.unwrap();
    // The server says that it has the head and waits for the body.
    let go_on = b"HTTP/1.1 100 Continue\r\n\r\n";
    let mut said = vec![0; go_on.len()];
    tokio::time::timeout(Duration::from_secs(20), stream.read_exact(&mut said)).await.expect("an answer").unwrap();
    assert_eq!(said, go_on);
    let stopping = tokio::spawn(app.stop());
    stream.write_all(&body.as_bytes()[5..]).await.unwrap();
    let mut reply = vec![0; 12];
    tokio::time::timeout(Duration::from_secs(20), stream.read_exact(&mut reply)).await.expect("an answer").unwrap();
    assert_eq!(reply, b"HTTP/1.1 201");
    drop(stream);
    stopping.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_may_have_an_address_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings {
        data: folder.path().to_owned(),
        listen: "127.0.0.1:0".parse().unwrap(),
        metrics_listen: Some("127.0.0.1:0".parse().unwrap()),
        workers: 1,
        ..Settings::default()
    };
    let server = Server::open(settings, Arc::new(SystemClock)).await.unwrap();
    let (main, metrics) = (server.address(), server.metrics_address().unwrap());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(server.run(async move {
        let _ = stopped.await;
    }));
    let get = async |address, path| reqwest::get(format!("http://{address}{path}")).await.unwrap();
    assert_eq!(get(main, "/healthz").await.status(), 200);
    assert_eq!(get(main, "/metrics").await.status(), 404);
    assert!(get(metrics, "/metrics").await.text().await.unwrap().contains("kupets_http_requests_total"));
    for path in ["/", "/v1/me", "/openapi.json"] {
        assert_eq!(get(metrics, path).await.status(), 404, "{path}");
    }
    drop(stop);
    running.await.unwrap().unwrap();
}
