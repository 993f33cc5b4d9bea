//! What to offer a customer, over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpResponse, get,
    middleware::Compress,
    web::{Data, Path},
};
use kupets_engine::insight::{Language, Offers};
use serde::Deserialize;
use utoipa::IntoParams;

use super::pagination::Query;
use crate::{
    auth::{Read, With},
    problem::{Problem, Result, field},
    state::State,
    stream,
};

/// Offers of each kind unless asked otherwise, and at most.
const DEFAULT_LIMIT: usize = 10;
const MAX_LIMIT: usize = 100;

/// How many offers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OffersQuery {
    /// Offers of each kind at most, 1 to 100; 10 unless sent.
    #[serde(default, deserialize_with = "super::pagination::whole")]
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
    /// Language of the reasons: en or ru.
    #[serde(default)]
    #[param(inline, required = false)]
    locale: Language,
}

/// What to offer a customer
///
/// Products bought before and due again, and products never bought, apart: the one is a question of habit, the other of taste.
/// Learnt from the shop's own history; each with its probability and a reason.
#[utoipa::path(tag = "insight", operation_id = "customer_offers",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(("id" = String, Path, description = "The app's own id of the customer."), OffersQuery),
    responses((status = 200, body = Offers)))]
#[get("/v1/customers/{id}/offers", wrap = "Compress::default()")]
pub async fn offers(
    args: With<Read, Query<OffersQuery>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: query } = args;
    let limit = query.0.limit.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(Problem::fields(vec![field("limit", "a whole number from 1 to 100")]));
    }
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let ask = async move { engine.offers(&tenant, &id, limit, query.0.locale).await };
    Ok(HttpResponse::Ok().json(stream::run(&state, ask).await?))
}
