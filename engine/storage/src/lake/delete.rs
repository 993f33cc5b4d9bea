//! Deleting a tenant's lake, with its files, its catalog and the copy to work on.

use std::path::Path;

use futures::{StreamExt as _, TryStreamExt as _};
use kupets_core::{Result, TenantId};

use super::{fault::error_at, storage::Storage, working_copy::WORKING_COPIES};

/// The folder of all indexes of keys in a node's work folder.
pub(crate) const KEYS: &str = "keys";

/// Deletes all files of a tenant. What is gone already is no error, so that a deletion which broke off can be repeated.
///
/// # Errors
/// The storage refuses; some files may be gone then.
pub(crate) async fn delete(storage: &Storage, work_dir: &Path, tenant: &TenantId) -> Result<()> {
    remove_folder(&work_dir.join(KEYS).join(tenant.as_str())).await?;
    if let Some(root) = &storage.local {
        return remove_folder(&root.join("tenants").join(tenant.as_str())).await;
    }
    let prefix = storage.tenant(tenant);
    let files = storage.store.list(Some(&prefix)).map_ok(|file| file.location).boxed();
    // A file that is gone has been deleted by the attempt before.
    let gone = |error: object_store::Error| match error {
        object_store::Error::NotFound { .. } => Ok(()),
        other => Err(other),
    };
    let mut deleted = storage.store.delete_stream(files);
    while let Some(file) = deleted.next().await {
        file.map(drop).or_else(gone).map_err(|e| error_at(prefix.as_ref(), e))?;
    }
    remove_folder(&work_dir.join(WORKING_COPIES).join(tenant.as_str())).await
}

async fn remove_folder(folder: &Path) -> Result<()> {
    match tokio::fs::remove_dir_all(folder).await {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        done => done.map_err(|e| error_at(&folder.display().to_string(), e)),
    }
}
