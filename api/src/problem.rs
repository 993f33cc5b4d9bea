//! What leaves when something goes wrong: `application/problem+json` (RFC 9457), the same shape everywhere.

use std::{error::Error as StdError, fmt};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
};
use kupets_engine::{Error, FieldError, Kind};

use crate::problem_schema::ProblemBody;

/// Wrong fields that one answer lists; a batch may have more, and `detail` says how many.
const MAX_LISTED_ERRORS: usize = 1_000;

/// A refusal or failure, ready to be answered.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    retry_after_s: Option<u64>,
    allow: Option<String>,
    // For the log only.
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Result of a handler.
pub type Result<T, E = Problem> = std::result::Result<T, E>;

impl Problem {
    /// A problem with a stable machine-readable `code` and a `detail` that says what is wrong and what to do.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), errors: Vec::new(), retry_after_s: None, allow: None, source: None }
    }

    /// 400: the request cannot be read.
    pub fn bad_request(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// 401: no credentials, or none that work.
    pub fn unauthorized(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, detail)
    }

    /// 403: the credentials work, and do not allow this.
    pub fn forbidden(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, detail)
    }

    /// 404: no such thing for this caller.
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", detail)
    }

    /// 413: over a documented limit.
    pub fn too_large(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", detail)
    }

    /// 415: a content type or encoding that is not read here.
    pub fn unsupported_media(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, code, detail)
    }

    /// 422: fields are wrong; each is named.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        Error::wrong_fields(errors).into()
    }

    /// 429: later, please.
    pub fn too_many(code: &'static str, detail: impl Into<String>, retry_after_s: u64) -> Self {
        Self { retry_after_s: Some(retry_after_s.max(1)), ..Self::new(StatusCode::TOO_MANY_REQUESTS, code, detail) }
    }

    /// 405, with the methods that work.
    pub fn method_not_allowed(allow: String) -> Self {
        let detail = format!("this address answers {allow}");
        Self { allow: Some(allow), ..Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail) }
    }

    /// 500: a fault of ours; the cause goes to the log, not to the caller.
    pub fn internal(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let detail = "something failed on our side; the log has the cause under this answer's X-Request-Id";
        let mut problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail);
        problem.source = Some(source.into());
        problem
    }

    /// 500 from something that can be shown but is no error of the standard kind.
    pub fn internal_display(source: impl fmt::Display) -> Self {
        Self::internal(source.to_string())
    }

    /// 503: a part that we need does not work now.
    pub fn unavailable(detail: impl Into<String>, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let mut problem = Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail);
        problem.retry_after_s = Some(5);
        problem.source = Some(source.into());
        problem
    }

    /// The status it is answered with.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What is wrong and what to do, as it is answered.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The wrong fields, if it names some.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// Seconds after which there is sense in trying again.
    pub fn retry_after_s(&self) -> Option<u64> {
        self.retry_after_s
    }

    /// Its causes, for the log; `None` when there is nothing more to say than the answer does.
    pub fn causes(&self) -> Option<String> {
        let mut cause: &dyn StdError = self.source.as_deref()?;
        let mut text = cause.to_string();
        while let Some(next) = cause.source() {
            text.push_str(": ");
            text.push_str(&next.to_string());
            cause = next;
        }
        Some(text)
    }

    /// The answer.
    pub fn response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json")));
        if let Some(seconds) = self.retry_after_s {
            response.insert_header((header::RETRY_AFTER, HeaderValue::from(seconds)));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"kupets\"")));
        }
        if let Some(allow) = &self.allow {
            response.insert_header((header::ALLOW, allow.as_str()));
        }
        // Strings and numbers always serialize.
        response.body(serde_json::to_vec(&self.body()).unwrap_or_default())
    }

    /// The problem as JSON, where it is told inside of an answer that has begun.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self.body()).unwrap_or_default()
    }

    fn body(&self) -> ProblemBody {
        ProblemBody {
            r#type: format!("urn:kupets:problem:{}", self.code),
            title: title(self.code),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            code: self.code,
            errors: self.errors.iter().take(MAX_LISTED_ERRORS).cloned().collect(),
        }
    }
}

/// `query_timeout` reads as "Query timeout".
fn title(code: &str) -> String {
    let mut title = code.replace('_', " ");
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    title
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status.as_u16(), self.code, self.detail)
    }
}

