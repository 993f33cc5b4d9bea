//! Request bodies: encodings, limits, and slowness.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::app::{App, Credentials as _, answer};

fn gzip(text: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_login_may_be_compressed_too() {
    let app = App::spawn().await;
    let login = json!({"email": "nobody@example.com", "password": "x"}).to_string();
    let post = |encoding: &str, body: Vec<u8>| {
        let request = app.request(Method::POST, "/v1/auth/login").header("content-type", "application/json");
        request.header("content-encoding", encoding).body(body)
    };
    assert_eq!(answer(post("gzip", gzip(login.as_bytes()))).await.0, 401);
    assert_eq!(answer(post("zstd", zstd::encode_all(login.as_bytes(), 3).unwrap())).await.0, 401);
    let (status, problem) = answer(post("br", login.clone().into_bytes())).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (415, "content_encoding"));
    let (status, problem) = answer(post("gzip", login.into_bytes())).await;
    assert_eq!((status, problem["code"].as_str().unwrap()), (400, "broken_encoding"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_over_a_limit_is_refused_in_whatever_clothes() {
    let app = App::spawn_with(|settings| {
        settings.body_limit_bytes = 100_000;
        settings.body_compressed_limit_bytes = 50_000;
    })
    .await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest"]).await;
    let post = |encoding: &str, body: reqwest::Body| {
        let request = app.request(Method::POST, "/v1/customers").key(&key).header("content-type", "application/json");
        request.header("content-encoding", encoding).body(body)
    };
    // As sent, announced.
    assert_eq!(answer(post("identity", vec![b' '; 60_000].into())).await.0, 413);
    // As sent, not announced.
    let pieces = (0..60).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1_000]));
    assert_eq!(answer(post("identity", reqwest::Body::wrap_stream(futures::stream::iter(pieces)))).await.0, 413);
    // Decompressed: 20 MB of spaces are a few kilobytes.
    assert_eq!(answer(post("gzip", gzip(&vec![b' '; 20 << 20]).into())).await.0, 413);
    assert_eq!(answer(post("zstd", zstd::encode_all(&vec![b' '; 20 << 20][..], 3).unwrap().into())).await.0, 413);
    // The small bodies of other routes have a smaller limit of their own.
    let long = json!({"email": "x".repeat(70_000), "password": "x"});
    assert_eq!(answer(app.post("/v1/auth/login", &long)).await.0, 413);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_are_not_records() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest"]).await;
    let request = app.request(Method::POST, "/v1/customers").key(&key);
    let (status, _) = answer(request.header("content-type", "application/x-www-form-urlencoded").body("a=b")).await;
    assert_eq!(status, 415);
    let (status, _) = answer(app.post("/v1/customers?onerror=skip", &json!([])).key(&key)).await;
    assert_eq!(status, 422);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_is_refused_before_a_body_is_read() {
    let app = App::spawn().await;
    let address = app.url.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A gigabyte is announced and never sent.
    let head = "POST /v1/purchases HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut begin = [0; 12];
    tokio::time::timeout(Duration::from_secs(10), stream.read_exact(&mut begin)).await.expect("an answer").unwrap();
    assert_eq!(&begin, b"HTTP/1.1 401");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_never_ends_is_cut_off() {
    let app = App::spawn_with(|settings| settings.header_timeout_s = 1).await;
    let mut stream = TcpStream::connect(app.url.trim_start_matches("http://")).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: ").await.unwrap();
    let mut rest = Vec::new();
    tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut rest)).await.expect("an end").unwrap();
    assert!(rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&rest));
}
