//! On remote storage a commit is the conditional PUT of the catalog: it is refused when somebody else published since.

use std::path::Path;

use object_store::{
    Error as StoreError, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload, UpdateVersion,
    path::Path as StorePath,
};
use tokio::sync::Mutex;

use super::{
    fault::{STORAGE, error_at},
    storage::Storage,
    working_copy::CATALOG,
};
use kupets_core::{Error, Fault, Result, TenantId};

/// The published catalog of a tenant, as this node knows it.
#[derive(Debug)]
pub(crate) struct Published {
    store: std::sync::Arc<dyn ObjectStore>,
    path: StorePath,
    /// Version that the working copy was read at or published as; none before the first publication.
    version: Mutex<Option<UpdateVersion>>,
}

impl Published {
    /// A catalog that nobody has published yet.
    pub fn none(storage: &Storage, tenant: &TenantId) -> Self {
        Self { store: storage.store.clone(), path: storage.tenant(tenant).join(CATALOG), version: Mutex::new(None) }
    }

    /// Reads the published catalog into a new working copy at `catalog`; `None` if there is none.
    pub async fn fetch(storage: &Storage, tenant: &TenantId, catalog: &Path) -> Result<Option<Self>> {
        let published = Self::none(storage, tenant);
        let failed = |e: StoreError| error_at(published.path.as_ref(), e);
        let on_disk = |e: std::io::Error| error_at(&catalog.display().to_string(), e);
        let result = match published.store.get(&published.path).await {
            Ok(result) => result,
            Err(StoreError::NotFound { .. }) => return Ok(None),
            Err(e) => return Err(failed(e)),
        };
        let version = UpdateVersion { e_tag: result.meta.e_tag.clone(), version: result.meta.version.clone() };
        let bytes = result.bytes().await.map_err(failed)?;
        if let Some(folder) = catalog.parent() {
            tokio::fs::create_dir_all(folder).await.map_err(on_disk)?;
        }
        tokio::fs::write(catalog, &bytes).await.map_err(on_disk)?;
        *published.version.lock().await = Some(version);
        Ok(Some(published))
    }

    /// Makes sure that what is published is what this copy was read at or published as.
    ///
    /// # Errors
    /// [`kupets_core::Kind::Conflict`] with code `fenced` if another node published since: what this copy does not name may be in use.
    pub async fn confirm(&self) -> Result<()> {
        self.compare(&*self.version.lock().await).await
    }

    /// [`Self::confirm`], unless it is being published right now, which tells the same.
    pub async fn look(&self) -> Result<()> {
        match self.version.try_lock() {
            Ok(version) => self.compare(&version).await,
            Err(_) => Ok(()),
        }
    }

    async fn compare(&self, version: &Option<UpdateVersion>) -> Result<()> {
        let now = match self.store.head(&self.path).await {
            Ok(meta) => Some(UpdateVersion { e_tag: meta.e_tag, version: meta.version }),
            Err(StoreError::NotFound { .. }) => None,
            Err(e) => return Err(error_at(self.path.as_ref(), e)),
        };
        // By the tag alone: not every store tells the version when it is asked for the head of an object.
        let tag = |version: &Option<UpdateVersion>| version.as_ref().map(|version| version.e_tag.clone());
        if tag(&now) == tag(version) { Ok(()) } else { Err(self.overtaken()) }
    }

    /// What is told when another node has published since.
    pub fn overtaken(&self) -> Error {
        let why = "another node has published it since: this one drops its copy and reads the new one";
        Fault::Fenced.error(STORAGE, self.path.as_ref(), why)
    }

    /// Publishes the working copy. It is the commit point: after it, others see the commit, and the journal may forget it.
    ///
    /// # Errors
    /// [`kupets_core::Kind::Conflict`] with code `fenced` if another node published since: the copy is stale and must be dropped.
    pub async fn publish(&self, catalog: &Path) -> Result<()> {
        let bytes = tokio::fs::read(catalog).await.map_err(|e| error_at(&catalog.display().to_string(), e))?;
        let mut version = self.version.lock().await;
        let mode = version.clone().map_or(PutMode::Create, PutMode::Update);
        match self.store.put_opts(&self.path, PutPayload::from(bytes), PutOptions { mode, ..Default::default() }).await
        {
            Ok(result) => {
                *version = Some(UpdateVersion { e_tag: result.e_tag, version: result.version });
                Ok(())
            }
            Err(StoreError::Precondition { .. } | StoreError::AlreadyExists { .. }) => Err(self.overtaken()),
            // Its records stay in the journal.
            Err(e) => Err(error_at(self.path.as_ref(), e)),
        }
    }
}
