//! What accounts need done beside requests: what is over is forgotten, uses are written down, and what another process has changed
//! is obeyed.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError, atomic::Ordering},
};

use kupets_control::{audit, changes, email_changes, sessions, telegram};
use kupets_core::Result;

use crate::auth::Auth;

const DAY_MS: i64 = 86_400_000;

impl Auth {
    /// Drops what is in memory if accounts have changed since the last call, by this process or another: the command line of the
    /// operator, another node. Call it every two seconds.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn obey(&self) -> Result<()> {
        let count = changes::count(&self.control).await?;
        if self.changes.swap(count, Ordering::AcqRel) == count {
            return Ok(());
        }
        self.write_use_of(self.cache.forget_all()).await
    }

    /// Forgets old attempts and what is over, and writes down when keys and sessions were used. Call it every minute, and before
    /// the end.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn upkeep(&self) -> Result<()> {
        self.limits.upkeep();
        self.write_use_of(self.cache.unwritten()).await?;
        let drained = |seen: &Mutex<HashMap<String, i64>>| -> Vec<_> {
            seen.lock().unwrap_or_else(PoisonError::into_inner).drain().collect()
        };
        let seen = drained(&self.seen);
        if !seen.is_empty() {
            sessions::seen(&self.control, &seen).await?;
        }
        let seen = drained(&self.links_seen);
        if !seen.is_empty() {
            telegram::seen(&self.control, &seen).await?;
        }
        let now = self.now_ms();
        sessions::delete_expired(&self.control, now).await?;
        email_changes::delete_expired(&self.control, now).await?;
        audit::delete_before(&self.control, now - i64::from(self.options.audit_days) * DAY_MS).await?;
        Ok(())
    }
}
