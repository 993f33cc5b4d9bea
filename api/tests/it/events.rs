//! The stream of changes: what comes, for whom, and when it ends.

use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use crate::app::{App, Credentials as _, answer};

/// No state is waited for longer.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Stream {
    answer: Response,
    pub text: String,
}

impl Stream {
    pub async fn open(request: RequestBuilder) -> Self {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let mut stream = Self { answer, text: String::new() };
        stream.until("\n\n").await;
        stream
    }

    /// Reads on until that text is there.
    pub async fn until(&mut self, wanted: &str) -> &str {
        while !self.text.contains(wanted) {
            let chunk = tokio::time::timeout(PATIENCE, self.answer.chunk()).await;
            let chunk = chunk.unwrap_or_else(|_| panic!("no {wanted:?} in {}", self.text)).unwrap();
            let chunk = chunk.unwrap_or_else(|| panic!("it ended without {wanted:?}: {}", self.text));
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        &self.text
    }

    /// Reads on until the stream ends.
    async fn end(mut self) -> String {
        while let Some(chunk) = tokio::time::timeout(PATIENCE, self.answer.chunk()).await.expect("no end").unwrap() {
            self.text.push_str(std::str::from_utf8(&chunk).unwrap());
        }
        self.text
    }

    fn last_id(&self) -> String {
        self.text.lines().filter_map(|line| line.strip_prefix("id: ")).next_back().unwrap().to_owned()
    }
}

pub fn data(text: &str, event: &str) -> Value {
    let after = text.split(&format!("event: {event}\ndata: ")).nth(1).unwrap();
    serde_json::from_str(after.lines().next().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_arrives_is_told_to_its_workspace_alone() {
    let app = App::spawn().await;
    let (anna, boris) = (app.register("anna@example.com").await, app.register("boris@example.com").await);
    let (key, _) = app.key(&anna, &["ingest", "read"]).await;
    let link = app.link(&anna, 1).await;
    let mut by_session = Stream::open(app.get("/v1/events").person(&anna)).await;
    let mut by_key = Stream::open(app.get("/v1/events").key(&key)).await;
    let mut by_link = Stream::open(app.get("/v1/events").key(&link)).await;
    let mut borises = Stream::open(app.get("/v1/events").person(&boris)).await;
    let purchase =
        json!([{"customer_id": "secret-c", "product": "secret-p", "amount": 1}, {"product": "b", "amount": 2}]);
    assert_eq!(answer(app.post("/v1/purchases", &purchase).key(&key)).await.0, 200);
    for stream in [&mut by_session, &mut by_key, &mut by_link] {
        let told = data(stream.until("event: records").await, "records");
        assert_eq!((&told["purchases"], &told["customers"]), (&json!(2), &json!(0)), "{told}");
        assert!(!stream.text.contains("secret"), "{}", stream.text);
    }
    let edit = app.request(Method::PATCH, "/v1/customers/secret-c").json(&json!({"phone": "+7"})).person(&anna);
    assert_eq!(answer(edit).await.0, 200);
    assert_eq!(
        data(by_session.until("\"customers\":1").await.rsplit("id: ").next().unwrap(), "records")["purchases"],
        0
    );
    // Boris hears of his own records, and of nothing before them.
    let (boriss, _) = app.key(&boris, &["ingest"]).await;
    assert_eq!(answer(app.post("/v1/customers", &json!({"customer_id": "1"})).key(&boriss)).await.0, 200);
    let told = borises.until("event: records").await;
    assert_eq!(data(told, "records")["purchases"], 0, "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_goes_on_where_the_connection_broke() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let (key, _) = app.key(&anna, &["ingest", "read"]).await;
    let stream = Stream::open(app.get("/v1/events").key(&key)).await;
    let last = stream.last_id();
    drop(stream);
    assert_eq!(answer(app.post("/v1/customers", &json!({"customer_id": "1"})).key(&key)).await.0, 200);
    let mut stream = Stream::open(app.get("/v1/events").key(&key).header("last-event-id", &last)).await;
    assert!(!stream.until("event: records").await.contains("event: reset"));
    let mut stream = Stream::open(app.get("/v1/events").key(&key).header("last-event-id", "of another server")).await;
    stream.until("event: reset").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_ends_with_what_let_its_listener_in() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    let boris = app.member(&anna, "admin", "boris@example.com").await;
    let (key, key_id) = app.key(&anna, &["read"]).await;
    let (link, left) = (app.link(&anna, 1).await, app.link(&boris, 2).await);
    let session = Stream::open(app.get("/v1/events").person(&anna)).await;
    let revoked = Stream::open(app.get("/v1/events").key(&key)).await;
    let unlinked = Stream::open(app.get("/v1/events").key(&link)).await;
    let removed = Stream::open(app.get("/v1/events").person(&boris)).await;
    let removed_too = Stream::open(app.get("/v1/events").key(&left)).await;
    assert_eq!(answer(app.request(Method::DELETE, &format!("/v1/api-keys/{key_id}")).person(&anna)).await.0, 204);
    revoked.end().await;
    assert_eq!(answer(app.post("/v1/telegram/unlink", &json!({})).key(&link)).await.0, 204);
    unlinked.end().await;
    let remove = app.request(Method::DELETE, &format!("/v1/members/{}", boris.id())).person(&anna);
    assert_eq!(answer(remove).await.0, 204);
    removed.end().await;
    removed_too.end().await;
    assert_eq!(app.post("/v1/auth/logout", &json!({})).person(&anna).send().await.unwrap().status(), 204);
    session.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stops_does_not_wait_for_its_listeners() {
    let app = App::spawn_with(|settings| settings.shutdown_timeout_s = 3_600).await;
    let anna = app.register("anna@example.com").await;
    let stream = Stream::open(app.get("/v1/events").person(&anna)).await;
    tokio::time::timeout(PATIENCE, app.stop()).await.expect("it waits for a stream that never ends");
    stream.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_decision_is_told() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    // There is nothing to decide on: nothing is told of what did not happen.
    let mut stream = Stream::open(app.get("/v1/events").person(&anna)).await;
    let decide = app.post("/v1/recommendations/none", &json!({"status": "done"})).person(&anna);
    assert_eq!(answer(decide).await.0, 404);
    let (key, _) = app.key(&anna, &["ingest"]).await;
    assert_eq!(answer(app.post("/v1/customers", &json!({"customer_id": "1"})).key(&key)).await.0, 200);
    assert!(!stream.until("event: records").await.contains("event: recommendation"));
}
