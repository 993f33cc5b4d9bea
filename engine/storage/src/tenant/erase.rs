//! Removing a person from an open tenant.

use std::sync::{Arc, atomic::Ordering};

use super::{state::State, store::TenantStore};
use kupets_core::{Result, schema::Table};

use crate::keys::TableKeys;

impl TenantStore {
    /// Removes a customer with its purchases (or their owner) and interactions from tail, journal and live files.
    ///
    /// When it returns no answer shows the person, and only superseded files still hold it, until [`TenantStore::collect_garbage`]
    /// deletes them.
    pub async fn erase(self: &Arc<Self>, customer_id: &str, keep_totals: bool) -> Result<()> {
        // What was accepted before reaches the lake first; what comes after is of a person who came back.
        self.load_keys().await?;
        self.flush_all().await?;
        let _writing = self.writing.lock().await;
        let Some((lake, before)) = self.state().lake.clone() else { return Ok(()) };
        let outcome = async {
            let after = lake.erase(&before, customer_id, keep_totals).await?;
            let mut new: [TableKeys; 3] = Default::default();
            for table in Table::ALL {
                new[table.index()] = lake.keys(&after, table).await?;
            }
            let mut state = self.state();
            let State { lake: open, keys, version, .. } = &mut *state;
            *keys = Some(new);
            *open = Some((lake.clone(), after));
            *version += 1;
            Ok(())
        }
        .await;
        if outcome.is_err() {
            // The catalog may have moved on while this copy of it has not: open the tenant anew.
            self.fenced.store(true, Ordering::Release);
        }
        outcome
    }
}
