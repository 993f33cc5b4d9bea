//! Digests and alerts of a person.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpResponse, delete, get, patch, post,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use kupets_auth::{Action, Caller, Subject, check::Checked};
use kupets_control::{
    deliveries::{self as store, DeliveryRow},
    members, telegram, users,
};
use kupets_core::{Error, FieldError, Result as CoreResult};
use serde::Serialize;
use serde_json::json;

mod shape;

use self::shape::{
    DeliveryBody, DeliveryChannel, DeliveryKind, DeliveryList, DeliveryPatch, DeliveryTarget, DeliveryView, RunList,
    view,
};
use super::pagination::{PageQuery, Query, page};
use crate::{
    auth::{Allowed, SessionOrLink, With},
    body::Json,
    deliveries::{Alert, QuietHours, Schedule, next_run},
    problem::{Problem, Result},
    state::State,
};

/// Deliveries of a person in a workspace.
const MAX_DELIVERIES: i64 = 50;
/// Hours after an alert in which there is no other, unless asked otherwise; and at most: a month.
const COOLDOWN: i64 = 24;
const MAX_COOLDOWN: i64 = 31 * 24;

/// What a delivery is to be, before it is checked as a whole.
struct Wanted {
    kind: DeliveryKind,
    channel: DeliveryChannel,
    name: String,
    target: DeliveryTarget,
    schedule: Option<Schedule>,
    alert: Option<Alert>,
    cooldown_hours: i64,
    quiet_hours: Option<QuietHours>,
    locale: String,
    active: bool,
}

impl Wanted {
    /// Passes if it makes sense. Gives where it goes, as it is stored.
    async fn check(&mut self, state: &State, caller: &Caller) -> Result<Option<String>> {
        let mut checked = Checked::default();
        self.name = checked.name("name", &self.name);
        checked.locale("locale", &self.locale);
        let mut wrong: Vec<FieldError> = match checked.done(()) {
            Ok(()) => Vec::new(),
            Err(error) => error.fields().to_vec(),
        };
        let mut say = |name: &str, message: &str| wrong.push(FieldError::of(name, message));
        if (self.kind == DeliveryKind::Digest) != self.schedule.is_some() {
            say("schedule", "when, of a digest; nothing of an alert");
        }
        if (self.kind == DeliveryKind::Alert) != self.alert.is_some() {
            say("alert", "what for, of an alert; nothing of a digest");
        }
        if !(0..=MAX_COOLDOWN).contains(&self.cooldown_hours) {
            say("cooldown_hours", "0 to 744");
        }
        match self.channel {
            DeliveryChannel::Telegram if self.target.email.is_some() => say("target.email", "not by Telegram"),
            DeliveryChannel::Email if self.target.chat_id.is_some() => say("target.chat_id", "not by mail"),
            _ => {}
        }
        wrong.extend(self.schedule.iter().flat_map(Schedule::wrong));
        wrong.extend(self.alert.iter().flat_map(Alert::wrong));
        wrong.extend(self.quiet_hours.into_iter().flat_map(QuietHours::wrong));
        if !wrong.is_empty() {
            return Err(Problem::fields(wrong));
        }
        match self.channel {
            DeliveryChannel::Telegram => telegram_target(state, caller, self.target.chat_id).await,
            DeliveryChannel::Email => email_target(state, caller, self.target.email.as_deref()).await.map(Some),
        }
    }
}

async fn telegram_target(state: &State, caller: &Caller, chat: Option<i64>) -> Result<Option<String>> {
    let workspace = caller.tenant().id().as_str();
    let accounts = telegram::accounts(state.engine.control(), workspace, caller.user_id()?).await?;
    if accounts.is_empty() {
        let message = "no Telegram account is linked to you in this workspace; link one first: POST /v1/telegram/link";
        return Err(Error::conflict("telegram_not_linked", message).into());
    }
    match chat {
        Some(chat) if !accounts.contains(&chat) => {
            let message = "not a Telegram account that is linked to you in this workspace";
            Err(Problem::fields(vec![FieldError::of("target.chat_id", message)]))
        }
        chat => Ok(chat.map(|chat| chat.to_string())),
    }
}

async fn email_target(state: &State, caller: &Caller, email: Option<&str>) -> Result<String> {
    if !state.auth.sends_mail() {
        let message = "this server sends no mail: the operator sets `smtp_url`";
        return Err(Error::conflict("mail_not_set_up", message).into());
    }
    let control = state.engine.control();
    let Some(email) = email else {
        let owner = users::by_id(control, caller.user_id()?).await?;
        return Ok(owner.ok_or_else(|| Error::unauthorized("unauthorized", "this account is gone"))?.user.email);
    };
    let email = email.trim().to_lowercase();
    // Figures go to people of the workspace, and nowhere else.
    if members::has_email(control, caller.tenant().id().as_str(), &email).await? {
        return Ok(email);
    }
    let message = "the address of somebody in this workspace; invite them first";
    Err(Problem::fields(vec![FieldError::of("target.email", message)]))
}

