//! Invites into a workspace.

use actix_web::{
    HttpResponse, delete, get, post,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use kupets_auth::{Invite, NewInvite, check::Checked};
use kupets_core::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::pagination::{PageQuery, Query, page};
use crate::{
    auth::{Admin, Allowed, With},
    body::Json,
    problem::Result,
    state::State,
};

/// A new invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "analyst", "email": "boris@example.com"}))]
pub struct NewInviteBody {
    /// What the person will be. Only owners invite owners.
    #[schema(schema_with = kupets_auth::role_schema)]
    role: Role,
    /// Whom it is for: only this address can use it. Whoever has the link unless given.
    email: Option<String>,
    /// From when on it lets nobody in; 7 days from now unless given, 90 at most.
    expires_at: Option<DateTime<Utc>>,
}

/// Invites that can be used, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct InviteList {
    items: Vec<Invite>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

/// Invite somebody
///
/// The answer has a link to hand on, which is not shown again. It lets one person in, once: into a new account, or into one that is
/// there (`invite` of registering and of logging in).
#[utoipa::path(tag = "workspaces", operation_id = "create_invite", security(("session" = ["admin"])),
    request_body = NewInviteBody,
    responses((status = 201, body = NewInvite, description = "The invite. Keep the link: it is not shown again.")))]
#[post("/v1/invites")]
pub async fn create(args: With<Admin, Json<NewInviteBody>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: body } = args;
    let NewInviteBody { role, email, expires_at } = body.0;
    let mut checked = Checked::default();
    let email = email.map(|text| checked.email("email", &text));
    let email = checked.done(email)?;
    Ok(HttpResponse::Created().json(state.auth.invite(&caller, role, email, expires_at).await?))
}

/// List invites
///
/// Those that can still be used, the newest first. Their links are not shown.
#[utoipa::path(tag = "workspaces", operation_id = "list_invites", security(("session" = ["admin"])), params(PageQuery),
    responses((status = 200, body = InviteList)))]
#[get("/v1/invites")]
pub async fn list(args: With<Admin, Query<PageQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: asked } = args;
    let limit = asked.0.limit()?;
    let rows = state.auth.list_invites(&caller, asked.0.cursor.as_deref(), limit + 1).await?;
    let (items, next_cursor) = page(rows, limit, |invite| invite.id.clone());
    Ok(HttpResponse::Ok().json(InviteList { items, next_cursor }))
}

/// Take an invite back
#[utoipa::path(tag = "workspaces", operation_id = "revoke_invite", security(("session" = ["admin"])),
    params(("id" = String, Path, description = "Identity of the invite.")),
    responses((status = 204, description = "It lets nobody in any more.")))]
#[delete("/v1/invites/{id}")]
pub async fn revoke(caller: Allowed<Admin>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    state.auth.revoke_invite(&caller, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
