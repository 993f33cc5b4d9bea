//! A tenant's lake, opened: its catalog, and the tables of one snapshot.
#![expect(
    deprecated,
    reason = "parquet offers no other reader over an object store until its successor of ParquetObjectReader is out"
)]

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use datafusion::{
    catalog::{CatalogProvider, Session},
    execution::session_state::SessionState,
};
use datafusion_ducklake::{
    DuckLakeCatalog, DuckLakeTable, DuckLakeTableFile, DuckLakeWriteOptions, MetadataProvider, MetadataWriter,
    SqliteMetadataProvider, SqliteMetadataWriter,
};
use futures::TryStreamExt;
use object_store::{ObjectStoreExt, path::Path as StorePath};
use parquet::{
    arrow::{ParquetRecordBatchStreamBuilder, ProjectionMask, async_reader::ParquetObjectReader},
    basic::{Compression, ZstdLevel},
    errors::ParquetError,
};

use super::{
    catalog::{self, SCHEMA, connection_string, lake_error},
    create::create,
    fault::{self, STORAGE},
    publish::Published,
    storage::Storage,
    working_copy::{CATALOG, WorkingCopy},
};
use crate::keys::{Entry, FileKeys, KeyPlace, RowSet, TableKeys, for_each_key, hash, tidied};
use kupets_core::{Error, Fault, Kind, Result, TenantId, clock::Clock, schema::Table};

/// Rows of a Parquet row group, as DuckDB writes them.
const ROW_GROUP_ROWS: usize = 122_880;

/// What a node's lakes have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Home<'a> {
    pub storage: &'a Storage,
    /// This node's folder for working copies of remote catalogs.
    pub work_dir: &'a Path,
    /// For scans of the lakes' own: see [`super::session`].
    pub session: &'a Arc<SessionState>,
    /// Identity of the node's journal.
    pub journal: &'a str,
    pub clock: &'a Arc<dyn Clock>,
    /// Number of the next working copy.
    pub epochs: &'a AtomicU64,
    /// What was committed longer ago is not published any more: see [`Lake::begin_write`].
    pub publish_within: Duration,
}

impl Home<'_> {
    fn working_copy(&self, tenant: &TenantId) -> Arc<WorkingCopy> {
        WorkingCopy::new(self.work_dir, tenant, self.epochs.fetch_add(1, Ordering::Relaxed))
    }
}

/// A tenant's lake. Writes to it are serialised by its owner.
#[derive(Debug)]
pub(crate) struct Lake {
    pub(super) tenant: TenantId,
    /// Our journal: the lake remembers how far it was flushed.
    pub(super) journal: String,
    pub(super) storage: Storage,
    /// The working catalog on this machine's disk.
    pub(super) catalog: PathBuf,
    pub(super) provider: Arc<dyn MetadataProvider>,
    /// The connections of `provider`.
    lookups: sqlx::SqlitePool,
    /// On remote storage: the state of the published catalog.
    pub(super) published: Option<Published>,
    /// Since when the working catalog may hold what is not published, microseconds since the epoch; 0: it does not.
    pub(super) unpublished_us: AtomicI64,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) publish_within: Duration,
    /// The newest snapshot that was expired. Held for reading by who lists the files of a snapshot, and for writing by who takes files
    /// out of the catalog: see [`Self::listing`].
    pub(super) expired: tokio::sync::RwLock<Option<i64>>,
    /// Names of damaged files, when all have been looked at.
    pub(super) damaged: tokio::sync::OnceCell<BTreeSet<String>>,
    /// Names of files that were looked at before that, and are not damaged.
    pub(super) checked: Mutex<HashSet<String>>,
    /// The sums of files, when one was first looked at before that.
    pub(super) noted: tokio::sync::OnceCell<HashMap<String, u64>>,
    /// Session for the lake's own scans (maintenance, reading delete files); never sees a user's statement.
    pub(super) session: Arc<SessionState>,
}

/// The lake at one snapshot.
#[derive(Debug, Clone)]
pub(crate) struct LakeState {
    /// The snapshot's id in the catalog.
    pub snapshot: i64,
    /// The last number of our journal that it holds.
    pub watermark: i64,
    /// Rows of the files of purchases.
    pub lines: u64,
    tables: [Arc<DuckLakeTable>; 3],
}

