//! Opening a tenant: its lake, what the journal holds above it, and the task that writes.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use kupets_control::{customer_merges::Aliases, erased_customers::ErasedCustomers};
use kupets_core::{Result, TenantId};
use tokio::sync::mpsc;

use super::{
    shared::{Shared, Tail},
    state::State,
    store::TenantStore,
    writer,
};
use crate::{keys::runs, lake::Lake};

/// Requests of one tenant that may wait; the next one gets 429.
const QUEUE_JOBS: usize = 1024;

impl TenantStore {
    /// Opens a tenant: its lake's newest state, and the journal's entries above the lake's watermark as its tail.
    pub(crate) async fn open(id: &TenantId, shared: &Arc<Shared>) -> Result<Arc<Self>> {
        let began_us = shared.clock.now().timestamp_micros();
        let lake = Lake::open(&shared.home(), id).await?;
        // Its files are looked at when a query needs them, or by maintenance: a damaged one is no reason to take no records.
        let lake = match lake {
            Some(lake) => {
                let state = lake.state().await?;
                Some((Arc::new(lake), state))
            }
            None => None,
        };
        let watermark = lake.as_ref().map_or(0, |(_, s)| s.watermark);
        shared.journal.raise_above(watermark).await?;
        let replayed = shared.journal.replay(&shared.control, id, watermark).await?;
        let erased_customers = Arc::new(ErasedCustomers::load(&shared.control, id).await?);
        let aliases = Arc::new(Aliases::load(&shared.control, id).await?);
        let (jobs, receiver) = mpsc::channel(QUEUE_JOBS);
        let store = Arc::new(Self {
            id: id.clone(),
            shared: shared.clone(),
            state: Mutex::new(State { lake, erased_customers, aliases, ..State::default() }),
            writing: tokio::sync::Mutex::new(()),
            committing: tokio::sync::Mutex::new(()),
            jobs,
            fenced: AtomicBool::new(false),
            looked_us: AtomicI64::new(began_us),
            epoch: shared.epochs.fetch_add(1, Ordering::Relaxed),
            flush_pending: AtomicBool::new(false),
            kept: Mutex::default(),
            last_used_us: AtomicI64::new(shared.clock.now().timestamp_micros()),
        });
        if !replayed.is_empty() {
            store.load_keys().await?;
            for entry in replayed {
                let keys = runs(&entry.batch)?.into_iter().map(|entry| entry.hash).collect();
                let existing = store.existing_of(entry.table, keys)?;
                let mut state = store.state();
                store.apply(&mut state, entry.table, entry.batch, &existing)?;
                state.shown_up_to(entry.seq);
            }
            let state = store.state();
            tracing::info!(tenant = %id, rows = state.active.rows(), "records were recovered from the journal");
        }
        // What the lake already holds is of no more use in the journal; a crash may have left it.
        shared.journal.delete_left_over(&shared.control, id, watermark).await?;
        let tail: Arc<dyn Tail> = store.clone();
        shared.opened(Arc::downgrade(&tail));
        writer::start(&store, receiver);
        Ok(store)
    }
}
