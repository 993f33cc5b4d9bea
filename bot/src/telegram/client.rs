//! Calls of the Bot API, as JSON.
//!
//! A failure says what is known about the call: refused (it was not done), never sent, or of unknown outcome. Only the first two
//! may be tried again, or a message would come twice.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    failure::Failure,
    limiter::Limiter,
    multipart::{self, File},
};
use crate::settings::{Pace, Settings};

/// Where the Bot API is unless a setting says otherwise.
const OFFICIAL: &str = "https://api.telegram.org";
/// A call that takes longer has an unknown outcome.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Times that a message is tried where Telegram said that it was not done.
const ATTEMPTS: u32 = 5;
/// Where it asks to wait and does not say how long.
const UNSAID: u64 = 1;

type Result<T> = std::result::Result<T, Failure>;

/// The client. The token is part of each address, so no error of it shows one.
pub(crate) struct Telegram {
    http: reqwest::Client,
    base: String,
    /// The server's address, as a digest.
    server: String,
    limiter: Limiter,
    pace: Pace,
}

impl std::fmt::Debug for Telegram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Telegram")
    }
}

impl Telegram {
    pub(crate) fn new(settings: &Settings) -> crate::error::Result<Self> {
        let wrong = |what: String| crate::error::Error::Settings(what);
        let mut http = reqwest::Client::builder().connect_timeout(Duration::from_secs(10)).tcp_keepalive(TIMEOUT);
        if let Some(proxy) = &settings.proxy {
            // Its address may hold a password.
            let about = "the Telegram proxy must be an address that begins with http:// or https://";
            let known = ["http://", "https://"].iter().any(|scheme| proxy.starts_with(scheme));
            let proxy = reqwest::Proxy::all(proxy).ok().filter(|_| known).ok_or_else(|| wrong(about.to_owned()))?;
            http = http.proxy(proxy);
        }
        let server = settings.telegram_url.as_deref().unwrap_or(OFFICIAL).trim_end_matches('/');
        let url =
            url::Url::parse(server).map_err(|_| wrong(format!("the address of the Bot API is no URL: {server}")))?;
        if settings.proxy.is_none() && is_here(&url) {
            // The proxy of the environment is for the world outside.
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| wrong(format!("the client for Telegram: {error}")))?;
        let base = format!("{server}/bot{}", settings.token.reveal());
        let server = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(server));
        Ok(Self { http, base, server, limiter: Limiter::new(settings.pace), pace: settings.pace })
    }

    /// Which server it is. Its address may hold a password.
    pub(crate) fn server(&self) -> String {
        self.server.clone()
    }

    /// One call, one attempt, outside the pace.
    pub(crate) async fn call(&self, method: &str, params: &Value) -> Result<Value> {
        self.call_within(method, params, TIMEOUT).await
    }

    /// One call that may take so long.
    pub(crate) async fn call_within(&self, method: &str, params: &Value, timeout: Duration) -> Result<Value> {
        let params = without_nulls(params);
        match self.once(method, &params, timeout).await {
            Err(failure) if failure.is_thread_gone() && params.get(THREAD).is_some() => {
                self.once(method, &without_thread(&params), timeout).await
            }
            done => done,
        }
    }

    async fn once(&self, method: &str, params: &Value, timeout: Duration) -> Result<Value> {
        let request = self.http.post(self.address(method)).timeout(timeout).json(params);
        answer(method, request.send().await).await
    }

    /// One call within the pace, where it may go now; nothing where it would have to wait, or would take the turn of an answer.
    pub(crate) async fn call_if_free(
        &self,
        method: &str,
        chat: i64,
        params: &Value,
        timeout: Duration,
    ) -> Option<Result<Value>> {
        if !self.limiter.try_turn(chat) {
            return None;
        }
        Some(self.call_within(method, params, timeout).await)
    }

    /// Telegram asked to wait with a chat.
    pub(crate) fn hold(&self, chat: i64, wait: Duration) {
        self.limiter.hold(chat, wait);
    }

    /// A message to a chat: at its pace, and again where Telegram said that it was not done. One for a topic that is gone goes to
    /// the chat.
    pub(crate) async fn send(&self, method: &str, chat: i64, params: &Value) -> Result<Value> {
        let params = without_nulls(params);
        match self.send_to(method, chat, &params).await {
            Err(failure) if failure.is_thread_gone() && params.get(THREAD).is_some() => {
                self.send_to(method, chat, &without_thread(&params)).await
            }
            done => done,
        }
    }

    async fn send_to(&self, method: &str, chat: i64, params: &Value) -> Result<Value> {
        self.patiently(method, chat, || self.http.post(self.address(method)).timeout(TIMEOUT).json(params)).await
    }

    /// A message with a file.
    pub(crate) async fn upload(
        &self,
        method: &str,
        chat: i64,
        params: &Map<String, Value>,
        file: &File,
    ) -> Result<Value> {
        let params = without_nulls(&Value::Object(params.clone()));
        match self.upload_to(method, chat, &params, file).await {
            Err(failure) if failure.is_thread_gone() && params.get(THREAD).is_some() => {
                self.upload_to(method, chat, &without_thread(&params), file).await
            }
            done => done,
        }
    }

    async fn upload_to(&self, method: &str, chat: i64, params: &Value, file: &File) -> Result<Value> {
        let mut random = [0u8; 18];
        let unable = |what: String| Failure::Unreachable { method: method.to_owned(), what };
        getrandom::fill(&mut random).map_err(|error| unable(error.to_string()))?;
        let boundary = BASE64_URL_SAFE_NO_PAD.encode(random);
        let none = Map::new();
        let body = bytes::Bytes::from(multipart::body(params.as_object().unwrap_or(&none), file, &boundary));
        let content = format!("multipart/form-data; boundary={boundary}");
        let request = || {
            // A picture or a table over a slow line takes its time.
            let request = self.http.post(self.address(method)).timeout(TIMEOUT * 4);
            request.header(CONTENT_TYPE, &content).body(body.clone())
        };
        self.patiently(method, chat, request).await
    }

    async fn patiently(&self, method: &str, chat: i64, request: impl Fn() -> reqwest::RequestBuilder) -> Result<Value> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            // Whoever goes on writing while Telegram wants to be left alone is kept out for longer.
            if let Some(left) = self.limiter.held(chat).filter(|left| *left > self.pace.patience) {
                return Err(waits(method, left));
            }
            self.limiter.turn(chat).await;
            let failure = match answer(method, request().send().await).await {
                Ok(done) => return Ok(done),
                Err(failure) => failure,
            };
            match &failure {
                Failure::Refused { code: 429, retry_after, .. } if attempt == ATTEMPTS => {
                    self.limiter.hold(chat, Duration::from_secs(retry_after.unwrap_or(UNSAID)));
                    return Err(failure);
                }
                _ if attempt == ATTEMPTS => return Err(failure),
                Failure::Refused { code: 429, retry_after, .. } => {
                    let wait = Duration::from_secs(retry_after.unwrap_or(UNSAID));
                    tracing::info!(method, seconds = wait.as_secs(), "Telegram asks to wait");
                    self.limiter.hold(chat, wait);
                    if wait > self.pace.patience {
                        return Err(failure);
                    }
                }
                Failure::Refused { code: 500 | 503, .. } | Failure::Unreachable { .. } => {
                    tokio::time::sleep(self.pace.retry * 2u32.pow(attempt - 1)).await;
                }
                _ => return Err(failure),
            }
        }
    }

    /// Where a method is.
    fn address(&self, method: &str) -> String {
        format!("{}/{method}", self.base)
    }

    /// Says that the bot is writing; nobody minds if it fails.
    pub(crate) async fn typing(&self, chat: i64, thread: Option<i64>) {
        if !self.limiter.may_type(chat) {
            return;
        }
        let params = json!({"chat_id": chat, "message_thread_id": thread, "action": "typing"});
        if let Err(failure) = self.call_within("sendChatAction", &params, Duration::from_secs(5)).await {
            if let Failure::Refused { code: 429, retry_after, .. } = &failure {
                self.limiter.hold_typing(chat, Duration::from_secs(retry_after.unwrap_or(UNSAID)));
            }
            tracing::debug!(%failure, "typing");
        }
    }
}

