//! How the OpenAPI document describes a problem.

/// What went wrong (RFC 9457).
#[derive(utoipa::ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "urn:kupets:problem:invalid_fields", "title": "Invalid fields", "status": 422,
    "detail": "email: this is not an e-mail address", "code": "invalid_fields",
    "errors": [{"index": 0, "field": "email", "message": "this is not an e-mail address"}]
}))]
#[allow(dead_code)] // Described here, written by `Problem::response`.
pub struct ProblemSchema {
    /// A URN of the code.
    r#type: String,
    /// The code in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What is wrong with this request, and what to do.
    detail: String,
    /// Stable, for programs.
    code: String,
    /// Wrong fields of records, at most 1000.
    errors: Option<Vec<WrongField>>,
}

/// A wrong field.
#[derive(utoipa::ToSchema)]
#[allow(dead_code)] // Described here, written from the engine's `FieldError`.
pub struct WrongField {
    /// Position of the record in the request, from 0.
    index: usize,
    /// Path of the field in the record; empty for the record as a whole.
    field: String,
    /// What is wrong and what would be right.
    message: String,
}
