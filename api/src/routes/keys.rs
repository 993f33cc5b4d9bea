//! API keys over HTTP.

use actix_web::{
    HttpResponse, delete, get, post,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::pagination::{PageQuery, Query};
use crate::{
    auth::{Allowed, Caller, KeyRow, Scope, Session, With},
    body::Json,
    problem::{Problem, Result, field},
    state::State,
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
}

/// An API key as lists show it.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyBody {
    id: String,
    name: String,
    /// Its first characters.
    #[schema(example = "kp_3xAmPl3x")]
    prefix: String,
    scopes: Vec<Scope>,
    created_at: DateTime<Utc>,
    /// Up to a minute behind.
    last_used_at: Option<DateTime<Utc>>,
}

/// An API key that has just been made.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedKey {
    /// The key itself. It is shown here and never again.
    #[schema(example = "kp_3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3x")]
    key: String,
    #[serde(flatten)]
    row: KeyBody,
}

/// API keys, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyList {
    items: Vec<KeyBody>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

impl From<KeyRow> for KeyBody {
    fn from(row: KeyRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            scopes: row.scopes.iter().collect(),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        }
    }
}

/// Make an API key
///
/// The key is shown once; what is stored is its hash.
#[utoipa::path(tag = "accounts", operation_id = "create_api_key", security(("session" = [])), request_body = NewKeyBody,
    responses((status = 201, body = CreatedKey, description = "The key. Keep it: it is not shown again.")))]
#[post("/v1/api-keys")]
pub async fn create(args: With<Session, Json<NewKeyBody>>, state: Data<State>) -> Result<HttpResponse> {
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
    let new = state.auth.create_key(&caller, caller.user_id()?, name, scopes).await?;
    Ok(HttpResponse::Created().json(CreatedKey { key: new.key, row: new.row.into() }))
}

/// List API keys
///
/// Live keys, the newest first. The keys themselves are not shown.
#[utoipa::path(tag = "accounts", operation_id = "list_api_keys", security(("session" = [])), params(PageQuery),
    responses((status = 200, body = KeyList)))]
#[get("/v1/api-keys")]
pub async fn list(args: With<Session, Query<PageQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: page } = args;
    let limit = page.0.limit()?;
    // One more than asked tells whether there is a next page.
    let mut rows = state.auth.list_keys(&caller, page.0.cursor.as_deref(), limit + 1).await?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next_cursor = rows.last().filter(|_| more).map(|row| row.id.clone());
    Ok(HttpResponse::Ok().json(KeyList { items: rows.into_iter().map(Into::into).collect(), next_cursor }))
}

/// Revoke an API key
///
/// From the moment of the answer no request passes with it.
#[utoipa::path(tag = "accounts", operation_id = "revoke_api_key", security(("session" = [])),
    params(("id" = String, Path, description = "Identity of the key.")),
    responses((status = 204, description = "Revoked.")))]
#[delete("/v1/api-keys/{id}")]
pub async fn revoke(caller: Allowed<Session>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    // To the end even if the client goes away: a key in memory must not outlive its revocation.
    let (owned, caller, id) = (state.clone(), Caller::clone(&caller), id.into_inner());
    let work = async move { owned.auth.revoke_key(&caller, &id).await };
    state.runtime.spawn(work).await.map_err(Problem::internal)??;
    Ok(HttpResponse::NoContent().finish())
}
