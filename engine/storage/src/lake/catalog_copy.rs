//! A copy of a lake's catalog, made beside whoever writes to it, and what it names.

use std::path::PathBuf;

use kupets_core::{Result, TenantId};
use object_store::{Error as StoreError, ObjectStoreExt as _, path::Path as StorePath};
use sqlx::Connection as _;

use super::{
    catalog::{self, SCHEMA, sql_error},
    fault::error_at,
    storage::Storage,
    working_copy::CATALOG,
};

/// A file that a catalog names, data or deletions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedFile {
    /// Its path below the workspace's folder.
    pub path: String,
    pub bytes: i64,
    /// XXH3 of its bytes, if it is known.
    pub sum: Option<u64>,
}

/// One version of the catalog, in a file of its own.
#[derive(Debug)]
pub(crate) struct CatalogCopy {
    pub file: PathBuf,
}

impl CatalogCopy {
    /// Copies the newest version of a workspace's catalog to `file`, which is not there yet; none if the workspace has no lake. On
    /// remote storage it is the published one.
    ///
    /// # Errors
    /// It is damaged, or the storage or this machine's disk refuses.
    pub async fn take(storage: &Storage, tenant: &TenantId, file: PathBuf) -> Result<Option<Self>> {
        let on_disk = |e: std::io::Error| error_at(&file.display().to_string(), e);
        if let Some(root) = &storage.local {
            let original = root.join("tenants").join(tenant.as_str()).join(CATALOG);
            if !original.exists() {
                return Ok(None);
            }
            let failed = |e| sql_error(&original, e);
            let mut connection = catalog::connect(&original).await?;
            catalog::check(&original, &mut connection).await?;
            // It reads one version, however busy the catalog is.
            let copied = sqlx::query("VACUUM INTO ?").bind(file.display().to_string());
            copied.execute(&mut connection).await.map_err(failed)?;
            connection.close().await.map_err(failed)?;
        } else {
            let original = storage.tenant(tenant).join(CATALOG);
            let failed = |e: StoreError| error_at(original.as_ref(), e);
            let bytes = match storage.store.get(&original).await {
                Ok(answer) => answer.bytes().await.map_err(failed)?,
                Err(StoreError::NotFound { .. }) => return Ok(None),
                Err(e) => return Err(failed(e)),
            };
            tokio::fs::write(&file, &bytes).await.map_err(on_disk)?;
        }
        let copy = Self { file };
        copy.settle().await?;
        Ok(Some(copy))
    }

    /// Checks it, and leaves it as a file of its own that needs none beside it.
    async fn settle(&self) -> Result<()> {
        let failed = |e| sql_error(&self.file, e);
        let mut connection = catalog::connect(&self.file).await?;
        catalog::check(&self.file, &mut connection).await?;
        connection.close().await.map_err(failed)?;
        // A connection of its own: statements that are not done with would keep the log.
        let mut connection = catalog::connect(&self.file).await?;
        catalog::lay(&mut connection).await.map_err(failed)?;
        connection.close().await.map_err(failed)
    }

    /// Every file that a snapshot of it needs. Those that wait to be deleted are not needed.
    ///
    /// # Errors
    /// It is damaged.
    pub async fn files(&self) -> Result<Vec<NamedFile>> {
        let failed = |e| sql_error(&self.file, e);
        let mut connection = catalog::connect(&self.file).await?;
        let noted: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master WHERE name = 'kupets_checksum'")
            .fetch_one(&mut connection)
            .await
            .map_err(failed)?;
        let sums = if noted > 0 { "kupets_checksum" } else { "(SELECT NULL AS path, NULL AS xxh3)" };
        // Paths that are not relative were not written by us.
        let named = format!(
            "SELECT DISTINCT '{SCHEMA}/' || t.table_name || '/' || f.path AS path, f.file_size_bytes, s.xxh3 FROM ( \
               SELECT table_id, path, file_size_bytes FROM ducklake_data_file WHERE path_is_relative \
               UNION ALL SELECT table_id, path, file_size_bytes FROM ducklake_delete_file WHERE path_is_relative) f \
             JOIN ducklake_table t ON t.table_id = f.table_id \
             LEFT JOIN {sums} s ON s.path = '{SCHEMA}/' || t.table_name || '/' || f.path ORDER BY 1"
        );
        let rows: Vec<(String, i64, Option<i64>)> =
            sqlx::query_as(sqlx::AssertSqlSafe(named)).fetch_all(&mut connection).await.map_err(failed)?;
        connection.close().await.map_err(failed)?;
        Ok(rows
            .into_iter()
            .map(|(path, bytes, sum)| NamedFile { path, bytes, sum: sum.map(i64::cast_unsigned) })
            .collect())
    }

    /// Makes it the catalog of a folder, so that other readers find the files there before a server has opened it.
    ///
    /// # Errors
    /// It is damaged, or the disk refuses.
    pub async fn move_to(&self, storage: &Storage, tenant: &TenantId) -> Result<()> {
        let failed = |e| sql_error(&self.file, e);
        let mut connection = catalog::connect(&self.file).await?;
        sqlx::query("UPDATE ducklake_metadata SET value = ? WHERE key = 'data_path'")
            .bind(storage.data_path(tenant))
            .execute(&mut connection)
            .await
            .map_err(failed)?;
        connection.close().await.map_err(failed)?;
        self.settle().await
    }
}

/// Where a file of a workspace stands in the store.
pub(crate) fn store_path(storage: &Storage, tenant: &TenantId, path: &str) -> StorePath {
    path.split('/').fold(storage.tenant(tenant), |folder, part| folder.join(part))
}
