//! Webhooks against receivers that are really there: signed, in order, tried again, and never where they must not go.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use crate::app::{App, Credentials as _, Person, answer};

/// No state is waited for longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A message as it came in.
#[derive(Debug, Clone)]
struct Message {
    headers: HashMap<String, String>,
    body: String,
}

impl Message {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    fn id(&self) -> &str {
        &self.headers["webhook-id"]
    }

    /// Whether it is signed with that secret, as the scheme says.
    fn is_signed(&self, secret: &str) -> bool {
        let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{}.{}.{}", self.id(), self.headers["webhook-timestamp"], self.body).as_bytes());
        let expected = format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()));
        self.headers["webhook-signature"].split(' ').any(|signature| signature == expected)
    }
}

/// What a receiver does with a message.
type Behaviour = Arc<dyn Fn(usize) -> Answer + Send + Sync>;

#[derive(Debug, Clone)]
enum Answer {
    Status(u16),
    /// Elsewhere.
    Redirect(String),
    /// It says nothing, ever.
    Silence,
    /// The connection is cut.
    Cut,
    /// A head that promises a body that never comes.
    Lie,
    /// What is no HTTP.
    Noise,
}

#[derive(Clone)]
struct Receiver {
    url: String,
    got: Arc<Mutex<Vec<Message>>>,
}

impl Receiver {
    async fn start(behaviour: impl Fn(usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let got: Arc<Mutex<Vec<Message>>> = Arc::default();
        let (kept, behaviour): (_, Behaviour) = (Arc::clone(&got), Arc::new(behaviour));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&kept), Arc::clone(&behaviour)));
            }
        });
        Self { url, got }
    }

    fn messages(&self) -> Vec<Message> {
        self.got.lock().unwrap().clone()
    }

    async fn until(&self, count: usize) -> Vec<Message> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let messages = self.messages();
            if messages.len() >= count {
                return messages;
            }
            assert!(tokio::time::Instant::now() < deadline, "{} of {count} came: {messages:?}", messages.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn serve(mut stream: TcpStream, got: Arc<Mutex<Vec<Message>>>, behaviour: Behaviour) {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break end + 4;
        }
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk).await {
            Ok(0) | Err(_) => return,
            Ok(n) => bytes.extend_from_slice(&chunk[..n]),
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let headers: HashMap<String, String> = text
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers["content-length"].parse().unwrap();
    while bytes.len() < head + length {
        let mut chunk = [0; 4096];
        let n = stream.read(&mut chunk).await.unwrap();
        bytes.extend_from_slice(&chunk[..n]);
    }
    let body = String::from_utf8(bytes[head..head + length].to_vec()).unwrap();
    let count = {
        let mut got = got.lock().unwrap();
        got.push(Message { headers, body });
        got.len()
    };
    let text = match behaviour(count) {
        Answer::Status(status) => format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"),
        Answer::Redirect(to) => {
            format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        }
        Answer::Silence => {
            tokio::time::sleep(PATIENCE).await;
            return;
        }
        Answer::Cut => return,
        Answer::Lie => "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\nshort".to_owned(),
        Answer::Noise => "SSH-2.0-OpenSSH_9.9\r\n".to_owned(),
    };
    let _ = stream.write_all(text.as_bytes()).await;
    let _ = stream.flush().await;
    if text.contains("1000000") {
        tokio::time::sleep(PATIENCE).await;
    }
}

struct Shop {
    app: App,
    anna: Person,
    key: String,
}

impl Shop {
    async fn open() -> Self {
        let app = App::spawn_with(|settings| {
            settings.webhook_allow_private = true;
            settings.webhook_timeout_s = 1;
        })
        .await;
        let anna = app.register("anna@example.com").await;
        let (key, _) = app.key(&anna, &["ingest"]).await;
        Self { app, anna, key }
    }

