//! What moved and why, over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{HttpRequest, HttpResponse, get, middleware::Compress, post, web::Data};
use kupets_engine::insight::Explain;
use utoipa::ToSchema;

use super::reports::parameters;
use crate::{
    auth::{Allowed, Read, With},
    body::Json,
    problem::Result,
    state::State,
    stream,
};

/// Two periods compared.
#[derive(ToSchema)]
#[allow(dead_code)] // Described here, written by the engine.
pub struct TrendsBody {
    from: String,
    to: String,
    compared_with: SpanBody,
    total: TotalBody,
    /// The likeliest cause first, then the greatest contribution; in an explanation by dimension, with the rest as `other` at the
    /// end of each.
    findings: Vec<FindingBody>,
    /// What could not be looked at, and why.
    notes: Vec<String>,
    snapshot: String,
}

/// A half-open period.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct SpanBody {
    from: String,
    to: String,
}

/// The change as a whole. Numbers are exact decimals.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct TotalBody {
    metric: String,
    unit: String,
    before: f64,
    after: f64,
    change: f64,
}

/// Something that is to be known.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct FindingBody {
    id: String,
    /// driver: a key that carries a part of the change; mix: one that does by its share; shift: a level that began; anomaly: a
    /// day out of line.
    kind: String,
    metric: String,
    dimension: Option<String>,
    /// Null for purchases without the key, and for `other`.
    key: Option<String>,
    label: Option<String>,
    /// In the earlier period; for a shift and an anomaly the usual value of a day.
    before: f64,
    /// In the later period; for a shift and an anomaly that of a day.
    after: f64,
    /// What it carries of the change of the whole.
    contribution: f64,
    /// The first day of the new level; for an anomaly the day.
    #[schema(format = Date)]
    since: Option<String>,
    /// Whether a year ago the same happened; null without a year ago.
    seasonal: Option<bool>,
    /// 0 to 1; 1 for arithmetic.
    confidence: f64,
    /// What makes most of a shift or an anomaly, if one thing does.
    cause: Option<BehindBody>,
    sentence: String,
    /// The statement that it rests on; it runs at `/v1/sql` and gives before and after.
    sql: String,
}

/// The one thing behind a shift or an anomaly.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct BehindBody {
    /// product, category, channel and so on; `purchase` for a single one.
    dimension: String,
    key: Option<String>,
    label: Option<String>,
    /// A day's.
    before: f64,
    /// A day's.
    after: f64,
}

/// Two periods to compare.
#[derive(ToSchema)]
#[allow(dead_code)]
#[schema(example = json!({"metric": "revenue", "from": "2026-04-01", "to": "2026-05-01", "compare_from": "2026-03-01",
    "compare_to": "2026-04-01", "dimensions": ["product", "channel"]}))]
pub struct ExplainBody {
    /// revenue (unless sent), gross, refunds, units, orders, average_order, customers, new_customers or repeat_rate.
    metric: Option<String>,
    from: String,
    to: String,
    compare_from: String,
    compare_to: String,
    /// product, category, channel, segment, customer_kind, weekday, hour, attributes.NAME; all that fit unless sent.
    dimensions: Option<Vec<String>>,
    currency: Option<String>,
    /// en or ru.
    locale: Option<String>,
}

/// What moved
///
/// A period compared with the one just before it: the change; the products, categories, channels, segments, kinds of customers,
/// weekdays, hours and attributes that carry it, the likeliest cause first and with the day since when; levels that began (shift);
/// days out of line (anomaly) with what lies behind them. Ranked by size, each with a sentence, the statement behind it, and
/// whether it is the season. Nothing after `to` is looked at. Customers count where their first order of the period was.
#[utoipa::path(tag = "insight", operation_id = "trends",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(
        ("metric" = Option<String>, Query, description = "revenue (unless sent), gross, refunds, units, orders, average_order, customers, new_customers or repeat_rate."),
        ("from" = Option<String>, Query, description = "Start of the later period; the last month that has ended unless sent."),
        ("to" = Option<String>, Query, description = "Its end, exclusive."),
        ("period" = Option<String>, Query, description = "The period by name, in place of from and to."),
        ("currency" = Option<String>, Query, description = "ISO 4217; the workspace's unless sent."),
        ("limit" = Option<u32>, Query, description = "Findings at most, 1 to 1000; 30 unless sent."),
        ("locale" = Option<String>, Query, description = "Language of the sentences: en or ru."),
    ),
    responses((status = 200, body = TrendsBody)))]
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
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])), request_body = ExplainBody,
    responses((status = 200, body = TrendsBody)))]
#[post("/v1/trends/explain", wrap = "Compress::default()")]
pub async fn explain(args: With<Read, Json<Explain>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: body } = args;
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let explained = stream::run(&state, async move { engine.explain(&tenant, body.0).await }).await?;
    Ok(HttpResponse::Ok().json(explained))
}
