//! An object store in memory that fails by chance, before or after the effect, and that tells times by the clock of the test.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures::{StreamExt as _, stream::BoxStream};
use kupets_core::clock::Clock;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result, memory::InMemory, path::Path,
};

use super::{Chance, TestClock};

/// Faults that were hit, by their names.
pub type Hits = Mutex<HashMap<&'static str, usize>>;

#[derive(Debug)]
pub struct FaultyStore {
    inner: InMemory,
    clock: Arc<TestClock>,
    chance: Arc<Chance>,
    written: Mutex<HashMap<Path, DateTime<Utc>>>,
    pub hits: Hits,
}

impl FaultyStore {
    pub fn new(clock: Arc<TestClock>, chance: Arc<Chance>) -> Self {
        Self { inner: InMemory::new(), clock, chance, written: Mutex::default(), hits: Mutex::default() }
    }

    /// Fails by chance.
    fn maybe(&self, what: &'static str) -> Result<()> {
        if !self.chance.fault() {
            return Ok(());
        }
        *self.hits.lock().unwrap().entry(what).or_default() += 1;
        Err(Error::Generic { store: "faulty", source: format!("injected: {what}").into() })
    }

    fn note(&self, location: &Path) {
        self.written.lock().unwrap().insert(location.clone(), self.clock.now());
    }

    fn dated(&self, mut meta: ObjectMeta) -> ObjectMeta {
        if let Some(time) = self.written.lock().unwrap().get(&meta.location) {
            meta.last_modified = *time;
        }
        meta
    }
}

impl fmt::Display for FaultyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FaultyStore")
    }
}

#[async_trait]
impl ObjectStore for FaultyStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.maybe("put refused")?;
        let result = self.inner.put_opts(location, payload, options).await?;
        self.note(location);
        self.maybe("answer to put lost")?;
        Ok(result)
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.maybe("upload refused")?;
        self.note(location);
        self.inner.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.maybe("get refused")?;
        let mut result = self.inner.get_opts(location, options).await?;
        result.meta = self.dated(result.meta);
        Ok(result)
    }

    async fn get_ranges(&self, location: &Path, ranges: &[std::ops::Range<u64>]) -> Result<Vec<bytes::Bytes>> {
        self.maybe("get of ranges refused")?;
        self.inner.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let written = self.written.lock().unwrap().clone();
        self.inner
            .list(prefix)
            .map(move |meta| {
                meta.map(|mut meta| {
                    if let Some(time) = written.get(&meta.location) {
                        meta.last_modified = *time;
                    }
                    meta
                })
            })
            .boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.maybe("list refused")?;
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.inner.rename_opts(from, to, options).await
    }
}
