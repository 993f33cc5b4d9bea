//! What happens in a workspace, told to addresses that its admins name: signed, in order, and tried again until it arrives.
//!
//! A message is a row of the outbox (`kupets_control::outbox`), one a webhook, under the webhook's id as its key, so that none
//! overtakes another. It is written before whoever caused it is answered, and told by a job.

mod egress;
mod event;
mod receiver;
mod records;
mod signature;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

use kupets_control::{Pool, outbox, webhooks as store};
use kupets_core::{Error, Result, TenantId, clock::Clock};
use kupets_engine::Engine;
use serde_json::{Value, json};

pub use self::{
    egress::check as check_url,
    event::{Occurrence, TEST, WebhookEvent, read as read_events, write as write_events},
    signature::secret as new_secret,
};
use crate::settings::Settings;

/// The outbox's topic of messages to webhooks.
pub const TOPIC: &str = "webhook";
/// Webhooks of a workspace.
pub const MAX_WEBHOOKS: i64 = 20;
/// Days for which attempts are listed.
const ATTEMPTS_DAYS: i64 = 30;

/// A webhook that is told.
#[derive(Debug)]
struct Hook {
    id: String,
    events: Vec<WebhookEvent>,
}

#[derive(Default)]
struct Known {
    hooks: HashMap<TenantId, Arc<[Hook]>>,
    /// Moves with each change: what was read before one is not kept.
    epoch: u64,
}

/// The webhooks of a server.
pub struct Webhooks {
    control: Pool,
    outbox: outbox::Outbox,
    clock: Arc<dyn Clock>,
    known: RwLock<Known>,
}

impl fmt::Debug for Webhooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhooks").finish_non_exhaustive()
    }
}

impl Webhooks {
    /// The webhooks of an engine's workspaces; from now on they are told what waits.
    ///
    /// # Errors
    /// The client of HTTP cannot be made.
    pub fn new(engine: &Engine, settings: &Settings) -> Result<Self> {
        let (control, clock) = (engine.control().clone(), Arc::clone(engine.clock()));
        let receiver = receiver::WebhookReceiver::new(control.clone(), Arc::clone(&clock), settings)?;
        let handler = engine.outbox().handler(TOPIC, Arc::new(receiver));
        engine.runner().register(outbox::Outbox::kind(TOPIC), handler);
        Ok(Self { control, outbox: engine.outbox(), clock, known: RwLock::default() })
    }

    /// Drops what is in memory of a workspace whose webhooks have changed.
    pub fn forget(&self, tenant: &TenantId) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.epoch += 1;
        known.hooks.remove(tenant);
    }

    /// Whether anybody is told of any of these events.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn wants(&self, tenant: &TenantId, events: &[WebhookEvent]) -> Result<bool> {
        let hooks = self.hooks(tenant).await?;
        Ok(hooks.iter().any(|hook| hook.events.iter().any(|event| events.contains(event))))
    }

    /// Writes down what is to be told, in one transaction. When this returns it is told sooner or later.
    ///
    /// # Errors
    /// The control database does not answer, and nothing is told.
    pub async fn tell(&self, tenant: &TenantId, occurrences: &[Occurrence]) -> Result<()> {
        let hooks = self.hooks(tenant).await?;
        let told: Vec<_> = occurrences
            .iter()
            .flat_map(|occurrence| hooks.iter().map(move |hook| (hook, occurrence)))
            .filter(|(hook, occurrence)| hook.events.contains(&occurrence.event))
            .map(|(hook, one)| self.message(&hook.id, one.event.name(), one.customer_id.clone(), &one.data))
            .collect();
        self.outbox.append_all(tenant, &told).await.map(drop)
    }

    /// Sends a message that says nothing, to one webhook. Gives its id.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn test(&self, tenant: &TenantId, webhook_id: &str) -> Result<String> {
        let message = self.message(webhook_id, TEST, None, &json!({"webhook_id": webhook_id}));
        let ids = self.outbox.append_all(tenant, &[message]).await?;
        ids.into_iter().next().ok_or_else(|| Error::internal("a message was not written"))
    }

    /// Deletes what is old. Call it now and then.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn upkeep(&self) -> Result<()> {
        let before = self.clock.now() - chrono::Duration::days(ATTEMPTS_DAYS);
        store::prune(&self.control, before.timestamp_micros()).await
    }

    fn message(&self, hook: &str, event: &str, customer_id: Option<String>, data: &Value) -> outbox::NewEvent {
        let payload = json!({"webhook": hook, "type": event, "timestamp": self.clock.now(), "data": data});
        outbox::NewEvent { topic: TOPIC.to_owned(), order: outbox::Order::Key(hook.to_owned()), payload, customer_id }
    }

    async fn hooks(&self, tenant: &TenantId) -> Result<Arc<[Hook]>> {
        let epoch = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(hooks) = known.hooks.get(tenant) {
                return Ok(Arc::clone(hooks));
            }
            known.epoch
        };
        let rows = store::list(&self.control, tenant, "", MAX_WEBHOOKS).await?;
        let hooks: Arc<[Hook]> = rows
            .into_iter()
            .filter(|row| row.active)
            .map(|row| Hook { id: row.id, events: event::read(&row.events) })
            .collect();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.epoch == epoch {
            known.hooks.insert(tenant.clone(), Arc::clone(&hooks));
        }
        Ok(hooks)
    }
}
