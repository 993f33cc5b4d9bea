//! What waits for the bot to send it.
#![allow(unused_qualifications)] // Of what `utoipa::path` writes.

use actix_web::{
    HttpResponse, get, post,
    web::{Data, Path},
};
use chrono::{DateTime, Duration, Utc};
use kupets_control::telegram_outbox::{self as store, MessageRow, Settled};
use kupets_core::TenantId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::pagination::{Query, limit, whole};
use crate::{
    auth::WithBot,
    body::Json,
    events::Event,
    problem::{Problem, Result, field},
    state::State,
};

/// Seconds for which a message is the bot's alone.
const LEASE_S: i64 = 60;
/// Characters of a reason that are kept.
const MAX_REASON: usize = 500;
/// The longest that the bot may put a message off, in seconds.
const MOST_LATER: u64 = 3_600;
/// The longest that an empty outbox is waited for, in seconds.
const MOST_WAIT: u64 = 60;
/// Between two looks while it is.
const LOOK: std::time::Duration = std::time::Duration::from_secs(1);

/// How many, and how long to wait for one.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TakeQuery {
    /// Messages at most, 1 to 500; 50 unless sent.
    #[serde(default, deserialize_with = "whole")]
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
    /// Seconds to wait where nothing is there yet, 0 to 60; 0 unless sent. It answers as soon as something is.
    #[serde(default, deserialize_with = "seconds")]
    #[param(minimum = 0, maximum = 60)]
    wait: Option<u64>,
}

/// `wait` as a whole number, with an error that names it.
fn seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong = || serde::de::Error::custom(format_args!("`wait` is `{text}`; it is a whole number of seconds"));
    Ok(Some(text.parse().map_err(|_| wrong())?))
}

/// A message to be sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TelegramMessage, example = json!({"id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a01", "chat_id": 123456789, "locale": "ru",
    "title": "Tea shop: 28 мая 2026", "text": "Показатели\n• Выручка: 12 300 RUB (+5,2 %, было 11 700 RUB)",
    "delivery_id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a02", "workspace_id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a03", "attempt": 1,
    "created_at": "2026-05-29T06:00:02Z", "leased_until": "2026-05-29T06:01:02Z"}))]
pub struct MessageView {
    /// Identity: the same each time it is given.
    id: String,
    /// The private chat.
    chat_id: i64,
    /// `en` or `ru`.
    locale: String,
    /// Its first line, in plain words.
    title: String,
    /// The rest, in plain words: escape it.
    text: String,
    /// The delivery that it belongs to; empty: it reminds of a task.
    delivery_id: String,
    /// Whose figures they are.
    workspace_id: String,
    /// How many times it was given, this one included.
    attempt: i64,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// Until when nobody else gets it.
    leased_until: DateTime<Utc>,
}

/// Messages, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TelegramMessageList)]
pub struct MessageList {
    items: Vec<MessageView>,
    /// Always null: ask again.
    #[schema(value_type = Option<String>)]
    next_cursor: (),
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum MessageStatus {
    /// It arrived.
    Sent,
    /// It did not, and will not.
    Failed,
    /// The person has blocked the bot, or the chat is gone: its delivery is not sent any more.
    Blocked,
    /// Not now: it is given again after `retry_after` seconds.
    Later,
}

/// What became of a message.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TelegramMessageOutcome, example = json!({"status": "sent"}))]
pub struct OutcomeBody {
    /// What.
    status: MessageStatus,
    /// Why it did not arrive.
    reason: Option<String>,
    /// Of `later`: seconds to wait, 1 to 3600; 30 unless given.
    #[schema(minimum = 1, maximum = 3600)]
    retry_after: Option<u64>,
}

fn time(us: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(us).unwrap_or_default()
}

fn view(row: MessageRow, leased_until: DateTime<Utc>) -> MessageView {
    MessageView {
        id: row.id,
        chat_id: row.chat_id.parse().unwrap_or_default(),
        locale: row.locale,
        title: row.title,
        text: row.body,
        delivery_id: row.delivery_id,
        workspace_id: row.tenant,
        attempt: row.attempts,
        created_at: time(row.created_at),
        leased_until,
    }
}

/// Take messages to send
///
/// For the bot. A message that is taken is nobody else's for a minute; say what became of it, or it is given again. Ignore an `id`
/// that was sent already. With `wait` it answers when a message is there, and with none when the time is over.
#[utoipa::path(tag = "telegram", operation_id = "take_telegram_messages", security(("bot" = [])), params(TakeQuery),
    responses((status = 200, body = MessageList)))]
