//! Reports of people's own, over HTTP: SQL with a name, parameters and a chart.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpRequest, HttpResponse, delete, get,
    middleware::Compress,
    patch, post,
    web::{Data, Path},
};
use kupets_auth::{Action, Caller, Subject};
use kupets_control::saved::reports::{SavedReport, SavedReports};
use kupets_engine::query::Table;

mod shape;

pub use self::shape::ChartBody;
use self::shape::{NewSavedReportBody, SavedReportBody, SavedReportList, SavedReportPatchBody};
use super::{
    pagination::{PageQuery, Query, page},
    query_schema::{FormatParameters, SavedReportParameters},
    reports::parameters,
    saved::{after, check_owner, cursor, viewer},
};
use crate::{
    auth::{Allowed, Analyst, Read, With},
    body::Json,
    download, negotiate,
    problem::Result,
    saved_report::runnable,
    state::State,
    stream,
};

/// Bytes of a body at most: a statement is in it.
const BODY_BYTES: usize = 256 << 10;

fn stored(state: &State) -> SavedReports {
    SavedReports::new(state.engine.control().clone())
}

/// List saved reports
///
/// Your own and those that are shared. A key sees those that are shared.
#[utoipa::path(tag = "work", operation_id = "list_saved_reports",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])), params(PageQuery),
    responses((status = 200, body = SavedReportList)))]
#[get("/v1/saved-reports", wrap = "Compress::default()")]
pub async fn list(args: With<Read, Query<PageQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Query(asked) } = args;
    let (limit, person) = (asked.limit()?, viewer(&caller));
    let after = asked.cursor.as_deref().map(after).transpose()?;
    let most = u32::try_from(limit + 1).unwrap_or(u32::MAX);
    let rows = stored(&state).list(caller.tenant().id(), person, after.as_ref(), most).await?;
    let (rows, next_cursor) = page(rows, limit, |row| cursor(row.report.created_at, &row.report.id));
    let items = rows.into_iter().map(|row| SavedReportBody::new(row, person)).collect();
    Ok(HttpResponse::Ok().json(SavedReportList { items, next_cursor }))
}

/// Save a report
///
/// The statement is checked as it would run: what is wrong with it or its parameters is named, and nothing is saved then.
#[utoipa::path(tag = "work", operation_id = "save_report", security(("session" = ["analyst"])),
    request_body = NewSavedReportBody, responses((status = 201, body = SavedReportBody)))]
#[post("/v1/saved-reports")]
pub async fn create(
    args: With<Analyst, Json<NewSavedReportBody, BODY_BYTES>>,
    state: Data<State>,
) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let now = state.engine.clock().now().timestamp_micros();
    let report = body.read(state.threads.new_id(), caller.user_id()?, now)?;
    let saved = save(&state, &caller, report, Action::ReportSaved).await?;
    Ok(HttpResponse::Created().json(saved))
}

/// Checks a report, stores it, and tells it.
async fn save(state: &Data<State>, caller: &Caller, report: SavedReport, action: Action) -> Result<SavedReportBody> {
    let (owned, caller) = (state.clone(), caller.clone());
    let work = async move {
        owned.engine.check_saved_report(caller.tenant(), &runnable(&report)?).await?;
        stored(&owned).put(caller.tenant().id(), &report).await?;
        owned.auth.note_done(&caller, action, Subject::of("saved_report", report.id.clone())).await;
        // An admin sees what they have just made private no more.
        let owner = report.owner_id.as_deref();
        let row = stored(&owned).get(caller.tenant().id(), owner, &report.id).await?;
        Ok(SavedReportBody::new(row, viewer(&caller)))
    };
    stream::finish(state, work).await
}

/// A saved report
#[utoipa::path(tag = "work", operation_id = "get_saved_report",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(("id" = String, Path, description = "The report.")), responses((status = 200, body = SavedReportBody)))]
#[get("/v1/saved-reports/{id}")]
pub async fn detail(caller: Allowed<Read>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let row = stored(&state).get(caller.tenant().id(), viewer(&caller), &id).await?;
    Ok(HttpResponse::Ok().json(SavedReportBody::new(row, viewer(&caller))))
}

/// Change a saved report
///
/// An absent field stays, null clears it. Its owner may, and of a shared one an admin.
#[utoipa::path(tag = "work", operation_id = "edit_saved_report", security(("session" = ["analyst"])),
    params(("id" = String, Path, description = "The report.")), request_body = SavedReportPatchBody,
    responses((status = 200, body = SavedReportBody)))]
#[patch("/v1/saved-reports/{id}")]
pub async fn change(
    args: With<Analyst, Json<SavedReportPatchBody, BODY_BYTES>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let mut report = stored(&state).get(caller.tenant().id(), viewer(&caller), &id).await?.report;
    check_owner(&caller, report.owner_id.as_deref(), report.shared)?;
    body.apply(&mut report, state.engine.clock().now().timestamp_micros())?;
    Ok(HttpResponse::Ok().json(save(&state, &caller, report, Action::ReportChanged).await?))
}

/// Delete a saved report
///
/// Its owner may, and of a shared one an admin.
#[utoipa::path(tag = "work", operation_id = "delete_saved_report", security(("session" = ["analyst"])),
    params(("id" = String, Path, description = "The report.")),
    responses((status = 204, description = "It is gone.")))]
#[delete("/v1/saved-reports/{id}")]
pub async fn remove(caller: Allowed<Analyst>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let report = stored(&state).get(caller.tenant().id(), viewer(&caller), &id).await?.report;
    check_owner(&caller, report.owner_id.as_deref(), report.shared)?;
    stored(&state).delete(caller.tenant().id(), &report.id).await?;
    state.auth.note_done(&caller, Action::ReportDeleted, Subject::of("saved_report", report.id)).await;
    Ok(HttpResponse::NoContent().finish())
}

/// Run a saved report
///
/// Its parameters are sent by their names, for example `?channel=web&from=2026-01-01`; they are bound, never spliced into the
/// statement. It runs as `POST /v1/sql` does, within the same limits. When the client goes, the query ends.
#[utoipa::path(tag = "work", operation_id = "run_saved_report",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(("id" = String, Path, description = "The report."), SavedReportParameters, FormatParameters),
    responses((status = 200, description = "The result.", content(
        (Table = "application/json"), (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "application/vnd.apache.arrow.stream"), (Vec<u8> = "application/vnd.apache.parquet"),
    ))))]
#[get("/v1/saved-reports/{id}/run", wrap = "Compress::default()")]
pub async fn run(
    caller: Allowed<Read>,
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse> {
    let report = stored(&state).get(caller.tenant().id(), viewer(&caller), &id).await?.report;
    let mut parameters = parameters(request.query_string())?;
    let (format, csv_guard) = (parameters.remove("format"), parameters.remove("csv_guard"));
    let output = negotiate::output(&request, &caller, format.as_deref(), csv_guard.as_deref())?;
    download::note(&state, &caller, "saved_report", &report.id, output.format).await?;
    let runnable = runnable(&report)?;
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let ask = async move { engine.saved_report(&tenant, &runnable, &parameters).await };
    // What people call it may be any text, and never becomes the name of a file.
    stream::respond(&state, ask, output, "report").await
}
