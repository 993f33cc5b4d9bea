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

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use datafusion::{
    error::{DataFusionError, Result as DataFusionResult},
    execution::{RecordBatchStream, TaskContext, runtime_env::RuntimeEnv},
    physical_plan::{ExecutionPlan, execute_stream},
    prelude::SessionConfig,
};
use futures::{FutureExt, Stream, StreamExt};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_util::task::AbortOnDropHandle;

use super::{
    Answer, Meta, RowLimit,
    answer::Progress,
    errors::{out_of_memory, out_of_time},
    memory::QueryPool,
    watch::{self, End},
};
use kupets_core::{Error, Kind, Result};

/// Batches between the query and its reader: enough to keep both busy, few enough to stop soon.
const CHANNEL: usize = 2;

pub(super) struct Job {
    pub config: SessionConfig,
    pub runtime: Arc<RuntimeEnv>,
    pub plan: Arc<dyn ExecutionPlan>,
    pub max_rows: RowLimit,
    pub memory_bytes: usize,
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
    let pool = Arc::new(QueryPool::new(job.memory_bytes, job.runtime.memory_pool.clone()));
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
        work_dir: Some(job.work_dir),
    };
    let timeout_ms = job.timeout_ms;
    let work = async move {
        // Held until the last batch has been taken, so that a slow reader counts as a running query.
        let _permit = job.permit;
        let pump = pump(plan, context, job.max_rows, truncated, sender);
        let running = Running::new(job.started);
        let outcome = tokio::select! {
            biased;
            () = overdrawn.cancelled() => Err(out_of_memory()),
            done = tokio::time::timeout_at(job.deadline, pump) => done.unwrap_or_else(|_| Err(out_of_time(timeout_ms))),
        };
        running.ended(&outcome);
        outcome
    };
    let rows = Rows { schema, receiver, end, task: Some(AbortOnDropHandle::new(tokio::spawn(work))) };
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
    max_rows: RowLimit,
    truncated: Arc<AtomicBool>,
    sender: mpsc::Sender<RecordBatch>,
) -> Result<()> {
    let mut stream = execute_stream(plan, context).map_err(super::from_datafusion)?;
    let mut left = max_rows.rows();
    while let Some(batch) = stream.next().await {
        let mut batch = batch.map_err(super::from_datafusion)?;
        let over = batch.num_rows() > left;
        if over {
            if let RowLimit::Fail(rows) = max_rows {
                return Err(Error::new(
                    Kind::Limit,
                    "query_rows",
                    format!("The query has more than {rows} rows. Send `limit`, add LIMIT, or aggregate."),
                ));
            }
            truncated.store(true, Ordering::Release);
            batch = batch.slice(0, left);
        }
        left -= batch.num_rows();
        if batch.num_rows() > 0 && sender.send(batch).await.is_err() {
            return Ok(());
        }
        if over {
            return Ok(());
        }
    }
    Ok(())
}

/// The reader's end. Dropping it aborts the task, and with it the plan.
struct Rows {
    schema: SchemaRef,
    receiver: mpsc::Receiver<RecordBatch>,
    end: Arc<End>,
    task: Option<AbortOnDropHandle<Result<()>>>,
}

impl Stream for Rows {
    type Item = DataFusionResult<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match self.receiver.poll_recv(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Some(batch)) => Poll::Ready(Some(Ok(batch))),
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
