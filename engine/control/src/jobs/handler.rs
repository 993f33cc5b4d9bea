//! What does a kind of job, and what it may ask while it does.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kupets_core::{Error, Kind, TenantId};
use serde_json::Value;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    backoff::Backoff,
    job::{Job, Progress},
};

/// Does the jobs of one kind.
///
/// A job is done *at least* once: an attempt may begin after another one that did everything but say so. So what a handler
/// does must bear being done twice, and its future may be dropped at any `await` after the job was told to stop.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Makes one attempt.
    ///
    /// # Errors
    /// The attempt failed: it is made again after [`Self::backoff`], or never if the error says so. A panic counts as a failed
    /// attempt.
    async fn run(&self, job: &JobContext) -> Result<Outcome, JobError>;

    /// How long to wait between failed attempts.
    fn backoff(&self) -> Backoff {
        Backoff::default()
    }

    /// How long an attempt may last; one that lasts longer has failed.
    fn time_limit(&self) -> Duration {
        Duration::from_secs(6 * 3_600)
    }
}

/// What an attempt reached.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// All of it; what there is to tell of it is kept with the job.
    Done(Option<Value>),
    /// What could be done now; the next attempt begins at that time, and failed attempts are counted from 0.
    Later(DateTime<Utc>),
}

/// Why an attempt failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobError {
    message: String,
    permanent: bool,
    retry_after: Option<Duration>,
}

impl JobError {
    /// It may succeed another time.
    pub fn retry(message: impl Into<String>) -> Self {
        Self { message: message.into(), permanent: false, retry_after: None }
    }

    /// It will not succeed at any time: the job has failed.
    pub fn permanent(message: impl Into<String>) -> Self {
        Self { message: message.into(), permanent: true, retry_after: None }
    }

    /// The next attempt begins no earlier than after this time, for example because the other side asks for it.
    #[must_use]
    pub fn after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Whether another attempt is of no use.
    pub fn is_permanent(&self) -> bool {
        self.permanent
    }

    /// The shortest wait before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl std::fmt::Display for JobError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for JobError {}

impl From<Error> for JobError {
    /// What is wrong in the request stays wrong; everything else may pass.
    fn from(error: Error) -> Self {
        let permanent = matches!(error.kind(), Kind::Invalid | Kind::NotFound | Kind::Forbidden | Kind::TooLarge);
        Self { message: error.to_string(), permanent, retry_after: error.retry_after_s().map(Duration::from_secs) }
    }
}

/// Why an attempt is to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Stop {
    /// Somebody cancelled the job.
    Cancelled = 1,
    /// The program stops: what is not done now is done after the next start, and this attempt does not count.
    Stopping = 2,
    /// The lease is over or the job is deleted: whatever the handler answers, nothing is stored.
    Lost = 3,
}

/// Tells an attempt that it is to stop, and why: the first reason counts.
#[derive(Debug, Clone, Default)]
pub(super) struct StopSignal {
    token: CancellationToken,
    reason: Arc<AtomicU8>,
}

impl StopSignal {
    pub fn send(&self, reason: Stop) {
        let _ = self.reason.compare_exchange(0, reason as u8, Ordering::AcqRel, Ordering::Acquire);
        self.token.cancel();
    }

    pub fn reason(&self) -> Option<Stop> {
        match self.reason.load(Ordering::Acquire) {
            1 => Some(Stop::Cancelled),
            2 => Some(Stop::Stopping),
            3 => Some(Stop::Lost),
            _ => None,
        }
    }

    pub async fn received(&self) -> Stop {
        self.token.cancelled().await;
        self.reason().unwrap_or(Stop::Lost)
    }
}

/// An attempt, as its handler sees it.
#[derive(Debug)]
pub struct JobContext {
    pub(super) job: Job,
    pub(super) tenant: TenantId,
    pub(super) stop: StopSignal,
    pub(super) progress: watch::Sender<Progress>,
}

impl JobContext {
    /// The job as it was when the attempt began.
    pub fn job(&self) -> &Job {
        &self.job
    }

    /// Whose it is.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// What the job is given, as the handler's own type.
    ///
    /// # Errors
    /// The payload is of another form, which no attempt will change.
    pub fn payload<T: serde::de::DeserializeOwned>(&self) -> Result<T, JobError> {
        serde_json::from_value(self.job.payload.clone()).map_err(|e| {
            JobError::permanent(format!("the payload of a job of kind {:?} does not fit: {e}", self.job.kind))
        })
    }

    /// Says how far it is. Cheap: it is stored once a second at most.
    pub fn progress(&self, done: u64, total: Option<u64>, message: impl Into<String>) {
        let message = Some(message.into()).filter(|text| !text.is_empty());
        self.progress.send_replace(Progress { done, total, message });
    }

    /// Whether, and why, it is to stop. Look between two steps, and answer with any error to stop.
    pub fn stop_requested(&self) -> Option<Stop> {
        self.stop.reason()
    }

    /// Waits until it is to stop.
    pub async fn stopped(&self) -> Stop {
        self.stop.received().await
    }

    /// An error when it is to stop: `job.check()?` between two steps.
    ///
    /// # Errors
    /// It is to stop.
    pub fn check(&self) -> Result<(), JobError> {
        self.stop.reason().map_or(Ok(()), |_| Err(JobError::retry("the job was told to stop")))
    }
}
