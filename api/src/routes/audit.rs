//! Who did what.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{HttpResponse, get, web::Data};
use kupets_auth::AuditEntry;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::pagination::{Query, limit, page, whole};
use crate::{
    auth::{Admin, With},
    problem::Result,
    state::State,
};

/// Which entries.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only this action, for example `role_changed`.
    action: Option<String>,
    /// Entries at most, 1 to 500; 50 unless sent.
    #[serde(default, deserialize_with = "whole")]
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Entries, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditList {
    items: Vec<AuditEntry>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

/// Audit log
///
/// Who did what, when, and from where, the newest first: logins and failed ones, passwords, keys, members, invites, settings, edits
/// and erasures of customers, decisions, downloads by people. It holds identities and names of things, no values of records; it is
/// kept for a year (a setting, `audit_days`).
#[utoipa::path(tag = "workspaces", operation_id = "audit", security(("session" = ["admin"])), params(AuditQuery),
    responses((status = 200, body = AuditList)))]
#[get("/v1/audit")]
pub async fn list(args: With<Admin, Query<AuditQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: asked } = args;
    let AuditQuery { action, limit: asked, cursor } = asked.0;
    let limit = limit(asked)?;
    let rows = state.auth.audit(&caller, action.as_deref(), cursor.as_deref(), limit + 1).await?;
    let (items, next_cursor) = page(rows, limit, |entry| entry.id.clone());
    Ok(HttpResponse::Ok().json(AuditList { items, next_cursor }))
}
