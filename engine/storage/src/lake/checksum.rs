//! Checksums of data files on a local disk, so that a flipped bit is found and named before a wrong figure is shown.
//!
//! Parquet pages carry none, and compression does not notice every flip. The store hashes what it writes; a commit notes
//! the sums in a table of ours beside the catalog's own (DuckDB does not look at it); the files of a lake that was opened are read once
//! and compared before a query shows anything of them. Records are taken meanwhile. Remote stores check their own bytes at rest and on the
//! wire, so nothing is done for them.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{MutexGuard, PoisonError},
};

use datafusion_ducklake::DuckLakeTableFile;
use futures::{StreamExt as _, TryStreamExt};
use object_store::{ObjectStoreExt, path::Path as StorePath};
use xxhash_rust::xxh3::Xxh3;

use super::{
    Lake, LakeState,
    catalog::{self, sql_error},
    fault::error_at,
    open::damaged,
};
use kupets_core::{Error, Kind, Result, schema::Table};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS kupets_checksum (path VARCHAR PRIMARY KEY, xxh3 BIGINT NOT NULL)";

/// Files that are looked at at once for one statement.
const CHECKED_AT_ONCE: usize = 4;

impl Lake {
    /// Paths of the files of a table that the state reads: data files and the delete files over them.
    fn live_paths(&self, state: &LakeState, table: Table) -> Result<Vec<StorePath>> {
        let mut paths = Vec::new();
        for file in self.files(state, table)? {
            paths.push(self.file_path(table, &file.file.path));
            paths.extend(file.delete_file.map(|d| self.file_path(table, &d.path)));
        }
        Ok(paths)
    }

    fn all_live_paths(&self, state: &LakeState) -> Result<Vec<StorePath>> {
        let mut paths = Vec::new();
        for table in Table::ALL {
            paths.extend(self.live_paths(state, table)?);
        }
        Ok(paths)
    }

    async fn noted(&self, connection: &mut sqlx::SqliteConnection) -> Result<HashMap<String, u64>> {
        let sql = |e| sql_error(&self.catalog, e);
        sqlx::query(TABLE).execute(&mut *connection).await.map_err(sql)?;
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT path, xxh3 FROM kupets_checksum").fetch_all(connection).await.map_err(sql)?;
        Ok(rows.into_iter().map(|(path, sum)| (path, sum.cast_unsigned())).collect())
    }

