//! Dashboards, over HTTP.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpResponse, delete, get,
    middleware::Compress,
    patch, post,
    web::{Data, Path},
};
use kupets_auth::{Action, Caller, Subject};
use kupets_control::saved::{dashboards::Dashboards, reports::SavedReports};

mod shape;

use self::shape::{DashboardBody, DashboardList, DashboardPatchBody, NewDashboardBody, Stored};
use super::{
    pagination::{PageQuery, Query, page},
    saved::{after, check_owner, cursor, viewer},
};
use crate::{
    auth::{Allowed, Read, Session, With},
    body::Json,
    problem::{Problem, Result, field},
    state::State,
};

/// Bytes of a body at most: a hundred cards are in it.
const BODY_BYTES: usize = 2 << 20;

fn stored(state: &State) -> Dashboards {
    Dashboards::new(state.engine.control().clone())
}

/// List dashboards
///
/// Your own and those that are shared. A key sees those that are shared.
#[utoipa::path(tag = "work", operation_id = "list_dashboards",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])), params(PageQuery),
    responses((status = 200, body = DashboardList)))]
#[get("/v1/dashboards", wrap = "Compress::default()")]
pub async fn list(args: With<Read, Query<PageQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Query(asked) } = args;
    let (limit, person) = (asked.limit()?, viewer(&caller));
    let after = asked.cursor.as_deref().map(after).transpose()?;
    let most = u32::try_from(limit + 1).unwrap_or(u32::MAX);
    let rows = stored(&state).list(caller.tenant().id(), person, after.as_ref(), most).await?;
    let (rows, next_cursor) = page(rows, limit, |row| cursor(row.dashboard.created_at, &row.dashboard.id));
    let items = rows.into_iter().map(|row| DashboardBody::new(row, person)).collect();
    Ok(HttpResponse::Ok().json(DashboardList { items, next_cursor }))
}

/// Make a dashboard
#[utoipa::path(tag = "work", operation_id = "create_dashboard", security(("session" = [])),
    request_body = NewDashboardBody, responses((status = 201, body = DashboardBody)))]
#[post("/v1/dashboards")]
pub async fn create(
    args: With<Session, Json<NewDashboardBody, BODY_BYTES>>,
    state: Data<State>,
) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let now = state.engine.clock().now().timestamp_micros();
    let made = body.read(caller.tenant(), state.threads.new_id(), caller.user_id()?, now)?;
    Ok(HttpResponse::Created().json(save(&state, &caller, made, Action::DashboardMade).await?))
}

/// Stores a dashboard and tells it.
async fn save(state: &State, caller: &Caller, made: Stored, action: Action) -> Result<DashboardBody> {
    let tenant = caller.tenant().id();
    let reports = SavedReports::new(state.engine.control().clone());
    for (name, id) in &made.saved_reports {
        if reports.get(tenant, viewer(caller), id).await.is_err() {
            return Err(Problem::fields(vec![field(
                name,
                "there is no such saved report, or it is not shared with you",
            )]));
        }
    }
    stored(state).put(tenant, &made.dashboard, &made.cards).await?;
    state.auth.note_done(caller, action, Subject::of("dashboard", made.dashboard.id.clone())).await;
    // An admin sees what they have just made private no more.
    let row = stored(state).get(tenant, made.dashboard.owner_id.as_deref(), &made.dashboard.id).await?;
    Ok(DashboardBody::new(row, viewer(caller)))
}

/// A dashboard
#[utoipa::path(tag = "work", operation_id = "get_dashboard",
    security(("api_key" = ["read"]), ("api_key_header" = ["read"]), ("session" = [])),
    params(("id" = String, Path, description = "The dashboard.")), responses((status = 200, body = DashboardBody)))]
#[get("/v1/dashboards/{id}")]
pub async fn detail(caller: Allowed<Read>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let row = stored(&state).get(caller.tenant().id(), viewer(&caller), &id).await?;
    Ok(HttpResponse::Ok().json(DashboardBody::new(row, viewer(&caller))))
}

/// Change a dashboard
///
/// An absent field stays; cards are sent as a whole. Its owner may, and of a shared one an admin.
#[utoipa::path(tag = "work", operation_id = "edit_dashboard", security(("session" = [])),
    params(("id" = String, Path, description = "The dashboard.")), request_body = DashboardPatchBody,
    responses((status = 200, body = DashboardBody)))]
#[patch("/v1/dashboards/{id}")]
pub async fn change(
    args: With<Session, Json<DashboardPatchBody, BODY_BYTES>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let row = stored(&state).get(caller.tenant().id(), viewer(&caller), &id).await?;
    check_owner(&caller, row.dashboard.owner_id.as_deref(), row.dashboard.shared)?;
    let changed = body.apply(caller.tenant(), row, state.engine.clock().now().timestamp_micros())?;
    Ok(HttpResponse::Ok().json(save(&state, &caller, changed, Action::DashboardChanged).await?))
}

/// Delete a dashboard
///
/// Its owner may, and of a shared one an admin.
#[utoipa::path(tag = "work", operation_id = "delete_dashboard", security(("session" = [])),
    params(("id" = String, Path, description = "The dashboard.")),
    responses((status = 204, description = "It is gone.")))]
#[delete("/v1/dashboards/{id}")]
pub async fn remove(caller: Allowed<Session>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let dashboard = stored(&state).get(caller.tenant().id(), viewer(&caller), &id).await?.dashboard;
    check_owner(&caller, dashboard.owner_id.as_deref(), dashboard.shared)?;
    stored(&state).delete(caller.tenant().id(), &dashboard.id).await?;
    state.auth.note_done(&caller, Action::DashboardDeleted, Subject::of("dashboard", dashboard.id)).await;
    Ok(HttpResponse::NoContent().finish())
}