impl LakeState {
    /// A table at this snapshot.
    pub fn table(&self, table: Table) -> &Arc<DuckLakeTable> {
        &self.tables[table.index()]
    }
}

impl Lake {
    /// Whether what is published is what this lake was read at or published as.
    ///
    /// # Errors
    /// `fenced` if it is not; unavailable if the storage does not say.
    pub async fn look(&self) -> Result<()> {
        match &self.published {
            Some(published) => published.look().await,
            None => Ok(()),
        }
    }

    /// Whether the tenant still has no lake, on remote storage.
    ///
    /// # Errors
    /// `fenced` if it has one; unavailable if the storage does not say.
    pub async fn look_for_none(home: &Home<'_>, tenant: &TenantId) -> Result<()> {
        Published::none(home.storage, tenant).look().await
    }

    /// Opens the tenant's lake, or `None` if it has none yet.
    pub async fn open(home: &Home<'_>, tenant: &TenantId) -> Result<Option<Self>> {
        let storage = home.storage;
        let (catalog, published, copy) = match &storage.local {
            Some(root) => {
                let catalog = root.join("tenants").join(tenant.as_str()).join(CATALOG);
                if !catalog.exists() {
                    return Ok(None);
                }
                (catalog, None, None)
            }
            None => {
                let copy = home.working_copy(tenant);
                match Published::fetch(storage, tenant, &copy.catalog()).await? {
                    None => return Ok(None),
                    Some(published) => (copy.catalog(), Some(published), Some(copy)),
                }
            }
        };
        Self::attach(home, tenant, catalog, published, copy).await.map(Some)
    }

    /// Creates the tenant's lake. On remote storage it exists for others when its first commit is published.
    pub async fn create(home: &Home<'_>, tenant: &TenantId) -> Result<Self> {
        let storage = home.storage;
        let (catalog, published, copy) = match &storage.local {
            Some(root) => (root.join("tenants").join(tenant.as_str()).join(CATALOG), None, None),
            None => {
                let copy = home.working_copy(tenant);
                (copy.catalog(), Some(Published::none(storage, tenant)), Some(copy))
            }
        };
        create(&catalog, &storage.data_path(tenant)).await?;
        Self::attach(home, tenant, catalog, published, copy).await
    }

    async fn attach(
        home: &Home<'_>,
        tenant: &TenantId,
        catalog: PathBuf,
        published: Option<Published>,
        copy: Option<Arc<WorkingCopy>>,
    ) -> Result<Self> {
        let Home { storage, journal, session, clock, publish_within, .. } = *home;
        let mut connection = catalog::connect(&catalog).await?;
        catalog::check(&catalog, &mut connection).await?;
        catalog::wake(&catalog, &mut connection).await;
        sqlx::Connection::close(connection).await.map_err(|e| catalog::sql_error(&catalog, e))?;
        let lookups = catalog::lookups(&catalog, copy)?;
        let opened = Self {
            tenant: tenant.clone(),
            journal: journal.to_owned(),
            storage: storage.clone(),
            provider: Arc::new(SqliteMetadataProvider::from_pool(lookups.clone())),
            lookups,
            catalog,
            published,
            unpublished_us: AtomicI64::new(0),
            clock: clock.clone(),
            publish_within,
            expired: tokio::sync::RwLock::default(),
            damaged: tokio::sync::OnceCell::new(),
            checked: Mutex::default(),
            noted: tokio::sync::OnceCell::new(),
            session: session.clone(),
        };
        let fail = |e| lake_error(&opened.catalog, e);
        let data_path = storage.data_path(tenant);
        if opened.provider.get_data_path().map_err(fail)? != data_path {
            // The folder was copied or moved: its catalog follows it.
            opened.writer().await?.set_data_path(&data_path).map_err(fail)?;
        }
        opened.migrate().await?;
        Ok(opened)
    }

    /// On remote storage: what is told to who has found a lake that another node made.
    pub fn foreign(&self) -> Option<Error> {
        self.published.as_ref().map(Published::overtaken)
    }

    /// Closes connections that nobody uses now; the next look opens them again.
    pub async fn release_idle(&self) {
        catalog::release_idle(&self.lookups).await;
    }

