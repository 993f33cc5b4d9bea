//! The client. A library for this exists (ollama-rs), but its errors lose the HTTP status that tells a missing model from a busy
//! server, and its streams lose letters; so lists and shows are asked for here as well.

use std::error::Error;
use std::fmt::Write as _;

use reqwest::{Method, RequestBuilder, Response, StatusCode, Url, redirect};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout, timeout_at};

use super::lines::Lines;
use super::status::failure_of;
use super::stream::{Answer, Step};
use super::wire::{
    Chat, ChatBody, Listed, Loaded, ModelsBody, Reply, ShowBody, Shown, VersionBody, error_text, same_model,
};
use crate::model::failure::Failure;
use crate::model::settings::{Invalid, Settings};

/// Bytes of an answer that is not a stream.
const LONGEST_BODY: usize = 4 << 20;
/// Bytes of a line of a stream: a few letters and some counters.
const LONGEST_LINE: usize = 256 << 10;

/// Speaks to one server about one model.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Url,
    settings: Settings,
}

impl Client {
    /// A client for those settings; `None` where they name no server.
    ///
    /// # Errors
    /// The first setting that cannot be.
    pub fn new(settings: &Settings) -> Result<Option<Self>, Invalid> {
        let Some(base) = settings.validate()? else { return Ok(None) };
        let http = reqwest::Client::builder()
            .connect_timeout(settings.connect_timeout)
            .redirect(redirect::Policy::none())
            // The server is a neighbour: a proxy for the internet has no business with questions about sales.
            .no_proxy()
            .user_agent(concat!("kupets/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Invalid { setting: "url", message: causes(&error) })?;
        Ok(Some(Self { http, base, settings: settings.clone() }))
    }

    /// The server's version.
    ///
    /// # Errors
    /// As every call.
    pub async fn version(&self) -> Result<String, Failure> {
        Ok(self.ask::<VersionBody>(Method::GET, "api/version", None).await?.version)
    }

    /// The models that the server has.
    ///
    /// # Errors
    /// As every call.
    pub async fn models(&self) -> Result<Vec<Listed>, Failure> {
        Ok(self.ask::<ModelsBody<Listed>>(Method::GET, "api/tags", None).await?.models)
    }

    /// The models in memory.
    ///
    /// # Errors
    /// As every call.
    pub async fn loaded(&self) -> Result<Vec<Loaded>, Failure> {
        Ok(self.ask::<ModelsBody<Loaded>>(Method::GET, "api/ps", None).await?.models)
    }

    /// What is known of the model.
    ///
    /// # Errors
    /// As every call; [`Failure::ModelMissing`] where the server does not have it.
    pub async fn show(&self) -> Result<Shown, Failure> {
        let body = json!({ "model": self.settings.model });
        Ok(self.ask::<ShowBody>(Method::POST, "api/show", Some(&body)).await?.into())
    }

    /// Whether the server has the model.
    ///
    /// # Errors
    /// As every call.
    pub async fn has_model(&self) -> Result<bool, Failure> {
        Ok(self.models().await?.iter().any(|listed| same_model(&listed.name, &self.settings.model)))
    }

    /// Whether the model is in memory.
    ///
    /// # Errors
    /// As every call.
    pub async fn is_loaded(&self) -> Result<bool, Failure> {
        Ok(self.loaded().await?.iter().any(|loaded| same_model(&loaded.name, &self.settings.model)))
    }

    /// Brings the model into memory, with the context that questions will have.
    ///
    /// # Errors
    /// As every call.
    pub async fn load(&self) -> Result<(), Failure> {
        let body = ChatBody::new(&self.settings, &[], None);
        let request = self.request(Method::POST, "api/chat").json(&body);
        let answer = async { self.body(self.checked(request.send().await).await?).await };
        let body = timeout(self.settings.load_timeout, answer).await.map_err(|_| Failure::SlowStart)??;
        match body.get("error") {
            Some(error) => Err(failure_of(200, &error_text(error), &self.settings.model)),
            None => Ok(()),
        }
    }

    /// Asks the model; `told` hears the text as it comes. Dropping the future ends the call at the server too.
    ///
    /// # Errors
    /// As every call, and all that may befall a stream.
    pub async fn chat(&self, chat: &Chat, told: &mut (dyn FnMut(&str) + Send)) -> Result<Reply, Failure> {
        let settings = &self.settings;
        let body = ChatBody::new(settings, &chat.messages, chat.schema.as_deref());
        let request = self.request(Method::POST, "api/chat").json(&body);
        // The server answers at all only when the model is loaded and has begun to speak.
        let first_by = Instant::now() + settings.load_timeout;
        let answer = async { self.checked(request.send().await).await };
        let mut response = timeout_at(first_by, answer).await.map_err(|_| Failure::SlowStart)??;
        let mut lines = Lines::new(LONGEST_LINE);
        let mut answer = Answer::new(&settings.model, settings.max_answer, chat.schema.is_some());
        let mut whole_by = None;
        loop {
            let (by, late) = match whole_by {
                None => (first_by, Failure::SlowStart),
                Some(by) if by <= Instant::now() + settings.idle_timeout => (by, Failure::TooSlow),
                Some(_) => (Instant::now() + settings.idle_timeout, Failure::Stalled),
            };
            // A chunk that is there at once would win over any time-out.
            if by <= Instant::now() {
                return Err(late);
            }
            let chunk = timeout_at(by, response.chunk()).await.map_err(|_| late)?;
            // The connection went in the middle: there is no more to come.
            let chunk = chunk.map_err(|_| Failure::Cut)?;
            let Some(chunk) = chunk else {
                return match lines.rest().map(|line| answer.take(&line, told)).transpose()? {
                    Some(Step::Whole(reply)) => Ok(reply),
                    _ => Err(Failure::Cut),
                };
            };
            lines.push(&chunk);
            while let Some(line) = lines.next_line().map_err(|error| Failure::Protocol { reason: error.to_string() })? {
                whole_by.get_or_insert_with(|| Instant::now() + settings.answer_timeout);
                if let Step::Whole(reply) = answer.take(&line, told)? {
                    return Ok(reply);
                }
            }
        }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path()));
        self.http.request(method, url)
    }

