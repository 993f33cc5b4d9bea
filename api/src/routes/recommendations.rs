//! What to do next, over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpRequest, HttpResponse, get,
    middleware::Compress,
    post,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use kupets_auth::{Action, Subject};
use kupets_engine::insight::{Decision, Language, Status};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    pagination::Query,
    reports::{ColumnBody, parameters},
};
use crate::{
    auth::{Allowed, Editor, Read, With},
    body::Json,
    problem::{Problem, Result, field},
    state::State,
    stream,
};

/// Recommendations, the greatest expected money times confidence first.
#[derive(ToSchema)]
#[allow(dead_code)] // Described here, written by the engine.
pub struct RecommendationsBody {
    items: Vec<RecommendationBody>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
    /// The kinds without a new recommendation, and why.
    none: Vec<NoneBody>,
    as_of: DateTime<Utc>,
    snapshot: String,
}

/// Why a kind has no recommendation.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct NoneBody {
    kind: String,
    /// no_facts, too_few, nothing_found, or decided: all that there is was decided on.
    code: String,
    /// In a sentence.
    reason: String,
}

/// An action that the records speak for.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct RecommendationBody {
    /// The same for the same action and subject at any time.
    id: String,
    /// win_back, second_purchase, cross_sell_bundle, reorder_due, price_leak, promote_product, drop_product,
    /// at_risk_key_customer, best_contact_time or stock_out.
    kind: String,
    /// What to do.
    title: String,
    /// Why.
    reason: String,
    evidence: EvidenceBody,
    /// Whom it is about, those with most at stake first; as many as asked for.
    customers: Vec<TargetBody>,
    /// How many it is about; 10000 at most.
    customers_total: u64,
    products: Vec<ProductBody>,
    expected: ExpectedBody,
    /// One minus the probability that chance looks like this, 0 to 1.
    confidence: f64,
    /// What would prove it wrong.
    falsified_by: String,
    /// new, accepted, dismissed or done.
    status: String,
    decided_at: Option<DateTime<Utc>>,
    accepted_at: Option<DateTime<Utc>>,
    done_at: Option<DateTime<Utc>>,
    /// Until when orders count for the lift.
    measured_until: Option<DateTime<Utc>>,
    lift: Option<LiftBody>,
}

/// The figures behind it. The rows are those of the statement at that version of the data.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct EvidenceBody {
    /// It runs at `/v1/sql`.
    sql: String,
    columns: Vec<ColumnBody>,
    #[schema(value_type = Vec<Vec<Object>>)]
    rows: Vec<Vec<serde_json::Value>>,
}

/// A customer of a recommendation.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct TargetBody {
    customer_id: String,
    name: Option<String>,
    /// Not to be contacted, so that the others can be compared with somebody; false until it is a task.
    held_out: bool,
}

/// A product of a recommendation.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct ProductBody {
    /// Its id, or its name where it has none.
    product_id: String,
    product: Option<String>,
}

/// Additional revenue that is expected, with its 95 % interval.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct ExpectedBody {
    metric: String,
    /// A currency code.
    unit: String,
    value: f64,
    lower: f64,
    upper: f64,
    /// assumed_response, measured_response, accounting, sales_rate, bounds or not_estimated.
    method: String,
    /// Over so many days.
    days: u32,
    /// How it was estimated, in a sentence.
    explanation: String,
}

/// What a task brought so far, against the customers held out of it.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct LiftBody {
    /// Customers who were to be asked, reached or not.
    treated: u32,
    held_out: u32,
    /// Of those who were to be asked, how many ordered.
    converted: u32,
    converted_held_out: u32,
    /// The currency of the figures.
    unit: String,
    /// Additional revenue a customer; null with fewer than five on a side, and until somebody orders.
    lift: Option<f64>,
    /// The ends of its 95 % interval.
    lower: Option<f64>,
    upper: Option<f64>,
    /// The same for all who were to be asked together.
    total: Option<f64>,
    /// Whether the time in which orders count is over.
    complete: bool,
}

/// What was decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"status": "accepted"}))]
pub struct DecisionBody {
    /// accepted, dismissed or done.
    #[schema(value_type = String)]
    status: Status,
    /// The `as_of` of the list, if one was sent.
    as_of: Option<String>,
}

/// The language of the answer.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DecisionQuery {
    /// Language of the sentences: en or ru.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    locale: Language,
}

/// What to do next
///
/// Actions that the records speak for: whom, what, why with the figures and their statement, what it may bring with an interval
/// and how that was estimated, and what would prove it wrong. `status=accepted` lists the tasks with what they brought so far
/// against the customers held out of them, who are not to be contacted.
#[utoipa::path(tag = "insight", operation_id = "recommendations",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(
        ("kind" = Option<String>, Query, description = "Only this kind."),
        ("customer_id" = Option<String>, Query, description = "Only those about this customer."),
        ("status" = Option<String>, Query, description = "new, accepted, dismissed, done; several with commas. `new,accepted` unless sent."),
        ("limit" = Option<u32>, Query, description = "Items at most, 1 to 500; 50 unless sent."),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before."),
        ("customers" = Option<u32>, Query, description = "Customers listed of each, 0 to 10000; 50 unless sent."),
        ("as_of" = Option<String>, Query, description = "Look for them as if it were that day: RFC 3339, or a date in the workspace's zone."),
        ("locale" = Option<String>, Query, description = "Language of the sentences: en or ru."),
    ),
    responses((status = 200, body = RecommendationsBody)))]
#[get("/v1/recommendations", wrap = "Compress::default()")]
pub async fn list(caller: Allowed<Read>, state: Data<State>, request: HttpRequest) -> Result<HttpResponse> {
    let parameters = parameters(request.query_string())?;
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let found = stream::run(&state, async move { engine.recommendations(&tenant, &parameters).await }).await?;
    Ok(HttpResponse::Ok().json(found))
}

/// Decide on a recommendation
///
/// `accepted` makes it a task: what was recommended is kept as it is, and a fifth of its customers, drawn at random, are held
/// out, so that its lift can be measured. `dismissed` hides it for good. `done` finishes a task; the same action may be found
/// again when its effect has been measured. A decision is a person's: a key does not do.
#[utoipa::path(tag = "insight", operation_id = "decide_recommendation", security(("session" = ["manager"])),
    params(("id" = String, Path, description = "Identity of the recommendation."), DecisionQuery),
    request_body = DecisionBody, responses((status = 200, body = RecommendationBody)))]
#[post("/v1/recommendations/{id}", wrap = "Compress::default()")]
pub async fn decide(
    args: With<Editor, (Query<DecisionQuery>, Json<DecisionBody>)>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: (query, body) } = args;
    if body.0.status == Status::New {
        return Err(Problem::fields(vec![field("status", "accepted, dismissed or done")]));
    }
    let (owned, caller) = (state.clone(), caller.clone());
    let (status, language) = (body.0.status, query.0.locale);
    let decide = async move {
        let tenant = caller.tenant();
        let as_of = body.0.as_of.as_deref().map(|text| tenant.time("as_of", text)).transpose()?;
        let decided = owned.engine.decide(tenant, &id, Decision { status, as_of, language }).await?;
        let subject = Subject::of("recommendation", id.as_str()).with(serde_json::json!({"status": status}));
        owned.auth.note_done(&caller, Action::RecommendationDecided, subject).await;
        Ok(decided)
    };
    Ok(HttpResponse::Ok().json(stream::finish(&state, decide).await?))
}
