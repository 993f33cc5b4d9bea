//! The session for what lakes scan of themselves: merging files, erasing a person, reading delete files. One for the node,
//! with memory of its own, so that maintenance takes none from queries; what does not fit is sorted on the disk.

use std::{path::Path, sync::Arc};

use datafusion::execution::{
    SessionStateBuilder,
    config::SessionConfig,
    disk_manager::{DiskManagerBuilder, DiskManagerMode},
    memory_pool::FairSpillPool,
    runtime_env::RuntimeEnvBuilder,
    session_state::SessionState,
};

use super::storage::Storage;
use kupets_core::{Error, Result};

/// Bytes of memory for all maintenance at once.
const MEMORY_BYTES: usize = 256 << 20;

/// Makes the session. `spill_dir` is created.
///
/// # Errors
/// The folder cannot be made.
pub(crate) fn session(storage: &Storage, spill_dir: &Path) -> Result<Arc<SessionState>> {
    std::fs::create_dir_all(spill_dir).map_err(|e| {
        Error::unavailable(format!("the folder {} for temporary files cannot be made: {e}", spill_dir.display()))
    })?;
    let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Directories(vec![spill_dir.to_owned()]));
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(MEMORY_BYTES)))
        .with_disk_manager_builder(disk)
        .build_arc()
        .map_err(|e| Error::internal(format!("maintenance cannot be prepared: {e}")))?;
    runtime.register_object_store(&storage.url, storage.store.clone());
    let state = SessionStateBuilder::new().with_config(SessionConfig::new()).with_runtime_env(runtime).build();
    Ok(Arc::new(state))
}
