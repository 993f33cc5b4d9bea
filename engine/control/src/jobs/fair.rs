//! Whose job is next: tenants take turns, however many jobs one of them has.

/// A tenant with jobs that are due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Queue {
    /// The tenant's id.
    pub tenant: String,
    /// Its jobs that run now, on all nodes.
    pub running: usize,
    /// When its last attempt began, microseconds since the epoch; 0: never.
    pub served_at: i64,
    /// Its due jobs, the first one first.
    pub jobs: Vec<String>,
}

/// At most `free` jobs, in the order in which they should begin. Each slot goes to the tenant with the fewest running jobs,
/// among those to the one that was served longest ago; no tenant gets more than `per_tenant` slots in all.
pub(super) fn share(mut queues: Vec<Queue>, free: usize, per_tenant: usize) -> Vec<String> {
    for queue in &mut queues {
        queue.jobs.reverse();
    }
    let mut chosen = Vec::new();
    while chosen.len() < free {
        let next = queues
            .iter_mut()
            .filter(|queue| !queue.jobs.is_empty() && queue.running < per_tenant)
            .min_by(|a, b| (a.running, a.served_at, &a.tenant).cmp(&(b.running, b.served_at, &b.tenant)));
        let Some(queue) = next else { break };
        chosen.extend(queue.jobs.pop());
        queue.running += 1;
    }
    chosen
}
