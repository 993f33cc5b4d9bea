//! Addresses that are told what happens in the workspace.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpResponse, delete, get, patch, post,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use kupets_auth::{Action, Subject};
use kupets_control::webhooks::{self as store, AttemptRow, Change, NewWebhook, WebhookRow};
use kupets_core::{Error, Result as CoreResult, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::pagination::{PageQuery, Query, page};
use crate::{
    auth::{Admin, Allowed, With},
    body::Json,
    problem::{Problem, Result, field},
    state::State,
    webhooks::{self, MAX_WEBHOOKS, WebhookEvent},
};

/// Longest address.
const MAX_URL: usize = 2_000;

/// A new webhook.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewWebhook, example = json!({"url": "https://example.com/hooks/kupets", "events": ["purchase.created", "customer.erased"]}))]
pub struct WebhookBody {
    /// Where messages go: http or https, and not into a private network.
    #[schema(max_length = 2000)]
    url: String,
    /// What is told; one or more.
    events: Vec<WebhookEvent>,
    /// Whether it is told from now on; true unless given.
    active: Option<bool>,
}

/// What changes in a webhook; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"active": true}))]
pub struct WebhookPatch {
    /// Where messages go.
    #[schema(max_length = 2000)]
    url: Option<String>,
    /// What is told.
    events: Option<Vec<WebhookEvent>>,
    /// Whether it is told; `true` begins anew after it was given up.
    active: Option<bool>,
    /// Whether it gets another secret, which the answer shows once. Messages are signed with it from then on.
    #[serde(default)]
    rotate_secret: bool,
}

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Webhook, example = json!({"id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a01", "url": "https://example.com/hooks/kupets",
    "events": ["purchase.created"], "active": true, "created_at": "2026-05-01T08:00:00Z", "last_status": 200,
    "last_delivery_at": "2026-05-01T09:00:00Z", "failures": 0, "paused_at": null}))]
pub struct WebhookView {
    /// Identity.
    id: String,
    /// Where messages go.
    url: String,
    /// What is told.
    events: Vec<WebhookEvent>,
    /// Whether it is told.
    active: bool,
    /// What messages are signed with. Shown when it is made, and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// The status that it answered last; null when it did not answer.
    last_status: Option<i64>,
    /// When it was last tried.
    last_delivery_at: Option<DateTime<Utc>>,
    /// Failures in a row.
    failures: i64,
    /// When it was given up, because it had failed for three days or wanted no more.
    paused_at: Option<DateTime<Utc>>,
}

/// Webhooks, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookList {
    items: Vec<WebhookView>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

/// An attempt to deliver a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookDelivery, example = json!({"id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a01", "event_id": "b6b0c7a1d1f24b1d9d5f5c8d0a3e7f11",
    "event": "purchase.created", "attempt": 2, "outcome": "delivered", "status": 204, "error": null, "at": "2026-05-01T09:00:00Z",
    "took_ms": 83}))]
pub struct AttemptView {
    /// Identity.
    id: String,
    /// The message, as its header `webhook-id` names it: the same at each attempt.
    event_id: String,
    /// What it tells.
    event: String,
    /// From 1.
    attempt: i64,
    /// `delivered`, `retrying` or `failed`.
    outcome: String,
    /// The status of the answer; null: there was none.
    status: Option<i64>,
    /// Why it failed.
    error: Option<String>,
    /// When.
    at: DateTime<Utc>,
    /// How long it took, in milliseconds.
    took_ms: i64,
}

