//! The object store that the lakes live on, by URL, with one repair: what a local disk acknowledges is on the disk.

use std::{
    fmt,
    path::{Path as FsPath, PathBuf},
    sync::Arc,
};

use async_trait::async_trait;
use futures::stream::BoxStream;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions,
    PutOptions, PutPayload, PutResult, RenameOptions, Result as StoreResult, UploadPart, local::LocalFileSystem,
    path::Path,
};
use url::Url;
use xxhash_rust::xxh3::Xxh3;

use super::written_sums::Sums;
use kupets_core::{Error, Result};

/// Where lakes live: a store and a root inside it.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    /// The store, addressed from its own root.
    pub store: Arc<dyn ObjectStore>,
    /// Key under which DataFusion finds the store: `file:///` or `s3://bucket/`.
    pub url: Url,
    /// Path of the lakes' root inside the store.
    pub root: Path,
    /// The root on this machine's disk, if it is there.
    pub local: Option<PathBuf>,
    /// Sums of files written to the local disk.
    pub sums: Option<Arc<Sums>>,
    /// Held while a local folder is in use: a server with a data folder of its own could name the same for its lakes.
    _lock: Option<Arc<std::fs::File>>,
}

impl Storage {
    /// Opens the storage at `url` (`file:`, `s3://`, `gs://`, `az://`), or the local folder `default`.
    ///
    /// Credentials come from the environment under each cloud's usual names (`AWS_*`, `GOOGLE_*`, `AZURE_*`).
    pub fn open(url: Option<&str>, default: &FsPath) -> Result<Self> {
        let storage = Self::unlocked(url, default)?;
        match &storage.local {
            // For this process alone.
            Some(folder) => {
                let lock = Arc::new(lock(folder)?);
                Ok(Self { _lock: Some(lock), ..storage })
            }
            None => Ok(storage),
        }
    }

    /// The same beside a server that has it: only for who merges and deletes nothing.
    pub fn unlocked(url: Option<&str>, default: &FsPath) -> Result<Self> {
        match url {
            None => Self::local(default),
            Some(text) => {
                let url = Url::parse(text).map_err(|e| {
                    Error::invalid("bad_setting", format!("storage_url {text:?} is not a URL ({e}); examples: file:///var/lib/kupets/lake, s3://bucket/prefix"))
                })?;
                if url.scheme() == "file" {
                    let path = url.to_file_path().map_err(|()| {
                        Error::invalid(
                            "bad_setting",
                            format!("storage_url {text:?} is not an absolute path; write file:///path"),
                        )
                    })?;
                    return Self::local(&path);
                }
                Self::remote(text, &url)
            }
        }
    }

    fn local(folder: &FsPath) -> Result<Self> {
        let fail = |e: std::io::Error| {
            Error::unavailable(format!("the lake's folder {} cannot be opened ({e})", folder.display())).with_source(e)
        };
        std::fs::create_dir_all(folder).map_err(fail)?;
        let folder = folder.canonicalize().map_err(fail)?;
        let root = Path::from_absolute_path(&folder).map_err(|e| {
            Error::invalid(
                "bad_setting",
                format!("the lake's folder {} has a name that cannot be used ({e})", folder.display()),
            )
        })?;
        let url = Url::parse("file:///").map_err(|e| Error::internal(e.to_string()))?;
        let sums = Arc::new(Sums::default());
        let store = Arc::new(DurableLocal { inner: LocalFileSystem::new(), sums: sums.clone() });
        Ok(Self { store, url, root, local: Some(folder), sums: Some(sums), _lock: None })
    }

    fn remote(text: &str, url: &Url) -> Result<Self> {
        let options = std::env::vars()
            .map(|(k, v)| (k.to_ascii_lowercase(), v))
            .filter(|(k, _)| k.starts_with("aws_") || k.starts_with("google_") || k.starts_with("azure_"));
        let (store, root) = object_store::parse_url_opts(url, options).map_err(|e| {
            Error::invalid("bad_setting", format!("storage_url {text:?} cannot be used: {e}")).with_source(e)
        })?;
        let authority = format!("{}/", &url[..url::Position::BeforePath]);
        let url =
            Url::parse(&authority).map_err(|e| Error::invalid("bad_setting", format!("storage_url {text:?}: {e}")))?;
        Ok(Self { store: Arc::from(store), url, root, local: None, sums: None, _lock: None })
    }

