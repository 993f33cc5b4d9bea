//! A server to test, and a client that speaks to it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Utc};
use kupets_api::{Server, Settings, server::ServerError};
use kupets_engine::clock::Clock;
use reqwest::{Method, RequestBuilder, Response, StatusCode, header};
use serde_json::{Value, json};
use tokio::{sync::oneshot, task::JoinHandle};

pub const PASSWORD: &str = "correct horse battery";

/// A clock that a test moves.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// Puts it to the machine's time, by which other processes go.
    pub fn follow_the_machine(&self) {
        self.0.store(kupets_engine::clock::system().now().timestamp_millis(), Ordering::SeqCst);
    }

    /// Puts it to a moment, in milliseconds since the epoch.
    pub fn set_ms(&self, time: i64) {
        self.0.store(time, Ordering::SeqCst);
    }

    pub fn advance_ms(&self, time: i64) {
        self.0.fetch_add(time, Ordering::SeqCst);
    }

    pub fn advance_days(&self, days: i64) {
        self.0.fetch_add(days * 86_400_000, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

pub struct App {
    pub url: String,
    pub clock: Arc<TestClock>,
    pub client: reqwest::Client,
    /// The token of the first account's invite, where one is needed.
    pub first_invite: Option<String>,
    /// The data folder.
    pub data: std::path::PathBuf,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<Result<(), ServerError>>>,
    folder: Option<tempfile::TempDir>,
}

/// A person who is logged in.
#[derive(Debug, Clone)]
pub struct Person {
    pub cookie: String,
    pub account: Value,
}

impl App {
    pub async fn spawn() -> Self {
        Self::spawn_with(|_| {}).await
    }

    pub async fn spawn_with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings {
            data: folder.path().to_owned(),
            listen: "127.0.0.1:0".parse().unwrap(),
            workers: 1,
            ..Settings::default()
        };
        change(&mut settings);
        let data = settings.data.clone();
        let clock = Arc::new(TestClock(AtomicI64::new(1_780_000_000_000)));
        let server = Server::open(settings, clock.clone()).await.unwrap();
        let url = format!("http://{}", server.address());
        let first_invite = server.first_invite().map(str::to_owned);
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server.run(async move {
            // A dropped sender is a stop as well.
            let _ = stopped.await;
        }));
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { url, clock, client, first_invite, data, stop: Some(stop), task: Some(task), folder: Some(folder) }
    }

    /// Stops the server as SIGTERM does, and gives its folder back.
    pub async fn stop(mut self) -> tempfile::TempDir {
        drop(self.stop.take());
        self.task.take().unwrap().await.unwrap().unwrap();
        self.folder.take().unwrap()
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    pub fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.request(Method::POST, path).json(body)
    }

    pub async fn register(&self, email: &str) -> Person {
        let body = json!({"name": "Anna", "email": email, "password": PASSWORD, "workspace": format!("{email}'s"),
            "time_zone": "Europe/Moscow", "currency": "RUB"});
        let answer = self.post("/v1/auth/register", &body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        let cookie = session_cookie(&answer);
        Person { cookie, account: answer.json().await.unwrap() }
    }

    /// A new person in the workspace of `host`, by invite, with that role.
    pub async fn member(&self, host: &Person, role: &str, email: &str) -> Person {
        let invite = self.invite(host, &json!({"role": role})).await;
        let body = json!({"name": role, "email": email, "password": PASSWORD, "invite": invite});
        let answer = self.post("/v1/auth/register", &body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        let cookie = session_cookie(&answer);
        let account: Value = answer.json().await.unwrap();
        assert_eq!(account["role"], role);
        assert_eq!(account["workspace"]["id"], host.account["workspace"]["id"]);
        Person { cookie, account }
    }

    /// The token of a new invite.
    pub async fn invite(&self, host: &Person, body: &Value) -> String {
        let (status, made) = answer(self.post("/v1/invites", body).person(host)).await;
        assert_eq!(status, 201, "{made}");
        let token = made["token"].as_str().unwrap().to_owned();
        assert!(made["url"].as_str().unwrap().ends_with(&format!("/invite/{token}")), "{made}");
        token
    }

    /// Logs in, with a device's cookie if there is one; the status and the whole answer.
    pub async fn login(&self, email: &str, password: &str, device: Option<&str>) -> Response {
        let request = self.post("/v1/auth/login", &json!({"email": email, "password": password}));
        let request = match device {
            Some(device) => request.header(header::COOKIE, device),
            None => request,
        };
        request.send().await.unwrap()
    }

    /// A new key of that person, with its id.
    pub async fn key(&self, person: &Person, scopes: &[&str]) -> (String, String) {
        let answer =
            self.post("/v1/api-keys", &json!({"name": "test", "scopes": scopes})).person(person).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::CREATED);
        let body: Value = answer.json().await.unwrap();
        (body["key"].as_str().unwrap().to_owned(), body["id"].as_str().unwrap().to_owned())
    }
}

pub fn session_cookie(answer: &Response) -> String {
    let set = answer.headers().get(header::SET_COOKIE).expect("a session cookie").to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

/// The cookie by which a browser is known again.
pub fn device_cookie(answer: &Response) -> Option<String> {
    let all = answer.headers().get_all(header::SET_COOKIE).iter().map(|c| c.to_str().unwrap());
    all.filter_map(|c| c.split(';').next()).find(|c| c.starts_with("kupets_device=")).map(str::to_owned)
}

impl Person {
    pub fn id(&self) -> &str {
        self.account["user"]["id"].as_str().unwrap()
    }

    pub fn workspace(&self) -> &str {
        self.account["workspace"]["id"].as_str().unwrap()
    }
}

/// Asks again until the status is that one: what takes effect soon is waited for as a state.
pub async fn until(status: u16, request: impl Fn() -> RequestBuilder) -> Value {
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        let (now, body) = answer(request()).await;
        if now == status {
            return body;
        }
        assert!(tokio::time::Instant::now() < deadline, "still {now}, not {status}: {body}");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

pub trait Credentials {
    fn person(self, person: &Person) -> Self;
    fn key(self, key: &str) -> Self;
}

impl Credentials for RequestBuilder {
    fn person(self, person: &Person) -> Self {
        self.header(header::COOKIE, &person.cookie)
    }

    fn key(self, key: &str) -> Self {
        self.bearer_auth(key)
    }
}

/// Status and body of an answer, which must be a problem where it is an error.
pub async fn answer(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status();
    if status.is_client_error() || status.is_server_error() {
        let content_type = answer.headers().get(header::CONTENT_TYPE).expect("a content type");
        assert_eq!(content_type, "application/problem+json", "{status}");
    }
    let text = answer.text().await.unwrap();
    let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::String(text)) };
    (status.as_u16(), body)
}

/// A body as a snapshot keeps it, with the names of these fields in place of their values, which differ each time.
pub fn without(body: &Value, fields: &[&str]) -> String {
    fn cover(value: &mut Value, fields: &[&str]) {
        match value {
            Value::Object(object) => {
                for (name, value) in object {
                    if fields.contains(&name.as_str()) {
                        *value = Value::from(format!("[{name}]"));
                    } else {
                        cover(value, fields);
                    }
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| cover(value, fields)),
            _ => {}
        }
    }
    let mut body = body.clone();
    cover(&mut body, fields);
    serde_json::to_string_pretty(&body).unwrap()
}

/// An answer as a snapshot keeps it.
pub fn shown((status, body): &(u16, Value)) -> String {
    format!("{status}\n{}", serde_json::to_string_pretty(body).unwrap())
}