    /// Name of a file in the checksum table: relative to the tenant's folder, which may move.
    fn name<'a>(&self, path: &'a StorePath) -> &'a str {
        let prefix = self.storage.tenant(&self.tenant);
        path.as_ref().strip_prefix(prefix.as_ref()).map_or(path.as_ref(), |rest| rest.trim_start_matches('/'))
    }

    /// Notes the sums of the files that were written since the last time.
    pub(super) async fn note_checksums(&self, connection: &mut sqlx::SqliteConnection) -> Result<()> {
        let Some(sums) = &self.storage.sums else { return Ok(()) };
        let written = sums.take_below(&self.storage.tenant(&self.tenant));
        self.note(connection, &written).await
    }

    async fn note(&self, connection: &mut sqlx::SqliteConnection, sums: &[(StorePath, u64)]) -> Result<()> {
        if sums.is_empty() {
            return Ok(());
        }
        let sql = |e| sql_error(&self.catalog, e);
        // At once for writing: a flush may commit beside it.
        let mut tx = sqlx::Connection::begin_with(connection, "BEGIN IMMEDIATE").await.map_err(sql)?;
        sqlx::query(TABLE).execute(&mut *tx).await.map_err(sql)?;
        for (path, sum) in sums {
            sqlx::query("INSERT OR REPLACE INTO kupets_checksum (path, xxh3) VALUES (?, ?)")
                .bind(self.name(path))
                .bind(sum.cast_signed())
                .execute(&mut *tx)
                .await
                .map_err(sql)?;
        }
        tx.commit().await.map_err(sql)
    }

    /// Forgets the sums of files that were deleted.
    pub(super) async fn forget_checksums(&self, deleted: &[StorePath]) -> Result<()> {
        if self.storage.sums.is_none() || deleted.is_empty() {
            return Ok(());
        }
        let sql = |e| sql_error(&self.catalog, e);
        let mut connection = catalog::connect(&self.catalog).await?;
        let mut tx = sqlx::Connection::begin(&mut connection).await.map_err(sql)?;
        sqlx::query(TABLE).execute(&mut *tx).await.map_err(sql)?;
        for path in deleted {
            sqlx::query("DELETE FROM kupets_checksum WHERE path = ?")
                .bind(self.name(path))
                .execute(&mut *tx)
                .await
                .map_err(sql)?;
        }
        tx.commit().await.map_err(sql)?;
        sqlx::Connection::close(connection).await.map_err(sql)
    }

    async fn sum(&self, path: &StorePath) -> Result<u64> {
        let failed = |e: object_store::Error| error_at(path.as_ref(), e);
        let mut chunks = self.storage.store.get(path).await.map_err(failed)?.into_stream();
        let mut hasher = Xxh3::new();
        while let Some(chunk) = chunks.try_next().await.map_err(failed)? {
            hasher.update(&chunk);
        }
        Ok(hasher.digest())
    }

    /// The damaged files, by their names below the tenant's folder. The first call reads every live file once and compares it with
    /// its sum; others wait for it. What this process writes is known to be right.
    ///
    /// # Errors
    /// The storage or the catalog does not answer; the next call tries again.
    pub async fn damaged(&self) -> Result<&BTreeSet<String>> {
        self.damaged.get_or_try_init(|| self.find_damaged()).await
    }

    async fn find_damaged(&self) -> Result<BTreeSet<String>> {
        let mut damaged = BTreeSet::new();
        if self.storage.sums.is_none() {
            return Ok(damaged);
        }
        let state = self.state().await?;
        let mut connection = catalog::connect(&self.catalog).await?;
        let noted = self.noted(&mut connection).await?;
        let mut unknown = Vec::new();
        for path in self.all_live_paths(&state)? {
            let known = noted.get(self.name(&path));
            let sound = match self.sum(&path).await {
                Ok(sum) => match known {
                    Some(expected) => *expected == sum,
                    // Written by an earlier run that stopped before it noted the sum: taken as it is now.
                    None => {
                        unknown.push((path.clone(), sum));
                        true
                    }
                },
                Err(error) if error.kind() == Kind::Corrupt => false,
                Err(error) => return Err(error),
            };
            if !sound {
                damaged.insert(self.name(&path).to_owned());
            }
        }
        self.note(&mut connection, &unknown).await?;
        sqlx::Connection::close(connection).await.map_err(|e| sql_error(&self.catalog, e))?;
        if !damaged.is_empty() {
            // Maintenance may have replaced one meanwhile, and deleted it since.
            let now = self.all_live_paths(&self.state().await?)?;
            let live: HashSet<&str> = now.iter().map(|path| self.name(path)).collect();
            damaged.retain(|name| live.contains(name.as_str()));
        }
        for file in &damaged {
            tracing::error!(tenant = %self.tenant, file, "a data file is damaged; queries that need its table are refused until it is restored");
        }
        Ok(damaged)
    }

    /// A damaged file that a table has at that state, if there is one.
    ///
    /// # Errors
    /// As [`Self::damaged`].
    pub async fn damaged_file(&self, state: &LakeState, table: Table) -> Result<Option<String>> {
        let damaged = self.damaged().await?;
        if damaged.is_empty() {
            return Ok(None);
        }
        let paths = self.live_paths(state, table)?;
        Ok(paths.iter().map(|path| self.name(path)).find(|name| damaged.contains(*name)).map(str::to_owned))
    }

    /// Whether all files have been looked at, so that [`Self::damaged`] answers at once.
    pub fn is_looked_through(&self) -> bool {
        self.storage.sums.is_none() || self.damaged.initialized()
    }

    /// Refuses if one of these files of a table is damaged, or the delete file over it. Those that nobody has looked at are read.
    ///
    /// # Errors
    /// As [`Self::check_file`].
    pub async fn check_files(&self, table: Table, files: &[DuckLakeTableFile]) -> Result<()> {
        let paths = files.iter().flat_map(|file| {
            let own = [Some(&file.file), file.delete_file.as_ref()];
            own.into_iter().flatten().map(|data| self.file_path(table, &data.path))
        });
        let checks = futures::stream::iter(paths.collect::<Vec<_>>())
            .map(|path| async move { self.check_file(&path).await })
            .buffer_unordered(CHECKED_AT_ONCE);
        checks.try_collect().await
    }

    /// Refuses a file whose bytes are not those that were written. Before all were looked at, this one is.
    ///
    /// # Errors
    /// It is damaged, or the storage or the catalog does not answer.
    pub async fn check_file(&self, path: &StorePath) -> Result<()> {
        if self.storage.sums.is_none() {
            return Ok(());
        }
        let name = self.name(path);
        if let Some(found) = self.damaged.get() {
            return if found.contains(name) { Err(unlike(path)) } else { Ok(()) };
        }
        if self.checked().contains(name) {
            return Ok(());
        }
        let noted = self.noted_once().await?;
        let sum = self.sum(path).await?;
        if noted.get(name).is_some_and(|expected| *expected != sum) {
            return Err(unlike(path));
        }
        self.checked().insert(name.to_owned());
        Ok(())
    }

    /// The sums as they were noted when one was first asked for: files that came since are known to be right, and are not looked at.
    async fn noted_once(&self) -> Result<&HashMap<String, u64>> {
        self.noted
            .get_or_try_init(|| async {
                let mut connection = catalog::connect(&self.catalog).await?;
                let noted = self.noted(&mut connection).await?;
                sqlx::Connection::close(connection).await.map_err(|e| sql_error(&self.catalog, e))?;
                Ok(noted)
            })
            .await
    }

    fn checked(&self) -> MutexGuard<'_, HashSet<String>> {
        self.checked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unlike(path: &StorePath) -> Error {
    damaged(path.as_ref(), "its bytes are not the ones that were written".to_owned())
}