async fn owner_name(state: &State, caller: &Caller) -> CoreResult<(String, String)> {
    let found = users::by_id(state.engine.control(), caller.user_id()?).await?;
    found
        .map(|found| (found.user.name, found.user.locale))
        .ok_or_else(|| Error::unauthorized("unauthorized", "this account is gone"))
}

fn text<T: Serialize>(value: Option<&T>) -> CoreResult<Option<String>> {
    value.map(|value| serde_json::to_string(value).map_err(|e| Error::internal(e.to_string()))).transpose()
}

async fn own(state: &State, caller: &Caller, id: &str) -> CoreResult<DeliveryRow> {
    let user = caller.user_id()?;
    let found = store::get(state.engine.control(), caller.tenant().id(), id).await?;
    found
        .filter(|row| row.user_id == user)
        .ok_or_else(|| Error::not_found("you have no such delivery in this workspace"))
}

/// Set up a delivery
///
/// A digest (figures, what moved, forecast, advice) daily, weekly or monthly at an hour of the workspace's clock, or an alert. It is made as
/// the caller and as what they are then, and ends when they leave. A day on which the clock is put back or forward has one digest;
/// after downtime what was missed is sent once.
#[utoipa::path(tag = "telegram", operation_id = "create_delivery", security(("session" = []), ("telegram_link" = [])),
    request_body = DeliveryBody, responses((status = 201, body = DeliveryView),
        (status = 409, description = "No Telegram account is linked, or the server sends no mail; `detail` says what to do.",
            body = crate::problem_schema::ProblemBody, content_type = "application/problem+json")))]
#[post("/v1/deliveries")]
pub async fn create(args: With<SessionOrLink, Json<DeliveryBody>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let (name, locale) = owner_name(&state, &caller).await?;
    let mut wanted = Wanted {
        kind: body.kind,
        channel: body.channel,
        name: body.name,
        target: body.target,
        schedule: body.schedule,
        alert: body.alert,
        cooldown_hours: body.cooldown_hours.unwrap_or(COOLDOWN),
        quiet_hours: body.quiet_hours,
        locale: body.locale.unwrap_or(locale),
        active: body.active.unwrap_or(true),
    };
    let target = wanted.check(&state, &caller).await?;
    let (control, tenant) = (state.engine.control(), caller.tenant().id());
    let have = store::list(control, tenant, caller.user_id()?, "", MAX_DELIVERIES).await?.len();
    if i64::try_from(have).unwrap_or(i64::MAX) >= MAX_DELIVERIES {
        let message = format!("you have {MAX_DELIVERIES} deliveries already; delete one that is not needed");
        return Err(Error::conflict("too_many_deliveries", message).into());
    }
    let now = state.engine.clock().now();
    let id = kupets_auth::new_id(now.timestamp_millis())?;
    let row = row(&caller, id, now, now.timestamp_micros(), wanted, target)?;
    let subject = Subject::of("delivery", row.id.clone()).with(json!({"kind": row.kind, "channel": row.channel}));
    let entry = state.auth.entry(&caller, Action::DeliveryMade, subject)?;
    store::put(control, tenant, &row, now.timestamp_micros(), &entry).await?;
    Ok(HttpResponse::Created().json(view(row, &name)))
}

fn row(
    caller: &Caller,
    id: String,
    now: DateTime<Utc>,
    created_at: i64,
    wanted: Wanted,
    target: Option<String>,
) -> CoreResult<DeliveryRow> {
    let zone = caller.tenant().time_zone();
    let next = next_run(wanted.schedule.as_ref(), wanted.alert.as_ref(), zone, now);
    Ok(DeliveryRow {
        id,
        user_id: caller.user_id()?.to_owned(),
        kind: wanted.kind.name().to_owned(),
        name: wanted.name,
        channel: wanted.channel.name().to_owned(),
        target,
        schedule: text(wanted.schedule.as_ref())?,
        alert: text(wanted.alert.as_ref())?,
        cooldown_hours: wanted.cooldown_hours,
        quiet_hours: text(wanted.quiet_hours.as_ref())?,
        locale: wanted.locale,
        active: wanted.active,
        memory: None,
        created_at,
        last_run_at: None,
        last_sent_at: None,
        next_run_at: next.map(|next| next.timestamp_micros()),
    })
}

