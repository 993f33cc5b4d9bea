//! What changes in a workspace, told to whoever listens at that moment: counts and ids, never what stands in a record.
//!
//! A [`channel::Channel`] is made by a workspace's first listener and keeps its last events for those whose connection breaks.
//! Nothing here is durable: who was away for longer is told to load anew. What must reach somebody is a webhook.

mod channel;
mod event;
mod subscription;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use kupets_core::{Error, Result, TenantId, clock::Clock};
use kupets_engine::schema::Table;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use self::channel::Channel;
pub use self::{
    event::{Event, EventFrame, TaskChange},
    subscription::{News, Subscription},
};

/// Listeners of a workspace at a time.
const MAX_LISTENERS: usize = 200;

/// The channels of this process. One per server.
pub struct Events {
    channels: Mutex<HashMap<TenantId, Arc<Channel>>>,
    closing: CancellationToken,
    /// Where coalesced counts are sent from.
    runtime: Handle,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").finish_non_exhaustive()
    }
}

impl Events {
    /// Without any listener.
    pub fn new(runtime: Handle, clock: Arc<dyn Clock>) -> Self {
        Self { channels: Mutex::default(), closing: CancellationToken::new(), runtime, clock }
    }

    /// Tells those who listen to a workspace.
    pub fn tell(&self, tenant: &TenantId, event: &Event) {
        if let Some(channel) = self.channel(tenant) {
            channel.push(event);
        }
    }

    /// Tells that a task has changed.
    pub fn task(&self, tenant: &TenantId, id: &str, change: TaskChange) {
        self.tell(tenant, &Event::Task { id: id.to_owned(), change });
    }

    /// Counts records that have arrived or changed; they are told together, once a second at most.
    pub fn records(&self, tenant: &TenantId, table: Table, count: u64) {
        if count == 0 {
            return;
        }
        let Some(channel) = self.channel(tenant) else { return };
        if let Some(wait) = channel.count(table, count) {
            let clock = Arc::clone(&self.clock);
            self.runtime.spawn(async move {
                tokio::time::sleep(wait).await;
                channel.tell_counts(clock.now());
            });
        }
    }

    /// Drops what is kept of a workspace's events: an id in them may be a person's who is to be forgotten.
    pub fn forget(&self, tenant: &TenantId) {
        if let Some(channel) = self.channel(tenant) {
            channel.forget();
        }
    }

    /// Begins to listen; `last` is the id of the event that the listener saw last, if it comes back.
    ///
    /// # Errors
    /// As many listen to the workspace as may.
    pub fn subscribe(&self, tenant: &TenantId, last: Option<&str>) -> Result<Subscription> {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        let channel = channels.entry(tenant.clone()).or_insert_with(|| Arc::new(Channel::new(run())));
        if channel.listeners() >= MAX_LISTENERS {
            let message = format!("{MAX_LISTENERS} listen to this workspace already; close some pages");
            return Err(Error::busy("too_many_listeners", message, 30));
        }
        Ok(Subscription::new(Arc::clone(channel), last, self.closing.clone()))
    }

    /// Forgets the channels of workspaces that nobody listens to. Call it now and then.
    pub fn upkeep(&self) {
        self.forget_idle(tokio::time::Instant::now());
    }

    fn forget_idle(&self, now: tokio::time::Instant) {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        channels.retain(|_, channel| !channel.is_idle(now));
    }

    /// Ends all streams: the server stops.
    pub fn close(&self) {
        self.closing.cancel();
    }

    /// Waits until that: whoever holds a request open ends it then.
    pub async fn closed(&self) {
        self.closing.cancelled().await;
    }

    fn channel(&self, tenant: &TenantId) -> Option<Arc<Channel>> {
        self.channels.lock().unwrap_or_else(PoisonError::into_inner).get(tenant).cloned()
    }
}

/// Tells this channel's numbers from those of another one of the same workspace, before a restart for example.
fn run() -> u64 {
    // Without randomness a listener that comes back may miss what it could have had; it is told nothing wrong.
    getrandom::u64().unwrap_or_default()
}

#[cfg(test)]
mod tests;
