//! What an engine does by itself while it is open.

use std::{sync::Weak, time::Duration};

use kupets_control::{
    customer_merges::{self, MERGE_JOB},
    erasures::ERASURE_JOB,
};

use crate::{
    engine::{Engine, Whole},
    erasure::ErasureHandler,
    merging::MergeHandler,
};

/// How often the metrics of the node's state are set.
const GAUGE_INTERVAL: Duration = Duration::from_secs(2);
/// How often delivered events, and what old merges would give back, are looked at, and how long events are kept.
const OUTBOX_INTERVAL: Duration = Duration::from_secs(3_600);
const OUTBOX_KEPT: Duration = Duration::from_secs(3 * 86_400);

impl Engine {
    /// Starts the background tasks; they end when the engine is gone.
    pub(crate) fn start_background(&self) {
        // Nothing is done for ever without a pause.
        let every = Duration::from_secs(self.limits().maintenance_interval_s.max(1));
        tokio::spawn(maintain(self.downgrade(), every));
        tokio::spawn(gauge(self.downgrade()));
        tokio::spawn(prune(self.downgrade()));
        self.runner().register(ERASURE_JOB, ErasureHandler::new(self.downgrade()));
        self.runner().register(MERGE_JOB, MergeHandler::new(self.downgrade()));
        self.runner().start();
    }
}

async fn gauge(engine: Weak<dyn Whole>) {
    let mut tick = tokio::time::interval(GAUGE_INTERVAL);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let Some(engine) = Engine::upgrade(&engine) else { return };
        engine.tenants().gauge().await;
        metrics::gauge!("kupets_query_memory_bytes").set(engine.queries().runtime().memory_pool.reserved() as f64);
    }
}

/// Looks at open tenants: idle ones are closed, lakes are kept in order.
async fn maintain(engine: Weak<dyn Whole>, every: Duration) {
    let mut tick = tokio::time::interval(every);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let Some(engine) = Engine::upgrade(&engine) else { return };
        engine.tenants().maintain().await;
        engine.tenants().close_idle();
    }
}

async fn prune(engine: Weak<dyn Whole>) {
    let mut tick = tokio::time::interval(OUTBOX_INTERVAL);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let Some(engine) = Engine::upgrade(&engine) else { return };
        if let Err(error) = engine.outbox().prune(OUTBOX_KEPT).await {
            tracing::warn!(%error, "delivered events could not be deleted; it is tried again");
        }
        if let Err(error) = customer_merges::forget_old(engine.control(), engine.clock().now()).await {
            tracing::warn!(%error, "what merges would give back could not be deleted; it is tried again");
        }
    }
}
