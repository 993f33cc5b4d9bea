//! How far the reading of a file is, for a progress bar.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// How far the reading of files is. Clones share it.
#[derive(Debug, Clone)]
pub struct Progress {
    /// Bytes of each file that have been read, and all that it has; never none.
    files: Vec<(Arc<AtomicU64>, u64)>,
}

impl Progress {
    /// Of a file of so many bytes.
    pub(super) fn new(total: u64) -> Self {
        Self { files: vec![(Arc::default(), total)] }
    }

    /// Of several files; it goes on while these do.
    pub(super) fn of_all<'a>(all: impl Iterator<Item = &'a Self>) -> Self {
        Self { files: all.flat_map(|one| one.files.iter().cloned()).collect() }
    }

    /// From 0 to 1.
    pub fn share(&self) -> f64 {
        let read: u64 = self.files.iter().map(|(bytes, _)| bytes.load(Ordering::Relaxed)).sum();
        #[allow(clippy::cast_precision_loss)] // a share for a progress bar
        let share = read as f64 / self.total().max(1) as f64;
        share.min(1.0)
    }

    /// All bytes that there are.
    pub(super) fn total(&self) -> u64 {
        self.files.iter().map(|(_, total)| total).sum()
    }

    /// The bytes read so far of the first file, for a reader to count.
    pub(super) fn bytes(&self) -> Arc<AtomicU64> {
        self.files.first().map(|(bytes, _)| bytes.clone()).unwrap_or_default()
    }

    /// For a reader that counts rows rather than bytes.
    pub(super) fn set_share(&self, done: u64, of: u64) {
        let Some((bytes, total)) = self.files.first() else { return };
        let read = u128::from(done) * u128::from(*total) / u128::from(of.max(1));
        bytes.store(u64::try_from(read).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}
