//! Files of records that are sent to be imported.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpRequest, HttpResponse, delete, get, patch, post,
    web::{Data, Path, Payload},
};
use chrono::{DateTime, Utc};
use kupets_auth::{Action, Caller, Subject};
use kupets_control::imports::{self as store, ImportRow};
use kupets_core::{Error, Result as CoreResult};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::pagination::{self, PageQuery, Query, page};
use crate::{
    auth::{Allowed, Import, With},
    body::Json,
    events::Event,
    importing::Totals,
    imports::{self, Fault, Look, Options},
    problem::{Problem, Result, field},
    state::State,
};

/// A file in a form, or several: an export that was cut into several files is one import, in which an order may have its lines in two
/// of them.
#[derive(Debug, ToSchema)]
#[schema(as = ImportForm)]
#[allow(dead_code)]
pub struct Form {
    /// The file; a part of this name for each, where there are several.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// How a file is sent.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UploadQuery {
    /// What the file is called; of a form, the name that stands there unless sent. Records without an id get one made of it and their
    /// row: a file that is sent again under its name replaces them.
    #[param(example = "orders_export.csv")]
    name: Option<String>,
}

/// How far it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportProgress)]
pub struct Progress {
    /// While it is looked at: thousandths. While it runs: records stored.
    done: u64,
    /// Of how many; null while that is not known.
    total: Option<u64>,
}

/// A file that is imported.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub struct ImportView {
    /// Identity; it marks what the import makes, as `_import_id` in SQL.
    id: String,
    /// `uploaded` (it waits to be looked at), `looking`, `looked_at` (map it, or run it), `running`, `done`, `failed`, `undoing` or
    /// `undone`.
    status: String,
    /// What the file is called; empty where somebody was erased since.
    file_name: String,
    /// Bytes of the file.
    bytes: i64,
    /// How it is to be read, as far as somebody has said it.
    settings: Options,
    /// What its rows are: `customers`, `purchases` or `interactions`; null: it is not known, or the mapping does not fit.
    records: Option<String>,
    /// The export that it was taken for, or what its rows are by the names of its columns.
    taken_for: Option<String>,
    /// Records that it would make.
    expected: Option<i64>,
    /// How far it is; null unless something is being done.
    progress: Option<Progress>,
    /// What was stored; null before.
    totals: Option<Totals>,
    /// Why it failed; while it is undone, why the last attempt at that did. It is made again.
    error: Option<String>,
    /// When it was sent.
    created_at: DateTime<Utc>,
    /// When it began to be stored.
    started_at: Option<DateTime<Utc>>,
    /// When it ended.
    finished_at: Option<DateTime<Utc>>,
    /// When its file goes, and after the run what is wrong with rows; null: they are gone.
    expires_at: Option<DateTime<Utc>>,
    /// What the last look has found; null before, in lists, and when it is gone.
    look: Option<Look>,
}

/// Imports, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportList {
    items: Vec<ImportView>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

/// What is wrong with rows, in the order of the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportFaultList {
    items: Vec<Fault>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

fn time(us: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(us).unwrap_or_default()
}

impl From<ImportRow> for ImportView {
    fn from(row: ImportRow) -> Self {
        let totals: Option<Totals> = row.totals.as_deref().and_then(|json| serde_json::from_str(json).ok());
        let progress = (row.status == "running").then(|| Progress {
            done: totals.map_or(0, |totals| totals.accepted),
            total: row.expected.and_then(|n| u64::try_from(n).ok()),
        });
        Self {
            settings: serde_json::from_str(&row.options).unwrap_or_default(),
            id: row.id,
            status: row.status,
            file_name: row.file_name,
            bytes: row.byte_count,
            records: row.records,
            taken_for: row.taken_for,
            expected: row.expected,
            progress,
            totals,
            error: row.error,
            created_at: time(row.created_at),
            started_at: row.started_at.map(time),
            finished_at: row.finished_at.map(time),
            expires_at: row.expires_at.map(time),
            look: None,
        }
    }
}

/// Send a file to be imported
///
/// CSV, NDJSON, Parquet, XLSX, XLS, ODS, CommerceML or a table of HTML, packed (`.gz`, `.zst`, a `.zip`) or not: as a form, or as the
/// body itself. Several files of a form, or of a `.zip`, are read as one, if they are alike. It is kept for `import_days` for nobody but the server, looked at in the background, and stored when it is
/// run. For managers and above, and keys with `ingest`.
#[utoipa::path(tag = "imports", operation_id = "send_import",
    security(("api_key" = ["ingest"]), ("api_key_header" = ["ingest"]), ("session" = ["manager"])), params(UploadQuery),
    request_body(content((Form = "multipart/form-data"), (Vec<u8> = "application/octet-stream"))),
    responses((status = 201, body = ImportView, description = "It is here and waits to be looked at; `/v1/events` tells when it was."),
        (status = 409, description = "There is no room for it: the workspace's files are too many or too large.",
            body = crate::problem_schema::ProblemBody, content_type = "application/problem+json")))]
