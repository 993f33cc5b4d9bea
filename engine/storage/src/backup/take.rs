//! Taking a backup of lakes, beside the server that writes to them.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use futures::TryStreamExt as _;
use kupets_core::{Error, Result, TenantId, clock::Clock};
use object_store::{Error as StoreError, ObjectStoreExt as _};
use xxhash_rust::xxh3::Xxh3;

use super::{ArchiveWriter, entry_of};
use crate::lake::{CATALOG, CatalogCopy, Hold, NamedFile, fault::error_at, storage::Storage, store_path};

/// How often a workspace's catalog is copied when files that it names go away.
const TRIES: usize = 10;

/// What was copied of a workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Taken {
    /// The entries of the archive that are its own; none if it has no lake.
    pub entries: Vec<String>,
    /// Files that are damaged, or are not where its catalog says, by their names in the archive. They were before.
    pub damaged: Vec<String>,
}

/// The lakes of a server, to be copied while it runs. No file of theirs is deleted meanwhile for want of use.
#[derive(Debug)]
pub struct Lakes {
    storage: Storage,
    scratch: PathBuf,
    hold: Hold,
    copies: usize,
}

impl Lakes {
    /// Opens the lakes at `storage_url`, or in `<data_dir>/lake`, and takes a hold on their files. `scratch` is a folder of this
    /// machine for copies of catalogs.
    ///
    /// # Errors
    /// The address is none, or the storage refuses.
    pub async fn hold(
        storage_url: Option<&str>,
        data_dir: &Path,
        scratch: &Path,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self> {
        Self::hold_on(Storage::unlocked(storage_url, &data_dir.join("lake"))?, scratch, clock).await
    }

    /// The same of a storage that is open.
    pub(super) async fn hold_on(storage: Storage, scratch: &Path, clock: &Arc<dyn Clock>) -> Result<Self> {
        let hold = Hold::take(&storage, clock).await?;
        Ok(Self { storage, scratch: scratch.to_owned(), hold, copies: 0 })
    }

    /// Lets go of the files.
    pub async fn release(self) {
        self.hold.release().await;
    }

    /// Copies one version of a workspace's lake: its catalog, and then the files that it names.
    ///
    /// A file that goes away meanwhile (a person was erased, and nobody waits with that) is no more in the catalog of then: it is copied
    /// anew. What was copied already stays, as a file never changes.
    ///
    /// # Errors
    /// The catalog is damaged, the storage does not answer, or the archive's disk refuses.
    pub async fn copy(&mut self, tenant: &TenantId, archive: &mut ArchiveWriter) -> Result<Taken> {
        let (mut gone, mut damaged) = (BTreeSet::new(), BTreeSet::new());
        for _ in 0..TRIES {
            self.copies += 1;
            let file = self.scratch.join(format!("catalog-{}.sqlite", self.copies));
            let Some(catalog) = CatalogCopy::take(&self.storage, tenant, file).await? else {
                return Ok(Taken::default());
            };
            let files = catalog.files().await?;
            let mut taken = Taken::default();
            let mut missing = BTreeSet::new();
            for file in &files {
                let name = entry_of(tenant, &file.path);
                match self.copy_file(tenant, file, &name, archive).await? {
                    Copied::Gone => {
                        missing.insert(name);
                        continue;
                    }
                    Copied::Damaged => {
                        damaged.insert(name.clone());
                    }
                    Copied::Whole => {}
                }
                if damaged.contains(&name) {
                    taken.damaged.push(name.clone());
                }
                taken.entries.push(name);
            }
            // What the next catalog names too, and is not there either, is lost.
            if missing.is_subset(&gone) {
                taken.damaged.extend(missing);
                let name = entry_of(tenant, CATALOG);
                archive.add(&name, &catalog.file)?;
                taken.entries.push(name);
                discard(&catalog);
                return Ok(taken);
            }
            gone.extend(missing);
            discard(&catalog);
        }
        Err(Error::unavailable(format!(
            "files of workspace {tenant} go away faster than they are copied: is another server on this storage?"
        )))
    }

    async fn copy_file(
        &mut self,
        tenant: &TenantId,
        file: &NamedFile,
        name: &str,
        archive: &mut ArchiveWriter,
    ) -> Result<Copied> {
        self.hold.renew().await?;
        if archive.has(name) {
            return Ok(Copied::Whole);
        }
        let path = store_path(&self.storage, tenant, &file.path);
        let failed = |e: StoreError| error_at(path.as_ref(), e);
        let mut pieces = match self.storage.store.get(&path).await {
            Ok(answer) => answer.into_stream(),
            Err(StoreError::NotFound { .. }) => return Ok(Copied::Gone),
            Err(e) => return Err(failed(e)),
        };
        archive.begin(name, true)?;
        let (mut sum, mut bytes) = (Xxh3::new(), 0);
        while let Some(piece) = pieces.try_next().await.map_err(failed)? {
            sum.update(&piece);
            bytes += piece.len() as u64;
            archive.data(&piece)?;
            self.hold.renew().await?;
        }
        archive.end();
        let sound = i64::try_from(bytes) == Ok(file.bytes) && file.sum.is_none_or(|noted| noted == sum.digest());
        if !sound {
            tracing::error!(%tenant, %path, "a data file is damaged: it is in the backup as it is");
        }
        Ok(if sound { Copied::Whole } else { Copied::Damaged })
    }
}

/// What became of a file.
enum Copied {
    Whole,
    Damaged,
    Gone,
}

/// Removes a copy of a catalog. Its folder goes in the end, with what could not be removed.
fn discard(catalog: &CatalogCopy) {
    let _ = std::fs::remove_file(&catalog.file);
}
