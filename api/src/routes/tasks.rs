//! Tasks, over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpResponse, delete, get,
    middleware::Compress,
    patch, post,
    web::{Data, Path},
};
use kupets_auth::{Action, Subject};
use kupets_core::TenantId;
use kupets_engine::{
    insight::Language,
    tasks::{After, Assignee, Filter, Status, TaskRow},
};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

pub(super) mod shape;

use self::shape::{NewTaskBody, TaskBody, TaskList, TaskPatchBody};
use super::pagination::{Query, limit, page};
use crate::{
    auth::{Allowed, Editor, EditorOrLink, Read, With},
    body::Json,
    events::TaskChange,
    problem::{Problem, Result, field},
    state::State,
    stream,
};

/// Which tasks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    /// open, done or cancelled, one or more with commas; all unless sent.
    #[param(example = "open")]
    status: Option<String>,
    /// Identity of the person who is to do it, `me`, or `none`: nobody.
    assignee: Option<String>,
    /// About that customer.
    customer_id: Option<String>,
    /// Of that recommendation.
    recommendation_id: Option<String>,
    /// Due before that time: RFC 3339, or a date: midnight in the workspace's zone.
    due_before: Option<String>,
    /// Due then or later: RFC 3339, or a date: midnight in the workspace's zone.
    due_after: Option<String>,
    /// Tasks at most, 1 to 500; 50 unless sent.
    #[serde(default, deserialize_with = "super::pagination::whole")]
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// List tasks
///
/// Those due first first. An accepted recommendation is a task, with its `recommendation_id`.
#[utoipa::path(tag = "work", operation_id = "list_tasks",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])), params(TaskQuery),
    responses((status = 200, body = TaskList)))]
#[get("/v1/tasks", wrap = "Compress::default()")]
pub async fn list(args: With<Read, Query<TaskQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Query(asked) } = args;
    let wrong = |name: &str, message: &str| Problem::fields(vec![field(name, message)]);
    let statuses =
        asked.status.as_deref().unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
    let statuses: Option<Vec<Status>> = statuses.map(Status::parse).collect();
    let assignee = match asked.assignee {
        Some(name) if name == "me" => Some(Assignee::Of(caller.user_id()?.to_owned())),
        Some(name) if name == "none" => Some(Assignee::Nobody),
        name => name.map(Assignee::Of),
    };
    let time = |name: &str, text: Option<String>| {
        text.map(|text| Ok::<_, Problem>(caller.tenant().time(name, &text)?.timestamp_micros())).transpose()
    };
    let filter = Filter {
        statuses: statuses.ok_or_else(|| wrong("status", "one or more of open, done, cancelled, with commas"))?,
        assignee,
        customer_id: asked.customer_id,
        recommendation_id: asked.recommendation_id,
        due_before: time("due_before", asked.due_before)?,
        due_after: time("due_after", asked.due_after)?,
    };
    let after = asked.cursor.as_deref().map(after).transpose()?;
    let limit = limit(asked.limit)?;
    let most = u32::try_from(limit + 1).unwrap_or(u32::MAX);
    let rows = state.engine.tasks().list(caller.tenant().id(), &filter, after.as_ref(), most).await?;
    let (rows, next_cursor) = page(rows, limit, |row| {
        let After { due, created_at, id } = After::of(&row.task);
        format!("{due}.{created_at}.{id}")
    });
    let now = state.engine.clock().now();
    let customers = rows.iter().filter_map(|row| row.task.customer_id.clone()).collect();
    let left_alone = state.engine.left_alone(caller.tenant(), customers).await?;
    let items = rows.into_iter().map(|row| TaskBody::new(row, now).with_left_alone(&left_alone)).collect();
    Ok(HttpResponse::Ok().json(TaskList { items, next_cursor }))
}

fn after(cursor: &str) -> Result<After> {
    let mut parts = cursor.splitn(3, '.');
    let mut number = || parts.next()?.parse::<i64>().ok();
    let parsed = number().zip(number());
    let id = parts.next().filter(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let found = parsed.zip(id).map(|((due, created_at), id)| After { due, created_at, id: id.to_owned() });
    found.ok_or_else(|| Problem::fields(vec![field("cursor", "is not a `next_cursor` of this list")]))
}

/// Make a task
///
/// With `recommendation_id` it is that recommendation, accepted: what was recommended is kept, and a fifth of its customers are
/// held out, as `POST /v1/recommendations/{id}` says.
#[utoipa::path(tag = "work", operation_id = "create_task",
    security(("session" = ["manager"]), ("telegram_link" = ["manager"])),
    request_body = NewTaskBody, responses((status = 201, body = TaskBody)))]
