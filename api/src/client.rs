//! A small client of our own REST API, for the command line: an account, a key, records with retries, a report.

use std::{fmt, time::Duration};

use reqwest::{RequestBuilder, Response, StatusCode, header};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

mod retry;

pub use retry::{Retry, retry};

/// Time to connect.
const CONNECT: Duration = Duration::from_secs(5);
/// Time for one request, body and answer included.
const REQUEST: Duration = Duration::from_secs(300);

/// Why a call did not succeed.
#[derive(Debug)]
pub enum ClientError {
    /// No answer: the server is not there, went away, or something between broke.
    Unreachable(reqwest::Error),
    /// The server's answer was a problem.
    Refused(Box<Refusal>),
}

/// A problem that the server answered with.
#[derive(Debug)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Its stable code, for example `scope`; empty if the answer was not ours.
    pub code: String,
    /// For a person.
    pub detail: String,
    /// When the server asks to be asked again.
    pub retry_after: Option<Duration>,
    /// Records and fields that are wrong.
    pub errors: Vec<RecordError>,
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(error) => {
                write!(f, "no answer: {error}")?;
                // The first line says which request; why stands in the causes.
                let mut cause = std::error::Error::source(error);
                while let Some(error) = cause {
                    write!(f, ": {error}")?;
                    cause = error.source();
                }
                Ok(())
            }
            Self::Refused(refusal) => {
                write!(f, "{} {}: {}", refusal.status, refusal.code, refusal.detail)?;
                for error in refusal.errors.iter().take(5) {
                    write!(f, "; record {} {}: {}", error.index, error.field, error.message)?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for ClientError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreachable(error) => Some(error),
            Self::Refused(_) => None,
        }
    }
}

/// Result of a call.
pub type Result<T, E = ClientError> = std::result::Result<T, E>;

/// A record and a field that are wrong.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RecordError {
    /// Position of the record in the request, from 0.
    pub index: usize,
    /// Path of the field; empty for the record as a whole.
    #[serde(default)]
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl From<kupets_engine::FieldError> for RecordError {
    fn from(error: kupets_engine::FieldError) -> Self {
        Self { index: error.index, field: error.field, message: error.message }
    }
}

/// What became of records.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Ingested {
    /// Records stored.
    pub accepted: u64,
    /// Of these, records that took the place of an earlier one.
    #[serde(default)]
    pub replaced: u64,
    /// Of these, purchases of erased customers, stored as a guest's.
    #[serde(default)]
    pub guests: u64,
    /// What was not stored, and why.
    #[serde(default)]
    pub rejected: Vec<RecordError>,
}

/// A new account.
#[derive(Debug, Clone, Serialize)]
pub struct Registration<'a> {
    /// Full name.
    pub name: &'a str,
    /// E-mail address; the login.
    pub email: &'a str,
    /// Password.
    pub password: &'a str,
    /// Name of the workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace: Option<&'a str>,
    /// `ru` or `en`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<&'a str>,
    /// IANA time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<&'a str>,
    /// ISO 4217 code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<&'a str>,
    /// The token of an invite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invite: Option<&'a str>,
}

/// How a body is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Not at all.
    Identity,
    /// zstd.
    Zstd,
}

/// A report's or a query's answer.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
    /// What the answer says of itself.
    #[serde(default)]
    pub meta: Value,
}

/// A column of an answer.
#[derive(Debug, Clone, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What its values count, if they are figures.
    #[serde(default)]
    pub unit: Option<String>,
}

/// A client of one server, with a key, a session, or neither. Clones share connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    credential: Credential,
}

#[derive(Clone, Default)]
enum Credential {
    #[default]
    None,
    Key(String),
    Session(String),
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::Key(_) => "Key(***)",
            Self::Session(_) => "Session(***)",
        })
    }
}

impl Client {
    /// A client of the server at `url`, without credentials.
    ///
    /// # Errors
    /// The TLS library does not start.
    pub fn new(url: &str) -> Result<Self> {
        let mut http = reqwest::Client::builder().connect_timeout(CONNECT).timeout(REQUEST);
        if is_local(url) {
            // A proxy of the environment cannot reach this machine's own addresses.
            http = http.no_proxy();
        }
        let http = http.build().map_err(ClientError::Unreachable)?;
        Ok(Self { http, base: url.trim_end_matches('/').to_owned(), credential: Credential::None })
    }

