//! The assistant over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{self, HeaderValue},
    middleware::Compress,
    post,
    web::{Data, Path},
};
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use kupets_engine::{
    Error, FieldError, TenantContext,
    plans::Worked,
    query::SqlRequest,
    semantic::{catalogue::Listing, compile::OfRow},
};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;
use utoipa::{IntoParams, ToSchema};

use super::pagination::{self, Query};
use crate::{
    assistant::{
        ask,
        conversations::Behind,
        event::{self, Event, Frame},
        reply::{Reply, ResultTable},
        request::MessageBody,
    },
    auth::{Allowed, Assistant, Read, With},
    body::Json,
    problem::{Problem, Result, field},
    state::State,
    stream as stream_of,
};

/// Events held for a client that reads slowly.
const EVENTS_AHEAD: usize = 8;
/// Bytes of a message's body at most: a plan has lists of values.
const BODY_BYTES: usize = 256 << 10;

/// Ask the assistant
///
/// A question in Russian or English, or an edited `interpretation` as `plan`. Every number of the answer comes from a query,
/// which is shown. Events: `plan` (what the question was read as), `result` (the figures), `narrative` (the words), `done` (the
/// whole answer), or `error` (a problem) at any place. With `Accept: application/json` the whole answer comes as one object.
/// What it is not sure of it asks back with `choices`; what is not in the data it says.
#[utoipa::path(tag = "assistant", operation_id = "ask_assistant",
    security(("api_key" = ["assistant"]), ("api_key_header" = ["assistant"]), ("session" = [])), request_body = MessageBody,
    responses((status = 200, description = "The answer, as events or as one object.",
        content((Reply = "application/json"), (Frame = "text/event-stream")))))]
#[post("/v1/assistant/messages")]
pub async fn message(
    args: With<Assistant, Json<MessageBody, BODY_BYTES>>,
    state: Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    // A body that holds no question is refused with a status, whatever form the answer would have had.
    body.question()?;
    let (sender, mut events) = mpsc::channel(EVENTS_AHEAD);
    let (owned, caller) = (state.clone(), caller.clone());
    let work = async move { ask::answer(&owned, &caller, &body, &sender).await };
    let mut task = AbortOnDropHandle::new(state.runtime.spawn(work));
    if wants_json(&request) {
        // Nobody reads the events: the channel must not fill.
        drop(events);
        return Ok(HttpResponse::Ok().json((&mut task).await.map_err(Problem::internal)??));
    }
    // What fails before the first event has a status of its own.
    let Some(first) = events.recv().await else {
        (&mut task).await.map_err(Problem::internal)??;
        return Err(Problem::internal("an answer had no events"));
    };
    let first = first.to_bytes()?;
    let rest = stream::unfold(Some((events, task)), following);
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")));
    response.insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-store")));
    // A proxy that buffers would hold the plan back until the answer is whole.
    response.insert_header(("X-Accel-Buffering", "no"));
    Ok(response.streaming(stream::iter([Ok(first)]).chain(rest)))
}

type Answering = (mpsc::Receiver<Event>, AbortOnDropHandle<Result<Reply>>);

/// The next event; a failure is the last one. When the client goes, dropping the task ends the work.
async fn following(answering: Option<Answering>) -> Option<(Result<Bytes>, Option<Answering>)> {
    let (mut events, mut task) = answering?;
    match events.recv().await {
        Some(event) => Some((event.to_bytes(), Some((events, task)))),
        None => match (&mut task).await {
            Ok(Ok(_)) => None,
            Ok(Err(problem)) => Some((Ok(event::failed(&problem)), None)),
            Err(broken) => Some((Ok(event::failed(&Problem::internal(broken))), None)),
        },
    }
}

/// Events are the usual form: only who asks for JSON and not for events gets one object.
fn wants_json(request: &HttpRequest) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    accept.contains("application/json") && !accept.contains("text/event-stream")
}

/// Where a page of a statement's rows may begin: all before it are read for it.
const FARTHEST_OF_STATEMENT: usize = 10_000;

/// Which records behind an answer.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RowsQuery {
    /// Items at most, 1 to 500; 50 unless sent.
    #[serde(default, deserialize_with = "pagination::whole")]
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Only what is behind the row with that key, as the result has it; empty: the row of records without one. A row with several
    /// keys is named by a JSON array of them in the order of the columns: `["web", "2026-04-01"]`.
    key: Option<String>,
    /// What is behind the figures of the period that is compared with.
    #[serde(default)]
    before: bool,
}

