//! Checksums of data files on a local disk, so that a flipped bit is found and named before a wrong figure is shown.
//!
//! Parquet pages carry none, and compression does not notice every flip. The store hashes what it writes; a commit notes
//! the sums in a table of ours beside the catalog's own (DuckDB does not look at it); a lake that is opened reads its files
//! once and compares. Remote stores check their own bytes at rest and on the wire, so nothing is done for them.

use std::collections::HashMap;

use futures::TryStreamExt;
use object_store::{ObjectStoreExt, path::Path as StorePath};
use xxhash_rust::xxh3::Xxh3;

use super::{
    Lake, LakeState,
    catalog::{self, sql_error},
    fault::error_at,
    open::damaged,
};
use kupets_core::{Result, schema::Table};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS kupets_checksum (path VARCHAR PRIMARY KEY, xxh3 BIGINT NOT NULL)";

impl Lake {
    /// Paths of all files that the state reads: data files and the delete files over them.
    fn live_paths(&self, state: &LakeState) -> Result<Vec<StorePath>> {
        let mut paths = Vec::new();
        for table in Table::ALL {
            for file in self.files(state, table)? {
                paths.push(self.file_path(table, &file.file.path));
                paths.extend(file.delete_file.map(|d| self.file_path(table, &d.path)));
            }
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
        let mut tx = sqlx::Connection::begin(connection).await.map_err(sql)?;
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

    /// Reads every file of `state` once and compares it with its sum.
    ///
    /// # Errors
    /// [`kupets_core::Kind::Corrupt`], naming the first file that differs or cannot be read.
    pub async fn verify(&self, state: &LakeState) -> Result<()> {
        if self.storage.sums.is_none() {
            return Ok(());
        }
        let mut connection = catalog::connect(&self.catalog).await?;
        let noted = self.noted(&mut connection).await?;
        let mut unknown = Vec::new();
        for path in self.live_paths(state)? {
            let sum = self.sum(&path).await?;
            match noted.get(self.name(&path)) {
                Some(expected) if *expected != sum => {
                    return Err(damaged(path.as_ref(), "its bytes are not the ones that were written".to_owned()));
                }
                Some(_) => {}
                // Written by an earlier run that stopped before it noted the sum: taken as it is now.
                None => unknown.push((path, sum)),
            }
        }
        self.note(&mut connection, &unknown).await?;
        sqlx::Connection::close(connection).await.map_err(|e| sql_error(&self.catalog, e))
    }
}
