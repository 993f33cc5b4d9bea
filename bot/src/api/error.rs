//! What the server says when it does not do something.

use reqwest::StatusCode;
use serde_json::Value;

/// Why the server did not do it. What it shows holds nothing of the workspace: it goes into the log.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ApiError {
    /// It said why.
    #[error("the server refused ({status} {code})")]
    Problem {
        /// The status.
        status: u16,
        /// The code, for programs.
        code: String,
        /// What is wrong, for people; it may name customers.
        detail: String,
        /// Seconds to wait.
        retry_after: Option<u64>,
    },
    /// It cannot be reached.
    #[error("the server cannot be reached: {0}")]
    Unreachable(String),
    /// An answer ended before its end.
    #[error("an answer was cut: {0}")]
    Cut(String),
    /// What it answers is not of its contract.
    #[error("the server's answer cannot be read: {0}")]
    Broken(String),
    /// A file too large for Telegram.
    #[error("the file is larger than Telegram takes")]
    TooLarge,
}

impl ApiError {
    /// The status of a refusal.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Problem { status, .. } => Some(*status),
            _ => None,
        }
    }
}

/// What is wrong with a JSON text. The reader's own words quote values of it.
pub(crate) fn json_error(error: &serde_json::Error) -> String {
    format!("{:?} at line {}, column {}", error.classify(), error.line(), error.column())
}

/// A problem as the server tells it.
pub(super) fn problem(status: Option<StatusCode>, body: &Value, retry_after: Option<u64>) -> ApiError {
    let told = body["status"].as_u64().and_then(|status| u16::try_from(status).ok());
    ApiError::Problem {
        status: status.map(|status| status.as_u16()).or(told).unwrap_or(500),
        code: body["code"].as_str().unwrap_or("unknown").to_owned(),
        detail: body["detail"].as_str().unwrap_or("no reason given").to_owned(),
        retry_after,
    }
}