    /// What changes the catalog. It is opened for each piece of work and dropped after it: an open one costs a thread, and a
    /// node has many more lakes than it is writing to.
    pub(super) async fn writer(&self) -> Result<Arc<SqliteMetadataWriter>> {
        SqliteMetadataWriter::with_max_connections(&connection_string(&self.catalog), 1)
            .await
            .map(Arc::new)
            .map_err(|e| lake_error(&self.catalog, e))
    }

    /// How data files are written.
    pub(super) fn write_options() -> DuckLakeWriteOptions {
        let mut options = DuckLakeWriteOptions::default();
        options.compression = Some(Compression::ZSTD(ZstdLevel::default()));
        options.max_row_group_rows = Some(ROW_GROUP_ROWS);
        options.data_inlining_row_limit = Some(0);
        // A flush sorts its rows itself, because it needs to know where each key lands.
        options.sort_on_insert = Some(false);
        options
    }

    /// The newest snapshot.
    pub async fn state(&self) -> Result<LakeState> {
        let mut connection = catalog::connect(&self.catalog).await?;
        let state = self.state_by(&mut connection).await;
        sqlx::Connection::close(connection).await.map_err(|e| catalog::sql_error(&self.catalog, e))?;
        state
    }

    /// The newest snapshot, its watermark read over `connection`.
    pub(super) async fn state_by(&self, connection: &mut sqlx::SqliteConnection) -> Result<LakeState> {
        let lake = |e| lake_error(&self.catalog, e);
        let snapshot = self.provider.get_current_snapshot().map_err(lake)?;
        let watermark = catalog::watermark(&self.catalog, connection, &self.journal).await?;
        let catalog = DuckLakeCatalog::with_snapshot(self.provider.clone(), snapshot).map_err(lake)?;
        let schema = catalog.schema(SCHEMA).ok_or_else(|| self.missing(SCHEMA))?;
        let mut tables = Vec::with_capacity(Table::ALL.len());
        for table in Table::ALL {
            let provider = schema
                .table(table.name())
                .await
                .map_err(|e| self.catalog_error(e))?
                .ok_or_else(|| self.missing(table.name()))?;
            let table = (provider.as_ref() as &dyn std::any::Any)
                .downcast_ref::<DuckLakeTable>()
                .ok_or_else(|| self.missing(table.name()))?;
            tables.push(Arc::new(table.clone()));
        }
        let tables = tables.try_into().map_err(|_| Error::internal("a lake has three tables"))?;
        let lines = catalog::rows(&self.catalog, connection, Table::Purchases).await?;
        Ok(LakeState { snapshot, watermark, lines, tables })
    }

    pub(super) fn missing(&self, what: &str) -> Error {
        Fault::Damaged.error(STORAGE, &self.catalog.display().to_string(), format!("it has no {what}"))
    }

    fn catalog_error(&self, error: datafusion::error::DataFusionError) -> Error {
        fault::error_at(&self.catalog.display().to_string(), error)
    }

    /// The store that holds the data files.
    pub fn store(&self) -> &Arc<dyn object_store::ObjectStore> {
        &self.storage.store
    }

    /// Path of a data file in the store.
    pub fn file_path(&self, table: Table, file: &str) -> StorePath {
        self.storage.tenant(&self.tenant).join(SCHEMA).join(table.name()).join(file)
    }

    /// The live files of a table.
    pub fn files(&self, state: &LakeState, table: Table) -> Result<Vec<DuckLakeTableFile>> {
        state.table(table).files().map_err(|e| lake_error(&self.catalog, e))
    }