/// List deliveries
///
/// The caller's in this workspace.
#[utoipa::path(tag = "telegram", operation_id = "list_deliveries", security(("session" = []), ("telegram_link" = [])),
    params(PageQuery), responses((status = 200, body = DeliveryList)))]
#[get("/v1/deliveries")]
pub async fn list(args: With<SessionOrLink, Query<PageQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Query(asked) } = args;
    let limit = asked.limit()?;
    let (name, _) = owner_name(&state, &caller).await?;
    let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let after = asked.cursor.as_deref().unwrap_or_default();
    let rows = store::list(state.engine.control(), caller.tenant().id(), caller.user_id()?, after, most).await?;
    let (rows, next_cursor) = page(rows, limit, |row| row.id.clone());
    let items = rows.into_iter().map(|row| view(row, &name)).collect();
    Ok(HttpResponse::Ok().json(DeliveryList { items, next_cursor }))
}

/// Change a delivery
///
/// What it is and by which way it goes stay.
#[utoipa::path(tag = "telegram", operation_id = "change_delivery", security(("session" = []), ("telegram_link" = [])),
    params(("id" = String, Path, description = "Identity of the delivery.")), request_body = DeliveryPatch,
    responses((status = 200, body = DeliveryView)))]
#[patch("/v1/deliveries/{id}")]
pub async fn change(
    args: With<SessionOrLink, Json<DeliveryPatch>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    let before = own(&state, &caller, &id).await?;
    let (name, _) = owner_name(&state, &caller).await?;
    let (created_at, last_run_at) = (before.created_at, before.last_run_at);
    let present = view(before, &name);
    let mut wanted = Wanted {
        kind: if present.kind == "digest" { DeliveryKind::Digest } else { DeliveryKind::Alert },
        channel: if present.channel == "email" { DeliveryChannel::Email } else { DeliveryChannel::Telegram },
        name: body.name.unwrap_or(present.name),
        target: body.target.unwrap_or(present.target),
        schedule: body.schedule.or(present.schedule),
        alert: body.alert.or(present.alert),
        cooldown_hours: body.cooldown_hours.unwrap_or(present.cooldown_hours),
        quiet_hours: body.quiet_hours.unwrap_or(present.quiet_hours),
        locale: body.locale.unwrap_or(present.locale),
        active: body.active.unwrap_or(present.active),
    };
    let target = wanted.check(&state, &caller).await?;
    let now = state.engine.clock().now();
    let mut row = row(&caller, id.into_inner(), now, created_at, wanted, target)?;
    row.last_run_at = last_run_at;
    let entry = state.auth.entry(&caller, Action::DeliveryChanged, Subject::of("delivery", row.id.clone()))?;
    store::put(state.engine.control(), caller.tenant().id(), &row, now.timestamp_micros(), &entry).await?;
    Ok(HttpResponse::Ok().json(view(row, &name)))
}

/// Delete a delivery
///
/// With its runs, and what waits to be sent.
#[utoipa::path(tag = "telegram", operation_id = "delete_delivery", security(("session" = []), ("telegram_link" = [])),
    params(("id" = String, Path, description = "Identity of the delivery.")),
    responses((status = 204, description = "It is gone.")))]
#[delete("/v1/deliveries/{id}")]
pub async fn remove(caller: Allowed<SessionOrLink>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let (control, tenant) = (state.engine.control(), caller.tenant().id());
    let entry = state.auth.entry(&caller, Action::DeliveryDeleted, Subject::of("delivery", id.as_str()))?;
    if !store::delete(control, tenant, caller.user_id()?, &id, &entry).await? {
        return Err(Error::not_found("you have no such delivery in this workspace").into());
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Runs of a delivery
///
/// What became of each, the latest first, for 90 days. An alert that finds nothing to tell leaves no run.
#[utoipa::path(tag = "telegram", operation_id = "list_delivery_runs", security(("session" = []), ("telegram_link" = [])),
    params(("id" = String, Path, description = "Identity of the delivery."), PageQuery),
    responses((status = 200, body = RunList)))]
#[get("/v1/deliveries/{id}/runs")]
pub async fn runs(
    args: With<SessionOrLink, Query<PageQuery>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: Query(asked) } = args;
    let limit = asked.limit()?;
    let row = own(&state, &caller, &id).await?;
    let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    // No id of hex digits is greater than `g`.
    let before = asked.cursor.as_deref().unwrap_or("g");
    let rows = store::runs(state.engine.control(), caller.tenant().id(), &row.id, before, most).await?;
    let (rows, next_cursor) = page(rows, limit, |row| row.id.clone());
    Ok(HttpResponse::Ok().json(RunList { items: rows.into_iter().map(Into::into).collect(), next_cursor }))
}
