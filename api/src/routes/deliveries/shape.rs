//! Deliveries as requests and answers have them.
#![allow(unused_qualifications)] // Of what `utoipa` writes.

use chrono::{DateTime, Utc};
use kupets_control::deliveries::{DeliveryRow, RunRow};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::deliveries::{Alert, QuietHours, Schedule};

/// What a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryKind {
    /// At set times: what was, what moved, what is expected, what to do.
    Digest,
    /// When something happens.
    Alert,
}

/// By which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryChannel {
    /// To a Telegram account that is linked to its owner.
    Telegram,
    /// By mail, where the server sends mail.
    Email,
}

impl DeliveryKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Digest => "digest",
            Self::Alert => "alert",
        }
    }
}

impl DeliveryChannel {
    pub fn name(self) -> &'static str {
        match self {
            Self::Telegram => "telegram",
            Self::Email => "email",
        }
    }
}

/// Where to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "anna@example.com"}))]
pub struct DeliveryTarget {
    /// By Telegram: an account that is linked to the owner; the one linked last unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_id: Option<i64>,
    /// By mail: the address of somebody in the workspace; the owner's unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// A new delivery.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewDelivery, example = json!({"kind": "digest", "name": "Mondays", "channel": "telegram",
    "schedule": {"every": "week", "hour": 9, "weekday": 1}, "locale": "ru"}))]
pub struct DeliveryBody {
    /// What it is.
    pub kind: DeliveryKind,
    /// What people call it.
    pub name: String,
    /// By which way.
    pub channel: DeliveryChannel,
    /// Where to.
    #[serde(default)]
    pub target: DeliveryTarget,
    /// Of a digest: when.
    pub schedule: Option<Schedule>,
    /// Of an alert: what for.
    pub alert: Option<Alert>,
    /// Of an alert: hours in which the same thing is not told of again; 24 unless given.
    #[schema(minimum = 0, maximum = 744)]
    pub cooldown_hours: Option<i64>,
    /// Of an alert: hours in which there is none; it is told after them, if it still holds.
    pub quiet_hours: Option<QuietHours>,
    /// `en` or `ru`; the owner's unless given.
    pub locale: Option<String>,
    /// Whether it is sent; true unless given.
    pub active: Option<bool>,
}

/// What changes in a delivery; what is not sent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"active": false}))]
pub struct DeliveryPatch {
    /// What people call it.
    pub name: Option<String>,
    /// Where to.
    pub target: Option<DeliveryTarget>,
    /// Of a digest: when.
    pub schedule: Option<Schedule>,
    /// Of an alert: what for.
    pub alert: Option<Alert>,
    /// Of an alert: hours in which the same thing is not told of again.
    #[schema(minimum = 0, maximum = 744)]
    pub cooldown_hours: Option<i64>,
    /// Of an alert: hours in which there is none; null: there are no such hours.
    #[serde(default, deserialize_with = "sent")]
    #[schema(value_type = Option<QuietHours>)]
    pub quiet_hours: Option<Option<QuietHours>>,
    /// `en` or `ru`.
    pub locale: Option<String>,
    /// Whether it is sent.
    pub active: Option<bool>,
}

/// Whose a delivery is.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryOwner {
    /// Identity.
    pub user_id: String,
    /// What they are called.
    pub name: String,
}

/// A delivery.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery, example = json!({"id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a01", "kind": "digest", "name": "Mondays", "channel": "telegram",
    "target": {"chat_id": 123456789}, "schedule": {"every": "week", "hour": 9, "weekday": 1}, "alert": null, "cooldown_hours": 24,
    "quiet_hours": null, "locale": "ru", "active": true, "created_at": "2026-05-01T08:00:00Z", "last_run_at": null,
    "next_run_at": "2026-05-04T06:00:00Z", "owner": {"user_id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a02", "name": "Anna"}}))]
pub struct DeliveryView {
    /// Identity.
    pub id: String,
    /// `digest` or `alert`.
    #[schema(value_type = DeliveryKind)]
    pub kind: String,
    /// What people call it.
    pub name: String,
    /// `telegram` or `email`.
    #[schema(value_type = DeliveryChannel)]
    pub channel: String,
    /// Where to.
    pub target: DeliveryTarget,
    /// Of a digest: when, by the workspace's clock.
    pub schedule: Option<Schedule>,
    /// Of an alert: what for.
    pub alert: Option<Alert>,
    /// Of an alert: hours in which the same thing is not told of again.
    pub cooldown_hours: i64,
    /// Of an alert: hours in which there is none, by the workspace's clock.
    pub quiet_hours: Option<QuietHours>,
    /// `en` or `ru`.
    pub locale: String,
    /// Whether it is sent.
    pub active: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last looked at.
    pub last_run_at: Option<DateTime<Utc>>,
    /// When it is looked at next.
    pub next_run_at: Option<DateTime<Utc>>,
    /// Whose it is.
    pub owner: DeliveryOwner,
}

/// Deliveries, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryList {
    pub items: Vec<DeliveryView>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

/// A run of a delivery.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryRun, example = json!({"id": "0197c5b2a0f07d0b8f2f6f2f4f7f9a01", "at": "2026-05-04T06:00:02Z", "status": "sent",
    "reason": null, "summary": "Revenue: 12,300 RUB (+5.2 %, before 11,700 RUB)"}))]
pub struct RunView {
    /// Identity.
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// `queued` (it waits for the bot), `sent`, `skipped` or `failed`.
    pub status: String,
    /// Why it was not sent.
    pub reason: Option<String>,
    /// What it said, in a line.
    pub summary: Option<String>,
}

/// Runs, the latest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeliveryRunList)]
pub struct RunList {
    pub items: Vec<RunView>,
    /// Where the next page begins; null at the end.
    pub next_cursor: Option<String>,
}

fn time(us: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(us).unwrap_or_default()
}

impl From<RunRow> for RunView {
    fn from(row: RunRow) -> Self {
        Self { id: row.id, at: time(row.at), status: row.status, reason: row.reason, summary: row.summary }
    }
}

/// A delivery of that owner as its answer shows it.
pub fn view(row: DeliveryRow, owner: &str) -> DeliveryView {
    let target = match row.channel.as_str() {
        "telegram" => DeliveryTarget { chat_id: row.target.and_then(|chat| chat.parse().ok()), email: None },
        _ => DeliveryTarget { chat_id: None, email: row.target },
    };
    DeliveryView {
        id: row.id,
        kind: row.kind,
        name: row.name,
        channel: row.channel,
        target,
        schedule: row.schedule.as_deref().and_then(|text| serde_json::from_str(text).ok()),
        alert: row.alert.as_deref().and_then(|text| serde_json::from_str(text).ok()),
        cooldown_hours: row.cooldown_hours,
        quiet_hours: row.quiet_hours.as_deref().and_then(|text| serde_json::from_str(text).ok()),
        locale: row.locale,
        active: row.active,
        created_at: time(row.created_at),
        last_run_at: row.last_run_at.map(time),
        next_run_at: row.next_run_at.filter(|_| row.active).map(time),
        owner: DeliveryOwner { user_id: row.user_id, name: owner.to_owned() },
    }
}

/// Tells `null` from nothing.
fn sent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<QuietHours>>, D::Error> {
    Option::<QuietHours>::deserialize(deserializer).map(Some)
}
