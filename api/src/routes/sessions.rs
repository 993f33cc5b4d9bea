//! A person's sessions.

use actix_web::{
    HttpResponse, delete, get,
    web::{Data, Path},
};
use kupets_auth::SessionView;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::{Allowed, Session},
    problem::Result,
    state::State,
};

/// Sessions, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionList {
    items: Vec<SessionView>,
    /// Always null: all of them are in one page.
    next_cursor: Option<String>,
}

/// List my sessions
///
/// Where the person is logged in, in all workspaces, the newest first.
#[utoipa::path(tag = "accounts", operation_id = "list_sessions", security(("session" = [])),
    responses((status = 200, body = SessionList)))]
#[get("/v1/sessions")]
pub async fn list(caller: Allowed<Session>, state: Data<State>) -> Result<HttpResponse> {
    let items = state.auth.sessions(&caller).await?;
    Ok(HttpResponse::Ok().json(SessionList { items, next_cursor: None }))
}

/// End a session
///
/// From the moment of the answer no request passes with it.
#[utoipa::path(tag = "accounts", operation_id = "end_session", security(("session" = [])),
    params(("id" = String, Path, description = "Identity of the session.")),
    responses((status = 204, description = "Ended.")))]
#[delete("/v1/sessions/{id}")]
pub async fn end(caller: Allowed<Session>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    state.auth.end_session(&caller, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
