//! Sample data: a shop to look at before there is one.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{HttpResponse, delete, get, post, web::Data};
use chrono::{DateTime, Utc};
use kupets_auth::{Action, Caller, Subject};
use kupets_control::imports::{self as store, ImportRow, NewImport};
use kupets_core::Error;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::imports as files;
use crate::{
    auth::{Allowed, Editor, Session, With},
    body::Json,
    events::Event,
    importing::Totals,
    imports::SampleOptions,
    problem::{Problem, Result, field},
    state::State,
};

/// Lines of purchases unless said.
const LINES: u64 = 20_000;
/// Lines at most: it is to be looked at, and goes in within seconds.
const MAX_LINES: u64 = 200_000;
/// The shop unless said.
const SEED: u64 = 42;

/// Which shop.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSampleData, example = json!({"lines": 20000}))]
pub struct SampleBody {
    /// Lines of its purchases in two years; 20,000 unless given.
    #[serde(default)]
    #[schema(minimum = 1_000, maximum = 200_000)]
    lines: Option<u64>,
    /// Another seed, another shop; 42 unless given.
    #[serde(default)]
    seed: Option<u64>,
}

/// Whether sample data is there.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"status": "done", "lines": 20000, "done_lines": 20000, "records": 11734, "error": null,
    "created_at": "2026-05-01T08:00:00Z"}))]
pub struct SampleData {
    /// `none`, `running` (it is being made), `done` (it is there), `failed` (some of it may be there) or `undoing` (it is being removed).
    status: String,
    /// Lines of its purchases in all.
    lines: Option<u64>,
    /// Those that are there.
    done_lines: Option<u64>,
    /// Records that were stored.
    records: Option<u64>,
    /// Why it failed; while it is removed, why the last attempt at that did. It is made again.
    error: Option<String>,
    /// When it was asked for.
    created_at: Option<DateTime<Utc>>,
}

impl SampleData {
    fn of(row: Option<ImportRow>) -> Self {
        let Some(row) = row else {
            let none = "none".to_owned();
            return Self { status: none, lines: None, done_lines: None, records: None, error: None, created_at: None };
        };
        let options: Option<SampleOptions> = serde_json::from_str(&row.options).ok();
        let totals: Totals = row.totals.as_deref().and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        Self {
            status: row.status,
            lines: options.map(|options| options.lines),
            done_lines: Some(totals.rows),
            records: Some(totals.accepted),
            error: row.error,
            created_at: DateTime::from_timestamp_micros(row.created_at),
        }
    }
}

async fn now(state: &State, caller: &Caller) -> Result<SampleData> {
    Ok(SampleData::of(store::sample(state.engine.control(), caller.tenant().id()).await?))
}

/// Whether sample data is there
#[utoipa::path(tag = "imports", operation_id = "sample_data", security(("session" = [])),
    responses((status = 200, body = SampleData)))]
#[get("/v1/sample-data")]
pub async fn status(caller: Allowed<Session>, state: Data<State>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(now(&state, &caller).await?))
}

/// Fill the workspace with sample data
///
/// A believable shop of two years that ends today, in the workspace's language and currency, made in the background. Its ids begin
/// with `sample-`, and it is marked, so that it can be taken out again beside what is the workspace's own.
#[utoipa::path(tag = "imports", operation_id = "fill_with_sample_data", security(("session" = ["manager"])), request_body = SampleBody,
    responses((status = 202, body = SampleData, description = "It is being made; `/v1/events` tells when it is."),
        (status = 409, description = "It is there already, or is being removed.",
            body = crate::problem_schema::ProblemBody, content_type = "application/problem+json")))]
#[post("/v1/sample-data")]
pub async fn fill(args: With<Editor, Json<SampleBody>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let lines = body.lines.unwrap_or(LINES);
    if !(1_000..=MAX_LINES).contains(&lines) {
        return Err(Problem::fields(vec![field("lines", format!("1000 to {MAX_LINES}"))]));
    }
    let options = SampleOptions { seed: body.seed.unwrap_or(SEED), lines };
    let options = serde_json::to_string(&options).map_err(Problem::internal)?;
    let (control, tenant, at) = (state.engine.control(), caller.tenant().id(), state.engine.clock().now());
    let id = kupets_auth::new_id(at.timestamp_millis())?;
    let new = NewImport {
        id: &id,
        user_id: caller.user_id().ok(),
        kind: store::SAMPLE,
        file_name: "",
        bytes: 0,
        options: &options,
        created_at: at.timestamp_micros(),
        expires_at: at.timestamp_micros(),
    };
    let subject = Subject::of("import", id.clone()).with(json!({ "lines": lines }));
    let entry = state.auth.entry(&caller, Action::SampleDataAdded, subject)?;
    if !store::begin_sample(control, state.engine.jobs(), tenant, &new, &entry).await? {
        let message = "there is sample data in this workspace, or it is being removed: remove it first";
        return Err(Error::conflict("sample_data_there", message).into());
    }
    state.engine.jobs().wake();
    state.events.tell(tenant, &Event::import(id.as_str(), "running"));
    Ok(HttpResponse::Accepted().json(now(&state, &caller).await?))
}

/// Remove the sample data
///
/// In the background; what it was and nothing else has changed since goes, and nothing of the workspace's own. Where there is none,
/// nothing happens.
#[utoipa::path(tag = "imports", operation_id = "remove_sample_data", security(("session" = ["manager"])),
    responses((status = 202, body = SampleData, description = "It is being removed, or there is none.")))]
#[delete("/v1/sample-data")]
pub async fn remove(caller: Allowed<Editor>, state: Data<State>) -> Result<HttpResponse> {
    if let Some(row) = store::sample(state.engine.control(), caller.tenant().id()).await? {
        files::undo(&state, &caller, &row, Action::SampleDataRemoved).await?;
    }
    Ok(HttpResponse::Accepted().json(now(&state, &caller).await?))
}
