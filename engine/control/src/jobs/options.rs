//! How a runner works.

use std::time::Duration;

/// How a runner works; the defaults suit one node.
#[derive(Debug, Clone)]
pub struct RunnerOptions {
    /// Name of the worker, for whoever looks at the table; it decides nothing.
    pub name: String,
    /// Attempts at once.
    pub concurrency: usize,
    /// Attempts of one tenant at once, on all nodes: below `concurrency`, a tenant with long jobs leaves room for others.
    pub per_tenant: usize,
    /// A job whose worker was not heard of for so long is taken by another one. Many times `poll`.
    pub lease: Duration,
    /// How often due jobs are looked for when nobody wakes the runner, progress is stored, and cancellations are seen.
    pub poll: Duration,
    /// How long an attempt that was told to stop may go on before its future is dropped.
    pub grace: Duration,
    /// How long jobs that are done or cancelled are kept.
    pub keep_done: Duration,
    /// How long failed ones are.
    pub keep_failed: Duration,
    /// How often old ones are deleted.
    pub prune_every: Duration,
}

impl Default for RunnerOptions {
    fn default() -> Self {
        const DAY: u64 = 86_400;
        Self {
            name: format!("process {}", std::process::id()),
            concurrency: 4,
            per_tenant: 2,
            lease: Duration::from_secs(60),
            poll: Duration::from_secs(1),
            grace: Duration::from_secs(10),
            keep_done: Duration::from_secs(7 * DAY),
            keep_failed: Duration::from_secs(30 * DAY),
            prune_every: Duration::from_secs(3_600),
        }
    }
}
