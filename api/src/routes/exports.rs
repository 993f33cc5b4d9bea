//! Files that are made in the background.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, delete, get, post,
    web::{Data, Path},
};
use chrono::{DateTime, Duration, Utc};
use kupets_auth::{Action, Caller, Subject};
use kupets_control::exports::{self as store, ExportRow, MAX_SPEC_BYTES, NewExport};
use kupets_core::{Error, Result as CoreResult};
use kupets_engine::query::Format;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::pagination::{PageQuery, Query, page};
use crate::{
    auth::{Allowed, Session, With},
    body::Json,
    events::Event,
    exports::{self, ExportFormat, ExportKind, Spec},
    file_response,
    negotiate::media_type,
    problem::{Problem, Result},
    state::State,
};

/// Exports of a workspace that are kept at a time.
const MAX_EXPORTS: i64 = 100;

/// What is to be exported.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewExport, example = json!({"kind": "report", "report": "top_customers", "query": {"from": "2026-01-01", "to": "2026-04-01"},
    "format": "xlsx"}))]
pub struct ExportBody {
    /// What.
    kind: ExportKind,
    /// Of kind `report`: which one, as the catalogue lists it.
    report: Option<String>,
    /// Of kind `saved_report`: its id. Whoever asks must see it, then and when the file is made.
    saved_report: Option<String>,
    /// Of kind `sql`: the statement.
    sql: Option<String>,
    /// Of a report, saved or not: its parameters. Of customers: `search`, `segment`, `filter`, `sort`, `currency` of their list. Of `sql`: the values
    /// of `$name`.
    #[serde(default)]
    query: BTreeMap<String, Value>,
    /// The format; CSV unless given.
    format: Option<ExportFormat>,
    /// Whether texts in CSV that a spreadsheet would take for a formula get a `'` in front; true unless given.
    csv_guard: Option<bool>,
}

/// A file that is made in the background.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Export, example = json!({"id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a01", "kind": "report", "report": "top_customers",
    "saved_report": null, "format": "xlsx", "status": "done", "rows": 4330, "bytes": 183220, "error": null, "created_at": "2026-05-01T08:00:00Z",
    "finished_at": "2026-05-01T08:00:02Z", "expires_at": "2026-05-02T08:00:02Z"}))]
pub struct ExportView {
    /// Identity.
    id: String,
    /// `customers`, `report`, `saved_report`, `sql` or `workspace`.
    #[schema(value_type = ExportKind)]
    kind: String,
    /// Of kind `report`: which one.
    report: Option<String>,
    /// Of kind `saved_report`: which one.
    saved_report: Option<String>,
    /// Of the file, or of those in the ZIP file.
    #[schema(value_type = ExportFormat)]
    format: String,
    /// `queued`, `running`, `done`, `failed` or `cancelled`.
    status: String,
    /// Rows; while it runs, those so far.
    rows: Option<i64>,
    /// Bytes of the file.
    bytes: Option<i64>,
    /// Why it failed.
    error: Option<String>,
    /// When it was asked for.
    created_at: DateTime<Utc>,
    /// When it ended.
    finished_at: Option<DateTime<Utc>>,
    /// When it goes.
    expires_at: Option<DateTime<Utc>>,
}

/// Exports, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportList {
    items: Vec<ExportView>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

fn time(us: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(us).unwrap_or_default()
}

impl From<ExportRow> for ExportView {
    fn from(row: ExportRow) -> Self {
        let (report, saved_report) = match serde_json::from_str(&row.spec) {
            Ok(Spec::Report { report, .. }) => (Some(report), None),
            Ok(Spec::SavedReport { saved_report, .. }) => (None, Some(saved_report)),
            _ => (None, None),
        };
        Self {
            id: row.id,
            kind: row.kind,
            report,
            saved_report,
            format: row.format,
            status: row.status,
            rows: row.row_count,
            bytes: row.byte_count,
            error: row.error,
            created_at: time(row.created_at),
            finished_at: row.finished_at.map(time),
            expires_at: row.expires_at.map(time),
        }
    }
}

/// Export to a file
///
/// The file is made in the background, as the caller and as what they are then, survives a restart of the server, and is kept for a
/// day (a setting, `export_days`). `sql` is for analysts and above; `workspace`, a ZIP file with all records, for admins and owners.
/// An erasure deletes the exports of the workspace that there are.
#[utoipa::path(tag = "events", operation_id = "create_export", security(("session" = [])), request_body = ExportBody,
    responses((status = 202, body = ExportView, description = "It will be made; `/v1/events` tells when it is.")))]
#[post("/v1/exports")]
pub async fn create(args: With<Session, Json<ExportBody, MAX_SPEC_BYTES>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let spec = Spec::new(body.kind, body.report, body.saved_report, body.sql, body.query)?;
    caller.require(spec.least_role())?;
    spec.check(&state.engine, caller.tenant()).await?;
    let (control, tenant) = (state.engine.control(), caller.tenant().id());
    if store::count(control, tenant).await? >= MAX_EXPORTS {
        let message = format!(
            "this workspace has {MAX_EXPORTS} exports already; delete some, or wait until they go by themselves"
        );
        return Err(Error::conflict("too_many_exports", message).into());
    }
    let now = state.engine.clock().now();
    let format = body.format.unwrap_or(ExportFormat::Csv);
    let id = kupets_auth::new_id(now.timestamp_millis())?;
    let new = NewExport {
        id: id.clone(),
        user_id: caller.user_id()?.to_owned(),
        kind: body.kind.name(),
        spec: serde_json::to_string(&spec).map_err(Problem::internal)?,
        format: format.name(),
        csv_guard: body.csv_guard.unwrap_or(true),
        created_at: now.timestamp_micros(),
    };
    let what = json!({"kind": new.kind, "format": new.format});
    let entry = state.auth.entry(&caller, Action::ExportMade, Subject::of("export", id.clone()).with(what))?;
    store::begin(control, state.engine.jobs(), tenant, &new, &entry).await?;
    state.engine.jobs().wake();
    state.events.tell(tenant, &Event::export(id.as_str(), "queued"));
    let row = own(&state, &caller, &id).await?;
    Ok(HttpResponse::Accepted().json(ExportView::from(row)))
}

