//! The workspaces of a person.

use actix_web::{
    HttpResponse, delete, get, patch, post,
    web::{Data, Path},
};
use kupets_auth::{
    Account, NewWorkspace, WorkspaceChange, WorkspaceView,
    check::Checked,
    holidays::{self, Holiday},
    retention::{self, Retention},
};
use kupets_core::{ErasedRecords, TenantId};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::{
    auth::{Admin, Allowed, Session, With},
    body::Json,
    deliveries,
    problem::{Problem, Result, field},
    state::State,
    stream,
};

/// A new workspace.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Second shop", "time_zone": "Europe/Berlin", "currency": "EUR"}))]
pub struct NewWorkspaceBody {
    /// What people call it.
    name: String,
    /// `en` or `ru`; that of the present workspace unless given.
    locale: Option<String>,
    /// IANA zone in which days, weeks and months begin; that of the present workspace unless given.
    time_zone: Option<String>,
    /// ISO 4217 code of records and figures without another one; that of the present workspace unless given.
    currency: Option<String>,
}

/// What changes in a workspace; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Shop", "time_zone": "Europe/Berlin"}))]
pub struct WorkspacePatch {
    /// What people call it.
    name: Option<String>,
    /// `en` or `ru`: the language of what the workspace is told by default.
    locale: Option<String>,
    /// IANA zone. From the next request on days, weeks and months begin by it in all answers, those about the past too; records keep
    /// the moments they have.
    time_zone: Option<String>,
    /// ISO 4217 code. Records keep the currency that they came with; figures that ask for no currency are of this one from the next
    /// request on, and so are records sent without one.
    currency: Option<String>,
    /// Days on which the shop is closed or sells otherwise, all of them: forecasts go by them from the next request on.
    holidays: Option<Vec<Holiday>>,
    /// How long records are kept, all kinds: one that is null or left out is kept for ever. What is older is deleted in the night of the
    /// workspace, from files and old snapshots too, and no undo brings it back.
    retention: Option<Retention>,
    /// What becomes of records of erased customers that are of before the erasure, or have no time: `refuse` (422 `erased_customer`),
    /// `guest` (purchases are stored as a guest's, customers and interactions are refused; what a workspace begins with) or `anew`
    /// (they are of a customer who begins anew). Later ones are always of a person who came back.
    #[schema(value_type = Option<ErasedRecords>, inline)]
    erased_records: Option<String>,
    /// `null`: a deletion that has begun is undone. For owners. No other value may be sent.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<String>)]
    delete_at: Option<Option<String>>,
}

/// Workspaces, the one in which the person has been for longest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceList {
    items: Vec<WorkspaceView>,
    /// Always null: all of them are in one page.
    next_cursor: Option<String>,
}

/// List my workspaces
///
/// With what the person is in each.
#[utoipa::path(tag = "workspaces", operation_id = "list_workspaces", security(("session" = [])),
    responses((status = 200, body = WorkspaceList)))]
#[get("/v1/workspaces")]
pub async fn list(caller: Allowed<Session>, state: Data<State>) -> Result<HttpResponse> {
    let items = state.auth.workspaces(&caller).await?;
    Ok(HttpResponse::Ok().json(WorkspaceList { items, next_cursor: None }))
}

/// Make a workspace
///
/// Another one, empty, whose owner is the caller. The session stays where it is: switch to go there. For admins and owners of the
/// present workspace.
#[utoipa::path(tag = "workspaces", operation_id = "create_workspace", security(("session" = ["admin"])),
    request_body = NewWorkspaceBody, responses((status = 201, body = WorkspaceView)))]
#[post("/v1/workspaces")]
pub async fn create(args: With<Admin, Json<NewWorkspaceBody>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: body } = args;
    let present = caller.workspace();
    let mut checked = Checked::default();
    let name = checked.name("name", &body.0.name);
    let locale = body.0.locale.unwrap_or_else(|| present.locale.clone());
    checked.locale("locale", &locale);
    let time_zone = body.0.time_zone.as_deref().unwrap_or(present.time_zone.name());
    let time_zone = checked.time_zone("time_zone", time_zone).name().to_owned();
    let currency = body.0.currency.unwrap_or_else(|| present.currency.to_string());
    checked.currency("currency", &currency);
    let new = checked.done(NewWorkspace { name, locale, time_zone, currency })?;
    Ok(HttpResponse::Created().json(state.auth.create_workspace(&caller, new).await?))
}