/// Attempts, the latest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookDeliveryList)]
pub struct AttemptList {
    items: Vec<AttemptView>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

/// A message that was sent to try a webhook.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookTest, example = json!({"event_id": "b6b0c7a1d1f24b1d9d5f5c8d0a3e7f11"}))]
pub struct TestBody {
    /// The message: `/v1/webhooks/{id}/deliveries` tells what became of it.
    event_id: String,
}

fn time(us: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(us).unwrap_or_default()
}

impl From<WebhookRow> for WebhookView {
    fn from(row: WebhookRow) -> Self {
        Self {
            events: webhooks::read_events(&row.events),
            id: row.id,
            url: row.url,
            active: row.active,
            secret: None,
            created_at: time(row.created_at),
            last_status: row.last_status,
            last_delivery_at: row.last_delivery_at.map(time),
            failures: row.failures,
            paused_at: row.paused_at.map(time),
        }
    }
}

impl From<AttemptRow> for AttemptView {
    fn from(row: AttemptRow) -> Self {
        let AttemptRow { id, event_id, event, attempt, outcome, status, error, at, took_ms } = row;
        Self { id, event_id, event, attempt, outcome, status, error, at: time(at), took_ms }
    }
}

fn checked_url(state: &State, url: &str) -> Result<()> {
    let wrong = |message: String| Problem::fields(vec![field("url", message)]);
    if url.len() > MAX_URL {
        return Err(wrong(format!("at most {MAX_URL} characters")));
    }
    webhooks::check_url(url, state.settings.webhook_allow_private)
        .map(drop)
        .map_err(|refusal| wrong(refusal.to_string()))
}

fn checked_events(events: &[WebhookEvent]) -> Result<String> {
    if events.is_empty() {
        let names: Vec<_> = WebhookEvent::ALL.iter().map(|event| event.name()).collect();
        return Err(Problem::fields(vec![field("events", format!("one or more of {}", names.join(", ")))]));
    }
    Ok(webhooks::write_events(events))
}

async fn one(state: &State, tenant: &TenantId, id: &str) -> CoreResult<WebhookRow> {
    let found = store::get(state.engine.control(), tenant, id).await?;
    found.ok_or_else(|| Error::not_found("this workspace has no such webhook"))
}

/// Make a webhook
///
/// Messages are `POST`ed as JSON: `{"type", "timestamp", "data"}`. They are signed by the Standard Webhooks scheme: `webhook-id`,
/// `webhook-timestamp`, and `webhook-signature: v1,...`, which is the base64 of HMAC-SHA256 with the secret (base64 after `whsec_`) over
/// `id.timestamp.body`. An answer of 2xx takes a message; anything else, or none in time, and it is tried again, 8 times within 17 hours.
/// Messages of one webhook come in order, each at least once: whoever has seen a `webhook-id` ignores it. Redirects are not
/// followed; addresses of private networks are refused. After three days of failures, or a 410, the webhook is given up.
///
/// `data` of `customer.*`: `customer_id` and the `customer` as it was sent; of `purchase.created`: `purchase_id`, `customer_id` and the
/// `purchase`; of requests with more than 100 records a `count` alone. The secret is shown in this answer only.
#[utoipa::path(tag = "events", operation_id = "create_webhook", security(("session" = ["admin"])), request_body = WebhookBody,
    responses((status = 201, body = WebhookView, description = "The webhook, with its secret. Keep it: it is not shown again.")))]
#[post("/v1/webhooks")]
pub async fn create(args: With<Admin, Json<WebhookBody>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    checked_url(&state, &body.url)?;
    let events = checked_events(&body.events)?;
    let (control, tenant) = (state.engine.control(), caller.tenant().id());
    if store::list(control, tenant, "", MAX_WEBHOOKS).await?.len() as i64 >= MAX_WEBHOOKS {
        let message = format!("this workspace has {MAX_WEBHOOKS} webhooks already; delete one that is not needed");
        return Err(Error::conflict("too_many_webhooks", message).into());
    }
    let now = state.engine.clock().now();
    let new = NewWebhook {
        id: kupets_auth::new_id(now.timestamp_millis())?,
        url: body.url,
        events,
        active: body.active.unwrap_or(true),
        secret: webhooks::new_secret()?,
        created_by: caller.user_id()?.to_owned(),
        created_at: now.timestamp_micros(),
    };
    let subject = Subject::of("webhook", new.id.clone()).with(json!({"events": new.events}));
    let entry = state.auth.entry(&caller, Action::WebhookMade, subject)?;
    store::insert(control, tenant, &new, &entry).await?;
    state.webhooks.forget(tenant);
    let mut view = WebhookView::from(one(&state, tenant, &new.id).await?);
    view.secret = Some(new.secret);
    Ok(HttpResponse::Created().json(view))
}

/// List webhooks
#[utoipa::path(tag = "events", operation_id = "list_webhooks", security(("session" = ["admin"])), params(PageQuery),
    responses((status = 200, body = WebhookList)))]
#[get("/v1/webhooks")]
pub async fn list(args: With<Admin, Query<PageQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let With { caller, with: Query(asked) } = args;
    let limit = asked.limit()?;
    let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let after = asked.cursor.as_deref().unwrap_or_default();
    let rows = store::list(state.engine.control(), caller.tenant().id(), after, most).await?;
    let (rows, next_cursor) = page(rows, limit, |row| row.id.clone());
    Ok(HttpResponse::Ok().json(WebhookList { items: rows.into_iter().map(Into::into).collect(), next_cursor }))
}

/// A webhook
#[utoipa::path(tag = "events", operation_id = "get_webhook", security(("session" = ["admin"])),
    params(("id" = String, Path, description = "Identity of the webhook.")),
    responses((status = 200, body = WebhookView)))]
