//! Refusals as JSON-RPC errors, whoever refuses: the transport words some of its own as plain text.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use http_body_util::BodyExt as _;
use rmcp::model::{ErrorCode, ErrorData, JsonRpcError, ProtocolVersion};
use serde_json::Value;

use crate::convert::{self, Answer};

const VERSION_HEADER: &str = "MCP-Protocol-Version";

/// A refusal of a request whose id is not known.
pub(crate) fn refuse(status: StatusCode, code: ErrorCode, message: String) -> HttpResponse {
    respond(status, ErrorData::new(code, message, None))
}

fn respond(status: StatusCode, error: ErrorData) -> HttpResponse {
    HttpResponse::build(status).json(JsonRpcError::new(None, error))
}

/// The transport's answer; where it refuses in plain words, the same as a JSON-RPC error, with its headers.
pub(crate) async fn told(request: &HttpRequest, answer: Answer) -> HttpResponse {
    let status = answer.status();
    let plain = !convert::content_type(answer.headers()).is_some_and(|kind| kind.starts_with("application/json"));
    if !(status.is_client_error() || status.is_server_error()) || !plain {
        return convert::response(answer).await;
    }
    let allow = answer.headers().get(http::header::ALLOW).cloned();
    let text = match answer.into_body().collect().await {
        Ok(body) => String::from_utf8_lossy(&body.to_bytes()).into_owned(),
        Err(never) => match never {},
    };
    let (status, error) = worded(request, status.as_u16(), text);
    let mut response = respond(status, error);
    if let Some(allow) = allow.and_then(|value| value.to_str().ok()?.parse().ok()) {
        response.headers_mut().insert(actix_web::http::header::ALLOW, allow);
    }
    response
}

/// Status and error of a refusal in plain words.
fn worded(request: &HttpRequest, status: u16, text: String) -> (StatusCode, ErrorData) {
    let asked = request.headers().get(VERSION_HEADER).and_then(|value| value.to_str().ok());
    if status == 400
        && let Some(version) = asked.and_then(unknown_version)
    {
        let error = ErrorData::unsupported_protocol_version(version, ProtocolVersion::KNOWN_VERSIONS);
        return (StatusCode::BAD_REQUEST, error);
    }
    // JSON that is no message of the protocol; that it is JSON has been seen, and said.
    if status == 415 && is_json(request) {
        return (StatusCode::BAD_REQUEST, ErrorData::invalid_request(text, None));
    }
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let code = if status.is_server_error() { ErrorCode::INTERNAL_ERROR } else { ErrorCode::INVALID_REQUEST };
    (status, ErrorData::new(code, text, None))
}

fn unknown_version(text: &str) -> Option<ProtocolVersion> {
    let known = ProtocolVersion::KNOWN_VERSIONS.iter().any(|version| version.as_str() == text);
    if known { None } else { serde_json::from_value(Value::String(text.to_owned())).ok() }
}

fn is_json(request: &HttpRequest) -> bool {
    let kind = request.headers().get("content-type").and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.trim_start().to_ascii_lowercase().starts_with("application/json"))
}
