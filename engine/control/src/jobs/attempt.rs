//! One attempt: the handler beside whoever keeps its lease, and what became of it.

use std::{any::Any, sync::Arc, time::Duration};

use chrono::TimeDelta;
use tokio::{sync::watch, task::JoinHandle, time::MissedTickBehavior};

use super::{
    handler::{Handler, JobContext, JobError, Outcome, Stop, StopSignal},
    job::Progress,
    lease::{End, Held, Lease},
    options::RunnerOptions,
    queue::Jobs,
};

/// Times that the end of an attempt is stored before the job is left to the next one.
const FINISH_TRIES: u32 = 5;

/// Aborts a task whose owner is gone.
struct Abort<T>(JoinHandle<T>);

impl<T> Drop for Abort<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Runs a leased job once and stores how it ended.
pub(super) async fn attempt(
    jobs: Jobs,
    options: Arc<RunnerOptions>,
    handler: Arc<dyn Handler>,
    mut lease: Lease,
    stop: StopSignal,
) {
    let kind = lease.job.kind.clone();
    // Seconds of a metric, not the time of day.
    let began = std::time::Instant::now();
    let (progress, told) = watch::channel(lease.job.progress.clone());
    let outcome = match kupets_core::TenantId::parse(&lease.job.tenant) {
        None => Err(JobError::permanent("the job's tenant is no tenant's id")),
        Some(tenant) => {
            let context = JobContext { job: lease.job.clone(), tenant, stop: stop.clone(), progress };
            watched(&jobs, &options, handler.clone(), context, &mut lease, &stop, told.clone()).await
        }
    };
    let end = ended(&jobs, handler.as_ref(), &lease, &stop, outcome);
    let last = told.borrow().clone();
    let label = match stop.reason() {
        Some(Stop::Lost) => "lost",
        _ => store(&jobs, &options, &lease, end, &last).await,
    };
    metrics::counter!("kupets_job_attempts_total", "kind" => kind.clone(), "outcome" => label).increment(1);
    metrics::histogram!("kupets_job_seconds", "kind" => kind).record(began.elapsed().as_secs_f64());
}

/// The handler's answer, while its lease is kept and its progress stored.
async fn watched(
    jobs: &Jobs,
    options: &RunnerOptions,
    handler: Arc<dyn Handler>,
    context: JobContext,
    lease: &mut Lease,
    stop: &StopSignal,
    told: watch::Receiver<Progress>,
) -> Result<Outcome, JobError> {
    let limit = handler.time_limit();
    // A task of its own: its panic ends there, and its work does not hold up the lease.
    let mut work = Abort(tokio::spawn(async move { tokio::time::timeout(limit, handler.run(&context)).await }));
    let mut tick = tokio::time::interval(options.poll);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut stored = lease.job.progress.clone();
    let mut grace = None;
    loop {
        let too_long = async move {
            match grace {
                Some(end) => tokio::time::sleep_until(end).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            answer = &mut work.0 => return match answer {
                Ok(Ok(answer)) => answer,
                Ok(Err(_)) => Err(JobError::retry(format!("the attempt lasted longer than {} s", limit.as_secs()))),
                Err(error) if error.is_panic() => Err(JobError::retry(panicked(error.into_panic().as_ref()))),
                Err(_) => Err(JobError::retry("the attempt was stopped")),
            },
            () = too_long => return Err(JobError::retry("the attempt was told to stop and did not")),
            reason = stop.received(), if grace.is_none() => {
                // Nobody waits for work that cannot be stored.
                let wait = if reason == Stop::Lost { Duration::ZERO } else { options.grace };
                grace = Some(tokio::time::Instant::now() + wait);
            }
            _ = tick.tick() => {
                let now_told = told.borrow().clone();
                let third = TimeDelta::from_std(options.lease / 3).map_or(0, |d| d.num_microseconds().unwrap_or(0));
                let due = lease.until - jobs.now() < third.saturating_mul(2);
                let held = match due || now_told != stored {
                    true => jobs.renew(lease, options.lease, &now_told).await,
                    false => jobs.held(lease).await,
                };
                match held {
                    Ok(Held::Yes) => stored = now_told,
                    Ok(Held::CancelRequested) => { stored = now_told; stop.send(Stop::Cancelled); }
                    Ok(Held::Lost) => stop.send(Stop::Lost),
                    // The lease may outlive this; when it does not, the job is another's.
                    Err(error) => {
                        tracing::warn!(%error, job = lease.job.id, "the lease of a job could not be kept; it is tried again");
                        if lease.until <= jobs.now() { stop.send(Stop::Lost); }
                    }
                }
            }
        }
    }
}

fn panicked(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("the handler panicked: {}", text.unwrap_or("no message"))
}

/// What the handler's answer means for the job.
fn ended(
    jobs: &Jobs,
    handler: &dyn Handler,
    lease: &Lease,
    stop: &StopSignal,
    outcome: Result<Outcome, JobError>,
) -> End {
    let error = match (outcome, stop.reason()) {
        (Ok(Outcome::Done(result)), _) => return End::Done(result),
        (_, Some(Stop::Cancelled)) => return End::Cancelled,
        (Ok(Outcome::Later(time)), _) => return End::Later(time),
        (Err(_), Some(Stop::Stopping)) => return End::Released,
        (Err(error), _) => error,
    };
    if error.is_permanent() || lease.job.attempts >= lease.job.max_attempts {
        return End::Failed(error.to_string());
    }
    let wait = handler.backoff().delay(lease.job.attempts, (jobs.random)());
    let wait = TimeDelta::from_std(wait.max(error.retry_after().unwrap_or_default())).unwrap_or(TimeDelta::MAX);
    End::Retry(jobs.clock.now().checked_add_signed(wait).unwrap_or_else(|| jobs.clock.now()), error.to_string())
}

/// Stores the end, several times if need be, and names it for the metrics.
async fn store(jobs: &Jobs, options: &RunnerOptions, lease: &Lease, end: End, progress: &Progress) -> &'static str {
    let mut end = end;
    for _ in 0..FINISH_TRIES {
        let label = match &end {
            End::Done(_) => "done",
            End::Later(_) => "later",
            End::Retry(..) => "retry",
            End::Failed(_) => "failed",
            End::Cancelled => "cancelled",
            End::Released => "released",
        };
        match jobs.finish(lease, &end, progress).await {
            Ok(true) => {
                if let End::Retry(_, error) | End::Failed(error) = &end {
                    let (job, kind) = (&lease.job.id, &lease.job.kind);
                    tracing::warn!(error, job, kind, attempt = lease.job.attempts, "an attempt of a job failed");
                }
                return label;
            }
            Ok(false) => return "lost",
            Err(error) if error.kind() == kupets_core::Kind::TooLarge => end = End::Failed(error.to_string()),
            Err(error) => {
                tracing::warn!(%error, job = lease.job.id, "the end of a job could not be stored; it is tried again");
                tokio::time::sleep(options.poll).await;
            }
        }
    }
    // Its lease ends by itself, and the job is done once more.
    "lost"
}