    /// A short question to the server itself.
    async fn ask<T: DeserializeOwned>(&self, method: Method, path: &str, body: Option<&Value>) -> Result<T, Failure> {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = async { self.body(self.checked(request.send().await).await?).await };
        let body = timeout(self.settings.idle_timeout, answer).await;
        let body = body.map_err(|_| Failure::Unreachable { reason: "no answer in time".to_owned() })??;
        if let Some(error) = body.get("error") {
            return Err(failure_of(200, &error_text(error), &self.settings.model));
        }
        serde_json::from_value(body).map_err(|error| Failure::Protocol { reason: error.to_string() })
    }

    /// A response that is good by its status.
    async fn checked(&self, sent: Result<Response, reqwest::Error>) -> Result<Response, Failure> {
        let response = sent.map_err(|error| Failure::Unreachable { reason: causes(&error) })?;
        let status = response.status();
        if status == StatusCode::OK {
            return Ok(response);
        }
        let text = read(response).await.unwrap_or_default();
        let message = serde_json::from_slice::<Value>(&text).map_or_else(
            |_| String::from_utf8_lossy(&text).chars().filter(|char| !char.is_control()).take(200).collect(),
            |body| error_text(body.get("error").unwrap_or(&body)),
        );
        Err(failure_of(status.as_u16(), &message, &self.settings.model))
    }

    async fn body(&self, response: Response) -> Result<Value, Failure> {
        let bytes = read(response).await?;
        serde_json::from_slice(&bytes).map_err(|error| Failure::Protocol { reason: format!("no JSON came: {error}") })
    }
}

async fn read(mut response: Response) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| Failure::Cut)? {
        if bytes.len() + chunk.len() > LONGEST_BODY {
            return Err(Failure::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// An error with all its causes: the outermost alone says nothing.
fn causes(error: &reqwest::Error) -> String {
    // Without the address, which the operator knows and a tenant need not.
    let mut text = if error.is_connect() { "no connection".to_owned() } else { "no answer".to_owned() };
    let mut cause = error.source();
    while let Some(inner) = cause {
        let said = inner.to_string();
        if inner.source().is_none() && !text.contains(&said) {
            let _ = write!(text, ": {said}");
        }
        cause = inner.source();
    }
    text
}