    /// A store that is open, for tests.
    #[cfg(test)]
    pub fn remote_store(store: Arc<dyn ObjectStore>, url: Url, root: Path) -> Self {
        Self { store, url, root, local: None, sums: None, _lock: None }
    }

    /// A tenant's folder inside the store.
    pub fn tenant(&self, tenant: &kupets_core::TenantId) -> Path {
        self.root.clone().join("tenants").join(tenant.as_str())
    }

    /// A tenant's folder as the catalog writes it: an absolute path, or a URL.
    pub fn data_path(&self, tenant: &kupets_core::TenantId) -> String {
        match &self.local {
            Some(root) => format!("{}/tenants/{tenant}/", root.display()),
            None => format!("{}{}/", self.url, self.tenant(tenant)),
        }
    }
}

/// Takes a folder of lakes for this process alone.
fn lock(folder: &FsPath) -> Result<std::fs::File> {
    let path = folder.join("kupets.lock");
    let fail = |e: &dyn fmt::Display| Error::unavailable(format!("{} cannot be locked: {e}", path.display()));
    let file =
        std::fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(|e| fail(&e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(fail(&format!(
            "another kupets keeps its lakes in {}. Give each server a storage_url of its own",
            folder.display()
        ))),
        Err(std::fs::TryLockError::Error(e)) => Err(fail(&e)),
    }
}

/// The local disk, with every write synced (file, then folder) before it is acknowledged. `object_store` does not do it.
#[derive(Debug)]
struct DurableLocal {
    inner: LocalFileSystem,
    sums: Arc<Sums>,
}

impl fmt::Display for DurableLocal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DurableLocal({})", self.inner)
    }
}

/// Typed: what is to be done about it depends on what it was.
fn sync_error(error: std::io::Error) -> object_store::Error {
    object_store::Error::Generic { store: "local disk", source: error.into() }
}

/// Syncs a file and the folders that name it. The grandparent is included because a tenant's first write makes both.
async fn sync(location: &Path) -> StoreResult<()> {
    let path = PathBuf::from(format!("/{location}"));
    tokio::task::spawn_blocking(move || {
        std::fs::File::open(&path).and_then(|f| f.sync_all()).map_err(sync_error)?;
        for folder in path.ancestors().skip(1).take(3) {
            std::fs::File::open(folder).and_then(|f| f.sync_all()).map_err(sync_error)?;
        }
        Ok(())
    })
    .await
    .map_err(|e| object_store::Error::Generic { store: "local disk", source: e.into() })?
}

#[async_trait]
impl ObjectStore for DurableLocal {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> StoreResult<PutResult> {
        let mut hasher = Xxh3::new();
        payload.iter().for_each(|part| hasher.update(part));
        let result = self.inner.put_opts(location, payload, options).await?;
        sync(location).await?;
        self.sums.put(location.clone(), hasher.digest());
        Ok(result)
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> StoreResult<Box<dyn MultipartUpload>> {
        let inner = self.inner.put_multipart_opts(location, options).await?;
        Ok(Box::new(DurableUpload { inner, location: location.clone(), hasher: Xxh3::new(), sums: self.sums.clone() }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> StoreResult<GetResult> {
        self.inner.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[std::ops::Range<u64>]) -> StoreResult<Vec<bytes::Bytes>> {
        self.inner.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, StoreResult<Path>>) -> BoxStream<'static, StoreResult<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, StoreResult<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> StoreResult<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> StoreResult<()> {
        self.inner.copy_opts(from, to, options).await?;
        sync(to).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> StoreResult<()> {
        self.inner.rename_opts(from, to, options).await?;
        sync(to).await
    }
}

struct DurableUpload {
    inner: Box<dyn MultipartUpload>,
    location: Path,
    /// Parts are handed over in the order of their bytes.
    hasher: Xxh3,
    sums: Arc<Sums>,
}

impl fmt::Debug for DurableUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DurableUpload").field("location", &self.location).finish_non_exhaustive()
    }
}

#[async_trait]
impl MultipartUpload for DurableUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        data.iter().for_each(|part| self.hasher.update(part));
        self.inner.put_part(data)
    }

    async fn complete(&mut self) -> StoreResult<PutResult> {
        let result = self.inner.complete().await?;
        sync(&self.location).await?;
        self.sums.put(self.location.clone(), self.hasher.digest());
        Ok(result)
    }

    async fn abort(&mut self) -> StoreResult<()> {
        self.inner.abort().await
    }
}
