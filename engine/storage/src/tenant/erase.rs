//! Removing a person from an open tenant.

use std::sync::Arc;

use super::store::TenantStore;
use kupets_control::{customer_merges::Aliases, erased_customers::ErasedCustomers};
use kupets_core::Result;

use crate::keys::hash;

impl TenantStore {
    /// Removes a customer with its purchases (or their owner) and interactions from tail, journal and live files.
    ///
    /// When it returns no later answer shows the person, and only superseded files and earlier snapshots still hold it, until
    /// [`TenantStore::collect_garbage`] takes them away when no statement reads them any more. What is accepted while it runs is of a
    /// person who came back: it stays, and takes nothing over from before.
    pub async fn erase(self: &Arc<Self>, customer_id: &str, keep_totals: bool) -> Result<()> {
        self.load_keys().await?;
        // Nothing reaches the lake meanwhile but what was accepted before.
        let _writing = self.own_lake().await?;
        self.flush_all_owned().await?;
        // It was noted with the erasure; from the step on in which the tail is frozen, late records go by it.
        let erased_customers = Arc::new(ErasedCustomers::load(&self.shared.control, &self.id).await?);
        // An id that comes again is of a person who came back, and nobody's alias.
        let aliases = Arc::new(Aliases::load(&self.shared.control, &self.id).await?);
        let mut group = aliases.of(self.persons(aliases.clone())?.of(customer_id));
        group.insert(customer_id.to_owned());
        let _erased = {
            // A group that is being stored may have looked the person up already: it is waited for. What the tail holds then is of
            // before, and what comes after it is not frozen with it.
            let _committing = self.committing.lock().await;
            self.freeze();
            {
                let mut state = self.state();
                state.erased_customers = erased_customers;
                state.aliases = Arc::new(aliases.without(&group));
            }
            Erased::new(self, customer_id)
        };
        while self.state().frozen.is_some() && self.flush_owned().await? {}
        let Some((lake, before)) = self.state().lake.clone() else { return Ok(()) };
        let outcome = async {
            let after = lake.erase(&before, customer_id, keep_totals).await?;
            self.show(&lake, after).await?;
            self.forget_gone_keys().await;
            Ok(())
        }
        .await;
        if let Err(error) = &outcome {
            self.settle(&lake, error).await;
        }
        outcome?;
        // A flush whose publication or clean-up failed may have left in the journal what the lake has held since.
        self.shared.journal.delete(&self.id, self.in_lake()).await
    }
}

/// A person who is being erased: as long as it lives, what is stored of them is not looked up.
struct Erased<'a>(&'a TenantStore, u128);

impl<'a> Erased<'a> {
    fn new(store: &'a TenantStore, customer_id: &str) -> Self {
        let hash = hash(customer_id);
        let mut state = store.state();
        state.erased.push(hash);
        Self(store, hash)
    }
}

impl Drop for Erased<'_> {
    fn drop(&mut self) {
        let mut state = self.0.state();
        if let Some(at) = state.erased.iter().position(|hash| *hash == self.1) {
            state.erased.swap_remove(at);
        }
    }
}