#[post("/v1/tasks")]
pub async fn create(args: With<EditorOrLink, Json<NewTaskBody>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let recommendation = body.recommendation().map(str::to_owned);
    let new = body.read(caller.tenant())?;
    let language = if caller.workspace().locale == "ru" { Language::Ru } else { Language::En };
    let (owned, caller) = (state.clone(), caller.clone());
    let work = async move {
        let made = owned.engine.create_task(caller.tenant(), recommendation.as_deref(), language, new).await?;
        let subject = Subject::of("task", made.task.id.clone());
        owned.auth.note_done(&caller, Action::TaskCreated, subject).await;
        if let Some(id) = recommendation {
            let subject = Subject::of("recommendation", id).with(json!({"status": "accepted"}));
            owned.auth.note_done(&caller, Action::RecommendationDecided, subject).await;
        }
        told(&owned, caller.tenant().id(), made, TaskChange::Created).await
    };
    Ok(HttpResponse::Created().json(stream::finish(&state, work).await?))
}

/// A task
#[utoipa::path(tag = "work", operation_id = "get_task",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(("id" = String, Path, description = "The task.")), responses((status = 200, body = TaskBody)))]
#[get("/v1/tasks/{id}")]
pub async fn detail(caller: Allowed<Read>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let row = state.engine.tasks().get(caller.tenant().id(), &id).await?;
    let customers = row.task.customer_id.iter().cloned().collect();
    let left_alone = state.engine.left_alone(caller.tenant(), customers).await?;
    Ok(HttpResponse::Ok().json(TaskBody::new(row, state.engine.clock().now()).with_left_alone(&left_alone)))
}

/// Change a task
///
/// An absent field stays, null clears it. Where a task is a recommendation, that one follows: done with it, dismissed when it is
/// cancelled.
#[utoipa::path(tag = "work", operation_id = "edit_task",
    security(("session" = ["manager"]), ("telegram_link" = ["manager"])),
    params(("id" = String, Path, description = "The task.")), request_body = TaskPatchBody,
    responses((status = 200, body = TaskBody)))]
#[patch("/v1/tasks/{id}")]
pub async fn change(
    args: With<EditorOrLink, Json<TaskPatchBody>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let fields = json!({"fields": body.fields(), "status": body.status()});
    let edit = body.read(caller.tenant())?;
    let (owned, caller, id) = (state.clone(), caller.clone(), id.into_inner());
    let work = async move {
        let row = owned.engine.edit_task(caller.tenant(), &id, edit).await?;
        owned.auth.note_done(&caller, Action::TaskChanged, Subject::of("task", id).with(fields)).await;
        told(&owned, caller.tenant().id(), row, TaskChange::Updated).await
    };
    Ok(HttpResponse::Ok().json(stream::finish(&state, work).await?))
}

/// Delete a task
///
/// A recommendation that it is, and that is not done, counts as dismissed from then on.
#[utoipa::path(tag = "work", operation_id = "delete_task", security(("session" = ["manager"])),
    params(("id" = String, Path, description = "The task.")),
    responses((status = 204, description = "It is gone.")))]
#[delete("/v1/tasks/{id}")]
pub async fn remove(caller: Allowed<Editor>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let (owned, caller, id) = (state.clone(), caller.clone(), id.into_inner());
    let work = async move {
        owned.engine.delete_task(caller.tenant(), &id).await?;
        owned.auth.note_done(&caller, Action::TaskDeleted, Subject::of("task", id.clone())).await;
        owned.tell_task(caller.tenant().id(), &id, TaskChange::Deleted, None, serde_json::Value::Null).await;
        Ok(())
    };
    stream::finish(&state, work).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A task as it is answered, after whoever listens was told what became of it.
///
/// # Errors
/// It cannot be written as JSON.
pub(crate) async fn told(
    state: &State,
    tenant: &TenantId,
    row: TaskRow,
    kind: TaskChange,
) -> kupets_engine::Result<TaskBody> {
    let (id, customer) = (row.task.id.clone(), row.task.customer_id.clone());
    let body = TaskBody::new(row, state.engine.clock().now());
    let data = serde_json::to_value(&body)
        .map_err(|e| kupets_engine::Error::internal("a task does not serialize").with_source(e))?;
    state.tell_task(tenant, &id, kind, customer.as_deref(), data).await;
    Ok(body)
}
