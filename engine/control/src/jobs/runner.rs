//! The runner: takes what is due, as many at once as it may, and gives each to the handler of its kind.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use kupets_core::Result;
use tokio::task::JoinHandle;
use tokio_util::{
    sync::CancellationToken,
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};

use super::{
    attempt::attempt,
    handler::{Handler, Stop, StopSignal},
    lease::Room,
    options::RunnerOptions,
    queue::Jobs,
};

/// How often the metrics of the queue are set.
const GAUGE_INTERVAL: Duration = Duration::from_secs(5);

/// A worker on the queue. Cheap to clone; all clones are one runner, which stops when the last one is dropped.
#[derive(Clone)]
pub struct Runner {
    inner: Arc<Inner>,
}

/// The stop signals of the attempts under way, by the job's id and the number of its lease.
type Signals = Arc<Mutex<HashMap<(String, i64), StopSignal>>>;

struct Inner {
    jobs: Jobs,
    options: Arc<RunnerOptions>,
    handlers: RwLock<HashMap<String, Arc<dyn Handler>>>,
    attempts: TaskTracker,
    signals: Signals,
    stop: CancellationToken,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl fmt::Debug for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runner").field("options", &self.inner.options).finish_non_exhaustive()
    }
}

impl Runner {
    /// A runner that does nothing yet.
    pub fn new(jobs: Jobs, options: RunnerOptions) -> Self {
        let inner = Inner {
            jobs,
            options: Arc::new(options),
            handlers: RwLock::default(),
            attempts: TaskTracker::new(),
            signals: Arc::default(),
            stop: CancellationToken::new(),
            task: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The queue that it works on.
    pub fn jobs(&self) -> &Jobs {
        &self.inner.jobs
    }

    /// Says who does the jobs of a kind, from now on. Jobs of kinds without a handler wait.
    pub fn register(&self, kind: impl Into<String>, handler: impl Handler) {
        let mut handlers = self.inner.handlers.write().unwrap_or_else(PoisonError::into_inner);
        handlers.insert(kind.into(), Arc::new(handler));
        drop(handlers);
        self.inner.jobs.wake();
    }

    /// Begins to work, on the tokio runtime that this is called from. A second call does nothing.
    pub fn start(&self) {
        let mut task = self.inner.task.lock().unwrap_or_else(PoisonError::into_inner);
        if task.is_none() && !self.inner.stop.is_cancelled() {
            let (jobs, stop, poll) = (self.inner.jobs.clone(), self.inner.stop.clone(), self.inner.options.poll);
            let inner = Arc::downgrade(&self.inner);
            *task = Some(tokio::spawn(async move {
                let mut chores = Chores::default();
                loop {
                    // Held only for the round: the runner ends with its last handle.
                    let Some(inner) = inner.upgrade() else { return };
                    if let Err(error) = inner.round().await {
                        tracing::warn!(%error, "the job queue does not answer; it is asked again");
                    }
                    chores.do_due(&inner).await;
                    drop(inner);
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = jobs.wake.notified() => {}
                        () = tokio::time::sleep(poll) => {}
                    }
                }
            }));
        }
    }

    /// Does what is due now, and what becomes due by that without time passing; for tests and for programs that run once.
    /// Returns how many attempts were made.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn run_due(&self) -> Result<usize> {
        let mut made = 0;
        loop {
            let begun = self.inner.round().await?;
            made += begun;
            if begun == 0 && self.inner.attempts.is_empty() {
                return Ok(made);
            }
            tokio::select! {
                () = self.inner.jobs.wake.notified() => {}
                () = tokio::time::sleep(self.inner.options.poll) => {}
            }
        }
    }

    /// Stops: takes no more jobs, tells the running attempts, waits for them up to the grace time, and gives back the leases of
    /// those that did not end, so that they begin again at the next start.
    pub async fn shutdown(&self) {
        self.inner.stop.cancel();
        let task = self.inner.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            let _ = task.await;
        }
        self.inner.stop_attempts();
        self.inner.attempts.close();
        self.inner.attempts.wait().await;
    }
}

impl Inner {
    /// Takes what is due and free slots allow; returns how many attempts began.
    async fn round(&self) -> Result<usize> {
        let recovered = self.jobs.recover().await?;
        if recovered > 0 {
            tracing::warn!(jobs = recovered, "jobs whose worker was not heard of are taken back");
        }
        let handlers = self.handlers.read().unwrap_or_else(PoisonError::into_inner).clone();
        let kinds: Vec<String> = handlers.keys().cloned().collect();
        let options = &self.options;
        let room = Room {
            kinds: &kinds,
            free: options.concurrency.saturating_sub(self.attempts.len()),
            per_tenant: options.per_tenant,
            owner: &options.name,
            lease: options.lease,
        };
        let leases = self.jobs.claim(&room).await?;
        let begun = leases.len();
        for lease in leases {
            let Some(handler) = handlers.get(&lease.job.kind).cloned() else { continue };
            let signal = StopSignal::default();
            let key = (lease.job.id.clone(), lease.number);
            self.signals.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone(), signal.clone());
            let place = Place { signals: self.signals.clone(), key, _token: self.attempts.token() };
            let (jobs, options) = (self.jobs.clone(), self.options.clone());
            tokio::spawn(async move {
                let wake = jobs.clone();
                attempt(jobs, options, handler, lease, signal).await;
                // The slot is free before the runner is told so.
                drop(place);
                wake.wake();
            });
        }
        Ok(begun)
    }

    fn stop_attempts(&self) {
        for signal in self.signals.lock().unwrap_or_else(PoisonError::into_inner).values() {
            signal.send(Stop::Stopping);
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop.cancel();
        self.stop_attempts();
    }
}

/// An attempt's place among those under way; dropping it makes the place free.
struct Place {
    signals: Signals,
    key: (String, i64),
    _token: TaskTrackerToken,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.signals.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

/// What the runner does now and then.
#[derive(Default)]
struct Chores {
    gauged: Option<std::time::Instant>,
    pruned_at: Option<i64>,
}

impl Chores {
    async fn do_due(&mut self, inner: &Inner) {
        let jobs = &inner.jobs;
        if self.gauged.is_none_or(|at| at.elapsed() >= GAUGE_INTERVAL) {
            self.gauged = Some(std::time::Instant::now());
            if let Ok(counts) = jobs.counts().await {
                metrics::gauge!("kupets_jobs_waiting").set(counts.waiting as f64);
                metrics::gauge!("kupets_jobs_running").set(counts.running as f64);
            }
        }
        let now = jobs.now();
        let every = i64::try_from(inner.options.prune_every.as_micros()).unwrap_or(i64::MAX);
        if self.pruned_at.is_none_or(|at| now.saturating_sub(at) >= every) {
            self.pruned_at = Some(now);
            if let Err(error) = jobs.prune(inner.options.keep_done, inner.options.keep_failed).await {
                tracing::warn!(%error, "old jobs could not be deleted; it is tried again");
            }
        }
    }
}
