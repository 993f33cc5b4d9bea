//! A tenant's place among those that are open: one handle at a time, whoever opens it and whoever leaves meanwhile.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use kupets_core::{Error, Kind, Result, TenantId};

use crate::tenant::{Shared, TenantStore};

/// Why nothing is opened any more.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Closed {
    /// The tenant was deleted.
    Deleted,
    /// The server is stopping.
    Stopping,
}

impl Closed {
    /// What is said to whoever comes too late.
    pub fn refusal(self) -> Error {
        match self {
            Self::Deleted => {
                Error::new(Kind::NotFound, "workspace_deleted", "This workspace has been deleted: nothing was stored.")
            }
            Self::Stopping => Error::unavailable("the server is stopping: nothing was stored. Send again in a moment"),
        }
    }
}

/// A tenant's place.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    store: Mutex<Option<Arc<TenantStore>>>,
    /// Held from start to end by whoever opens, closes or deletes the tenant.
    turn: tokio::sync::Mutex<()>,
    /// Set when nothing is opened here any more.
    closed: OnceLock<Closed>,
}

impl Slot {
    fn held(&self) -> MutexGuard<'_, Option<Arc<TenantStore>>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The handle, if there is one, fenced or not.
    pub fn store(&self) -> Option<Arc<TenantStore>> {
        self.held().clone()
    }

    /// The handle, if it can be used.
    pub fn living(&self) -> Option<Arc<TenantStore>> {
        self.store().filter(|store| !store.is_fenced())
    }

    /// Takes the handle out. The caller has the turn.
    pub fn take(&self) -> Option<Arc<TenantStore>> {
        self.held().take()
    }

    /// The right to open, close or delete the tenant.
    pub async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Lets nobody open it any more; who is opening it now may end.
    pub fn close(&self, why: Closed) {
        let _ = self.closed.set(why);
    }

    /// Whether nothing is opened here any more.
    pub fn is_closed(&self) -> bool {
        self.closed.get().is_some()
    }

    /// The handle, opened if there is none that can be used. Run it in a task that nobody drops: two at once would each write what
    /// the other does not know of.
    ///
    /// # Errors
    /// The lake or the journal cannot be read, or the tenant is closed.
    pub async fn open(&self, id: &TenantId, shared: &Arc<Shared>) -> Result<Arc<TenantStore>> {
        let _turn = self.turn().await;
        if let Some(closed) = self.closed.get() {
            return Err(closed.refusal());
        }
        if let Some(store) = self.living() {
            return Ok(store);
        }
        // Another node has taken it over, or it lost sight of its lake. Nothing of it may be under way when the next one opens.
        if let Some(old) = self.store() {
            old.drain().await;
        }
        let store = TenantStore::open(id, shared).await?;
        *self.held() = Some(store.clone());
        Ok(store)
    }
}
