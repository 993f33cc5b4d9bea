//! What every request shares.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use actix_web::{dev::ResourceDef, http::Method};
use bytes::Bytes;
use kupets_assistant::model::Model;
use kupets_auth::Auth;
use kupets_engine::{Engine, Result, TenantId, schema::Table};
use tokio::{runtime::Handle, sync::Semaphore};

use crate::{
    assistant::conversations::Threads,
    budget::Budget,
    document::Document,
    events::{Events, TaskChange},
    metrics,
    settings::Settings,
    telegram::Telegram,
    webhooks::{Occurrence, WebhookEvent, Webhooks},
};

/// How long to wait before webhooks are told once more of what the control database did not take.
const TELL_WAITS: [Duration; 3] = [Duration::from_millis(100), Duration::from_secs(1), Duration::from_secs(3)];

/// The server's state, one for all its threads.
#[derive(Debug)]
pub struct State {
    /// The engine.
    pub engine: Engine,
    /// Who is asking.
    pub auth: Auth,
    /// The assistant's model, where there is one.
    pub model: Model,
    /// What was asked of the assistant before.
    pub threads: Threads,
    /// Who listens to what changes.
    pub events: Events,
    /// Who is told of it later, for sure.
    pub webhooks: Webhooks,
    /// The Telegram bot.
    pub telegram: Arc<Telegram>,
    /// The settings.
    pub settings: Settings,
    /// Where queries run. The threads that serve HTTP have a loop each and must never compute.
    pub runtime: Handle,
    /// Memory for large request bodies.
    pub budget: Budget,
    /// The OpenAPI document as JSON.
    pub openapi: Bytes,
    /// Which addresses answer which methods.
    pub known: Vec<(ResourceDef, Vec<Method>)>,
    ingest: OnceLock<Vec<metrics::Ingest>>,
}

impl State {
    /// State over an open engine.
    ///
    /// # Errors
    /// The system gives no randomness, or no client of HTTP.
    pub fn new(
        engine: Engine,
        auth: Auth,
        settings: Settings,
        runtime: Handle,
        openapi: Document,
        model: Model,
    ) -> Result<Self> {
        let kib = settings.body_memory_bytes.div_ceil(1024).min(Semaphore::MAX_PERMITS);
        let threads = Threads::new(engine.control().clone(), kupets_control::system_random());
        let telegram = Arc::new(Telegram::new(&settings)?);
        let webhooks = Webhooks::new(&engine, &settings)?;
        let events = Events::new(runtime.clone(), Arc::clone(engine.clock()));
        Ok(Self {
            engine,
            events,
            webhooks,
            threads,
            model,
            telegram,
            auth,
            runtime,
            budget: Budget::new(Arc::new(Semaphore::new(kib))),
            openapi: openapi.json,
            known: openapi.known,
            ingest: OnceLock::new(),
            settings,
        })
    }

    /// Tells that a task has changed or is reminded of: whoever listens now, and the webhooks of the workspace. `task` is what the API answers for it,
    /// and names no other customer than `customer_id`.
    pub async fn tell_task(
        &self,
        tenant: &TenantId,
        id: &str,
        change: TaskChange,
        customer_id: Option<&str>,
        task: serde_json::Value,
    ) {
        self.events.task(tenant, id, change);
        let event = match change {
            TaskChange::Created => WebhookEvent::TaskCreated,
            TaskChange::Updated => WebhookEvent::TaskUpdated,
            TaskChange::Reminded => WebhookEvent::TaskReminder,
            TaskChange::Deleted => return,
        };
        let data = serde_json::json!({"task_id": id, "task": task});
        self.tell_webhooks(tenant, vec![Occurrence { event, customer_id: customer_id.map(str::to_owned), data }]).await;
    }

    /// Tells webhooks of what has been stored. It is done: that it cannot be told is tried again a while, and then for the log.
    pub async fn tell_webhooks(&self, tenant: &TenantId, occurrences: Vec<Occurrence>) {
        for wait in TELL_WAITS {
            match self.webhooks.tell(tenant, &occurrences).await {
                Ok(()) => return,
                Err(error) => tracing::warn!(%error, "webhooks could not be told; it is tried again"),
            }
            tokio::time::sleep(wait).await;
        }
        tracing::error!(occurrences = occurrences.len(), "webhooks are not told of what has been stored");
    }

    /// Counters of a table's ingest.
    pub fn ingest_metrics(&self, table: Table) -> Option<&metrics::Ingest> {
        self.ingest
            .get_or_init(|| Table::ALL.iter().map(|t| metrics::Ingest::new(t.name())).collect())
            .get(table.index())
    }
}
