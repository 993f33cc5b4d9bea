//! How far the reading of a file is, for a progress bar.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// How far the reading of a file is. Clones share it.
#[derive(Debug, Clone)]
pub struct Progress {
    bytes: Arc<AtomicU64>,
    total: u64,
}

impl Progress {
    /// Of a file of so many bytes.
    pub(super) fn new(total: u64) -> Self {
        Self { bytes: Arc::default(), total }
    }

    /// From 0 to 1.
    pub fn share(&self) -> f64 {
        #[allow(clippy::cast_precision_loss)] // a share for a progress bar
        let share = self.bytes.load(Ordering::Relaxed) as f64 / self.total.max(1) as f64;
        share.min(1.0)
    }

    /// The bytes read so far, for a reader to count.
    pub(super) fn bytes(&self) -> Arc<AtomicU64> {
        self.bytes.clone()
    }

    /// For a reader that counts rows rather than bytes.
    pub(super) fn set_share(&self, done: u64, of: u64) {
        let bytes = u128::from(done) * u128::from(self.total) / u128::from(of.max(1));
        self.bytes.store(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}
