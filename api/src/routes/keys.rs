//! API keys over HTTP.

use actix_web::{
    HttpResponse, delete, get, post,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use kupets_auth::{ApiKey, NewApiKey, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::pagination::{PageQuery, Query, page};
use crate::{
    auth::{Admin, Allowed, With},
    body::Json,
    problem::{Problem, Result, field},
    state::State,
    stream,
};

const MAX_NAME: usize = 100;

/// A new API key.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Online shop", "scopes": ["ingest", "read"]}))]
pub struct NewKeyBody {
    /// What people call it.
    name: String,
    /// What it may do; one or more.
    scopes: Vec<Scope>,
    /// From when on it opens nothing; it does for good unless given.
    expires_at: Option<DateTime<Utc>>,
}

/// API keys, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyList {
    items: Vec<ApiKey>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

/// Make an API key
///
/// The key is shown once; what is stored is its hash. It stands for the person who makes it: it may what its scopes and that person's
/// present role both allow, and stops when they leave.
#[utoipa::path(tag = "accounts", operation_id = "create_api_key", security(("session" = ["admin"])), request_body = NewKeyBody,
    responses((status = 201, body = NewApiKey, description = "The key. Keep it: it is not shown again.")))]
#[post("/v1/api-keys")]
pub async fn create(args: With<Admin, Json<NewKeyBody>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: body } = args;
    let name = body.0.name.trim();
    let mut errors = Vec::new();
    if !(1..=MAX_NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        errors.push(field("name", "1 to 100 characters"));
    }
    if body.0.scopes.is_empty() {
        errors.push(field("scopes", "one or more of `ingest`, `read`, `sql`, `assistant`"));
    }
    if !errors.is_empty() {
        return Err(Problem::fields(errors));
    }
    let scopes = body.0.scopes.iter().copied().collect();
    Ok(HttpResponse::Created().json(state.auth.create_key(&caller, name, scopes, body.0.expires_at).await?))
}

/// List API keys
///
/// Those that are not revoked, the newest first; `stopped` says why one opens nothing. The keys themselves are not shown.
#[utoipa::path(tag = "accounts", operation_id = "list_api_keys", security(("session" = ["admin"])), params(PageQuery),
    responses((status = 200, body = KeyList)))]
#[get("/v1/api-keys")]
pub async fn list(args: With<Admin, Query<PageQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: asked } = args;
    let limit = asked.0.limit()?;
    let rows = state.auth.list_keys(&caller, asked.0.cursor.as_deref(), limit + 1).await?;
    let (items, next_cursor) = page(rows, limit, |key| key.id.clone());
    Ok(HttpResponse::Ok().json(KeyList { items, next_cursor }))
}

/// Revoke an API key
///
/// From the moment of the answer no request passes with it.
#[utoipa::path(tag = "accounts", operation_id = "revoke_api_key", security(("session" = ["admin"])),
    params(("id" = String, Path, description = "Identity of the key.")),
    responses((status = 204, description = "Revoked.")))]
#[delete("/v1/api-keys/{id}")]
pub async fn revoke(caller: Allowed<Admin>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    // To the end even if the client goes away: a key in memory must not outlive its revocation.
    let (owned, caller) = (state.clone(), caller.clone());
    stream::finish(&state, async move { owned.auth.revoke_key(&caller, &id).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}
