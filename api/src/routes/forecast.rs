//! Forecasts over HTTP.

use actix_web::{HttpRequest, HttpResponse, get, middleware::Compress, web::Data};
use kupets_engine::insight::Forecast;

use super::{query_schema::ForecastParameters, reports::parameters};
use crate::{
    auth::{Allowed, Read},
    problem::Result,
    state::State,
    stream,
};

/// Forecast a metric
///
/// Points with 80 % and 95 % intervals for days, weeks or months ahead, of the whole shop or a part of it. The model is
/// chosen by trial on the past, and the answer tells how it did there beside the seasonal naive method. With little history it
/// answers with a simpler model and wider intervals, and says so in `notes`.
#[utoipa::path(tag = "insight", operation_id = "forecast",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(ForecastParameters),
    responses((status = 200, body = Forecast)))]
#[get("/v1/forecast", wrap = "Compress::default()")]
pub async fn forecast(caller: Allowed<Read>, state: Data<State>, request: HttpRequest) -> Result<HttpResponse> {
    let parameters = parameters(request.query_string())?;
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let forecast = stream::run(&state, async move { engine.forecast(&tenant, &parameters).await }).await?;
    Ok(HttpResponse::Ok().json(forecast))
}
