//! Connection status: what an app sees right after it got its key.

use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use kupets_auth::{AccountWorkspace, Credential, Scope};
use kupets_core::Role;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    auth::{Allowed, AnyKeyOrSession},
    problem::Result,
    state::State,
    stream,
};

/// The state of a connection.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectionBody {
    /// `connected`.
    status: &'static str,
    workspace: AccountWorkspace,
    /// The key that asks; null for a person.
    key: Option<ConnectionKey>,
    /// When the first record was accepted.
    first_record_at: Option<DateTime<Utc>>,
    /// When the last record was accepted.
    last_record_at: Option<DateTime<Utc>>,
    records: RecordCounts,
}

/// The key that asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectionKey {
    name: String,
    /// What it was made for.
    scopes: Vec<Scope>,
    /// What the person is in the workspace now whom it stands for: it may what its scopes and this role both allow.
    #[schema(schema_with = kupets_auth::role_schema)]
    role: Role,
}

/// Records that the workspace has.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordCounts {
    customers: u64,
    purchases: u64,
    interactions: u64,
}

/// Connection status
///
/// Whether the key works, for which workspace, and what has arrived so far.
#[utoipa::path(tag = "accounts", operation_id = "connection",
    security(("api_key" = []), ("api_key_header" = []), ("session" = [])),
    responses((status = 200, body = ConnectionBody)))]
#[get("/v1/connection")]
pub async fn status(caller: Allowed<AnyKeyOrSession>, state: Data<State>) -> Result<HttpResponse> {
    let (engine, tenant) = (state.engine.clone(), caller.tenant().clone());
    let found = stream::run(&state, async move { engine.connection(&tenant).await }).await?;
    let key = match caller.credential() {
        Credential::Key(key) => {
            Some(ConnectionKey { name: key.name.clone(), scopes: key.scopes.iter().collect(), role: key.role })
        }
        Credential::Session(_) | Credential::Link(_) => None,
    };
    Ok(HttpResponse::Ok().json(ConnectionBody {
        status: "connected",
        workspace: caller.workspace().into(),
        key,
        first_record_at: found.first_record_at,
        last_record_at: found.last_record_at,
        records: RecordCounts {
            customers: found.customers,
            purchases: found.purchases,
            interactions: found.interactions,
        },
    }))
}