/// Whether an address is of this machine.
fn is_here(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The topic of a call.
const THREAD: &str = "message_thread_id";

/// Parameters without those that are null: Telegram's own reader takes a null for the text `null`.
fn without_nulls(params: &Value) -> Value {
    match params {
        Value::Object(fields) => {
            let there = fields.iter().filter(|(_, value)| !value.is_null());
            Value::Object(there.map(|(name, value)| (name.clone(), without_nulls(value))).collect())
        }
        Value::Array(values) => Value::Array(values.iter().map(without_nulls).collect()),
        other => other.clone(),
    }
}

fn without_thread(params: &Value) -> Value {
    let mut params = params.clone();
    if let Some(fields) = params.as_object_mut() {
        fields.remove(THREAD);
    }
    params
}

async fn answer(method: &str, response: reqwest::Result<reqwest::Response>) -> Result<Value> {
    let method = method.to_owned();
    // The address has the token in it.
    let response = match response.map_err(reqwest::Error::without_url) {
        Ok(response) => response,
        Err(error) if error.is_connect() || error.is_builder() => {
            return Err(Failure::Unreachable { method, what: error_text(&error) });
        }
        Err(error) => return Err(Failure::Unknown { method, what: error_text(&error) }),
    };
    let status = response.status();
    let header = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let body = response
        .bytes()
        .await
        .map_err(|error| Failure::Unknown { method: method.clone(), what: error_text(&error.without_url()) })?;
    let mut body: Value = match serde_json::from_slice(&body) {
        Ok(body) => body,
        // A proxy's page: a gateway does not tell whether the call went through it.
        Err(_) if matches!(status.as_u16(), 502 | 504) || status.is_success() => {
            return Err(Failure::Unknown { method, what: format!("an answer with status {status} and no JSON") });
        }
        Err(_) => json!({"ok": false, "error_code": status.as_u16(), "description": status.to_string()}),
    };
    if body["ok"] == true {
        return Ok(body["result"].take());
    }
    let description = body["description"].as_str().unwrap_or("no reason given").to_owned();
    Err(Failure::Refused {
        method,
        code: body["error_code"].as_i64().unwrap_or_else(|| status.as_u16().into()),
        // Telegram says it in all these places; a proxy or another server in one of them.
        retry_after: body["parameters"]["retry_after"].as_u64().or(header).or_else(|| seconds_of(&description)),
        description,
        migrate_to: body["parameters"]["migrate_to_chat_id"].as_i64(),
    })
}

/// A call that is not made as Telegram wants the chat left alone for that long.
fn waits(method: &str, left: Duration) -> Failure {
    let seconds = left.as_secs() + 1;
    let (method, description) = (method.to_owned(), format!("Too Many Requests: retry after {seconds}"));
    Failure::Refused { method, code: 429, description, retry_after: Some(seconds), migrate_to: None }
}

/// The seconds of `Too Many Requests: retry after 7`.
fn seconds_of(description: &str) -> Option<u64> {
    let (_, rest) = description.split_once("retry after ")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// An error with what is behind it: reqwest's own words alone do not say why.
fn error_text(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_to_wait_is_read_from_the_words_as_well() {
        assert_eq!(seconds_of("Too Many Requests: retry after 17"), Some(17));
        assert_eq!(seconds_of("Flood control: retry after 5s"), Some(5));
        assert_eq!((seconds_of("Too Many Requests"), seconds_of("retry after a while")), (None, None));
    }
}
