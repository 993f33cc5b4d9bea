//! Gathering files: the rows of several data files become new ones, in their table's order, one file or one a month of what they are
//! about.
//!
//! It is what the library's own merge does, which cannot part what it merges: each row keeps its number and the snapshot that it came
//! with, so that the new files can serve every snapshot that the old ones did. They do so when no reader lists the old ones any more:
//! see `fold`.
#![expect(
    deprecated,
    reason = "parquet offers no other reader over an object store until its successor of ParquetObjectReader is out"
)]

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use arrow::{
    array::{Array as _, ArrayRef, AsArray as _, Int64Array, RecordBatch},
    datatypes::{DataType, Field, Int64Type, Schema, SchemaRef},
};
use datafusion::{
    catalog::TableProvider as _,
    error::{DataFusionError, Result as DataFusionResult},
    execution::{SendableRecordBatchStream, TaskContext},
    physical_expr::{LexOrdering, PhysicalSortExpr, expressions::Column},
    physical_plan::{
        ExecutionPlan as _,
        coalesce_partitions::CoalescePartitionsExec,
        sorts::sort::SortExec,
        stream::RecordBatchStreamAdapter,
        streaming::{PartitionStream, StreamingTableExec},
    },
};
use datafusion_ducklake::{
    CompactionOutputFile, CompactionSourceFile, DuckLakeTableFile, DuckLakeTableWriter, MetadataWriter,
    SourceRetirement,
    row_id::{EMBEDDED_ROW_ID_COLUMN_NAME as ROW_ID, EMBEDDED_SNAPSHOT_ID_COLUMN_NAME as SNAPSHOT_ID},
};
use futures::{StreamExt as _, TryStreamExt as _};
use kupets_core::{Error, Result, schema::Table};
use object_store::{ObjectStore, path::Path as StorePath};
use parquet::arrow::{ParquetRecordBatchStreamBuilder, async_reader::ParquetObjectReader};

use super::{
    Lake, LakeState,
    catalog::{self, SCHEMA, lake_error, sql_error},
    fault::error_at,
    months::Months,
};
use crate::layout::to_scan_layout;

impl Lake {
    /// Writes the rows of `files` anew, which have no deleted ones and are of one version of the table's schema; by the months of
    /// `months`, a column, if there is one. How many files that were.
    ///
    /// The caller is the lake's only writer.
    pub(super) async fn gather(
        &self,
        state: &LakeState,
        table: Table,
        files: &[DuckLakeTableFile],
        months: Option<&str>,
    ) -> Result<usize> {
        let origins = files.iter().map(|file| file.begin_snapshot).collect::<Option<Vec<i64>>>();
        let Some(first) = origins.and_then(|origins| origins.into_iter().min()) else { return Ok(0) };
        let fail = |e| lake_error(&self.catalog, e);
        let (table_id, column_ids) = self.columns(table).await?;
        let data = state.table(table).schema();
        let rows = self.rows_in_order(table, files, &data)?;
        self.begin_write();
        let metadata: Arc<dyn MetadataWriter> = self.writer().await?;
        let writer = DuckLakeTableWriter::new(metadata.clone(), self.storage.store.clone())
            .map_err(fail)?
            .with_options(&Self::write_options());
        let mut outputs = Vec::new();
        let mut months = Months::new(rows, months, &data);
        while let Some(part) = months.next().await.map_err(|e| error_at(table.name(), e))? {
            let last = Arc::new(AtomicI64::new(first));
            let part = noting_last(part, last.clone());
            let name = table.name();
            let written =
                writer.write_compacted_file_stream(SCHEMA, name, &data, &column_ids, &column_ids, part, true, None);
            let file = written.await.map_err(fail)?;
            let partial_max = Some(last.load(Ordering::Relaxed));
            outputs.push(CompactionOutputFile { file, partial_max, begin_snapshot: None });
        }
        let sources: Vec<_> = files
            .iter()
            .map(|file| CompactionSourceFile { data_file_id: file.data_file_id, delete_file_id: None })
            .collect();
        metadata
            .commit_compaction(table_id, state.snapshot, &sources, &outputs, SourceRetirement::Retire)
            .map_err(fail)?;
        Ok(sources.len())
    }

    /// The table's number, and those of its columns in the order of its schema.
    async fn columns(&self, table: Table) -> Result<(i64, Vec<i64>)> {
        let sql = |e| sql_error(&self.catalog, e);
        let mut connection = catalog::connect(&self.catalog).await?;
        let found: Vec<(i64, String, i64)> = sqlx::query_as(
            "SELECT c.column_id, c.column_name, t.table_id FROM ducklake_column c JOIN ducklake_table t ON t.table_id = c.table_id \
             JOIN ducklake_schema s ON s.schema_id = t.schema_id WHERE s.schema_name = ? AND t.table_name = ? \
             AND s.end_snapshot IS NULL AND t.end_snapshot IS NULL AND c.end_snapshot IS NULL",
        )
        .bind(SCHEMA)
        .bind(table.name())
        .fetch_all(&mut connection)
        .await
        .map_err(sql)?;
        sqlx::Connection::close(connection).await.map_err(sql)?;
        let id = |name: &str| found.iter().find(|(_, column, _)| column == name).map(|(id, ..)| *id);
        let ids: Option<Vec<i64>> = table.schema().fields().iter().map(|field| id(field.name())).collect();
        found.first().map(|(.., table_id)| *table_id).zip(ids).ok_or_else(|| self.missing(table.name()))
    }

