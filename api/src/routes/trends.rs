//! What moved and why, over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{HttpRequest, HttpResponse, get, middleware::Compress, post, web::Data};
use kupets_engine::insight::{Explain, Trends};

use super::{query_schema::TrendsParameters, reports::parameters};
use crate::{
    auth::{Allowed, Read, With},
    body::Json,
    problem::Result,
    state::State,
    stream,
};

/// What moved
///
/// A period compared with the one before it, or with the one sent as `compare_from` and `compare_to`: the change; the products, categories, channels, segments, kinds of customers,
/// weekdays, hours and attributes that carry it, the likeliest cause first and with the day since when; levels that began (shift);
/// days out of line (anomaly) with what lies behind them. Ranked by size, each with a sentence, the statement behind it, and
/// whether it is the season. Nothing after `to` is looked at. Customers count where their first order of the period was.
#[utoipa::path(tag = "insight", operation_id = "trends",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(TrendsParameters),
    responses((status = 200, body = Trends)))]
#[get("/v1/trends", wrap = "Compress::default()")]
pub async fn trends(caller: Allowed<Read>, state: Data<State>, request: HttpRequest) -> Result<HttpResponse> {
    let parameters = parameters(request.query_string())?;
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let trends = stream::run(&state, async move { engine.trends(&tenant, &parameters).await }).await?;
    Ok(HttpResponse::Ok().json(trends))
}

/// Explain a change
///
/// Any two periods compared. The contributions of one dimension, `other` included, sum to the change to the last digit.
#[utoipa::path(tag = "insight", operation_id = "explain",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])), request_body = Explain,
    responses((status = 200, body = Trends)))]
#[post("/v1/trends/explain", wrap = "Compress::default()")]
pub async fn explain(args: With<Read, Json<Explain>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: body } = args;
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let explained = stream::run(&state, async move { engine.explain(&tenant, body.0).await }).await?;
    Ok(HttpResponse::Ok().json(explained))
}
