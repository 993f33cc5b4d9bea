//! A plan at work: on a task of its own, through a short channel, until the rows, the time, the memory or the reader ends.

use std::{
    collections::HashMap,
    path::PathBuf,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Instant,
};

use arrow::{
    array::{Array as _, RecordBatch},
    datatypes::SchemaRef,
};
use datafusion::{
    error::{DataFusionError, Result as DataFusionResult},
    execution::{
        RecordBatchStream, TaskContext,
        memory_pool::{MemoryConsumer, MemoryReservation},
        runtime_env::RuntimeEnv,
    },
    physical_plan::{ExecutionPlan, execute_stream},
    prelude::SessionConfig,
};
use futures::{FutureExt, Stream, StreamExt};
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, mpsc},
};
use tokio_util::task::AbortOnDropHandle;

use super::{
    Answer, Meta, RowLimit,
    answer::Progress,
    budget::Budget,
    errors::{out_of_memory, out_of_time, too_many_rows},
    finite,
    memory::{QueryPool, Share},
    watch::{self, End},
};
use kupets_core::{Error, Result};

/// Batches between the query and its reader: enough to keep both busy, few enough to stop soon.
const CHANNEL: usize = 2;

pub(super) struct Job {
    pub config: SessionConfig,
    pub runtime: Arc<RuntimeEnv>,
    pub plan: Arc<dyn ExecutionPlan>,
    pub max_rows: RowLimit,
    /// Whether a double of the answer that is no number is an error.
    pub finite: bool,
    pub memory_bytes: usize,
    pub share: Arc<Share>,
    pub threads: Handle,
    pub budget: Arc<Budget>,
    pub deadline: tokio::time::Instant,
    pub timeout_ms: u64,
    pub permit: OwnedSemaphorePermit,
    pub meta: Meta,
    pub started: Instant,
    pub work_dir: PathBuf,
}

/// Starts the plan and returns the answer that reads from it.
pub(super) fn start(job: Job) -> Result<Answer> {
    let truncated = Arc::new(AtomicBool::new(false));
    let pool = Arc::new(QueryPool::new(job.memory_bytes, job.share, job.runtime.memory_pool.clone()));
    let room = pool.clone();
    job.budget.open(pool.clone());
    let overdrawn = pool.overdrawn();
    let mut runtime = job.runtime.as_ref().clone();
    runtime.memory_pool = pool;
    if watch::loops(&job.plan).map_err(super::from_datafusion)? {
        runtime.disk_manager = watch::no_disk().map_err(super::from_datafusion)?;
    }
    // The functions are in the plan already; the maps here serve plans that come over a network.
    let context = TaskContext::new(
        None,
        String::new(),
        job.config,
        HashMap::new(),
        HashMap::new(),
        HashMap::new(),
        HashMap::new(),
        Arc::new(runtime),
    );
    let context = Arc::new(context);
    let end = End::at(job.deadline.into_std(), job.timeout_ms);
    let plan = watch::bind(job.plan, &end).map_err(super::from_datafusion)?;
    let schema = plan.schema();
    let (sender, receiver) = mpsc::channel(CHANNEL);
    let progress = Progress {
        plan: Some(plan.clone()),
        started: job.started,
        truncated: truncated.clone(),
        ceiling: match job.max_rows {
            RowLimit::Ceiling(rows) => Some(rows),
            RowLimit::Cut(_) | RowLimit::Fail(_) => None,
        },
        work_dir: Some(job.work_dir),
    };
    let timeout_ms = job.timeout_ms;
    let work = async move {
        // Held until the last batch has been taken, so that a slow reader counts as a running query.
        let _permit = job.permit;
        let pump = pump(plan, context, (job.max_rows, job.finite), truncated, sender);
        let running = Running::new(job.started);
        let outcome = tokio::select! {
            biased;
            () = overdrawn.cancelled() => Err(out_of_memory()),
            done = tokio::time::timeout_at(job.deadline, pump) => done.unwrap_or_else(|_| Err(out_of_time(timeout_ms))),
        };
        let outcome = outcome.map_err(|error| room.explain(error));
        running.ended(&outcome);
        outcome
    };
    let rows = Rows { schema, receiver, held: None, end, task: Some(AbortOnDropHandle::new(job.threads.spawn(work))) };
    Ok(Answer::new(Box::pin(rows), job.meta, progress))
}

