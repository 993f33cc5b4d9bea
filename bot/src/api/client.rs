//! Requests to the Kupets server.

use std::time::Duration;

use futures::StreamExt as _;
use reqwest::{
    Method, RequestBuilder, Response, StatusCode,
    header::{ACCEPT, RETRY_AFTER},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::{
    error::{ApiError, json_error, problem},
    events::Events,
    types::{Credential, OutboxItem, Outcome, Page, Redeemed},
};
use crate::settings::{Secret, Settings};

/// Reports over years of sales take their time.
const TIMEOUT: Duration = Duration::from_secs(120);
/// An answer whose stream is silent for so long is lost; the server sends a comment while a model is loaded.
const SILENCE: Duration = Duration::from_secs(300);
/// Requests in flight.
const AT_ONCE: usize = 32;
/// Times that a request is tried where the server said that it has too much to do.
const ATTEMPTS: u32 = 6;
/// The longest wait between them.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// Telegram takes files of 50 MB.
const LARGEST_FILE: usize = 49_000_000;

type Result<T> = std::result::Result<T, ApiError>;

/// The client.
#[derive(Debug)]
pub(crate) struct Api {
    http: reqwest::Client,
    base: String,
    secret: Secret,
    turns: Semaphore,
}

impl Api {
    pub(crate) fn new(settings: &Settings) -> crate::error::Result<Self> {
        let wrong = crate::error::Error::Settings;
        let base = settings.api_url.trim_end_matches('/').to_owned();
        url::Url::parse(&base).map_err(|_| wrong(format!("the address of the Kupets server is no URL: {base}")))?;
        let http = reqwest::Client::builder().connect_timeout(Duration::from_secs(10)).read_timeout(SILENCE);
        // The server is one's own, and the proxy of the environment is for the world outside.
        let http = http.no_proxy().build().map_err(|error| wrong(format!("the client for the server: {error}")))?;
        Ok(Self { http, base, secret: settings.bot_secret.clone(), turns: Semaphore::new(AT_ONCE) })
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).header(ACCEPT, "application/json")
    }

    /// A read.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        who: &Credential,
        path: &str,
        query: &[(&str, String)],
    ) -> Result<T> {
        let request = self.request(Method::GET, path).query(query).timeout(TIMEOUT).bearer_auth(&who.0);
        read(self.send(request).await?).await
    }

    /// A write.
    pub(crate) async fn post(&self, who: &Credential, path: &str, body: &Value) -> Result<Value> {
        let request = self.request(Method::POST, path).json(body).timeout(TIMEOUT).bearer_auth(&who.0);
        read_any(self.send(request).await?).await
    }

    /// A change.
    pub(crate) async fn patch(&self, who: &Credential, path: &str, body: &Value) -> Result<Value> {
        let request = self.request(Method::PATCH, path).json(body).timeout(TIMEOUT).bearer_auth(&who.0);
        read_any(self.send(request).await?).await
    }

    /// A removal.
    pub(crate) async fn delete(&self, who: &Credential, path: &str) -> Result<()> {
        self.send(self.request(Method::DELETE, path).timeout(TIMEOUT).bearer_auth(&who.0)).await.map(drop)
    }

    /// A file, whole: no larger than Telegram takes.
    pub(crate) async fn file(&self, who: &Credential, path: &str, query: &[(&str, String)]) -> Result<Vec<u8>> {
        let request = self.http.get(format!("{}{path}", self.base)).query(query).timeout(TIMEOUT).bearer_auth(&who.0);
        let mut chunks = self.send(request).await?.bytes_stream();
        let mut file = Vec::new();
        while let Some(chunk) = chunks.next().await {
            file.extend_from_slice(&chunk.map_err(|error| ApiError::Cut(error.without_url().to_string()))?);
            if file.len() > LARGEST_FILE {
                return Err(ApiError::TooLarge);
            }
        }
        Ok(file)
    }

    /// Asks the assistant.
    pub(crate) async fn ask(&self, who: &Credential, body: &Value) -> Result<Events> {
        let request =
            self.http.post(format!("{}/v1/assistant/messages", self.base)).header(ACCEPT, "text/event-stream");
        let response = self.send(request.json(body).bearer_auth(&who.0)).await?;
        Ok(Events::new(response.bytes_stream().map(|chunk| chunk.map_err(|error| error.without_url().to_string()))))
    }

    /// Redeems a link's token.
    pub(crate) async fn redeem(&self, body: &Value) -> Result<Redeemed> {
        let request = self.request(Method::POST, "/v1/telegram/redeem").json(body).timeout(TIMEOUT);
        // Once: a token that was taken and whose answer was lost is gone.
        read(checked(request.bearer_auth(self.secret.reveal()).send().await).await?).await
    }

    /// Says what Telegram calls the bot: links lead to it.
    pub(crate) async fn tell_name(&self, username: &str) -> Result<()> {
        let request = self.request(Method::PUT, "/v1/telegram/bot").json(&json!({"username": username}));
        checked(request.timeout(TIMEOUT).bearer_auth(self.secret.reveal()).send().await).await.map(drop)
    }

    /// Messages that are to be sent; where there is none it waits for one.
    pub(crate) async fn outbox(&self, seconds: u64) -> Result<Vec<OutboxItem>> {
        let query = [("wait", seconds.to_string()), ("limit", "20".to_owned())];
        let request = self.request(Method::GET, "/v1/telegram/outbox").query(&query);
        let request = request.timeout(Duration::from_secs(seconds + 30)).bearer_auth(self.secret.reveal());
        Ok(read::<Page<OutboxItem>>(checked(request.send().await).await?).await?.items)
    }

    /// Says what became of one.
    pub(crate) async fn settle(&self, id: &str, outcome: &Outcome) -> Result<()> {
        let path = format!("/v1/telegram/outbox/{}", part(id));
        let request = self.request(Method::POST, &path).json(outcome).timeout(TIMEOUT);
        match checked(request.bearer_auth(self.secret.reveal()).send().await).await {
            // It was settled before, or its delivery is gone.
            Ok(_) | Err(ApiError::Problem { status: 404, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Sends a request, and again where the server has too much to do.
    async fn send(&self, request: RequestBuilder) -> Result<Response> {
        let mut wait = Duration::from_millis(500);
        for attempt in 1.. {
            let Some(copy) = request.try_clone() else { return checked(request.send().await).await };
            let done = {
                // Held until the answer begins: a stream of a long answer does not keep others waiting.
                let _turn = self.turns.acquire().await.map_err(|error| ApiError::Unreachable(error.to_string()))?;
                checked(copy.send().await).await
            };
            match done {
                Err(ApiError::Problem { status: 429 | 503, retry_after, .. }) if attempt < ATTEMPTS => {
                    let asked = retry_after.map(Duration::from_secs).unwrap_or_default();
                    tokio::time::sleep(asked.max(wait).min(LONGEST_WAIT)).await;
                    wait *= 2;
                }
                done => return done,
            }
        }
        Err(ApiError::Unreachable("it was not tried".to_owned()))
    }
}

/// A part of a path, so that an id cannot leave its place.
pub(crate) fn part(id: &str) -> String {
    url::form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>().replace('+', "%20")
}

async fn checked(response: reqwest::Result<Response>) -> Result<Response> {
    let response = response.map_err(|error| {
        let (gone, error) = (error.is_connect() || error.is_timeout(), error.without_url().to_string());
        if gone { ApiError::Unreachable(error) } else { ApiError::Cut(error) }
    })?;
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let body = response.json().await.unwrap_or(Value::Null);
    Err(problem(Some(status), &body, retry_after))
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T> {
    let body = response.bytes().await.map_err(|error| ApiError::Cut(error.without_url().to_string()))?;
    serde_json::from_slice(&body).map_err(|error| ApiError::Broken(json_error(&error)))
}

/// An answer that may have no body.
async fn read_any(response: Response) -> Result<Value> {
    if response.status() == StatusCode::NO_CONTENT {
        return Ok(Value::Null);
    }
    read(response).await
}