    /// A webhook; its id and secret.
    async fn hook(&self, receiver: &Receiver, events: &[&str]) -> (String, String) {
        let body = json!({"url": receiver.url, "events": events});
        let (status, made) = answer(self.app.post("/v1/webhooks", &body).person(&self.anna)).await;
        assert_eq!(status, 201, "{made}");
        (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
    }

    async fn send(&self, path: &str, body: Value) {
        let (status, done) = answer(self.app.post(path, &body).key(&self.key)).await;
        assert_eq!(status, 200, "{done}");
    }

    async fn state(&self, id: &str) -> Value {
        answer(self.app.get(&format!("/v1/webhooks/{id}")).person(&self.anna)).await.1
    }

    async fn attempts(&self, id: &str) -> Vec<Value> {
        let (status, list) =
            answer(self.app.get(&format!("/v1/webhooks/{id}/deliveries?limit=500")).person(&self.anna)).await;
        assert_eq!(status, 200, "{list}");
        list["items"].as_array().unwrap().clone()
    }

    /// The attempts when there are so many.
    async fn attempted(&self, id: &str, count: usize) -> Vec<Value> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let attempts = self.attempts(id).await;
            if attempts.len() >= count {
                return attempts;
            }
            assert!(tokio::time::Instant::now() < deadline, "{} of {count}: {attempts:?}", attempts.len());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn types(messages: &[Message]) -> Vec<String> {
    messages.iter().map(|message| message.json()["type"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_are_told_signed_and_in_order() {
    let shop = Shop::open().await;
    let receiver = Receiver::start(|_| Answer::Status(204)).await;
    let events = ["customer.created", "customer.updated", "customer.erased", "purchase.created"];
    let (id, secret) = shop.hook(&receiver, &events).await;
    shop.send("/v1/customers", json!({"customer_id": "c1", "name": "Анна"})).await;
    shop.send("/v1/customers", json!({"customer_id": "c1", "phone": null, "attributes": {"city": "Казань"}})).await;
    let purchase = json!({"purchase_id": "p1", "customer_id": "c2", "occurred_at": "2026-05-01T10:00:00Z",
        "items": [{"product_id": "tea", "quantity": 2, "unit_price": "7.65"}]});
    shop.send("/v1/purchases", purchase.clone()).await;
    // Sent again it is no new one.
    shop.send("/v1/purchases", purchase).await;
    let erase = shop.app.request(Method::DELETE, "/v1/customers/c1").person(&shop.anna);
    assert_eq!(answer(erase).await.0, 202);

    let messages = receiver.until(5).await;
    assert_eq!(
        types(&messages),
        ["customer.created", "customer.updated", "customer.created", "purchase.created", "customer.erased"]
    );
    for message in &messages {
        assert!(message.is_signed(&secret), "{message:?}");
        assert_eq!(message.headers["content-type"], "application/json");
        assert!(message.json()["timestamp"].is_string());
    }
    assert_eq!(
        messages[0].json()["data"],
        json!({"customer_id": "c1", "customer": {"customer_id": "c1", "name": "Анна"}})
    );
    let updated = &messages[1].json()["data"]["customer"];
    assert_eq!(updated, &json!({"customer_id": "c1", "phone": null, "attributes": {"city": "Казань"}}));
    let sold = &messages[3].json()["data"];
    assert_eq!((&sold["purchase_id"], &sold["customer_id"]), (&json!("p1"), &json!("c2")));
    assert_eq!(sold["purchase"]["items"][0]["amount"].to_string(), "15.3");
    assert_eq!(sold["purchase"]["currency"], "RUB");
    assert_eq!(messages[4].json()["data"], json!({"customer_id": "c1"}));
    let state = shop.state(&id).await;
    assert_eq!((&state["last_status"], &state["failures"], &state["secret"]), (&json!(204), &json!(0), &Value::Null));
    assert!(shop.attempted(&id, 5).await.iter().all(|attempt| attempt["outcome"] == "delivered"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_of_what_they_did_not_ask_for() {
    let shop = Shop::open().await;
    let receiver = Receiver::start(|_| Answer::Status(200)).await;
    let (id, _) = shop.hook(&receiver, &["customer.created"]).await;
    let (paused, _) = shop.hook(&receiver, &["purchase.created"]).await;
    let change = |id: &str, body: Value| {
        shop.app.request(Method::PATCH, &format!("/v1/webhooks/{id}")).json(&body).person(&shop.anna)
    };
    assert_eq!(answer(change(&paused, json!({"active": false}))).await.0, 200);
    shop.send("/v1/purchases", json!({"product": "tea", "amount": 5})).await;
    shop.send("/v1/interactions", json!({"kind": "call"})).await;
    shop.send("/v1/customers", json!({"customer_id": "1"})).await;
    assert_eq!(types(&receiver.until(1).await), ["customer.created"]);
    assert_eq!(answer(shop.app.request(Method::DELETE, &format!("/v1/webhooks/{id}")).person(&shop.anna)).await.0, 204);
    shop.send("/v1/customers", json!({"customer_id": "2"})).await;
    assert_eq!(
        answer(change(&paused, json!({"active": true, "events": ["purchase.created", "customer.created"]}))).await.0,
        200
    );
    shop.send("/v1/customers", json!({"customer_id": "3"})).await;
    let messages = receiver.until(2).await;
    assert_eq!(messages[1].json()["data"]["customer_id"], "3");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_records_are_told_as_a_number() {
    let shop = Shop::open().await;
    let receiver = Receiver::start(|_| Answer::Status(200)).await;
    shop.hook(&receiver, &["purchase.created", "customer.created", "customer.updated"]).await;
    shop.send("/v1/customers", json!({"customer_id": "0"})).await;
    let many: Vec<_> = (0..150).map(|n| json!({"customer_id": n.to_string()})).collect();
    shop.send("/v1/customers", json!(many)).await;
    let messages = receiver.until(3).await;
    let told: Vec<_> = messages[1..].iter().map(|m| (m.json()["type"].clone(), m.json()["data"].clone())).collect();
    assert_eq!(
        told,
        [(json!("customer.created"), json!({"count": 149})), (json!("customer.updated"), json!({"count": 1}))]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fails_is_tried_again_with_the_same_id_and_nothing_overtakes_it() {
    for bad in [Answer::Status(500), Answer::Silence, Answer::Cut, Answer::Noise, Answer::Status(404)] {
        let shop = Shop::open().await;
        let first = bad.clone();
        let receiver = Receiver::start(move |count| if count == 1 { first.clone() } else { Answer::Status(200) }).await;
        let (id, secret) = shop.hook(&receiver, &["customer.created"]).await;
        shop.send("/v1/customers", json!({"customer_id": "1"})).await;
        let attempts = shop.attempted(&id, 1).await;
        assert_eq!(attempts[0]["outcome"], "retrying", "{bad:?}: {attempts:?}");
        assert!(attempts[0]["error"].is_string(), "{bad:?}");
        shop.send("/v1/customers", json!({"customer_id": "2"})).await;
        assert_eq!(receiver.messages().len(), 1, "{bad:?}: the second message waits for the first");
        shop.app.clock.advance_ms(60_000);
        let messages = receiver.until(3).await;
        assert_eq!(messages[0].id(), messages[1].id(), "{bad:?}");
        assert_ne!(messages[1].id(), messages[2].id(), "{bad:?}");
        assert_eq!(messages[2].json()["data"]["customer_id"], "2", "{bad:?}");
        assert!(messages.iter().all(|message| message.is_signed(&secret)), "{bad:?}");
        assert_ne!(
            messages[0].headers["webhook-timestamp"], messages[1].headers["webhook-timestamp"],
            "each attempt has its time"
        );
        let attempts = shop.attempted(&id, 3).await;
        // Two of them are of one moment of the tests' clock.
        let second = attempts.iter().find(|attempt| attempt["attempt"] == 2).unwrap();
        assert_eq!(second["outcome"], "delivered", "{bad:?}");
        assert_eq!(shop.state(&id).await["failures"], 0, "{bad:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_whose_body_never_ends_is_an_answer() {
    let shop = Shop::open().await;
    let receiver = Receiver::start(|_| Answer::Lie).await;
    let (id, _) = shop.hook(&receiver, &["customer.created"]).await;
    shop.send("/v1/customers", json!([{"customer_id": "1"}, {"customer_id": "2"}])).await;
    receiver.until(2).await;
    assert!(shop.attempted(&id, 2).await.iter().all(|attempt| attempt["outcome"] == "delivered"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redirect_is_not_followed() {
    let shop = Shop::open().await;
    let inner = Receiver::start(|_| Answer::Status(200)).await;
    let to = inner.url.clone();
    let receiver = Receiver::start(move |_| Answer::Redirect(to.clone())).await;
    let (id, _) = shop.hook(&receiver, &["customer.created"]).await;
    shop.send("/v1/customers", json!({"customer_id": "1"})).await;
    let attempts = shop.attempted(&id, 1).await;
    assert_eq!((&attempts[0]["status"], &attempts[0]["outcome"]), (&json!(302), &json!("retrying")));
    assert!(attempts[0]["error"].as_str().unwrap().contains("not followed"), "{attempts:?}");
    assert!(inner.messages().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_given_up_after_eight_attempts_and_the_next_one_told() {
    let shop = Shop::open().await;
    let receiver = Receiver::start(|count| Answer::Status(if count <= 8 { 503 } else { 200 })).await;
    let (id, _) = shop.hook(&receiver, &["customer.created"]).await;
    shop.send("/v1/customers", json!([{"customer_id": "1"}, {"customer_id": "2"}])).await;
    for attempt in 1..8 {
        shop.attempted(&id, attempt).await;
        // More than the longest wait, and less than what it is given up for.
        shop.app.clock.advance_ms(9 * 3_600_000);
        if attempt == 7 {
            shop.app.clock.advance_ms(4 * 3_600_000);
        }
    }
    let messages = receiver.until(9).await;
    assert!(messages[..8].iter().all(|message| message.id() == messages[0].id()));
    assert_eq!(messages[8].json()["data"]["customer_id"], "2");
    let attempts = shop.attempted(&id, 9).await;
    let last = attempts.iter().find(|attempt| attempt["attempt"] == 8).unwrap();
    assert_eq!(last["outcome"], "failed");
    assert_eq!(shop.state(&id).await["active"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_fails_for_three_days_or_wants_no_more_is_given_up() {
    let shop = Shop::open().await;
    let receiver = Receiver::start(|_| Answer::Status(500)).await;
    let gone = Receiver::start(|_| Answer::Status(410)).await;
    let (id, _) = shop.hook(&receiver, &["customer.created"]).await;
    let (wants_no_more, _) = shop.hook(&gone, &["customer.created"]).await;
    shop.send("/v1/customers", json!({"customer_id": "1"})).await;
    shop.attempted(&id, 1).await;
    shop.attempted(&wants_no_more, 1).await;
    let state = shop.state(&wants_no_more).await;
    assert!(state["active"] == false && state["paused_at"].is_string(), "{state}");
    shop.app.clock.advance_ms(3 * 86_400_000 + 60_000);
    shop.attempted(&id, 2).await;
    let state = shop.state(&id).await;
    assert!(state["active"] == false && state["paused_at"].is_string(), "{state}");
    // A person takes it up again.
    let change = shop
        .app
        .request(Method::PATCH, &format!("/v1/webhooks/{id}"))
        .json(&json!({"active": true}))
        .person(&shop.anna);
    let (_, state) = answer(change).await;
    assert!(state["active"] == true && state["paused_at"].is_null() && state["failures"] == 0, "{state}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_receiver_holds_up_nobody_else() {
    let shop = Shop::open().await;
    let slow = Receiver::start(|_| Answer::Silence).await;
    let quick = Receiver::start(|_| Answer::Status(200)).await;
    shop.hook(&slow, &["customer.created"]).await;
    shop.hook(&quick, &["customer.created"]).await;
    for n in 0..5 {
        shop.send("/v1/customers", json!({"customer_id": n.to_string()})).await;
    }
    assert_eq!(quick.until(5).await.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_is_tried_by_a_message_of_its_own() {
    let shop = Shop::open().await;
    let receiver = Receiver::start(|_| Answer::Status(500)).await;
    let (id, secret) = shop.hook(&receiver, &["finding"]).await;
    let (status, sent) = answer(shop.app.post(&format!("/v1/webhooks/{id}/test"), &json!({})).person(&shop.anna)).await;
    assert_eq!(status, 202);
    let messages = receiver.until(1).await;
    assert_eq!(
        (messages[0].json()["type"].clone(), messages[0].id()),
        (json!("test"), sent["event_id"].as_str().unwrap())
    );
    assert!(messages[0].is_signed(&secret));
    // Once: whoever tries wants to see what came of it.
    assert_eq!(shop.attempted(&id, 1).await[0]["outcome"], "failed");

    let rotate = shop.app.request(Method::PATCH, &format!("/v1/webhooks/{id}")).json(&json!({"rotate_secret": true}));
    let (_, changed) = answer(rotate.person(&shop.anna)).await;
    let new = changed["secret"].as_str().unwrap();
    assert_ne!(new, secret);
    answer(shop.app.post(&format!("/v1/webhooks/{id}/test"), &json!({})).person(&shop.anna)).await;
    assert!(receiver.until(2).await[1].is_signed(new));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_servers_own_network_is_refused() {
    let app = App::spawn().await;
    let anna = app.register("anna@example.com").await;
    for url in [
        "http://127.0.0.1:9/",
        "http://localhost/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://0x7f000001/",
        "ftp://example.com/",
        "https://user:password@example.com/",
        "nonsense",
    ] {
        let body = json!({"url": url, "events": ["finding"]});
        let (status, problem) = answer(app.post("/v1/webhooks", &body).person(&anna)).await;
        assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("url")), "{url}: {problem}");
    }
    let (status, problem) =
        answer(app.post("/v1/webhooks", &json!({"url": "https://example.com/", "events": []})).person(&anna)).await;
    assert_eq!((status, &problem["errors"][0]["field"]), (422, &json!("events")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_customer_erased_was_told_waits_no_more() {
    let shop = Shop::open().await;
    let receiver = Receiver::start(|_| Answer::Status(500)).await;
    let (id, _) = shop.hook(&receiver, &["customer.created"]).await;
    shop.send("/v1/customers", json!({"customer_id": "person-7", "name": "Secret Name"})).await;
    shop.attempted(&id, 1).await;
    let erase = shop.app.request(Method::DELETE, "/v1/customers/person-7").person(&shop.anna);
    assert_eq!(answer(erase).await.0, 202);
    shop.app.clock.advance_ms(3_600_000);
    shop.send("/v1/customers", json!({"customer_id": "another"})).await;
    let messages = receiver.until(2).await;
    assert_eq!(messages[1].json()["data"]["customer_id"], "another", "the message about the person is gone");
}
