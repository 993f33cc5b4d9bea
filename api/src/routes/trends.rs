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
/// A period compared with the one before it, or with the one sent as `compare_from` and `compare_to`; of a period that runs, the same
/// elapsed part. `headline` tells the change in a few sentences; `calendar` and `season` are the parts of it that other weekdays,
/// holidays and lengths, and a year ago, explain, and `news` is the rest. `tree` has the factors of revenue and orders: known customers,
/// orders of each, what an order comes to (units, price, mix), guests, refunds; on each level they sum to the last digit.
///
/// `findings` are the products, categories, channels, kinds of customers, segments (of the beginning of each period), attributes
/// and single purchases that did otherwise than the whole: at most seven, the greatest difference (`excess`) first, led by the
/// likeliest cause and by one that went along with the whole; one that went against it says so. `share` is of the larger of both
/// periods. Keys that tell the same by the same lines are one finding (`same`). Dimensions of one key, and those that more than 80 % of
/// the figure lack, are left out and named in `notes`. Then come levels that began (shift) and days out of line (anomaly) with what lies behind
/// them. Each has a sentence and the statement behind it. Nothing after `to` is looked at. Customers count where their first order
/// of the period was.
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
