//! The people of a workspace.

use actix_web::{
    HttpResponse, delete, get, patch,
    web::{Data, Path},
};
use kupets_auth::Member;
use kupets_core::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::pagination::{PageQuery, Query, page};
use crate::{
    auth::{Admin, Allowed, Session, With},
    body::Json,
    problem::Result,
    state::State,
    stream,
};

/// People, those who have had an account for longest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberList {
    items: Vec<Member>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

/// What a person is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "manager"}))]
pub struct NewRole {
    /// The role.
    #[schema(schema_with = kupets_auth::role_schema)]
    role: Role,
}

/// List members
#[utoipa::path(tag = "workspaces", operation_id = "list_members", security(("session" = [])), params(PageQuery),
    responses((status = 200, body = MemberList)))]
#[get("/v1/members")]
pub async fn list(args: With<Session, Query<PageQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: asked } = args;
    let limit = asked.0.limit()?;
    let rows = state.auth.members(&caller, asked.0.cursor.as_deref(), limit + 1).await?;
    let (items, next_cursor) = page(rows, limit, |member| member.user_id.clone());
    Ok(HttpResponse::Ok().json(MemberList { items, next_cursor }))
}

/// Change a member's role
///
/// From the moment of the answer every request of theirs goes by it, and every request with a key that stands for them. Only owners
/// make and unmake owners, and a workspace keeps one (409 `last_owner`).
#[utoipa::path(tag = "workspaces", operation_id = "set_role", security(("session" = ["admin"])),
    params(("user_id" = String, Path, description = "Identity of the person.")), request_body = NewRole,
    responses((status = 200, body = Member)))]
#[patch("/v1/members/{user_id}")]
pub async fn set_role(
    args: With<Admin, Json<NewRole>>,
    state: Data<State>,
    user_id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: body } = args;
    // To the end even if the client goes away: keys in memory must not go by another role than the database has.
    let (owned, caller) = (state.clone(), caller.clone());
    let work = async move { owned.auth.set_role(&caller, &user_id, body.0.role).await };
    Ok(HttpResponse::Ok().json(stream::finish(&state, work).await?))
}

/// Remove a member, or leave
///
/// One's own identity: to leave, which everybody may; another's is for admins, an owner's for owners. Their sessions in this
/// workspace end at once and keys that stand for them stop, and are listed as stopped. A workspace keeps an owner (409
/// `last_owner`).
#[utoipa::path(tag = "workspaces", operation_id = "remove_member", security(("session" = [])),
    params(("user_id" = String, Path, description = "Identity of the person.")),
    responses((status = 204, description = "Gone from this workspace.")))]
#[delete("/v1/members/{user_id}")]
pub async fn remove(caller: Allowed<Session>, state: Data<State>, user_id: Path<String>) -> Result<HttpResponse> {
    let (owned, caller) = (state.clone(), caller.clone());
    let work = async move { owned.auth.remove_member(&caller, &user_id).await };
    stream::finish(&state, work).await?;
    Ok(HttpResponse::NoContent().finish())
}