/// Records behind an answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AnswerRows)]
pub struct RowsBody {
    /// The records.
    #[serde(flatten)]
    result: ResultTable,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

/// Records behind an answer
///
/// The sales or interactions that the figures of an answer were worked out from, the latest first. Behind a forecast stands all that
/// was recorded before now; behind an answer of a statement, its own rows.
#[utoipa::path(tag = "assistant", operation_id = "rows_behind_answer",
    security(("api_key" = ["assistant"]), ("api_key_header" = ["assistant"]), ("session" = [])),
    params(("id" = String, Path, description = "The message, as `message_id` of its answer."), RowsQuery),
    responses((status = 200, body = RowsBody)))]
#[get("/v1/assistant/messages/{id}/rows", wrap = "Compress::default()")]
pub async fn rows(
    args: With<Assistant, Query<RowsQuery>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: Query(asked) } = args;
    let limit = pagination::limit(asked.limit)?;
    let offset = asked.cursor.as_deref().map(offset).transpose()?.unwrap_or_default();
    let row = OfRow { keys: asked.key.as_deref().map(keys).transpose()?.unwrap_or_default(), before: asked.before };
    let (owned, caller, id) = (state.clone(), caller.clone(), id.into_inner());
    let work = async move {
        let tenant = caller.tenant();
        match owned.threads.behind(&caller, &id).await? {
            Behind::Plan(plan) => {
                let calendar = owned.engine.calendar(tenant);
                let asked = u32::try_from(limit + 1).unwrap_or(u32::MAX);
                owned.engine.records_behind(tenant, &plan, &calendar, &row, (asked, offset)).await
            }
            Behind::Statement(sql) => statement_rows(&owned, tenant, sql, &row, (limit, offset)).await,
        }
    };
    let mut worked = stream_of::run(&state, work).await?;
    let more = worked.rows.len() > limit;
    worked.rows.truncate(limit);
    let next_cursor = more.then(|| (offset + limit as u64).to_string());
    let result = ResultTable { columns: worked.told, rows: worked.rows, meta: worked.meta };
    Ok(HttpResponse::Ok().json(RowsBody { result, next_cursor }))
}

/// A page of a statement's rows, and one more. Nothing but the statement itself says in which order they come, so that it is run up to
/// the end of the page.
async fn statement_rows(
    state: &State,
    tenant: &TenantContext,
    sql: String,
    row: &OfRow,
    (limit, offset): (usize, u64),
) -> kupets_engine::Result<Worked> {
    if *row != OfRow::default() {
        let why = "this answer is of a statement: what is behind one of its rows is not known";
        let name = if row.before { "before" } else { "key" };
        return Err(Error::wrong_fields(vec![FieldError::of(name, why)]));
    }
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    if offset > FARTHEST_OF_STATEMENT {
        let why = format!("rows of a statement are told up to {FARTHEST_OF_STATEMENT}: run it at /v1/sql for more");
        return Err(Error::wrong_fields(vec![FieldError::of("cursor", why)]));
    }
    let request = SqlRequest { sql, params: None, limit: Some(offset + limit + 1) };
    let mut worked = state.engine.sql_rows(tenant, request).await?;
    worked.rows.drain(..offset.min(worked.rows.len()));
    Ok(worked)
}

/// The keys of a row as they are sent: the text of a single one, empty for records without it, or a JSON array of several.
fn keys(text: &str) -> Result<Vec<Option<String>>> {
    if !text.starts_with('[') {
        return Ok(vec![Some(text.to_owned()).filter(|text| !text.is_empty())]);
    }
    serde_json::from_str(text).map_err(|_| {
        Problem::fields(vec![field(
            "key",
            "is no JSON array of texts and nulls; send the key itself, or `[\"web\", null]`",
        )])
    })
}

fn offset(cursor: &str) -> Result<u64> {
    // Far pages cost as much as all before them.
    const FARTHEST: u64 = 1_000_000;
    let wrong = || Problem::fields(vec![field("cursor", "is not a `next_cursor` of these rows")]);
    cursor.parse().ok().filter(|offset| *offset <= FARTHEST).ok_or_else(wrong)
}

/// What can be asked
///
/// The metrics with names, definitions and units in both languages, the dimensions that they may be cut and filtered by, the
/// attributes of this workspace's records among them, and what is asked for and not there.
#[utoipa::path(tag = "assistant", operation_id = "list_metrics",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    responses((status = 200, body = Listing)))]
#[get("/v1/metrics", wrap = "Compress::default()")]
pub async fn metrics(caller: Allowed<Read>, state: Data<State>) -> Result<HttpResponse> {
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let listing = stream_of::run(&state, async move { engine.metrics(&tenant).await }).await?;
    Ok(HttpResponse::Ok().json(listing))
}