    /// The rows of the files with their numbers and snapshots, in the table's order. What does not fit into memory is sorted on the disk.
    fn rows_in_order(
        &self,
        table: Table,
        files: &[DuckLakeTableFile],
        data: &SchemaRef,
    ) -> Result<SendableRecordBatchStream> {
        let schema = with_origins(data);
        let sources = files.iter().map(|file| {
            Arc::new(SourceFile {
                table,
                store: self.storage.store.clone(),
                path: self.file_path(table, &file.file.path),
                row_id_start: file.row_id_start,
                snapshot: file.begin_snapshot,
                schema: schema.clone(),
            }) as Arc<dyn PartitionStream>
        });
        let order = table.sort_columns().iter().map(|name| {
            let at = schema.index_of(name).map_err(|e| Error::internal(e.to_string()))?;
            Ok(PhysicalSortExpr::new_default(Arc::new(Column::new(name, at))))
        });
        let order = LexOrdering::new(order.collect::<Result<Vec<_>>>()?);
        let order = order.ok_or_else(|| Error::internal(format!("{} has no order", table.name())))?;
        let failed = |e: DataFusionError| error_at(table.name(), e);
        let sources = sources.collect();
        let read = StreamingTableExec::try_new(schema.clone(), sources, None, None, false, None).map_err(failed)?;
        let one = Arc::new(CoalescePartitionsExec::new(Arc::new(read)));
        SortExec::new(order, one).execute(0, self.session.task_ctx()).map_err(failed)
    }
}

/// The table's columns, a row's number, and the snapshot that it came with.
fn with_origins(data: &Schema) -> SchemaRef {
    let fields = data.fields().iter().cloned();
    let origins = [ROW_ID, SNAPSHOT_ID].map(|name| Arc::new(Field::new(name, DataType::Int64, true)));
    Arc::new(Schema::new(fields.chain(origins).collect::<Vec<_>>()))
}

/// The stream, with the newest snapshot of its rows noted in `last`.
fn noting_last(rows: SendableRecordBatchStream, last: Arc<AtomicI64>) -> SendableRecordBatchStream {
    let schema = rows.schema();
    let noted = rows.inspect_ok(move |batch| {
        let snapshots = batch.columns().last().and_then(|column| column.as_primitive_opt::<Int64Type>());
        if let Some(newest) = snapshots.and_then(arrow::compute::max) {
            last.fetch_max(newest, Ordering::Relaxed);
        }
    });
    Box::pin(RecordBatchStreamAdapter::new(schema, noted))
}

/// A data file whose rows are read.
#[derive(Debug)]
struct SourceFile {
    table: Table,
    store: Arc<dyn ObjectStore>,
    path: StorePath,
    /// The number of its first row, if it does not have its rows' numbers in a column.
    row_id_start: Option<i64>,
    /// The snapshot that its rows came with, if it does not have theirs in a column.
    snapshot: Option<i64>,
    schema: SchemaRef,
}

impl PartitionStream for SourceFile {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (store, path, schema) = (self.store.clone(), self.path.clone(), self.schema.clone());
        let (table, row_id_start, snapshot) = (self.table, self.row_id_start, self.snapshot);
        let batches = futures::stream::once(async move {
            let reader = ParquetObjectReader::new(store, path);
            let batches = ParquetRecordBatchStreamBuilder::new(reader).await?.build()?;
            let mut read: i64 = 0;
            let rows = batches.map_err(DataFusionError::from).map(move |batch| {
                let batch = batch?;
                let first = row_id_start.map(|start| start + read);
                read += i64::try_from(batch.num_rows()).unwrap_or(i64::MAX);
                let numbers = origin(&batch, ROW_ID, first, 1)?;
                let snapshots = origin(&batch, SNAPSHOT_ID, snapshot, 0)?;
                with_columns(table, &batch, [numbers, snapshots], &schema)
            });
            Ok::<_, DataFusionError>(rows)
        });
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), batches.try_flatten()))
    }
}

/// A column of where rows are from: the file's own, or counted from `first` by `step`.
fn origin(batch: &RecordBatch, name: &str, first: Option<i64>, step: i64) -> DataFusionResult<ArrayRef> {
    let unknown = || DataFusionError::Execution(format!("a data file does not tell {name} of its rows"));
    match batch.column_by_name(name) {
        Some(own) => {
            let numbers = own.as_primitive_opt::<Int64Type>().filter(|numbers| numbers.null_count() == 0);
            Ok(Arc::new(numbers.ok_or_else(unknown)?.clone()))
        }
        None => {
            let first = first.ok_or_else(unknown)?;
            Ok(Arc::new(Int64Array::from_iter_values((0i64..).take(batch.num_rows()).map(|row| first + row * step))))
        }
    }
}

/// The batch's own columns in the layout of today, and those behind them.
fn with_columns(
    table: Table,
    batch: &RecordBatch,
    origins: [ArrayRef; 2],
    schema: &SchemaRef,
) -> DataFusionResult<RecordBatch> {
    let fields = batch.schema();
    let own =
        fields.fields().iter().enumerate().filter(|(_, field)| ![ROW_ID, SNAPSHOT_ID].contains(&field.name().as_str()));
    let own: Vec<usize> = own.map(|(at, _)| at).collect();
    let data = to_scan_layout(table, &batch.project(&own)?).map_err(|e| DataFusionError::External(Box::new(e)))?;
    let columns: Vec<ArrayRef> = data.columns().iter().cloned().chain(origins).collect();
    Ok(RecordBatch::try_new(schema.clone(), columns)?)
}
