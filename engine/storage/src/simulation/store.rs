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
    PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, Result, UploadPart, memory::InMemory,
    path::Path,
};
use tokio::sync::Notify;

use super::{Chance, TestClock};

/// Faults that were hit, by their names.
pub type Hits = Mutex<HashMap<&'static str, usize>>;

/// What a test refuses by itself: an operation and the path it is about.
type Refusal = Box<dyn Fn(&'static str, &Path) -> bool + Send>;

pub struct FaultyStore {
    inner: InMemory,
    clock: Arc<TestClock>,
    chance: Arc<Chance>,
    written: Arc<Mutex<HashMap<Path, DateTime<Utc>>>>,
    refusal: Mutex<Option<Refusal>>,
    /// The next answer to a GET waits here, when it has been given its bytes.
    gate: Mutex<Option<Arc<Gate>>>,
    pub hits: Arc<Hits>,
}

impl fmt::Debug for FaultyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyStore").finish_non_exhaustive()
    }
}

/// Where one answer waits.
#[derive(Debug, Default)]
pub struct Gate {
    /// Told when the answer waits.
    pub reached: Notify,
    /// Told when it may go on.
    pub open: Notify,
}

impl FaultyStore {
    pub fn new(clock: Arc<TestClock>, chance: Arc<Chance>) -> Self {
        Self {
            inner: InMemory::new(),
            clock,
            chance,
            written: Arc::default(),
            refusal: Mutex::default(),
            gate: Mutex::default(),
            hits: Arc::default(),
        }
    }

    /// From now on refuses what `refusal` says, an operation and its path.
    pub fn refuse(&self, refusal: impl Fn(&'static str, &Path) -> bool + Send + 'static) {
        *self.refusal.lock().unwrap() = Some(Box::new(refusal));
    }

    /// Refuses nothing but what chance does.
    pub fn refuse_nothing(&self) {
        *self.refusal.lock().unwrap() = None;
    }

    /// Lets the answer to the next GET wait.
    pub fn hold_next_get(&self) -> Arc<Gate> {
        let gate = Arc::new(Gate::default());
        *self.gate.lock().unwrap() = Some(gate.clone());
        gate
    }

    /// Others take their turns for a while; then it fails by chance.
    async fn maybe(&self, what: &'static str, location: &Path) -> Result<()> {
        self.chance.pause().await;
        let refused = self.refusal.lock().unwrap().as_ref().is_some_and(|refusal| refusal(what, location));
        fault(&self.chance, &self.hits, what, refused)
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

/// Fails by chance, or because it is refused.
fn fault(chance: &Chance, hits: &Hits, what: &'static str, refused: bool) -> Result<()> {
    if !refused && !chance.fault() {
        return Ok(());
    }
    *hits.lock().unwrap().entry(what).or_default() += 1;
    Err(Error::Generic { store: "faulty", source: format!("injected: {what}").into() })
}

impl fmt::Display for FaultyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FaultyStore")
    }
}

#[async_trait]
impl ObjectStore for FaultyStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.maybe("put", location).await?;
        let result = self.inner.put_opts(location, payload, options).await?;
        self.note(location);
        self.maybe("answer to put", location).await?;
        Ok(result)
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.maybe("upload", location).await?;
        let inner = self.inner.put_multipart_opts(location, options).await?;
        Ok(Box::new(FaultyUpload {
            inner,
            location: location.clone(),
            clock: self.clock.clone(),
            chance: self.chance.clone(),
            written: self.written.clone(),
            hits: self.hits.clone(),
        }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.maybe("get", location).await?;
        let mut result = self.inner.get_opts(location, options).await?;
        result.meta = self.dated(result.meta);
        let gate = self.gate.lock().unwrap().take();
        if let Some(gate) = gate {
            gate.reached.notify_one();
            gate.open.notified().await;
        }
        Ok(result)
    }

    async fn get_ranges(&self, location: &Path, ranges: &[std::ops::Range<u64>]) -> Result<Vec<bytes::Bytes>> {
        self.maybe("get of ranges", location).await?;
        self.inner.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let (chance, hits) = (self.chance.clone(), self.hits.clone());
        let allowed = locations.map(move |location| {
            let location = location?;
            fault(&chance, &hits, "delete", false)?;
            Ok(location)
        });
        let (chance, hits) = (self.chance.clone(), self.hits.clone());
        let deleted = self.inner.delete_stream(allowed.boxed());
        deleted
            .map(move |location| {
                let location = location?;
                fault(&chance, &hits, "answer to delete", false)?;
                Ok(location)
            })
            .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let written = self.written.lock().unwrap().clone();
        let (chance, hits) = (self.chance.clone(), self.hits.clone());
        self.inner
            .list(prefix)
            .map(move |meta| {
                let mut meta = meta?;
                fault(&chance, &hits, "list", false)?;
                if let Some(time) = written.get(&meta.location) {
                    meta.last_modified = *time;
                }
                Ok(meta)
            })
            .boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.maybe("list", prefix.unwrap_or(&Path::default())).await?;
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.inner.rename_opts(from, to, options).await
    }
}

/// An upload in parts, of which each may fail, and the end of it, before or after its effect.
struct FaultyUpload {
    inner: Box<dyn MultipartUpload>,
    location: Path,
    clock: Arc<TestClock>,
    chance: Arc<Chance>,
    written: Arc<Mutex<HashMap<Path, DateTime<Utc>>>>,
    hits: Arc<Hits>,
}

impl fmt::Debug for FaultyUpload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyUpload").field("location", &self.location).finish_non_exhaustive()
    }
}

#[async_trait]
impl MultipartUpload for FaultyUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        let fails = fault(&self.chance, &self.hits, "part", false);
        let part = self.inner.put_part(data);
        Box::pin(async move {
            fails?;
            part.await
        })
    }

    async fn complete(&mut self) -> Result<PutResult> {
        self.chance.pause().await;
        fault(&self.chance, &self.hits, "end of upload", false)?;
        let result = self.inner.complete().await?;
        self.written.lock().unwrap().insert(self.location.clone(), self.clock.now());
        fault(&self.chance, &self.hits, "answer to end of upload", false)?;
        Ok(result)
    }

    async fn abort(&mut self) -> Result<()> {
        self.inner.abort().await
    }
}