/// Change a workspace
///
/// Any workspace in which the person is an admin or an owner. Also undoes a deletion, for owners: `{"delete_at": null}`.
#[utoipa::path(tag = "workspaces", operation_id = "change_workspace", security(("session" = ["admin"])),
    params(("id" = String, Path, description = "Identity of the workspace.")), request_body = WorkspacePatch,
    responses((status = 200, body = WorkspaceView)))]
#[patch("/v1/workspaces/{id}")]
pub async fn change(
    args: With<Session, Json<WorkspacePatch>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: body } = args;
    let WorkspacePatch { name, locale, time_zone, currency, holidays, retention, erased_records, delete_at } = body.0;
    let mut checked = Checked::default();
    let name = name.map(|text| checked.name("name", &text));
    if let Some(locale) = &locale {
        checked.locale("locale", locale);
    }
    let time_zone = time_zone.map(|text| checked.time_zone("time_zone", &text).name().to_owned());
    if let Some(currency) = &currency {
        checked.currency("currency", currency);
    }
    let holidays = holidays.map(|days| holidays::checked(&mut checked, "holidays", days));
    if let Some(retention) = retention {
        retention::check(&mut checked, "retention", retention);
    }
    let erased_records = erased_records.and_then(|rule| match rule.parse::<ErasedRecords>() {
        Ok(rule) => Some(rule),
        Err(expected) => {
            checked.wrong("erased_records", &format!("expected {expected}"));
            None
        }
    });
    if matches!(delete_at, Some(Some(_))) {
        let message = "only `null`, which undoes a deletion; DELETE begins one";
        return Err(Problem::fields(vec![field("delete_at", message)]));
    }
    let keep = delete_at.is_some();
    let change = checked.done(WorkspaceChange {
        name,
        locale,
        time_zone,
        currency,
        holidays,
        retention,
        erased_records,
        keep,
    })?;
    // To the end even if the client goes away: keys in memory must not go by another zone than the database has.
    let (owned, caller) = (state.clone(), caller.clone());
    let work = async move {
        let changed = owned.auth.change_workspace(&caller, &id, change).await?;
        if let Some(id) = TenantId::parse(&id) {
            // What was computed has the days and the currency of before.
            owned.engine.forget_results(&id).await;
            if let Ok(zone) = changed.workspace.time_zone.parse() {
                deliveries::follow_zone(&owned, &id, zone).await?;
            }
        }
        Ok(changed)
    };
    Ok(HttpResponse::Ok().json(stream::finish(&state, work).await?))
}

/// Delete a workspace
///
/// With everything in it, after some days (a setting, `workspace_delete_days`): `delete_at` says when. Its keys open nothing from now
/// on; people can still look until then, and an owner can undo it: `PATCH` with `{"delete_at": null}`. For owners.
#[utoipa::path(tag = "workspaces", operation_id = "delete_workspace", security(("session" = ["owner"])),
    params(("id" = String, Path, description = "Identity of the workspace.")),
    responses((status = 202, body = WorkspaceView, description = "It will be deleted at `delete_at`.")))]
#[delete("/v1/workspaces/{id}")]
pub async fn delete(caller: Allowed<Session>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let (owned, caller) = (state.clone(), caller.clone());
    let work = async move { owned.auth.delete_workspace(&caller, &id).await };
    Ok(HttpResponse::Accepted().json(stream::finish(&state, work).await?))
}

/// Switch to a workspace
///
/// The session goes there, in all tabs of the browser.
#[utoipa::path(tag = "workspaces", operation_id = "switch_workspace", security(("session" = [])),
    params(("id" = String, Path, description = "Identity of the workspace.")),
    responses((status = 200, body = Account, description = "The person and the workspace of this session now.")))]
#[post("/v1/workspaces/{id}/switch")]
pub async fn switch(caller: Allowed<Session>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(state.auth.switch(&caller, &id).await?))
}

/// Tells `null` from nothing.
fn sent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(deserializer).map(Some)
}