    /// The same client with an API key.
    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self { credential: Credential::Key(key.to_owned()), ..self.clone() }
    }

    /// Registers an account; the client that comes back has its session.
    ///
    /// # Errors
    /// The server refuses or is not there.
    pub async fn register(&self, registration: &Registration<'_>) -> Result<Self> {
        self.session(self.http.post(self.url("/v1/auth/register")).json(registration)).await
    }

    /// Logs in; the client that comes back has the session.
    ///
    /// # Errors
    /// The server refuses or is not there.
    pub async fn login(&self, email: &str, password: &str) -> Result<Self> {
        let body = serde_json::json!({"email": email, "password": password});
        self.session(self.http.post(self.url("/v1/auth/login")).json(&body)).await
    }

    async fn session(&self, request: RequestBuilder) -> Result<Self> {
        let answer = checked(request.send().await.map_err(ClientError::Unreachable)?).await?;
        let cookies = answer.headers().get_all(header::SET_COOKIE).iter().filter_map(|c| c.to_str().ok());
        let session = cookies.filter_map(|c| c.split(';').next()).find(|c| c.starts_with("kupets_session="));
        let credential = session.map_or(Credential::None, |cookie| Credential::Session(cookie.to_owned()));
        Ok(Self { credential, ..self.clone() })
    }

    /// Makes an API key; it is told only now.
    ///
    /// # Errors
    /// The server refuses or is not there.
    pub async fn create_key(&self, name: &str, scopes: &[&str]) -> Result<String> {
        #[derive(Deserialize)]
        struct Created {
            key: String,
        }
        let body = serde_json::json!({"name": name, "scopes": scopes});
        let created: Created = self.call(self.http.post(self.url("/v1/api-keys")).json(&body)).await?;
        Ok(created.key)
    }

    /// Which workspace the key belongs to, as `GET /v1/connection` tells.
    ///
    /// # Errors
    /// The key is not good, or the server is not there.
    pub async fn connection(&self) -> Result<Value> {
        self.call(self.http.get(self.url("/v1/connection"))).await
    }

    /// Sends records (`customers`, `purchases` or `interactions`) once, as NDJSON, skipping bad ones.
    ///
    /// # Errors
    /// The server refuses all of them or is not there.
    pub async fn post_records(&self, records: &str, body: bytes::Bytes, encoding: Encoding) -> Result<Ingested> {
        let mut request = self
            .http
            .post(self.url(&format!("/v1/{records}?on_error=skip")))
            .header(header::CONTENT_TYPE, "application/x-ndjson");
        if encoding == Encoding::Zstd {
            request = request.header(header::CONTENT_ENCODING, "zstd");
        }
        self.call(request.body(body)).await
    }

    /// A report with its parameters.
    ///
    /// # Errors
    /// The server refuses or is not there.
    pub async fn report(&self, id: &str, parameters: &[(&str, &str)]) -> Result<Table> {
        self.call(self.http.get(self.url(&format!("/v1/reports/{id}"))).query(parameters)).await
    }

    /// A read-only query.
    ///
    /// # Errors
    /// The server refuses or is not there.
    pub async fn sql(&self, sql: &str) -> Result<Table> {
        self.call(self.http.post(self.url("/v1/sql")).json(&serde_json::json!({ "sql": sql }))).await
    }

    /// What the assistant answers to a question.
    ///
    /// # Errors
    /// The server refuses or is not there.
    pub async fn ask(&self, question: &str) -> Result<Value> {
        let request = self.http.post(self.url("/v1/assistant/messages")).header(header::ACCEPT, "application/json");
        self.call(request.json(&serde_json::json!({ "message": question }))).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    async fn call<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T> {
        let request = match &self.credential {
            Credential::None => request,
            Credential::Key(key) => request.bearer_auth(key),
            Credential::Session(cookie) => request.header(header::COOKIE, cookie),
        };
        let answer =
            request.header(header::ACCEPT, "application/json").send().await.map_err(ClientError::Unreachable)?;
        let answer = checked(answer).await?;
        let status = answer.status();
        // An answer cut short is a broken connection; one that is whole and not understood will not get better.
        let bytes = answer.bytes().await.map_err(ClientError::Unreachable)?;
        serde_json::from_slice(&bytes).map_err(|e| {
            ClientError::Refused(Box::new(Refusal {
                status: status.as_u16(),
                code: "not_understood".to_owned(),
                detail: format!("{e}: {}", plain_text(status, &String::from_utf8_lossy(&bytes))),
                retry_after: None,
                errors: Vec::new(),
            }))
        })
    }
}

/// Whether the server is on this machine, where the network costs nothing.
pub fn is_local(url: &str) -> bool {
    reqwest::Url::parse(url).ok().and_then(|u| u.host_str().map(str::to_owned)).is_some_and(|host| {
        let name = host.trim_start_matches('[').trim_end_matches(']');
        name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|a| a.is_loopback())
    })
}

/// An answer that is a success, or the problem that it is.
async fn checked(answer: Response) -> Result<Response> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Problem {
        code: String,
        title: String,
        detail: String,
        errors: Vec<RecordError>,
    }
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let retry_after = answer.headers().get(header::RETRY_AFTER).and_then(|v| v.to_str().ok()?.trim().parse().ok());
    let text = answer.text().await.unwrap_or_default();
    let problem: Problem = serde_json::from_str(&text).unwrap_or_default();
    let detail = [problem.detail, problem.title].into_iter().find(|t| !t.is_empty());
    let detail = detail.unwrap_or_else(|| plain_text(status, &text));
    Err(ClientError::Refused(Box::new(Refusal {
        status: status.as_u16(),
        code: problem.code,
        detail,
        retry_after: retry_after.map(Duration::from_secs),
        errors: problem.errors,
    })))
}

/// What an answer that is not ours says: the beginning of its text, or the status in words.
fn plain_text(status: StatusCode, text: &str) -> String {
    let start: String = text.trim().chars().take(200).collect();
    if start.is_empty() { status.canonical_reason().unwrap_or("no explanation").to_owned() } else { start }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn this_machine_is_told_from_others() {
        for url in ["http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:8080/", "https://127.8.8.8"] {
            assert!(is_local(url), "{url}");
        }
        for url in ["https://crm.example.com", "http://10.0.0.1", "nonsense"] {
            assert!(!is_local(url), "{url}");
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        let client = Client::new("http://localhost:1/").unwrap().with_key("kp_secret");
        assert!(!format!("{client:?}").contains("kp_secret"));
        assert_eq!(client.url("/v1/me"), "http://localhost:1/v1/me");
    }

    #[test]
    fn an_answer_with_and_without_rejections() {
        let answer: Ingested = serde_json::from_str(r#"{"accepted":2,"replaced":1}"#).unwrap();
        assert_eq!(answer, Ingested { accepted: 2, replaced: 1, ..Ingested::default() });
        let answer: Ingested =
            serde_json::from_str(r#"{"accepted":0,"rejected":[{"index":3,"field":"items[0].amount","message":"m"}]}"#)
                .unwrap();
        assert_eq!(answer.rejected[0].index, 3);
    }
}
