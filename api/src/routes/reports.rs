//! Reports over HTTP.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, get,
    middleware::Compress,
    web::{Data, Path},
};
use kupets_engine::{
    query::Table,
    reports::{self, Report},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::query_schema::{FormatParameters, ReportParameters};
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
    #[schema(value_type = Vec<Report>)]
    items: &'static [Report],
    /// Always null: the catalogue is one page.
    #[schema(value_type = Option<String>)]
    next_cursor: (),
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
    params(("id" = String, Path, description = "The report, as the catalogue lists it."), ReportParameters, FormatParameters),
    responses((status = 200, description = "The result.", content(
        (Table = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "application/vnd.apache.arrow.stream"), (Vec<u8> = "application/vnd.apache.parquet"),
        (String = "application/x-ndjson"),
    ))))]
#[get("/v1/reports/{id}", wrap = "Compress::default()")]
pub async fn report(
    caller: Allowed<Read>,
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse> {
    let mut parameters = parameters(request.query_string())?;
    let (format, csv_guard) = (parameters.remove("format"), parameters.remove("csv_guard"));
    let output = negotiate::output(&request, &caller, format.as_deref(), csv_guard.as_deref())?;
    let id = id.into_inner();
    // The id becomes the name of a file: one of ours only, never text of the caller's.
    let file_name =
        if id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') { id.clone() } else { "report".to_owned() };
    download::note(&state, &caller, "report", &file_name, output.format).await?;
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let ask = async move { engine.report(&tenant, &id, &parameters).await };
    stream::respond(&state, ask, output, &file_name).await
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