#[get("/v1/webhooks/{id}")]
pub async fn detail(caller: Allowed<Admin>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(WebhookView::from(one(&state, caller.tenant().id(), &id).await?)))
}

/// Change a webhook
#[utoipa::path(tag = "events", operation_id = "change_webhook", security(("session" = ["admin"])),
    params(("id" = String, Path, description = "Identity of the webhook.")), request_body = WebhookPatch,
    responses((status = 200, body = WebhookView)))]
#[patch("/v1/webhooks/{id}")]
pub async fn change(
    args: With<Admin, Json<WebhookPatch>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: Json(body) } = args;
    if let Some(url) = &body.url {
        checked_url(&state, url)?;
    }
    let events = body.events.as_deref().map(checked_events).transpose()?;
    let secret = body.rotate_secret.then(webhooks::new_secret).transpose()?;
    let tenant = caller.tenant().id();
    let fields: Vec<_> = [
        ("url", body.url.is_some()),
        ("events", events.is_some()),
        ("active", body.active.is_some()),
        ("secret", secret.is_some()),
    ]
    .into_iter()
    .filter(|(_, changed)| *changed)
    .map(|(name, _)| name)
    .collect();
    let subject = Subject::of("webhook", id.as_str()).with(json!({"fields": fields}));
    let entry = state.auth.entry(&caller, Action::WebhookChanged, subject)?;
    let changed = Change { url: body.url, events, active: body.active, secret: secret.clone() };
    let now = state.engine.clock().now().timestamp_micros();
    if !store::change(state.engine.control(), tenant, &id, &changed, now, &entry).await? {
        return Err(Error::not_found("this workspace has no such webhook").into());
    }
    state.webhooks.forget(tenant);
    let mut view = WebhookView::from(one(&state, tenant, &id).await?);
    view.secret = secret;
    Ok(HttpResponse::Ok().json(view))
}

/// Delete a webhook
///
/// What waits to be told to it is not told any more.
#[utoipa::path(tag = "events", operation_id = "delete_webhook", security(("session" = ["admin"])),
    params(("id" = String, Path, description = "Identity of the webhook.")),
    responses((status = 204, description = "It is gone.")))]
#[delete("/v1/webhooks/{id}")]
pub async fn remove(caller: Allowed<Admin>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let tenant = caller.tenant().id();
    let entry = state.auth.entry(&caller, Action::WebhookDeleted, Subject::of("webhook", id.as_str()))?;
    if !store::delete(state.engine.control(), tenant, &id, &entry).await? {
        return Err(Error::not_found("this workspace has no such webhook").into());
    }
    state.webhooks.forget(tenant);
    Ok(HttpResponse::NoContent().finish())
}

/// Try a webhook
///
/// Sends it a message of the type `test`, once, active or not.
#[utoipa::path(tag = "events", operation_id = "test_webhook", security(("session" = ["admin"])),
    params(("id" = String, Path, description = "Identity of the webhook.")),
    responses((status = 202, body = TestBody, description = "It is on its way.")))]
#[post("/v1/webhooks/{id}/test")]
pub async fn test(caller: Allowed<Admin>, state: Data<State>, id: Path<String>) -> Result<HttpResponse> {
    let tenant = caller.tenant().id();
    let row = one(&state, tenant, &id).await?;
    let event_id = state.webhooks.test(tenant, &row.id).await?;
    Ok(HttpResponse::Accepted().json(TestBody { event_id }))
}

/// What became of messages
///
/// The attempts of a webhook, the latest first, for 30 days.
#[utoipa::path(tag = "events", operation_id = "list_webhook_deliveries", security(("session" = ["admin"])),
    params(("id" = String, Path, description = "Identity of the webhook."), PageQuery),
    responses((status = 200, body = AttemptList)))]
#[get("/v1/webhooks/{id}/deliveries")]
pub async fn deliveries(
    args: With<Admin, Query<PageQuery>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let With { caller, with: Query(asked) } = args;
    let limit = asked.limit()?;
    let tenant = caller.tenant().id();
    one(&state, tenant, &id).await?;
    let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    // No id of hex digits is greater than `g`.
    let before = asked.cursor.as_deref().unwrap_or("g");
    let rows = store::list_attempts(state.engine.control(), tenant, &id, before, most).await?;
    let (rows, next_cursor) = page(rows, limit, |row| row.id.clone());
    Ok(HttpResponse::Ok().json(AttemptList { items: rows.into_iter().map(Into::into).collect(), next_cursor }))
}