    /// The keys of all live files of a table, but for damaged ones whose keys cannot be read; and the path of such a file. What is not
    /// known from before is read.
    pub async fn keys(&self, state: &LakeState, table: Table, place: KeyPlace) -> Result<(TableKeys, Option<String>)> {
        let files = self.files(state, table)?;
        let live: Vec<_> = files.iter().map(|file| (file.file.path.clone(), file.data_file_id)).collect();
        let (mut keys, mut unread) = (blocking(move || TableKeys::open(place, &live)).await?, None);
        for file in files {
            if keys.knows(&file.file.path) {
                keys.set_deleted(&file.file.path, self.deleted_rows(state, table, &file).await?);
                continue;
            }
            match self.file_keys(state, table, &file).await {
                Ok(read) => {
                    keys.add(vec![read]);
                    keys = blocking(move || tidied(keys)).await?;
                }
                // On a remote store a file may be gone because another node has the lake now.
                Err(error) if error.kind() == Kind::Corrupt && self.storage.sums.is_some() => {
                    let path = self.file_path(table, &file.file.path);
                    tracing::error!(tenant = %self.tenant, %error, %path, "the keys of a damaged file cannot be read");
                    unread = Some(path.to_string());
                }
                Err(error) => return Err(error),
            }
        }
        Ok((keys, unread))
    }

    /// The rows of a file that are deleted.
    pub async fn deleted_rows(&self, state: &LakeState, table: Table, file: &DuckLakeTableFile) -> Result<RowSet> {
        let Some(delete) = &file.delete_file else { return Ok(RowSet::default()) };
        let session: &dyn Session = &*self.session;
        let read = state.table(table).read_delete_file_positions(session, delete).await;
        let rows = read.map_err(|e| fault::error_at(self.file_path(table, &delete.path).as_ref(), e))?;
        Ok(rows.into_iter().collect())
    }

    /// Reads the keys of one file.
    pub async fn file_keys(&self, state: &LakeState, table: Table, file: &DuckLakeTableFile) -> Result<FileKeys> {
        let deleted = self.deleted_rows(state, table, file).await?;
        let path = self.file_path(table, &file.file.path);
        let failed = |e: ParquetError| fault::error_at(path.as_ref(), e);
        let meta = self.storage.store.head(&path).await.map_err(|e| fault::error_at(path.as_ref(), e))?;
        if i64::try_from(meta.size) != Ok(file.file.file_size_bytes) {
            let why = format!("it has {} bytes and should have {}", meta.size, file.file.file_size_bytes);
            return Err(damaged(path.as_ref(), why));
        }
        let reader = ParquetObjectReader::new(self.storage.store.clone(), path.clone()).with_file_size(meta.size);
        let builder = ParquetRecordBatchStreamBuilder::new(reader).await.map_err(failed)?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), [table.key()]);
        let mut stream = builder.with_projection(mask).with_batch_size(65_536).build().map_err(failed)?;
        let mut entries: Vec<Entry> = Vec::new();
        let mut row: u32 = 0;
        let mut previous: Option<u128> = None;
        while let Some(batch) = stream.try_next().await.map_err(failed)? {
            for_each_key(batch.column(0).as_ref(), |_, key| {
                let hash = hash(key);
                match entries.last_mut() {
                    Some(entry) if previous == Some(hash) => entry.count += 1,
                    _ => entries.push(Entry { hash, row, count: 1 }),
                }
                previous = Some(hash);
                row += 1;
            })?;
        }
        Ok(FileKeys { file_id: file.data_file_id, path: file.file.path.as_str().into(), entries, deleted })
    }

    /// A writable handle on a table, for maintenance.
    pub(super) async fn writable(&self, table: Table) -> Result<DuckLakeTable> {
        let lake = |e| lake_error(&self.catalog, e);
        let mut options = Self::write_options();
        options.sort_on_insert = None;
        let writer: Arc<dyn MetadataWriter> = self.writer().await?;
        let catalog =
            DuckLakeCatalog::with_writer(self.provider.clone(), writer).map_err(lake)?.with_write_options(options);
        let schema = catalog.schema(SCHEMA).ok_or_else(|| self.missing(SCHEMA))?;
        let provider = schema
            .table(table.name())
            .await
            .map_err(|e| self.catalog_error(e))?
            .ok_or_else(|| self.missing(table.name()))?;
        (provider.as_ref() as &dyn std::any::Any)
            .downcast_ref::<DuckLakeTable>()
            .cloned()
            .ok_or_else(|| self.missing(table.name()))
    }
}

/// Work that waits for the disk, where no request waits for the thread.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|e| Error::internal(format!("an index of keys was not made: {e}")))
}

/// A file whose bytes are not those that were written.
pub(crate) fn damaged(path: &str, why: String) -> Error {
    Fault::Damaged.error(STORAGE, path, why)
}