impl StdError for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        self.response()
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let status = match error.kind() {
            Kind::Invalid if error.fields().is_empty() => StatusCode::BAD_REQUEST,
            Kind::Invalid | Kind::Timeout | Kind::Limit => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::Unauthorized => StatusCode::UNAUTHORIZED,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            // Another server has written to the workspace: whoever asks again asks a handle that knows of it.
            Kind::Conflict if error.code() == "fenced" => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::Busy => StatusCode::TOO_MANY_REQUESTS,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            // What a bug or a damaged file says may hold paths and data: it goes to the log alone.
            Kind::Internal => return Self::internal(error),
            Kind::Corrupt => {
                // Of damage that was met where it is, the file's name is told; anything else may hold paths and data.
                let detail = match error.code() {
                    "damaged_file" => error.to_string(),
                    _ => "stored data of this workspace is damaged; the operator finds the file in the log".to_owned(),
                };
                let mut problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "corrupt", detail);
                problem.source = Some(Box::new(error));
                return problem;
            }
        };
        let mut problem = Self::new(status, error.code(), error.to_string());
        problem.errors = error.fields().to_vec();
        if problem.errors.is_empty() && error.code() == "bad_parameter" {
            problem.errors.extend(parameter_of(&problem.detail));
        }
        problem.retry_after_s = error.retry_after_s().or((error.kind() == Kind::Busy).then_some(1));
        if status.is_server_error() {
            problem.source = Some(Box::new(error));
        }
        problem
    }
}

/// The parameter that a message is about: it begins with its name, as in "`from` is ...".
fn parameter_of(message: &str) -> Option<FieldError> {
    let (name, _) = message.strip_prefix('`')?.split_once('`')?;
    Some(field(name, message))
}

/// One wrong field of a request that is a single object.
pub fn field(field: &str, message: impl Into<String>) -> FieldError {
    FieldError::of(field, message)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use kupets_engine::Fault;

    use super::*;

    #[test]
    fn each_kind_has_its_status() {
        let status = |kind| Problem::from(Error::new(kind, "x", "y")).status().as_u16();
        assert_eq!(status(Kind::Invalid), 400);
        assert_eq!(status(Kind::Unauthorized), 401);
        assert_eq!(status(Kind::NotFound), 404);
        assert_eq!(status(Kind::Forbidden), 403);
        assert_eq!(status(Kind::Conflict), 409);
        assert_eq!(status(Kind::TooLarge), 413);
        assert_eq!(status(Kind::Busy), 429);
        assert_eq!(status(Kind::Timeout), 422);
        assert_eq!(status(Kind::Limit), 422);
        assert_eq!(status(Kind::Unavailable), 503);
        assert_eq!(status(Kind::Corrupt), 500);
        assert_eq!(status(Kind::Internal), 500);
        let fields = Error::invalid("invalid_records", "bad").with_fields(vec![field("amount", "missing")]);
        assert_eq!(Problem::from(fields).status().as_u16(), 422);
    }

    #[test]
    fn a_fault_of_ours_does_not_tell_its_cause_to_the_caller() {
        let problem = Problem::from(Error::internal("lake/ab/secret.parquet broke"));
        assert!(!problem.to_string().contains("secret"));
        assert!(problem.causes().unwrap().contains("secret"));
    }

    #[test]
    fn no_path_and_no_words_of_a_back_end_reach_a_caller() {
        for fault in [Fault::Transient, Fault::Fenced, Fault::Damaged, Fault::Full, Fault::Refused] {
            let error =
                fault.error("the storage of this workspace", "/srv/lake/tenants/ab/x.parquet", "S3 said SlowDown");
            let problem = Problem::from(error);
            let status = if fault == Fault::Damaged { 500 } else { 503 };
            assert_eq!(problem.status().as_u16(), status, "{fault:?}");
            let told = String::from_utf8(serde_json::to_vec(&problem.to_json()).unwrap()).unwrap();
            assert!(!told.contains("/srv") && !told.contains("SlowDown"), "{told}");
            assert_eq!(told.contains("x.parquet"), fault == Fault::Damaged, "{told}");
            assert!(problem.causes().unwrap().contains("/srv/lake/tenants/ab/x.parquet: S3 said SlowDown"));
        }
    }

    #[test]
    fn pressure_always_says_when_to_come_back() {
        let response = Problem::from(Error::new(Kind::Busy, "busy", "later")).response();
        assert_eq!(response.headers().get("retry-after").unwrap(), "1");
    }
}
