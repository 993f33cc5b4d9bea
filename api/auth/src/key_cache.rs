//! Keys in use, in memory: a request with one of them touches no database.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use kupets_core::{Role, TenantContext, TenantId};

use crate::{scope::Scopes, token::Hash, workspace::WorkspaceInfo};

/// Keys held at most; past it the cache starts anew. At about 500 bytes each it stays near 50 MB; a key of a workspace with
/// rules of segments of its own has a copy of them, some kilobytes.
const MAX_KEYS: usize = 100_000;

/// A live key and what it opens.
#[derive(Debug)]
pub struct KeyEntry {
    /// Its identity.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What it was made for.
    pub scopes: Scopes,
    /// What the person is in the workspace whom it stands for.
    pub role: Role,
    /// From when on it opens nothing, milliseconds since the epoch.
    pub expires_ms: Option<i64>,
    /// Its workspace.
    pub workspace: Arc<WorkspaceInfo>,
    /// The capability that follows.
    pub tenant: TenantContext,
    pub(crate) uses: Uses,
}

/// When a key was used, and how far that is written down: milliseconds since the epoch; zero means not since it was loaded.
#[derive(Debug, Default)]
pub(crate) struct Uses {
    used_ms: AtomicI64,
    written_ms: AtomicI64,
}

impl Uses {
    /// Notes a use.
    pub fn touch(&self, now_ms: i64) {
        self.used_ms.store(now_ms, Ordering::Relaxed);
    }

    /// Notes that a use is in the database.
    pub fn written(&self, used_ms: i64) {
        self.written_ms.store(used_ms, Ordering::Relaxed);
    }

    fn unwritten(&self) -> Option<i64> {
        let used = self.used_ms.load(Ordering::Relaxed);
        (used > self.written_ms.load(Ordering::Relaxed)).then_some(used)
    }
}

/// The cache. A revoked key is gone from it before the revocation is answered, and a look-up that began before the
/// revocation cannot put it back: it brings the epoch of its beginning, and a revocation has moved the epoch on. So it is with
/// all keys of a workspace that has changed.
#[derive(Debug, Default)]
pub struct KeyCache(RwLock<Inner>);

#[derive(Debug, Default)]
struct Inner {
    keys: HashMap<Hash, Arc<KeyEntry>>,
    epoch: u64,
}

impl KeyCache {
    /// The live key of that hash, if it is here; otherwise the epoch to bring to [`KeyCache::insert`].
    pub fn get(&self, hash: &Hash) -> Result<Arc<KeyEntry>, u64> {
        // A panic elsewhere cannot leave the map half changed: each change is one call of the map's own.
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        inner.keys.get(hash).cloned().ok_or(inner.epoch)
    }

    /// Keeps a key read from the database, unless any key was revoked, or a workspace changed, since `epoch`.
    pub fn insert(&self, hash: Hash, entry: Arc<KeyEntry>, epoch: u64) {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if inner.epoch != epoch {
            return;
        }
        if inner.keys.len() >= MAX_KEYS {
            inner.keys.clear();
        }
        inner.keys.insert(hash, entry);
    }

    /// Drops the key of that id.
    pub fn revoke(&self, id: &str) {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        inner.epoch += 1;
        inner.keys.retain(|_, entry| entry.id != id);
    }

    /// Drops the keys of a workspace that has changed, and gives their uses not yet written to the database.
    pub fn forget_workspace(&self, id: &TenantId) -> Vec<(Arc<KeyEntry>, i64)> {
        self.forget(|entry| entry.workspace.id == *id)
    }

    /// Drops all keys, and gives their uses not yet written to the database.
    pub fn forget_all(&self) -> Vec<(Arc<KeyEntry>, i64)> {
        self.forget(|_| true)
    }

    fn forget(&self, goes: impl Fn(&KeyEntry) -> bool) -> Vec<(Arc<KeyEntry>, i64)> {
        let mut inner = self.0.write().unwrap_or_else(PoisonError::into_inner);
        inner.epoch += 1;
        let mut unwritten = Vec::new();
        inner.keys.retain(|_, entry| {
            let goes = goes(entry);
            if goes {
                unwritten.extend(entry.uses.unwritten().map(|used_ms| (Arc::clone(entry), used_ms)));
            }
            !goes
        });
        unwritten
    }

    /// When the key of that id was last used, milliseconds since the epoch, as far as it was since it was loaded.
    pub fn last_used(&self, id: &str) -> Option<i64> {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        inner
            .keys
            .values()
            .find(|e| e.id == id)
            .map(|e| e.uses.used_ms.load(Ordering::Relaxed))
            .filter(|used| *used > 0)
    }

    /// Uses not yet written to the database: key id and milliseconds since the epoch.
    pub fn unwritten(&self) -> Vec<(Arc<KeyEntry>, i64)> {
        let inner = self.0.read().unwrap_or_else(PoisonError::into_inner);
        inner.keys.values().filter_map(|e| Some((Arc::clone(e), e.uses.unwritten()?))).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    // A tenant's capability comes from an engine only; the cache's own logic is tested with the keys of a server in
    // `tests/it/keys.rs`. Here: the epoch.
    #[test]
    fn a_revocation_and_a_change_move_the_epoch_on() {
        let cache = KeyCache::default();
        let before = cache.get(&[0; 32]).unwrap_err();
        cache.revoke("any");
        let then = cache.get(&[0; 32]).unwrap_err();
        assert_ne!(then, before);
        let workspace = TenantId::parse("0123456789abcdef0123456789abcdef").unwrap();
        assert!(cache.forget_workspace(&workspace).is_empty());
        let later = cache.get(&[0; 32]).unwrap_err();
        assert_ne!(later, then);
        assert!(cache.forget_all().is_empty());
        assert_ne!(cache.get(&[0; 32]).unwrap_err(), later);
    }
}