#[get("/v1/telegram/outbox")]
pub async fn take(WithBot(asked): WithBot<Query<TakeQuery>>, state: Data<State>) -> Result<HttpResponse> {
    let most = i64::try_from(limit(asked.0.limit)?).unwrap_or(i64::MAX);
    let mut left = asked.0.wait.unwrap_or_default();
    if left > MOST_WAIT {
        return Err(Problem::fields(vec![field("wait", "0 to 60")]));
    }
    loop {
        let now = state.engine.clock().now();
        let until = now + Duration::seconds(LEASE_S);
        let control = state.engine.control();
        let rows = store::claim(control, now.timestamp_micros(), until.timestamp_micros(), most).await?;
        if left == 0 || !rows.is_empty() {
            let items = rows.into_iter().map(|row| view(row, until)).collect();
            return Ok(HttpResponse::Ok().json(MessageList { items, next_cursor: () }));
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK) => left -= 1,
            // A server that stops keeps nobody waiting.
            () = state.events.closed() => left = 0,
        }
    }
}

/// Say what became of a message
///
/// For the bot. 404: it is settled already, or its delivery is gone.
#[utoipa::path(tag = "telegram", operation_id = "settle_telegram_message", security(("bot" = [])),
    params(("id" = String, Path, description = "Identity of the message.")), request_body = OutcomeBody,
    responses((status = 204, description = "It is noted.")))]
#[post("/v1/telegram/outbox/{id}")]
pub async fn settle(
    WithBot(body): WithBot<Json<OutcomeBody>>,
    state: Data<State>,
    id: Path<String>,
) -> Result<HttpResponse> {
    let OutcomeBody { status, reason, retry_after } = body.0;
    let seconds = retry_after.unwrap_or(30);
    if !(1..=MOST_LATER).contains(&seconds) {
        return Err(Problem::fields(vec![field("retry_after", "1 to 3600")]));
    }
    let reason: String = reason.unwrap_or_default().chars().filter(|c| !c.is_control()).take(MAX_REASON).collect();
    let or = |usual: &'static str| if reason.is_empty() { usual } else { reason.as_str() };
    let now = state.engine.clock().now();
    let later = now + Duration::seconds(i64::try_from(seconds).unwrap_or_default());
    let settled = match status {
        MessageStatus::Sent => Settled::Sent,
        MessageStatus::Failed => Settled::Failed(or("Telegram did not take it")),
        MessageStatus::Blocked => Settled::Closed(or("the bot is blocked in that chat")),
        MessageStatus::Later => Settled::Later(later.timestamp_micros()),
    };
    let found = store::settle(state.engine.control(), &id, settled, now.timestamp_micros()).await?;
    let Some((tenant, delivery)) = found else {
        return Err(Problem::not_found("no such message waits: it is settled already, or its delivery is gone"));
    };
    if let Some(tenant) = TenantId::parse(&tenant).filter(|_| !delivery.is_empty()) {
        let status = match status {
            MessageStatus::Sent => "sent",
            MessageStatus::Failed | MessageStatus::Blocked => "failed",
            MessageStatus::Later => "queued",
        };
        state.events.tell(&tenant, &Event::delivery(delivery, status));
    }
    Ok(HttpResponse::NoContent().finish())
}
