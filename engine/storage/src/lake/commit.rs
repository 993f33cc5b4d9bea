//! A flush's commit: new rows, the positions that they replace, and the journal's watermark, in one snapshot.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use super::{
    Lake, LakeState,
    catalog::{self, CommitInfo, SCHEMA, lake_error},
    fault::STORAGE,
};
use kupets_core::{Error, Fault, Result, schema::Table};

use crate::layout::scan_schema;
use arrow::array::RecordBatch;
use datafusion_ducklake::{
    DeleteFileEntry, DuckLakeTableWriter, MetadataWriter, SnapshotCommitMetadata, TableWriteOptions, WriteMode,
};
use sqlx::{Connection as _, SqliteConnection};

/// A reader holds the catalog for milliseconds; a publication waits for it at most this often and long.
const CHECKPOINT_TRIES: usize = 200;
const CHECKPOINT_PAUSE: Duration = Duration::from_millis(10);

/// One table's share of a commit.
#[derive(Debug)]
pub(crate) struct FlushTable {
    pub table: Table,
    /// New rows in the table's order; none if it only loses rows.
    pub rows: Option<RecordBatch>,
    /// By file id: every row of the file that is deleted after this commit, those of earlier commits included, ascending.
    pub deleted: BTreeMap<i64, Vec<i64>>,
}

impl Lake {
    /// Commits `tables` with `watermark` and returns the new state. Nothing is visible, and nothing is lost, unless it returns `Ok`.
    ///
    /// A commit whose answer was lost is recognised by its watermark, so that a second try does not repeat it.
    pub async fn commit(&self, state: &LakeState, tables: Vec<FlushTable>, watermark: i64) -> Result<LakeState> {
        let mut connection = catalog::connect(&self.catalog).await?;
        if catalog::watermark(&self.catalog, &mut connection, &self.journal).await? < watermark {
            let clean = !self.is_unpublished();
            if let Err(error) = self.write(state, tables, watermark).await
                && catalog::watermark(&self.catalog, &mut connection, &self.journal).await? < watermark
            {
                if clean {
                    self.is_published_now();
                }
                return Err(error);
            }
        }
        let after = self.state_by(&mut connection).await?;
        self.note_checksums(&mut connection).await?;
        self.finish_commit(connection).await?;
        Ok(after)
    }

    /// Folds the write-ahead log into the catalog file and, on remote storage, publishes it.
    pub(super) async fn finish_commit(&self, mut connection: SqliteConnection) -> Result<()> {
        let mut folded = false;
        for _ in 0..CHECKPOINT_TRIES {
            // The first column says whether a reader was in the way.
            let busy: sqlx::Result<i64> =
                sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut connection).await;
            match busy {
                Ok(0) => {
                    folded = true;
                    break;
                }
                Ok(_) => tokio::time::sleep(CHECKPOINT_PAUSE).await,
                Err(error) => {
                    tracing::warn!(%error, catalog = %self.catalog.display(), "the catalog's log was not folded in");
                    break;
                }
            }
        }
        connection.close().await.map_err(|e| catalog::sql_error(&self.catalog, e))?;
        match &self.published {
            // Not folding it in is no loss on a local disk: the log is part of the catalog until the next time.
            None => Ok(()),
            Some(_) if !folded => {
                let why = "it is being read and cannot be published yet";
                Err(Fault::Transient.error(STORAGE, &self.catalog.display().to_string(), why))
            }
            Some(published) => {
                self.check_age()?;
                published.publish(&self.catalog).await?;
                self.is_published_now();
                Ok(())
            }
        }
    }

    /// Called before each write to the catalog: from now on it may hold what is not published, until [`Self::finish_commit`] has
    /// published it, whatever fails in between. Nothing that the published catalog names may be deleted meanwhile.
    pub(super) fn begin_write(&self) {
        if self.published.is_some() {
            let now_us = self.clock.now().timestamp_micros().max(1);
            let _ = self.unpublished_us.compare_exchange(0, now_us, Ordering::AcqRel, Ordering::Acquire);
        }
    }

    /// The catalog is the published one: nothing was written, or all of it was published.
    pub(super) fn is_published_now(&self) {
        self.unpublished_us.store(0, Ordering::Release);
    }

    /// Whether the catalog may hold what is not published.
    pub fn is_unpublished(&self) -> bool {
        self.unpublished_us.load(Ordering::Acquire) != 0
    }

    /// Files that no published catalog names are another owner's to delete when they are old. Those of a commit that waits for long
    /// may be by the time that it is published: they are given up, and the journal still has what they hold.
    fn check_age(&self) -> Result<()> {
        let since_us = self.unpublished_us.load(Ordering::Acquire);
        let waited_us = self.clock.now().timestamp_micros().saturating_sub(since_us);
        if since_us == 0 || u128::try_from(waited_us).unwrap_or(0) <= self.publish_within.as_micros() {
            return Ok(());
        }
        let why = "a commit could not be published for too long: it is dropped and done again";
        Err(Fault::Fenced.error(STORAGE, &self.catalog.display().to_string(), why))
    }

    /// Publishes what was committed and could not be published.
    pub async fn publish_again(&self) -> Result<()> {
        self.finish_commit(catalog::connect(&self.catalog).await?).await
    }

    /// Notes the sums of the files that were written, folds the log in and publishes.
    pub(super) async fn finish(&self) -> Result<()> {
        let mut connection = catalog::connect(&self.catalog).await?;
        self.note_checksums(&mut connection).await?;
        self.finish_commit(connection).await
    }

    pub(super) async fn write(&self, state: &LakeState, tables: Vec<FlushTable>, watermark: i64) -> Result<()> {
        let fail = |e| lake_error(&self.catalog, e);
        self.begin_write();
        let metadata: Arc<dyn MetadataWriter> = self.writer().await?;
        let writer = DuckLakeTableWriter::new(metadata, self.storage.store.clone())
            .map_err(fail)?
            .with_options(&Self::write_options());
        let info = CommitInfo { journal: self.journal.clone(), watermark, others: BTreeMap::new() };
        let info = serde_json::to_string(&info).map_err(|e| Error::internal(e.to_string()))?;
        let commit = SnapshotCommitMetadata::new().with_author("kupets").with_extra_info(info);
        let options = TableWriteOptions::new().with_commit_metadata(commit);
        let mut transaction = writer.transaction().with_options(&options);
        for share in tables {
            let schema = scan_schema(share.table);
            let mut deletes = Vec::with_capacity(share.deleted.len());
            if !share.deleted.is_empty() {
                let files = self.files(state, share.table)?;
                for (file_id, positions) in &share.deleted {
                    let file = files.iter().find(|f| f.data_file_id == *file_id).ok_or_else(|| {
                        Error::internal(format!("file {file_id} of {} is not in the snapshot", share.table.name()))
                    })?;
                    let delete = writer
                        .write_delete_file(SCHEMA, share.table.name(), &file.file.path, positions)
                        .await
                        .map_err(fail)?;
                    deletes.push(DeleteFileEntry {
                        data_file_id: *file_id,
                        expected_prev_delete_file: file.delete_file_id,
                        delete,
                    });
                }
            }
            let rows: Vec<RecordBatch> = share.rows.into_iter().collect();
            transaction
                .stage_write_with_deletes(SCHEMA, share.table.name(), &schema, WriteMode::Append, &rows, &deletes, &[])
                .await
                .map_err(fail)?;
        }
        transaction.commit().await.map_err(fail)?;
        Ok(())
    }
}
