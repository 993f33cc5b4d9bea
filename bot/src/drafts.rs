//! What is known of drafts on the server.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

/// Seconds until drafts are tried again on a server that did not know them.
const UNKNOWN_FOR: i64 = 86_400;

/// What is known of drafts on the server.
#[derive(Debug, Default)]
pub(crate) struct Drafts {
    /// Not known to it, since when; 0 where they are or may be.
    unknown_since: AtomicI64,
    held_until: Mutex<Option<Instant>>,
}

impl Drafts {
    pub(crate) fn known(&self, now: i64) -> bool {
        let since = self.unknown_since.load(Ordering::Relaxed);
        since == 0 || now - since > UNKNOWN_FOR
    }

    pub(crate) fn are_unknown(&self, now: i64) {
        self.unknown_since.store(now.max(1), Ordering::Relaxed);
    }

    pub(crate) fn held(&self) -> bool {
        self.held_until.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|until| until > Instant::now())
    }

    pub(crate) fn hold(&self, wait: Duration) {
        *self.held_until.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + wait);
    }
}
