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
use kupets_engine::semantic::catalogue::Listing;
use serde::Serialize;
use tokio::sync::mpsc;
use tokio_util::task::AbortOnDropHandle;
use utoipa::ToSchema;

use super::pagination::{PageQuery, Query};
use crate::{
    assistant::{
        ask,
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
/// The sales or interactions that the figures of an answer were worked out from, the latest first.
#[utoipa::path(tag = "assistant", operation_id = "rows_behind_answer",
    security(("api_key" = ["assistant"]), ("api_key_header" = ["assistant"]), ("session" = [])),
    params(("id" = String, Path, description = "The message, as `message_id` of its answer."), PageQuery),
    responses((status = 200, body = RowsBody)))]
#[get("/v1/assistant/messages/{id}/rows", wrap = "Compress::default()")]
pub async fn rows(
    args: With<Assistant, Query<PageQuery>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: Query(page) } = args;
    let limit = page.limit()?;
    let offset = page.cursor.as_deref().map(offset).transpose()?.unwrap_or_default();
    let (owned, caller, id) = (state.clone(), caller.clone(), id.into_inner());
    let work = async move {
        let plan = owned.threads.plan_of(&caller, &id).await?;
        let tenant = caller.tenant();
        let calendar = owned.engine.calendar(tenant);
        let asked = u32::try_from(limit + 1).unwrap_or(u32::MAX);
        owned.engine.records_behind(tenant, &plan, &calendar, asked, offset).await
    };
    let mut worked = stream_of::run(&state, work).await?;
    let more = worked.rows.len() > limit;
    worked.rows.truncate(limit);
    let next_cursor = more.then(|| (offset + limit as u64).to_string());
    let result = ResultTable { columns: worked.told, rows: worked.rows, meta: worked.meta };
    Ok(HttpResponse::Ok().json(RowsBody { result, next_cursor }))
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