#[post("/v1/imports")]
pub async fn send(
    caller: Allowed<Import>,
    request: HttpRequest,
    state: Data<State>,
    payload: Payload,
) -> Result<HttpResponse> {
    let asked: UploadQuery = pagination::read(request.query_string())?;
    let id = imports::receive(&request, payload, &state, &caller, asked.name).await?;
    state.events.tell(caller.tenant().id(), &Event::import(id.as_str(), "uploaded"));
    let row = of(&state, &caller, &id).await?;
    Ok(HttpResponse::Created().json(ImportView::from(row)))
}

/// List imports
///
/// Those of the workspace, the newest first.
#[utoipa::path(tag = "imports", operation_id = "list_imports",
    security(("api_key" = ["ingest"]), ("api_key_header" = ["ingest"]), ("session" = ["manager"])), params(PageQuery),
    responses((status = 200, body = ImportList)))]
#[get("/v1/imports")]
pub async fn list(args: With<Import, Query<PageQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Query(asked) } = args;
    let limit = asked.limit()?;
    // No id of hex digits is greater than `g`.
    let before = asked.cursor.as_deref().unwrap_or("g");
    let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let rows = store::list(state.engine.control(), caller.tenant().id(), before, most).await?;
    let (rows, next_cursor) = page(rows, limit, |row| row.id.clone());
    Ok(HttpResponse::Ok().json(ImportList { items: rows.into_iter().map(Into::into).collect(), next_cursor }))
}

/// An import
///
/// How far it is, what the file was taken for, and what it would come to: rows, orders, customers, sums by month and status, what is
/// left out and why, orders that are there already and would lose lines.
#[utoipa::path(tag = "imports", operation_id = "get_import",
    security(("api_key" = ["ingest"]), ("api_key_header" = ["ingest"]), ("session" = ["manager"])),
    params(("id" = String, Path, description = "Identity of the import.")),
    responses((status = 200, body = ImportView)))]
#[get("/v1/imports/{id}")]
pub async fn detail(caller: Allowed<Import>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let row = of(&state, &caller, &id).await?;
    Ok(HttpResponse::Ok().json(with_look(&state, &caller, row).await))
}

/// Say how a file is to be read
///
/// The mapping of its columns, and what else cannot be found out. It replaces what was said before, and the file is looked at again.
#[utoipa::path(tag = "imports", operation_id = "change_import",
    security(("api_key" = ["ingest"]), ("api_key_header" = ["ingest"]), ("session" = ["manager"])), request_body = Options,
    params(("id" = String, Path, description = "Identity of the import.")),
    responses((status = 200, body = ImportView, description = "It waits to be looked at again."),
        (status = 409, description = "It runs, or has run, or its file is gone.",
            body = crate::problem_schema::ProblemBody, content_type = "application/problem+json")))]
#[patch("/v1/imports/{id}")]
pub async fn change(
    args: With<Import, Json<Options, { store::MAX_OPTIONS_BYTES }>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: Json(options) } = args;
    let before = of(&state, &caller, &id).await?;
    options.check()?;
    let (control, tenant) = (state.engine.control(), caller.tenant().id());
    let options = serde_json::to_string(&options).map_err(Problem::internal)?;
    if !store::set_options(control, state.engine.jobs(), tenant, &id, &options).await? {
        return Err(not_now(&before, "is read anew only before it is run"));
    }
    stop(&state, &caller, &before).await;
    state.engine.jobs().wake();
    state.events.tell(tenant, &Event::import(id.as_str(), "uploaded"));
    let row = of(&state, &caller, &id).await?;
    Ok(HttpResponse::Ok().json(ImportView::from(row)))
}

/// Run an import
///
/// Stores what the look has shown, in the background; a restart of the server goes on where it was. One that failed goes on as well.
/// A guessed mapping is agreed to by this. A record that is there already is replaced (purchases, interactions) or merged (customers),
/// as by sending it.
#[utoipa::path(tag = "imports", operation_id = "run_import",
    security(("api_key" = ["ingest"]), ("api_key_header" = ["ingest"]), ("session" = ["manager"])),
    params(("id" = String, Path, description = "Identity of the import.")),
    responses((status = 202, body = ImportView, description = "It runs."),
        (status = 409, description = "It was not looked at yet, its mapping does not fit, or it has run.",
            body = crate::problem_schema::ProblemBody, content_type = "application/problem+json")))]
#[post("/v1/imports/{id}/run")]
pub async fn run(caller: Allowed<Import>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let before = of(&state, &caller, &id).await?;
    let (control, tenant) = (state.engine.control(), caller.tenant().id());
    let now = state.engine.clock().now().timestamp_micros();
    let entry = state.auth.entry(&caller, Action::ImportRun, Subject::of("import", id.clone()))?;
    if !store::begin_run(control, state.engine.jobs(), tenant, &id, now, &entry).await? {
        return Err(not_now(&before, "can be run once it was looked at and its mapping fits"));
    }
    state.engine.jobs().wake();
    state.events.tell(tenant, &Event::import(id.as_str(), "running"));
    let row = of(&state, &caller, &id).await?;
    Ok(HttpResponse::Accepted().json(ImportView::from(row)))
}

