//! Reports over HTTP.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, get,
    middleware::Compress,
    web::{Data, Path},
};
use kupets_engine::reports::{self, Report};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::{Allowed, Read},
    download, negotiate,
    problem::{Problem, Result, field},
    state::State,
    stream,
};

/// The catalogue of reports.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportList {
    /// Each with id, titles and descriptions in English and Russian, parameters, columns with units, and a chart.
    #[schema(value_type = Vec<Object>)]
    items: &'static [Report],
    /// Always null: the catalogue is one page.
    #[schema(value_type = Option<String>)]
    next_cursor: (),
}

/// A result of a report or of SQL.
#[derive(ToSchema)]
#[allow(dead_code)] // Described here, written by the engine.
pub struct ResultBody {
    /// The columns.
    columns: Vec<ColumnBody>,
    /// The rows, in the order of the columns. Decimals are exact numbers, times RFC 3339.
    #[schema(value_type = Vec<Vec<Object>>)]
    rows: Vec<Vec<serde_json::Value>>,
    /// What it says of itself.
    meta: MetaBody,
}

/// A column of a result.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct ColumnBody {
    name: String,
    /// As SQL spells it.
    r#type: String,
    /// What a value counts; null where it is not a figure.
    unit: Option<String>,
}

/// What a result says of itself.
#[derive(ToSchema)]
#[allow(dead_code)]
pub struct MetaBody {
    /// The report; null for SQL.
    report: Option<String>,
    /// The statement that ran.
    sql: String,
    from: Option<String>,
    to: Option<String>,
    time_zone: String,
    currency: Option<String>,
    /// The version of the data.
    snapshot: String,
    rows_scanned: u64,
    elapsed_ms: u64,
}

/// List reports
///
/// The catalogue: what each report tells, takes and gives, in English and Russian.
#[utoipa::path(tag = "reports", operation_id = "list_reports",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    responses((status = 200, body = ReportList)))]
#[get("/v1/reports", wrap = "Compress::default()")]
pub async fn catalogue(_caller: Allowed<Read>) -> HttpResponse {
    HttpResponse::Ok().json(ReportList { items: reports::catalogue(), next_cursor: () })
}

/// Run a report
///
/// Parameters are those of the catalogue. All rows are given unless `limit` is sent. When the client goes, the query ends.
#[utoipa::path(tag = "reports", operation_id = "run_report",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(
        ("id" = String, Path, description = "Identity of the report.", example = "sales_over_time"),
        ("from" = Option<String>, Query, description = "Start of the period: RFC 3339, or a date in the workspace's zone."),
        ("to" = Option<String>, Query, description = "End of the period, exclusive."),
        ("grain" = Option<String>, Query, description = "Length of a step, where the report has steps: day, week, month, quarter, year."),
        ("currency" = Option<String>, Query, description = "ISO 4217; the workspace's unless sent."),
        ("limit" = Option<u64>, Query, description = "Rows at most."),
        ("format" = Option<String>, Query, description = "json, csv, xlsx, arrow or parquet; beats Accept."),
    ),
    responses((status = 200, description = "The result.", content(
        (ResultBody = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "application/vnd.apache.arrow.stream"), (Vec<u8> = "application/vnd.apache.parquet"),
    ))))]
#[get("/v1/reports/{id}", wrap = "Compress::default()")]
pub async fn report(
    caller: Allowed<Read>,
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse> {
    let mut parameters = parameters(request.query_string())?;
    let format = negotiate::format(&request, parameters.remove("format").as_deref())?;
    let id = id.into_inner();
    // The id becomes the name of a file: one of ours only, never text of the caller's.
    let file_name =
        if id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') { id.clone() } else { "report".to_owned() };
    download::note(&state, &caller, "report", &file_name, format).await?;
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let ask = async move { engine.report(&tenant, &id, &parameters).await };
    stream::respond(&state, ask, format, &file_name).await
}

/// The parameters of a query string, each sent once.
///
/// # Errors
/// One is there twice.
pub(super) fn parameters(query: &str) -> Result<BTreeMap<String, String>> {
    let mut parameters = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if parameters.insert(name.clone().into_owned(), value.into_owned()).is_some() {
            return Err(Problem::fields(vec![field(&name, "sent twice; send it once")]));
        }
    }
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn parameters_are_unescaped_and_never_sent_twice() {
        assert_eq!(parameters("channel=%D0%B2%D0%B5%D0%B1&limit=3").unwrap()["channel"], "веб");
        assert!(parameters("limit=3&limit=4").is_err());
    }
}
