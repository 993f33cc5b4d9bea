//! The body of a problem, as it is written and as the OpenAPI document describes it.

use kupets_engine::FieldError;
use serde::Serialize;

/// What went wrong (RFC 9457).
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "urn:kupets:problem:invalid_fields", "title": "Invalid fields", "status": 422,
    "detail": "email: this is not an e-mail address", "code": "invalid_fields",
    "errors": [{"index": 0, "field": "email", "message": "this is not an e-mail address"}]
}))]
pub struct ProblemBody {
    /// A URN of the code.
    pub r#type: String,
    /// The code in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong with this request, and what to do.
    pub detail: String,
    /// Stable, for programs.
    pub code: &'static str,
    /// Wrong fields of records, at most 1000.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}
