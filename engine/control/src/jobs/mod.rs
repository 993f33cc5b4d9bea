//! Durable work: what must be done even if the program dies before it is done.
//!
//! Whoever needs such work asks for a [`NewJob`] by [`Jobs::enqueue`], or by [`Jobs::enqueue_in`] inside the transaction of the
//! change that the work belongs to. A [`Runner`] takes what is due and gives it to the [`Handler`] of its kind; it holds a
//! *lease* meanwhile, which ends by itself when the process dies, and then the job is taken again. So a job is done at least
//! once, and a handler bears that. Attempts that fail are made again after growing waits, and after the last one the job has
//! *failed* and says why. Tenants take turns. See docs/decisions/0012.

mod attempt;
mod backoff;
mod fair;
mod handler;
mod job;
mod lease;
mod options;
mod queue;
mod runner;

#[cfg(test)]
mod tests;

pub use backoff::Backoff;
pub use handler::{Handler, JobContext, JobError, Outcome, Stop};
pub(crate) use job::stored;
pub use job::{
    Dedupe, Enqueued, Job, MAX_ATTEMPTS, MAX_JSON_BYTES, NewJob, Progress, State as JobState, UNLIMITED_ATTEMPTS,
};
pub use options::RunnerOptions;
pub use queue::{JobCounts, JobFilter, Jobs};
pub use runner::Runner;
