//! An answer: columns known, rows streaming, and what it can say of itself when the last row has been read.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Instant,
};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use datafusion::{
    datasource::{memory::MemorySourceConfig, source::DataSourceExec},
    execution::SendableRecordBatchStream,
    physical_plan::{ExecutionPlan, stream::RecordBatchStreamAdapter},
};

use futures::StreamExt as _;

use super::sql_type;

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = ColumnBody)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type as SQL spells it, for example `DECIMAL(38,4)`.
    #[serde(rename = "type")]
    pub sql_type: String,
    /// What a value counts: a currency code, `orders`, `days`, `ratio`, …; none where it is not a figure.
    pub unit: Option<String>,
}

/// What an answer says of itself before its rows are read.
#[derive(Debug, Clone, Default, serde::Serialize, utoipa::ToSchema)]
#[schema(as = Provenance)]
pub struct Meta {
    /// The report; null for SQL.
    pub report: Option<String>,
    /// The statement that ran.
    pub sql: String,
    /// Start of the period, RFC 3339, if it has one.
    pub from: Option<String>,
    /// End of the period (exclusive), RFC 3339, if it has one.
    pub to: Option<String>,
    /// The zone of days, weeks and months.
    pub time_zone: String,
    /// The currency of its figures, if it has one.
    pub currency: Option<String>,
    /// The version of the data that it saw.
    pub snapshot: String,
}

/// What a result says of itself.
#[derive(Debug, Clone, serde::Serialize, utoipa::ToSchema)]
#[schema(as = MetaBody)]
pub struct Told {
    /// What was known before the rows were read.
    #[serde(flatten)]
    pub meta: Meta,
    /// Whether there were more rows than `limit`.
    pub truncated: bool,
    /// Rows read from tables.
    pub rows_scanned: u64,
    /// Milliseconds from the question to the last row.
    pub elapsed_ms: u64,
}

/// What is only known when the last row has been read.
#[derive(Debug, Clone)]
pub(super) struct Progress {
    /// The plan that runs, for its metrics.
    pub plan: Option<Arc<dyn ExecutionPlan>>,
    /// When the question came.
    pub started: Instant,
    /// Set when rows past [`super::RowLimit::Cut`] or [`super::RowLimit::Ceiling`] were left out.
    pub truncated: Arc<AtomicBool>,
    /// The rows of [`super::RowLimit::Ceiling`], if that is where it is cut.
    pub ceiling: Option<usize>,
    /// Where a writer may keep temporary files.
    pub work_dir: Option<PathBuf>,
}

impl Progress {
    /// What the answer says of itself when all of its rows have been read.
    pub(super) fn told(&self, meta: Meta) -> Told {
        Told { meta, truncated: self.truncated(), rows_scanned: self.rows_scanned(), elapsed_ms: self.elapsed_ms() }
    }

    pub(super) fn rows_scanned(&self) -> u64 {
        self.plan.as_ref().map_or(0, |plan| leaf_rows(plan.as_ref()))
    }

    pub(super) fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// The ceiling that the answer was cut at though nobody asked for it.
    pub(super) fn cut_at_ceiling(&self) -> Option<usize> {
        self.ceiling.filter(|_| self.truncated())
    }

    pub(super) fn truncated(&self) -> bool {
        self.truncated.load(Ordering::Acquire)
    }
}

/// Rows that came out of the leaves of a plan: what was read after files and row groups were skipped.
fn leaf_rows(plan: &dyn ExecutionPlan) -> u64 {
    let children = plan.children();
    if children.is_empty() {
        let metered = plan.metrics().and_then(|m| m.output_rows());
        return metered.or_else(|| rows_in_memory(plan)).unwrap_or(0) as u64;
    }
    children.into_iter().map(|child| leaf_rows(child.as_ref())).sum()
}

/// Rows held in memory are not metered; all of them are read.
fn rows_in_memory(plan: &dyn ExecutionPlan) -> Option<usize> {
    let source = plan.downcast_ref::<DataSourceExec>()?.data_source();
    let memory = source.downcast_ref::<MemorySourceConfig>()?;
    Some(memory.partitions().iter().flatten().map(RecordBatch::num_rows).sum())
}

/// A running answer: its columns are known, its rows stream.
pub struct Answer {
    /// The columns.
    pub columns: Vec<Column>,
    /// The Arrow schema of the rows.
    pub schema: SchemaRef,
    /// What it says of itself.
    pub meta: Meta,
    /// The rows. Dropping it cancels the query.
    pub rows: SendableRecordBatchStream,
    pub(super) progress: Progress,
}

impl Answer {
    pub(super) fn new(rows: SendableRecordBatchStream, meta: Meta, progress: Progress) -> Self {
        let schema = rows.schema();
        let columns = schema
            .fields()
            .iter()
            .map(|f| Column { name: f.name().clone(), sql_type: sql_type(f.data_type()), unit: None })
            .collect();
        Self { columns, schema, meta, rows, progress }
    }

    /// An answer over rows that are at hand, for figures computed outside SQL.
    pub fn from_batches(schema: SchemaRef, batches: Vec<RecordBatch>, meta: Meta) -> Self {
        let stream = futures::stream::iter(batches.into_iter().map(Ok));
        let progress = Progress {
            plan: None,
            started: Instant::now(),
            truncated: Arc::new(AtomicBool::new(false)),
            ceiling: None,
            work_dir: None,
        };
        Self::new(Box::pin(RecordBatchStreamAdapter::new(schema, stream)), meta, progress)
    }

    /// The same answer, and a count of its rows that have been read so far.
    #[must_use]
    pub fn counted(self) -> (Self, Arc<AtomicU64>) {
        let count = Arc::new(AtomicU64::new(0));
        let (Self { columns, schema, meta, rows, progress }, counting) = (self, Arc::clone(&count));
        let rows = rows.inspect(move |batch| {
            if let Ok(batch) = batch {
                counting.fetch_add(batch.num_rows() as u64, Ordering::Relaxed);
            }
        });
        let rows: SendableRecordBatchStream = Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&schema), rows));
        (Self { columns, schema, meta, rows, progress }, count)
    }

    /// Rows read from tables so far; complete once the rows have ended.
    pub fn rows_scanned(&self) -> u64 {
        self.progress.rows_scanned()
    }

    /// Whether rows were left out because of [`super::RowLimit::Cut`]; known once the rows have ended.
    pub fn truncated(&self) -> bool {
        self.progress.truncated()
    }

    /// Reads all rows.
    ///
    /// # Errors
    /// What stopped the query.
    pub async fn collect(self) -> kupets_core::Result<Vec<RecordBatch>> {
        use futures::TryStreamExt;
        self.rows.try_collect().await.map_err(super::from_datafusion)
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("columns", &self.columns).field("meta", &self.meta).finish_non_exhaustive()
    }
}