/// What is wrong with rows
///
/// Of the look before the run, of the run after it; an item for each thing that is wrong, in the order of the file. It is kept as long
/// as `expires_at` says.
#[utoipa::path(tag = "imports", operation_id = "import_errors",
    security(("api_key" = ["ingest"]), ("api_key_header" = ["ingest"]), ("session" = ["manager"])), params(
        ("id" = String, Path, description = "Identity of the import."), PageQuery),
    responses((status = 200, body = ImportFaultList)))]
#[get("/v1/imports/{id}/errors")]
pub async fn errors(
    args: With<Import, Query<PageQuery>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: Query(asked) } = args;
    let row = of(&state, &caller, &id).await?;
    let limit = asked.limit()?;
    let from = asked.cursor.as_deref().unwrap_or("0").parse::<u64>();
    let from = from.map_err(|_| Problem::fields(vec![field("cursor", "`next_cursor` of the page before")]))?;
    let (items, next) = imports::faults(&state, caller.tenant().id(), &row, from, limit).await?;
    let next_cursor = next.map(|at| at.to_string());
    Ok(HttpResponse::Ok().json(ImportFaultList { items, next_cursor }))
}

/// Undo or delete an import
///
/// One that has stored something is undone in the background, and stops first if it runs: the purchases and interactions that it made
/// go, and the customers that it made of whom nothing else is left. What was there before it, and what something else has sent again or
/// changed since, stays as it is. Older snapshots of the lake hold the rows until they expire. One that has stored nothing goes with
/// its file; one that was undone goes from the list.
#[utoipa::path(tag = "imports", operation_id = "delete_import",
    security(("api_key" = ["ingest"]), ("api_key_header" = ["ingest"]), ("session" = ["manager"])),
    params(("id" = String, Path, description = "Identity of the import.")),
    responses((status = 202, body = ImportView, description = "It is being undone."),
        (status = 204, description = "It is gone.")))]
#[delete("/v1/imports/{id}")]
pub async fn remove(caller: Allowed<Import>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let before = of(&state, &caller, &id).await?;
    let (control, tenant) = (state.engine.control(), caller.tenant().id());
    if store::delete(control, tenant, &id).await? {
        stop(&state, &caller, &before).await;
        imports::forget(&state.settings.data, tenant, &id).await?;
        state.events.tell(tenant, &Event::import(id.as_str(), "deleted"));
        return Ok(HttpResponse::NoContent().finish());
    }
    undo(&state, &caller, &before, Action::ImportUndone).await?;
    let row = of(&state, &caller, &id).await?;
    Ok(HttpResponse::Accepted().json(ImportView::from(row)))
}

/// Begins to take back what an import has stored; one that is being taken back already goes on.
pub(super) async fn undo(state: &State, caller: &Caller, before: &ImportRow, action: Action) -> Result<()> {
    let (control, tenant) = (state.engine.control(), caller.tenant().id());
    let entry = state.auth.entry(caller, action, Subject::of("import", before.id.clone()))?;
    if store::begin_undo(control, state.engine.jobs(), tenant, &before.id, &entry).await? {
        stop(state, caller, before).await;
        state.engine.jobs().wake();
        state.events.tell(tenant, &Event::import(before.id.as_str(), "undoing"));
    }
    Ok(())
}

/// Stops the job that works at an import, if there is one. It finds out itself as well, a little later.
async fn stop(state: &State, caller: &Caller, row: &ImportRow) {
    let Some(job) = row.job_id.as_deref().filter(|_| matches!(row.status.as_str(), "uploaded" | "looking" | "running"))
    else {
        return;
    };
    if let Err(error) = state.engine.jobs().cancel(caller.tenant().id(), job).await {
        tracing::debug!(%error, "the job of an import is over already");
    }
}

/// An import of the caller's workspace.
async fn of(state: &State, caller: &Caller, id: &str) -> CoreResult<ImportRow> {
    let found = store::get(state.engine.control(), caller.tenant().id(), id).await?;
    let found = found.filter(|row| row.kind != store::SAMPLE);
    found.ok_or_else(|| Error::not_found("there is no such import in this workspace"))
}

async fn with_look(state: &State, caller: &Caller, row: ImportRow) -> ImportView {
    let tenant = caller.tenant().id();
    let look = match row.status.as_str() {
        "uploaded" | "looking" => None,
        _ => imports::read_look(&state.settings.data, tenant, &row.id).await,
    };
    let job = row.job_id.clone().filter(|_| row.status == "looking");
    let mut view = ImportView { look, ..ImportView::from(row) };
    if let Some(job) = job
        && let Ok(job) = state.engine.jobs().get(tenant, &job).await
    {
        view.progress = Some(Progress { done: job.progress.done, total: job.progress.total });
    }
    view
}

fn not_now(row: &ImportRow, when: &str) -> Problem {
    let gone = if row.expires_at.is_none() { ", and its file is gone" } else { "" };
    Error::conflict("import_state", format!("the import {when}; it is {} now{gone}", row.status)).into()
}