/// Counts a query while it runs, and how it ended; one that was dropped was abandoned by its reader.
struct Running {
    started: Instant,
    outcome: &'static str,
}

impl Running {
    fn new(started: Instant) -> Self {
        metrics::gauge!("kupets_queries_running").increment(1.0);
        Self { started, outcome: "abandoned" }
    }

    fn ended(mut self, outcome: &Result<()>) {
        self.outcome = outcome.as_ref().map_or_else(Error::code, |()| "ok");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        metrics::gauge!("kupets_queries_running").decrement(1.0);
        metrics::counter!("kupets_queries_total", "outcome" => self.outcome).increment(1);
        metrics::histogram!("kupets_query_seconds").record(self.started.elapsed().as_secs_f64());
    }
}

async fn pump(
    plan: Arc<dyn ExecutionPlan>,
    context: Arc<TaskContext>,
    (max_rows, finite): (RowLimit, bool),
    truncated: Arc<AtomicBool>,
    sender: mpsc::Sender<(RecordBatch, MemoryReservation)>,
) -> Result<()> {
    let pool = context.memory_pool().clone();
    let mut stream = execute_stream(plan, context).map_err(super::from_datafusion)?;
    let mut left = max_rows.rows();
    while let Some(batch) = stream.next().await {
        let mut batch = batch.map_err(super::from_datafusion)?;
        let over = batch.num_rows() > left;
        if over {
            if let RowLimit::Fail(rows) = max_rows {
                return Err(too_many_rows(rows));
            }
            truncated.store(true, Ordering::Release);
            batch = batch.slice(0, left);
        }
        if finite {
            batch.columns().iter().try_for_each(finite::check_array).map_err(super::from_datafusion)?;
        }
        left -= batch.num_rows();
        // The reader holds it until it asks for the next one.
        let held = MemoryConsumer::new("answer").register(&pool);
        held.try_grow(bytes_of(&batch)).map_err(super::from_datafusion)?;
        if batch.num_rows() > 0 && sender.send((batch, held)).await.is_err() {
            return Ok(());
        }
        if over {
            return Ok(());
        }
    }
    Ok(())
}

/// Bytes of the rows alone: a batch may be a part of a larger one, which others hold and have asked for.
fn bytes_of(batch: &RecordBatch) -> usize {
    batch.columns().iter().map(|column| column.to_data().get_slice_memory_size().unwrap_or_default()).sum()
}

/// The reader's end. Dropping it aborts the task, and with it the plan.
struct Rows {
    schema: SchemaRef,
    receiver: mpsc::Receiver<(RecordBatch, MemoryReservation)>,
    /// The memory of the batch that was given last.
    held: Option<MemoryReservation>,
    end: Arc<End>,
    task: Option<AbortOnDropHandle<Result<()>>>,
}

impl Stream for Rows {
    type Item = DataFusionResult<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.held = None;
        match self.receiver.poll_recv(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some((batch, held))) => {
                self.held = Some(held);
                Poll::Ready(Some(Ok(batch)))
            }
            // The channel is closed: the task has ended or is about to, and knows how.
            Poll::Ready(None) => {
                let Some(task) = self.task.as_mut() else { return Poll::Ready(None) };
                let outcome = std::task::ready!(task.poll_unpin(cx));
                self.task = None;
                let error = match outcome {
                    Ok(Ok(())) => return Poll::Ready(None),
                    Ok(Err(error)) => error,
                    Err(join) => Error::internal("The query failed inside the server.").with_source(join),
                };
                Poll::Ready(Some(Err(DataFusionError::External(Box::new(error)))))
            }
        }
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        self.end.abandon();
    }
}

impl RecordBatchStream for Rows {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}
