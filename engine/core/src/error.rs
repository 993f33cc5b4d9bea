//! What can go wrong in the engine: a coarse kind for the caller to act on, a message for a person to read.

use std::fmt;

/// Result of an engine call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What the caller can do about an [`Error`]. The HTTP layer maps each kind to one status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request is wrong and says where: fix it and send it again (400, or 422 when [`Error::fields`] is not empty).
    Invalid,
    /// Nobody that we know is asking, or with what is over (401).
    Unauthorized,
    /// No such thing in this workspace (404).
    NotFound,
    /// The capability does not include this (403).
    Forbidden,
    /// It contradicts what is stored (409).
    Conflict,
    /// Over a documented size limit (413).
    TooLarge,
    /// Under pressure: try again after [`Error::retry_after_s`] (429).
    Busy,
    /// A part we depend on does not work now, for example a full disk: nothing was acknowledged (503).
    Unavailable,
    /// Over the time limit of a query (408 is for the request itself; this is 422 with code `query_timeout`).
    Timeout,
    /// Over a memory, row or concurrency limit of a query (422 with code `query_limit`).
    Limit,
    /// Stored bytes are damaged; the message names the file (500).
    Corrupt,
    /// A bug of ours (500).
    Internal,
}

/// A wrong field.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = WrongField)]
pub struct FieldError {
    /// Position of the record in the request, from 0.
    pub index: usize,
    /// Path of the field in the record, for example `items[2].quantity`; empty for the record as a whole.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl FieldError {
    /// A wrong field of a request that is one object.
    pub fn of(field: &str, message: impl Into<String>) -> Self {
        Self { index: 0, field: field.to_owned(), message: message.into() }
    }
}

/// An engine error.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    code: &'static str,
    message: String,
    fields: Vec<FieldError>,
    retry_after_s: Option<u64>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error of `kind` with a stable machine-readable `code` and a message for a person.
    pub fn new(kind: Kind, code: &'static str, message: impl Into<String>) -> Self {
        Self { kind, code, message: message.into(), fields: Vec::new(), retry_after_s: None, source: None }
    }

    /// A wrong request.
    pub fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Invalid, code, message)
    }

    /// Wrong fields of a request that is one object, each named.
    pub fn wrong_fields(fields: Vec<FieldError>) -> Self {
        let message = match fields.as_slice() {
            [one] if one.field.is_empty() => one.message.clone(),
            [one] => format!("{}: {}", one.field, one.message),
            many => format!("{} fields are wrong; `errors` names each", many.len()),
        };
        Self::invalid("invalid_fields", message).with_fields(fields)
    }

    /// Nobody that we know is asking.
    pub fn unauthorized(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Unauthorized, code, message)
    }

    /// Whoever is asking may not.
    pub fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, code, message)
    }

    /// No such thing for whoever is asking.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, "not_found", message)
    }

    /// It contradicts what is stored.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Conflict, code, message)
    }

    /// Too often or too much at once; there is sense in trying again after these seconds.
    pub fn busy(code: &'static str, message: impl Into<String>, retry_after_s: u64) -> Self {
        Self::new(Kind::Busy, code, message).with_retry_after(retry_after_s.max(1))
    }

    /// A bug of ours, or a library's refusal that no input should cause.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(Kind::Internal, "internal", message)
    }

    /// A part we depend on does not work now.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self::new(Kind::Unavailable, "unavailable", message).with_retry_after(5)
    }

    /// Attaches the records and fields that are wrong.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldError>) -> Self {
        self.fields = fields;
        self
    }

    /// Attaches the seconds after which a retry makes sense.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Attaches the cause, for the log.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What the caller can do about it.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Stable machine-readable code, snake case.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The wrong fields, if the request was wrong in its records.
    pub fn fields(&self) -> &[FieldError] {
        &self.fields
    }

    /// Seconds after which a retry makes sense.
    pub fn retry_after_s(&self) -> Option<u64> {
        self.retry_after_s
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|e| e.as_ref() as _)
    }
}
