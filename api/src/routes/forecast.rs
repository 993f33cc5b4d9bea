//! Forecasts over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, middleware::Compress, web::Data};
use utoipa::ToSchema;

use super::reports::parameters;
use crate::{
    auth::{Allowed, Read},
    problem::Result,
    state::State,
    stream,
};

/// A forecast.
#[derive(ToSchema)]
#[allow(dead_code)] // Described here, written by the engine.
pub struct ForecastBody {
    metric: String,
    /// day, week or month.
    grain: String,
    /// What one of the metric is: a currency code, orders, units, customers, ratio.
    unit: String,
    /// What was, without the period that is running; empty periods hold 0.
    history: Vec<HistoryBody>,
    points: Vec<PointBody>,
    model: ModelBody,
    /// The model's error on the past; null without room for a trial.
    backtest: Option<BacktestBody>,
    /// The error of the seasonal naive method at the same places.
    naive: Option<ErrorsBody>,
    /// What the reader must know, a sentence each.
    notes: Vec<String>,
    /// The statement that gives the history; it runs at `/v1/sql`.
    sql: String,
    time_zone: String,
    snapshot: String,
}

/// A period that was.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct HistoryBody {
    /// Its first day.
    #[schema(format = Date)]
    period: String,
    value: f64,
}

/// A period to come.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct PointBody {
    /// Its first day.
    #[schema(format = Date)]
    period: String,
    value: f64,
    lower80: f64,
    upper80: f64,
    lower95: f64,
    upper95: f64,
}

/// What was chosen.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct ModelBody {
    /// combination, seasonal_naive, naive, mean, croston_sba or tsb.
    name: String,
    /// Length of the season in periods; 1 for none.
    season: u64,
    /// Parts with their weight and what was fitted.
    parts: Vec<serde_json::Value>,
}

/// Errors on the past.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct ErrorsBody {
    /// Symmetric mean absolute percentage error, 0 to 200.
    smape: Option<f64>,
    /// Mean absolute error over that of the seasonal naive method one step ahead.
    mase: Option<f64>,
}

/// How the model did on the past, with nothing of what came later.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct BacktestBody {
    smape: Option<f64>,
    mase: Option<f64>,
    /// Share of the past that the 95 % intervals held.
    coverage95: Option<f64>,
    /// How many times it was tried.
    folds: u64,
    /// Periods ahead at each trial.
    horizon: u64,
}

/// Forecast a metric
///
/// Points with 80 % and 95 % intervals for days, weeks or months ahead, of the whole shop or a part of it. The model is
/// chosen by trial on the past, and the answer tells how it did there beside the seasonal naive method. With little history it
/// answers with a simpler model and wider intervals, and says so in `notes`.
#[utoipa::path(tag = "insight", operation_id = "forecast",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(
        ("metric" = Option<String>, Query, description = "revenue (unless sent), gross, refunds, orders, units, customers, average_order, new_customers or repeat_rate."),
        ("grain" = Option<String>, Query, description = "day, week or month (unless sent)."),
        ("horizon" = Option<u32>, Query, description = "Periods ahead, 1 to 400; 6 unless sent."),
        ("product_id" = Option<String>, Query, description = "Only lines of this product."),
        ("category" = Option<String>, Query, description = "Only lines of this category."),
        ("channel" = Option<String>, Query, description = "Only purchases of this channel."),
        ("segment" = Option<String>, Query, description = "Only purchases of the customers who are in this segment of rfm_segments; /v1/segments/rules tells which there are."),
        ("currency" = Option<String>, Query, description = "ISO 4217; the workspace's unless sent."),
        ("as_of" = Option<String>, Query, description = "Forecast as if it were that day: RFC 3339, or a date in the workspace's zone."),
        ("holidays" = Option<String>, Query, description = "Dates that are not like their weekday, past and future, with commas.", example = "2026-01-01,2026-05-09"),
        ("locale" = Option<String>, Query, description = "Language of the notes: en or ru."),
    ),
    responses((status = 200, body = ForecastBody)))]
#[get("/v1/forecast", wrap = "Compress::default()")]
pub async fn forecast(caller: Allowed<Read>, state: Data<State>, request: HttpRequest) -> Result<HttpResponse> {
    let parameters = parameters(request.query_string())?;
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let forecast = stream::run(&state, async move { engine.forecast(&tenant, &parameters).await }).await?;
    Ok(HttpResponse::Ok().json(forecast))
}
