//! The copy of a remote catalog that a handle works on: a folder of its own, gone with whoever last reads it.
//!
//! A handle that was fenced may still be read by queries when the next one opens. Each has files of its own, so that nobody reads,
//! overwrites or publishes what is another's.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use kupets_core::TenantId;

/// File name of a catalog in its tenant's folder.
pub(crate) const CATALOG: &str = "catalog.sqlite";
/// The folder of all working copies in a node's work folder.
pub(crate) const WORKING_COPIES: &str = "catalogs";

/// A working copy's folder. It is removed when this is dropped.
#[derive(Debug)]
pub(crate) struct WorkingCopy {
    folder: PathBuf,
}

impl WorkingCopy {
    /// The copy of that number; no other copy of this process has it.
    pub fn new(work_dir: &Path, tenant: &TenantId, number: u64) -> Arc<Self> {
        let folder = work_dir.join(WORKING_COPIES).join(tenant.as_str()).join(number.to_string());
        Arc::new(Self { folder })
    }

    /// Where its catalog stands.
    pub fn catalog(&self) -> PathBuf {
        self.folder.join(CATALOG)
    }
}

impl Drop for WorkingCopy {
    fn drop(&mut self) {
        match std::fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                tracing::warn!(%error, folder = %self.folder.display(), "a working copy was not removed; the next start removes it");
            }
            _ => {}
        }
    }
}
