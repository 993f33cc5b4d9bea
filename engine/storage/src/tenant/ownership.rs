//! Looking whether another node has taken the tenant over, before records are resolved against what this one shows.
//!
//! A node that had a tenant before may still hold it open when it gets it back. What it shows is old then: it would merge a change
//! into a customer as it was, or into one who was erased since. A flush is refused in the end, but what is in the journal stays.

use std::{sync::atomic::Ordering, time::Duration};

use kupets_core::Result;

use super::store::TenantStore;
use crate::lake::Lake;

/// For how long after a look it is taken for sure that nobody else has published.
pub(super) const SURE_FOR: Duration = Duration::from_secs(30);
/// A storage that does not answer holds records up no longer: they are safe in the journal.
const PATIENCE: Duration = Duration::from_secs(2);

impl TenantStore {
    /// Looks at the published catalog, unless that was done a moment ago.
    ///
    /// # Errors
    /// Another node has published since: this handle is fenced, and nothing was stored.
    pub(super) async fn look_for_others(&self) -> Result<()> {
        let now_us = self.shared.clock.now().timestamp_micros();
        let age_us = now_us.saturating_sub(self.looked_us.load(Ordering::Relaxed));
        if self.shared.storage.local.is_some() || age_us < SURE_FOR.as_micros() as i64 {
            return Ok(());
        }
        match tokio::time::timeout(PATIENCE, self.look()).await {
            Ok(Err(error)) if error.code() == "fenced" => {
                tracing::info!(tenant = %self.id, %error, "another node has written to the lake; it is opened anew");
                self.fence();
            }
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => {
                tracing::warn!(tenant = %self.id, "the storage does not answer; records go to the journal")
            }
        }
        self.looked_us.store(now_us, Ordering::Relaxed);
        self.check_open()
    }
    async fn look(&self) -> Result<()> {
        let lake = self.state().lake.as_ref().map(|(lake, _)| lake.clone());
        match lake {
            Some(lake) => lake.look().await,
            None => Lake::look_for_none(&self.shared.home(), &self.id).await,
        }
    }
}
