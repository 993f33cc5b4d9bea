//! Tells one message to one webhook.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::TimeDelta;
use kupets_control::{
    Pool,
    jobs::JobError,
    outbox::{Event, Receiver},
    webhooks::{self as store, AttemptRow, WebhookRow},
};
use kupets_core::{Error, Result, TenantId, clock::Clock};
use reqwest::{
    Client,
    header::{CONTENT_TYPE, RETRY_AFTER},
    redirect::Policy,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    egress::{self, GuardedResolver, SystemLookup},
    event::WebhookEvent,
    signature::sign,
};
use crate::settings::Settings;

/// Attempts of a message, and how long to wait before each but the first: 17 hours in all.
const WAITS: [Duration; 7] = [
    Duration::from_secs(5),
    Duration::from_secs(30),
    Duration::from_secs(120),
    Duration::from_secs(600),
    Duration::from_secs(3_600),
    Duration::from_secs(4 * 3_600),
    Duration::from_secs(12 * 3_600),
];
/// A webhook that has failed for so long is given up.
const PATIENCE: TimeDelta = TimeDelta::days(3);
/// The longest wait that the other side may ask for.
const MOST_ASKED: Duration = Duration::from_secs(24 * 3_600);

/// What the outbox has of a message.
#[derive(Debug, Deserialize)]
struct Message {
    webhook: String,
    r#type: String,
    timestamp: String,
    data: Value,
}

/// Sends messages.
pub(super) struct WebhookReceiver {
    control: Pool,
    clock: Arc<dyn Clock>,
    client: Client,
    allow_private: bool,
}

/// How an attempt ended.
struct Answer {
    status: Option<u16>,
    error: Option<String>,
    retry_after: Option<Duration>,
}

impl WebhookReceiver {
    pub fn new(control: Pool, clock: Arc<dyn Clock>, settings: &Settings) -> Result<Self> {
        let allow_private = settings.webhook_allow_private;
        let timeout = Duration::from_secs(settings.webhook_timeout_s);
        let mut client = Client::builder()
            .user_agent(concat!("Kupets/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            // A proxy would resolve names itself.
            .no_proxy()
            .connect_timeout(timeout)
            .timeout(timeout)
            .pool_max_idle_per_host(1);
        if !allow_private {
            client = client.dns_resolver(Arc::new(GuardedResolver(Arc::new(SystemLookup))));
        }
        let client = client.build().map_err(|e| Error::internal("no client of HTTP for webhooks").with_source(e))?;
        Ok(Self { control, clock, client, allow_private })
    }

    async fn send(&self, hook: &WebhookRow, event: &Event, message: &Message) -> Result<Answer> {
        let failed = |error: String| Ok(Answer { status: None, error: Some(error), retry_after: None });
        // A literal address is not looked up, and the rule may be stricter than when the webhook was made.
        let url = match egress::check(&hook.url, self.allow_private) {
            Ok(url) => url,
            Err(refusal) => return failed(refusal.to_string()),
        };
        let body = json!({"type": message.r#type, "timestamp": message.timestamp, "data": message.data}).to_string();
        let timestamp = self.clock.now().timestamp();
        let signature = sign(&hook.secret, &event.id, timestamp, body.as_bytes())?;
        let request = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &event.id)
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", signature)
            .body(body);
        // Only the head of the answer is read: whatever its body is, it says nothing that is needed.
        match request.send().await {
            Err(error) => failed(told(&error)),
            Ok(answer) => {
                let status = answer.status();
                let asked =
                    answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
                let error = (!status.is_success()).then(|| match status.is_redirection() {
                    true => format!("it answered {status}; redirects are not followed: give the address that answers"),
                    false => format!("it answered {status}"),
                });
                let retry_after = asked.map(|seconds| Duration::from_secs(seconds).min(MOST_ASKED));
                Ok(Answer { status: Some(status.as_u16()), error, retry_after })
            }
        }
    }
}

/// What went wrong, in words that hold no address that a redirect or a proxy may have brought in.
fn told(error: &reqwest::Error) -> String {
    let mut text = match (error.is_timeout(), error.is_connect()) {
        (true, _) => "it did not answer in time".to_owned(),
        (_, true) => "it cannot be connected to".to_owned(),
        _ => "the exchange broke".to_owned(),
    };
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    if !error.is_timeout() {
        text = format!("{text}: {cause}");
    }
    text.chars().take(500).collect()
}

#[async_trait]
impl Receiver for WebhookReceiver {
    async fn receive(&self, tenant: &TenantId, event: &Event) -> Result<(), JobError> {
        let message: Message = serde_json::from_value(event.payload.clone())
            .map_err(|e| JobError::permanent(format!("a message to a webhook cannot be read: {e}")))?;
        // One that is gone, or is not told any more, has nothing to be told.
        let hook = store::get(&self.control, tenant, &message.webhook)
            .await?
            .filter(|hook| hook.active || message.r#type == super::event::TEST);
        let outcome = match hook {
            Some(hook) => self.attempt(tenant, &hook, event, &message).await?,
            None => Ok(()),
        };
        // The person's id is all that it holds, and it goes when nobody waits for it any more.
        if outcome.is_ok() && message.r#type == WebhookEvent::CustomerErased.name() {
            store::forget_event(&self.control, tenant, &event.id).await?;
        }
        outcome
    }
}

impl WebhookReceiver {
    /// Makes and notes an attempt. The inner error: it is to be made again.
    async fn attempt(
        &self,
        tenant: &TenantId,
        hook: &WebhookRow,
        event: &Event,
        message: &Message,
    ) -> Result<Result<(), JobError>, JobError> {
        let before = store::attempts(&self.control, &hook.id, &event.id).await?;
        let began = std::time::Instant::now();
        let answer = self.send(hook, event, message).await?;
        let now = self.clock.now();
        let failing_since = hook.failing_since.unwrap_or(now.timestamp_micros());
        let failing = now.timestamp_micros() - failing_since;
        let test = message.r#type == super::event::TEST;
        let wait = usize::try_from(before).ok().and_then(|before| WAITS.get(before)).copied();
        let delivered = answer.error.is_none();
        // 410 says: do not come again.
        let pause =
            !delivered && (answer.status == Some(410) || failing >= PATIENCE.num_microseconds().unwrap_or(i64::MAX));
        let again = if delivered || pause || test { None } else { wait };
        let outcome = match (delivered, again) {
            (true, _) => "delivered",
            (false, Some(_)) => "retrying",
            (false, None) => "failed",
        };
        let attempt = AttemptRow {
            id: kupets_auth::new_id(now.timestamp_millis())?,
            event_id: event.id.clone(),
            event: message.r#type.clone(),
            attempt: before + 1,
            outcome: outcome.to_owned(),
            status: answer.status.map(i64::from),
            error: answer.error.clone(),
            at: now.timestamp_micros(),
            took_ms: i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX),
        };
        store::note(&self.control, tenant, &hook.id, &attempt, pause).await?;
        metrics::counter!("kupets_webhook_attempts_total", "outcome" => outcome).increment(1);
        if pause {
            tracing::warn!(webhook = hook.id, "a webhook is given up: it has failed for too long, or wants no more");
        }
        Ok(match again {
            Some(wait) => {
                let wait = wait.max(answer.retry_after.unwrap_or_default());
                Err(JobError::retry(answer.error.unwrap_or_default()).after(wait))
            }
            None => Ok(()),
        })
    }
}