/// List exports
///
/// The caller's, the newest first.
#[utoipa::path(tag = "events", operation_id = "list_exports", security(("session" = [])), params(PageQuery),
    responses((status = 200, body = ExportList)))]
#[get("/v1/exports")]
pub async fn list(args: With<Session, Query<PageQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Query(asked) } = args;
    let limit = asked.limit()?;
    // No id of hex digits is greater than `g`.
    let before = asked.cursor.as_deref().unwrap_or("g");
    let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let rows = store::list(state.engine.control(), caller.tenant().id(), caller.user_id()?, before, most).await?;
    let (rows, next_cursor) = page(rows, limit, |row| row.id.clone());
    Ok(HttpResponse::Ok().json(ExportList { items: rows.into_iter().map(Into::into).collect(), next_cursor }))
}

/// An export
///
/// How far it is.
#[utoipa::path(tag = "events", operation_id = "get_export", security(("session" = [])),
    params(("id" = String, Path, description = "Identity of the export.")),
    responses((status = 200, body = ExportView)))]
#[get("/v1/exports/{id}")]
pub async fn detail(caller: Allowed<Session>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let row = own(&state, &caller, &id).await?;
    let running = row.status == "running";
    let job = row.job_id.clone();
    let mut view = ExportView::from(row);
    if running {
        // A job that is over meanwhile says no more than the export did.
        let job = state.engine.jobs().get(caller.tenant().id(), &job).await;
        view.rows = job.ok().and_then(|job| i64::try_from(job.progress.done).ok());
    }
    Ok(HttpResponse::Ok().json(view))
}

/// Download an export
///
/// The file, or the part of it that `Range` asks for. 409 `export_not_done` before there is one.
#[utoipa::path(tag = "events", operation_id = "download_export", security(("session" = [])),
    params(("id" = String, Path, description = "Identity of the export."),
        ("Range" = Option<String>, Header, description = "One range of bytes, for example `bytes=1000-`.")),
    responses(
        (status = 200, description = "The file.", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "The part.", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 409, description = "There is no file yet, or it failed.",
            body = crate::problem_schema::ProblemBody, content_type = "application/problem+json"),
        (status = 416, description = "The file is shorter.",
            body = crate::problem_schema::ProblemBody, content_type = "application/problem+json"),
    ))]
#[get("/v1/exports/{id}/file")]
pub async fn file(
    caller: Allowed<Session>,
    state: Data<State>,
    request: HttpRequest,
    id: Path<String>,
) -> Result<HttpResponse> {
    let row = own(&state, &caller, &id).await?;
    let spec: Spec = serde_json::from_str(&row.spec).map_err(Problem::internal)?;
    // What they might ask for then they must be allowed to have now.
    caller.require(spec.least_role())?;
    if row.status != "done" {
        let message = format!("the export is {}: there is no file", row.status);
        return Err(Error::conflict("export_not_done", message).into());
    }
    let format = ExportFormat::parse(&row.format).map_or(Format::Csv, ExportFormat::format);
    let (extension, media) = match spec {
        Spec::Workspace => ("zip", "application/zip"),
        _ => (format.file_extension(), media_type(format)),
    };
    let subject = Subject::of("export", row.id.clone()).with(json!({"kind": row.kind, "format": row.format}));
    state.auth.note(&caller, Action::Downloaded, subject).await?;
    let path = exports::path(&state.settings.data, caller.tenant().id(), &row.id, extension);
    let day = time(row.created_at).with_timezone(&caller.tenant().time_zone()).format("%Y-%m-%d");
    let name = format!("{}-{day}.{extension}", spec.file_name());
    file_response::serve(&request, &path, &row.id, media, &name).await
}

/// Cancel or delete an export
///
/// One that is not done stops, and is listed as cancelled for a while; any other goes with its file.
#[utoipa::path(tag = "events", operation_id = "delete_export", security(("session" = [])),
    params(("id" = String, Path, description = "Identity of the export.")),
    responses((status = 204, description = "It has stopped, or is gone.")))]
#[delete("/v1/exports/{id}")]
pub async fn remove(caller: Allowed<Session>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let row = own(&state, &caller, &id).await?;
    let (control, tenant) = (state.engine.control(), caller.tenant().id());
    let now = state.engine.clock().now();
    let expires_at = now + Duration::days(i64::from(state.settings.export_days));
    if store::cancel(control, tenant, &row.id, now.timestamp_micros(), expires_at.timestamp_micros()).await? {
        state.engine.jobs().cancel(tenant, &row.job_id).await?;
        state.events.tell(tenant, &Event::export(row.id.as_str(), "cancelled"));
    } else {
        store::delete(control, tenant, &row.id).await?;
    }
    exports::sweep(&state).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// An export of the caller's own.
async fn own(state: &State, caller: &Caller, id: &str) -> CoreResult<ExportRow> {
    let user = caller.user_id()?;
    let found = store::get(state.engine.control(), caller.tenant().id(), id).await?;
    found.filter(|row| row.user_id == user).ok_or_else(|| Error::not_found("you have no such export in this workspace"))
}
