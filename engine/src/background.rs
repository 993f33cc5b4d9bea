//! What an engine does by itself while it is open.

use std::{sync::Weak, time::Duration};

use kupets_storage::MaintenanceOptions;

use crate::engine::{Engine, Inner};

/// How often the metrics of the node's state are set.
const GAUGE_INTERVAL: Duration = Duration::from_secs(2);
/// How often open tenants are looked at: idle ones are closed, lakes are cleaned.
const MAINTENANCE_INTERVAL: Duration = Duration::from_secs(30);

impl Engine {
    /// Starts the background tasks; they end when the engine is gone.
    pub(crate) fn start_background(&self) {
        tokio::spawn(maintain(self.downgrade()));
        tokio::spawn(gauge(self.downgrade()));
    }
}

async fn gauge(engine: Weak<Inner>) {
    let mut tick = tokio::time::interval(GAUGE_INTERVAL);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let Some(engine) = Engine::upgrade(&engine) else { return };
        engine.tenants().gauge().await;
        metrics::gauge!("kupets_query_memory_bytes").set(engine.queries().runtime().memory_pool.reserved() as f64);
    }
}

async fn maintain(engine: Weak<Inner>) {
    let mut tick = tokio::time::interval(MAINTENANCE_INTERVAL);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let Some(engine) = Engine::upgrade(&engine) else { return };
        engine.tenants().maintain().await;
        if let Err(error) = engine.continue_erasures(MaintenanceOptions::default().delete_after).await {
            tracing::warn!(%error, "an erasure is not complete yet; it is tried again");
        }
        engine.tenants().close_idle();
    }
}
