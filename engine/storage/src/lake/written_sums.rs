//! Checksums of files that were written and are not noted in a catalog yet.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use object_store::path::Path as StorePath;

/// Sums of files that were written and are not noted in a catalog yet.
#[derive(Debug, Default)]
pub(crate) struct Sums(Mutex<HashMap<StorePath, u64>>);

impl Sums {
    /// Remembers a file's sum.
    pub fn put(&self, path: StorePath, sum: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(path, sum);
    }

    /// The sums of files below a folder, once.
    pub fn take_below(&self, folder: &StorePath) -> Vec<(StorePath, u64)> {
        let mut sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sums.extract_if(|path, _| path.prefix_matches(folder)).collect()
    }
}
