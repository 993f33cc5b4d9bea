//! Putting lakes back from a backup, into a storage that holds none.

use std::{fs::File, path::Path};

use futures::TryStreamExt as _;
use kupets_core::{Error, Kind, Result, TenantId};
use object_store::{Error as StoreError, ObjectStoreExt as _, PutMode, PutOptions, PutPayload, WriteMultipart};

use super::{ArchiveReader, Entry, Place};
use crate::{
    Tenants,
    lake::{CATALOG, CatalogCopy, fault::error_at, storage::Storage, store_path},
};

/// A file up to this size is written by one request.
const AT_ONCE: u64 = 8 << 20;
/// Parts of a larger one that are under way.
const PARTS_AT_ONCE: usize = 4;

/// A data folder and a storage that hold nothing, for this process alone.
#[derive(Debug)]
pub struct Target {
    storage: Storage,
    _lock: File,
}

impl Target {
    /// Takes the data folder and the storage at `storage_url`, or `<data_dir>/lake`.
    ///
    /// # Errors
    /// A server has them, or there are lakes in the storage; it does not answer.
    pub async fn open(storage_url: Option<&str>, data_dir: &Path) -> Result<Self> {
        let lock = Tenants::lock(data_dir)?;
        Self::on(Storage::open(storage_url, &data_dir.join("lake"))?, lock).await
    }

    /// The same on a storage that is open.
    pub(super) async fn on(storage: Storage, lock: File) -> Result<Self> {
        let folder = storage.root.clone().join("tenants");
        let mut found = storage.store.list(Some(&folder));
        match found.try_next().await.map_err(|e| error_at(folder.as_ref(), e))? {
            None => {}
            Some(object) => {
                return Err(Error::new(
                    Kind::Conflict,
                    "not_empty",
                    format!(
                        "the storage is not empty: {} is there. A backup is restored into an empty one, and what a restore that broke \
                         off has left is to be deleted first",
                        object.location
                    ),
                ));
            }
        }
        drop(found);
        Ok(Self { storage, _lock: lock })
    }

    /// Puts every workspace's files back, and its catalog when they are all there; how many workspaces had a lake. `scratch` is a folder of
    /// this machine for catalogs.
    ///
    /// # Errors
    /// An entry is damaged, or the storage refuses: the storage is not empty then.
    pub async fn restore(&self, archive: &mut ArchiveReader, scratch: &Path) -> Result<usize> {
        let mut catalogs = Vec::new();
        for entry in archive.manifest().files.clone() {
            match Place::of(&entry.name) {
                Some(Place::Lake(tenant, path)) if path == CATALOG => catalogs.push((tenant, entry)),
                Some(Place::Lake(tenant, path)) => self.put_file(archive, &tenant, &path, &entry).await?,
                Some(Place::Control) => {}
                None => return Err(Error::internal(format!("{:?} is in a manifest that was read", entry.name))),
            }
        }
        for (number, (tenant, entry)) in catalogs.iter().enumerate() {
            let file = scratch.join(format!("catalog-{number}.sqlite"));
            archive.unpack(&entry.name, &file)?;
            let catalog = CatalogCopy { file };
            catalog.move_to(&self.storage, tenant).await?;
            self.put_catalog(tenant, &catalog).await?;
        }
        Ok(catalogs.len())
    }

    async fn put_catalog(&self, tenant: &TenantId, catalog: &CatalogCopy) -> Result<()> {
        let on_disk = |e: std::io::Error| error_at(&catalog.file.display().to_string(), e);
        let bytes = tokio::fs::read(&catalog.file).await.map_err(on_disk)?;
        let path = store_path(&self.storage, tenant, CATALOG);
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        let put = self.storage.store.put_opts(&path, PutPayload::from(bytes), options).await;
        put.map_err(|e| error_at(path.as_ref(), e))?;
        tokio::fs::remove_file(&catalog.file).await.map_err(on_disk)
    }

    async fn put_file(&self, archive: &mut ArchiveReader, tenant: &TenantId, path: &str, entry: &Entry) -> Result<()> {
        let path = store_path(&self.storage, tenant, path);
        let failed = |e: StoreError| error_at(path.as_ref(), e);
        let mut reading = archive.reading(entry)?;
        if entry.bytes <= AT_ONCE {
            let mut bytes = Vec::new();
            while let Some(piece) = reading.next_piece()? {
                bytes.extend_from_slice(piece);
            }
            return self.storage.store.put(&path, PutPayload::from(bytes)).await.map(|_| ()).map_err(failed);
        }
        let mut upload = WriteMultipart::new(self.storage.store.put_multipart(&path).await.map_err(failed)?);
        loop {
            match reading.next_piece() {
                Ok(Some(piece)) => upload.write(piece),
                Ok(None) => break,
                Err(error) => {
                    upload.abort().await.map_err(failed)?;
                    return Err(error);
                }
            }
            upload.wait_for_capacity(PARTS_AT_ONCE).await.map_err(failed)?;
        }
        upload.finish().await.map(|_| ()).map_err(failed)
    }
}
