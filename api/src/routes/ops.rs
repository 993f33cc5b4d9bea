//! Probes, metrics, the specification.

use actix_web::{
    HttpResponse, get,
    http::header::{self, HeaderValue},
    middleware::Compress,
    web::Data,
};

use crate::{
    problem::{Problem, Result},
    problem_schema::ProblemBody,
    state::State,
};

/// Is it alive
///
/// Answers as long as the process serves HTTP.
#[utoipa::path(tag = "operations", operation_id = "healthz", security(()), responses(
    (status = 200, body = String, content_type = "text/plain", description = "`ok`"),
))]
#[get("/healthz")]
pub async fn healthz() -> HttpResponse {
    text("ok\n".to_owned())
}

/// Is it ready
///
/// Answers 200 when the control database answers too; 503 otherwise: send requests elsewhere for now.
#[utoipa::path(tag = "operations", operation_id = "readyz", security(()), responses(
    (status = 200, body = String, content_type = "text/plain", description = "`ready`"),
))]
#[get("/readyz")]
pub async fn readyz(state: Data<State>) -> Result<HttpResponse> {
    state.auth.ready().await?;
    Ok(text("ready\n".to_owned()))
}

/// Metrics
///
/// In the text format of Prometheus. They hold no workspace and no person. With the setting `metrics_listen` they are at that
/// address, and here is a 404.
#[utoipa::path(tag = "operations", operation_id = "metrics", security(()), responses(
    (status = 200, body = String, content_type = "text/plain", description = "All of them."),
    (status = 404, body = ProblemBody, content_type = "application/problem+json", description = "They are at an address of their own."),
))]
#[get("/metrics")]
pub async fn metrics(state: Data<State>) -> Result<HttpResponse> {
    if state.settings.metrics_listen.is_some() {
        return Err(Problem::not_found(
            "metrics have an address of their own here: that of the setting `metrics_listen`",
        ));
    }
    Ok(text(crate::metrics::render()))
}

/// The metrics where they have an address of their own.
#[get("/metrics")]
pub async fn own_metrics() -> HttpResponse {
    text(crate::metrics::render())
}

/// This document
#[utoipa::path(tag = "operations", operation_id = "openapi", security(()), responses(
    (status = 200, body = serde_json::Value, description = "OpenAPI 3.1."),
))]
#[get("/openapi.json", wrap = "Compress::default()")]
pub async fn openapi(state: Data<State>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, HeaderValue::from_static("application/json")))
        .body(state.openapi.clone())
}

fn text(text: String) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")))
        .body(text)
}
