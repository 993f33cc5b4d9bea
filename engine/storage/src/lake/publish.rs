//! On remote storage a commit is the conditional PUT of the catalog: it is refused when somebody else published since.

use std::path::Path;

use object_store::{
    Error as StoreError, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, UpdateVersion,
    path::Path as StorePath,
};
use tokio::sync::Mutex;

use super::{catalog::CATALOG, storage::Storage};
use kupets_core::{Error, Kind, Result, TenantId};

/// The published catalog of a tenant, as this node knows it.
#[derive(Debug)]
pub(crate) struct Published {
    store: std::sync::Arc<dyn ObjectStore>,
    path: StorePath,
    /// Version that the working copy was read at or published as; none before the first publication.
    version: Mutex<Option<UpdateVersion>>,
}

/// Removes a working copy with its side files.
pub(crate) fn discard(catalog: &Path) -> Result<()> {
    for suffix in ["", "-wal", "-shm", "-journal", ".commit.lock"] {
        let mut file = catalog.as_os_str().to_os_string();
        file.push(suffix);
        match std::fs::remove_file(&file) {
            Ok(()) => {}
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => {
                return Err(Error::unavailable(format!(
                    "the working copy {} cannot be removed: {e}",
                    catalog.display()
                )));
            }
        }
    }
    Ok(())
}

impl Published {
    /// A catalog that nobody has published yet.
    pub fn none(storage: &Storage, tenant: &TenantId) -> Self {
        Self { store: storage.store.clone(), path: storage.tenant(tenant).join(CATALOG), version: Mutex::new(None) }
    }

    /// Reads the published catalog into a fresh working copy at `catalog`; `None` if there is none.
    ///
    /// A working copy left by an earlier run is dropped: what it holds beyond the published one was never acknowledged
    /// by the storage, and its records are still in the journal.
    pub async fn fetch(storage: &Storage, tenant: &TenantId, catalog: &Path) -> Result<Option<Self>> {
        let published = Self::none(storage, tenant);
        let fail = |e: &dyn std::fmt::Display| {
            Error::unavailable(format!("the catalog {} cannot be read from the storage: {e}", published.path))
        };
        discard(catalog)?;
        let result = match published.store.get(&published.path).await {
            Ok(result) => result,
            Err(StoreError::NotFound { .. }) => return Ok(None),
            Err(e) => return Err(fail(&e)),
        };
        let version = UpdateVersion { e_tag: result.meta.e_tag.clone(), version: result.meta.version.clone() };
        let bytes = result.bytes().await.map_err(|e| fail(&e))?;
        if let Some(folder) = catalog.parent() {
            tokio::fs::create_dir_all(folder).await.map_err(|e| fail(&e))?;
        }
        tokio::fs::write(catalog, &bytes).await.map_err(|e| fail(&e))?;
        *published.version.lock().await = Some(version);
        Ok(Some(published))
    }

    /// Makes sure that what is published is what this copy was read at or published as.
    ///
    /// # Errors
    /// [`Kind::Conflict`] with code `fenced` if another node published since: what this copy does not name may be in use.
    pub async fn confirm(&self) -> Result<()> {
        let version = self.version.lock().await;
        let now = match self.store.head(&self.path).await {
            Ok(meta) => Some(UpdateVersion { e_tag: meta.e_tag, version: meta.version }),
            Err(StoreError::NotFound { .. }) => None,
            Err(e) => {
                return Err(
                    Error::unavailable(format!("the catalog {} cannot be looked at: {e}", self.path)).with_source(e)
                );
            }
        };
        // By the tag alone: not every store tells the version when it is asked for the head of an object.
        let tag = |version: &Option<UpdateVersion>| version.as_ref().map(|version| version.e_tag.clone());
        if tag(&now) == tag(&version) { Ok(()) } else { Err(self.overtaken()) }
    }

    fn overtaken(&self) -> Error {
        Error::new(
            Kind::Conflict,
            "fenced",
            format!("another node has published {} since: this one drops its copy and reads the new one", self.path),
        )
    }

    /// Publishes the working copy. It is the commit point: after it, others see the commit, and the journal may forget it.
    ///
    /// # Errors
    /// [`Kind::Conflict`] with code `fenced` if another node published since: the copy is stale and must be dropped.
    pub async fn publish(&self, catalog: &Path) -> Result<()> {
        let bytes = tokio::fs::read(catalog)
            .await
            .map_err(|e| Error::unavailable(format!("the working copy {} cannot be read: {e}", catalog.display())))?;
        let mut version = self.version.lock().await;
        let mode = version.clone().map_or(PutMode::Create, PutMode::Update);
        match self.store.put_opts(&self.path, PutPayload::from(bytes), PutOptions { mode, ..Default::default() }).await
        {
            Ok(result) => {
                *version = Some(UpdateVersion { e_tag: result.e_tag, version: result.version });
                Ok(())
            }
            Err(StoreError::Precondition { .. } | StoreError::AlreadyExists { .. }) => Err(self.overtaken()),
            Err(e) => Err(Error::unavailable(format!(
                "the catalog {} cannot be published: {e}. Its records stay in the journal",
                self.path
            ))
            .with_source(e)),
        }
    }
}
