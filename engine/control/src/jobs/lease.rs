//! Who runs a job: leases are taken, kept and given back here, each by one short transaction.
//!
//! Whoever holds a lease is known by its number, which grows with each lease of the job. Every change that a worker makes asks
//! for its own number: a worker that slept past the end of its lease finds that the job is not its own and changes nothing.

use std::time::Duration;

use chrono::{DateTime, Utc};
use kupets_core::Result;
use serde_json::Value;
use sqlx::{QueryBuilder, Row, Sqlite};

use super::{
    fair::{self, Queue},
    job::{COLUMNS, Job, Progress, State, short, stored},
    queue::Jobs,
};
use crate::database::control_error;

/// What a claim may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Room<'a> {
    /// Kinds that the worker has handlers for.
    pub kinds: &'a [String],
    /// Free slots.
    pub free: usize,
    /// A tenant's running jobs at most, on all nodes.
    pub per_tenant: usize,
    /// Name of the worker, for whoever looks at the table.
    pub owner: &'a str,
    /// How long a lease lasts.
    pub lease: Duration,
}

/// A job and the right to run it.
#[derive(Debug, Clone)]
pub(super) struct Lease {
    pub job: Job,
    pub number: i64,
    pub until: i64,
}

/// What became of a lease when it was asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    /// It is still held.
    Yes,
    /// It is, and somebody wants the job to stop.
    CancelRequested,
    /// It is over: somebody else may run the job by now, or the job is gone.
    Lost,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum End {
    Done(Option<Value>),
    /// It got somewhere and goes on at a time.
    Later(DateTime<Utc>),
    /// It failed and is tried again at a time.
    Retry(DateTime<Utc>, String),
    Failed(String),
    Cancelled,
    /// It was stopped because the worker stops: this attempt does not count.
    Released,
}

impl Jobs {
    fn lease_end(&self, lease: Duration) -> i64 {
        self.now().saturating_add(i64::try_from(lease.as_micros()).unwrap_or(i64::MAX))
    }

    /// Takes back the jobs whose lease is over. Their attempt counts as failed, so that a job that kills its process is
    /// given up some day.
    pub(super) async fn recover(&self) -> Result<u64> {
        const OVER: &str = "the worker stopped in the middle of the attempt";
        let now = self.now();
        let expired: Option<i64> =
            sqlx::query_scalar("SELECT 1 FROM jobs WHERE state = 'running' AND lease_until <= $1 LIMIT 1")
                .bind(now)
                .fetch_optional(&self.pool)
                .await
                .map_err(control_error)?;
        if expired.is_none() {
            return Ok(0);
        }
        // Asked for while it ran, it is not over whatever became of that run.
        let last = "(cancel_requested OR attempts >= max_attempts)";
        let ends = format!("{last} AND NOT again");
        let sql = format!(
            "UPDATE jobs SET lease_owner = NULL, lease_until = NULL, run_after = $2, again = FALSE, \
             last_error = CASE WHEN cancel_requested THEN last_error ELSE $1 END, \
             attempts = CASE WHEN {last} AND again THEN 0 ELSE attempts END, \
             cancel_requested = cancel_requested AND NOT again, \
             finished_at = CASE WHEN {ends} THEN $2 ELSE NULL END, \
             dedupe_key = CASE WHEN coalesces AND {ends} THEN NULL ELSE dedupe_key END, \
             state = CASE WHEN again THEN 'waiting' WHEN cancel_requested THEN 'cancelled' \
             WHEN attempts >= max_attempts THEN 'failed' ELSE 'waiting' END \
             WHERE state = 'running' AND lease_until <= $2"
        );
        let done = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(OVER)
            .bind(now)
            .execute(&self.pool)
            .await
            .map_err(control_error)?;
        Ok(done.rows_affected())
    }

    /// Leases jobs that are due, sharing the slots fairly between tenants.
    pub(super) async fn claim(&self, room: &Room<'_>) -> Result<Vec<Lease>> {
        if room.free == 0 || room.kinds.is_empty() {
            return Ok(Vec::new());
        }
        // Looking takes no lock; what was taken by somebody else meanwhile is left alone below.
        let queues = self.queues(room).await?;
        let chosen = fair::share(queues, room.free, room.per_tenant);
        if chosen.is_empty() {
            return Ok(Vec::new());
        }
        let (now, until) = (self.now(), self.lease_end(room.lease));
        let sql = format!(
            "UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_owner = $1, lease_until = $2, \
             lease_number = lease_number + 1, started_at = $3, again = FALSE \
             WHERE id = $4 AND state = 'waiting' AND run_after <= $3 RETURNING {COLUMNS}, lease_number"
        );
        let mut leases = Vec::with_capacity(chosen.len());
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        for id in &chosen {
            let row = sqlx::query(sqlx::AssertSqlSafe(sql.as_str()))
                .bind(room.owner)
                .bind(until)
                .bind(now)
                .bind(id)
                .fetch_optional(&mut *transaction)
                .await
                .map_err(control_error)?;
            if let Some(row) = row {
                let number = row.try_get("lease_number").map_err(control_error)?;
                leases.push(Lease { job: sqlx::FromRow::from_row(&row).map_err(control_error)?, number, until });
            }
        }
        transaction.commit().await.map_err(control_error)?;
        Ok(leases)
    }

    /// The tenants with jobs that are due, and their first ones.
    async fn queues(&self, room: &Room<'_>) -> Result<Vec<Queue>> {
        let now = self.now();
        // From one tenant that waits to the next one in the index, instead of over all that wait.
        let tenants: Vec<(String, i64, i64)> = sqlx::query_as(
            "WITH RECURSIVE waiting (tenant) AS (\
               SELECT min(tenant) FROM jobs WHERE state = 'waiting' \
               UNION ALL \
               SELECT (SELECT min(j.tenant) FROM jobs j WHERE j.state = 'waiting' AND j.tenant > waiting.tenant) \
               FROM waiting WHERE waiting.tenant IS NOT NULL) \
             SELECT tenant, \
               (SELECT count(*) FROM jobs r WHERE r.state = 'running' AND r.tenant = waiting.tenant), \
               (SELECT coalesce(max(s.started_at), 0) FROM jobs s WHERE s.tenant = waiting.tenant) \
             FROM waiting WHERE tenant IS NOT NULL AND EXISTS (\
               SELECT 1 FROM jobs d WHERE d.state = 'waiting' AND d.tenant = waiting.tenant AND d.run_after <= $1)",
        )
        .bind(now)
        .fetch_all(&self.pool)
        .await
        .map_err(control_error)?;
        let mut queues: Vec<Queue> = tenants
            .into_iter()
            .map(|(tenant, running, served_at)| {
                let running = usize::try_from(running).unwrap_or(usize::MAX);
                Queue { tenant, running, served_at, jobs: Vec::new() }
            })
            .filter(|queue| queue.running < room.per_tenant)
            .collect();
        queues.sort_by_key(|queue| (queue.running, queue.served_at));
        let most = room.free.min(room.per_tenant);
        let mut found = 0;
        for queue in &mut queues {
            // Each tenant of those before gets a slot before one behind does.
            if found >= room.free {
                break;
            }
            queue.jobs = self.due(&queue.tenant, room.kinds, now, most).await?;
            found += usize::from(!queue.jobs.is_empty());
        }
        Ok(queues)
    }

    async fn due(&self, tenant: &str, kinds: &[String], now: i64, most: usize) -> Result<Vec<String>> {
        let mut query: QueryBuilder<Sqlite> =
            QueryBuilder::new("SELECT id FROM jobs WHERE state = 'waiting' AND tenant = ");
        query.push_bind(tenant).push(" AND run_after <= ").push_bind(now).push(" AND kind IN (");
        let mut list = query.separated(", ");
        for kind in kinds {
            list.push_bind(kind);
        }
        query.push(") ORDER BY run_after, created_at, id LIMIT ").push_bind(i64::try_from(most).unwrap_or(i64::MAX));
        query.build_query_scalar().fetch_all(&self.pool).await.map_err(control_error)
    }

    /// Whether the lease is still held, without touching it.
    pub(super) async fn held(&self, lease: &Lease) -> Result<Held> {
        let found: Option<bool> = sqlx::query_scalar(
            "SELECT cancel_requested FROM jobs WHERE id = $1 AND lease_number = $2 AND state = 'running'",
        )
        .bind(&lease.job.id)
        .bind(lease.number)
        .fetch_optional(&self.pool)
        .await
        .map_err(control_error)?;
        Ok(holding(found))
    }

    /// Keeps the lease for as long again, and stores how far the job is.
    pub(super) async fn renew(&self, lease: &mut Lease, length: Duration, progress: &Progress) -> Result<Held> {
        let until = self.lease_end(length);
        let found: Option<bool> = sqlx::query_scalar(
            "UPDATE jobs SET lease_until = $1, progress_done = $2, progress_total = $3, progress_message = $4 \
             WHERE id = $5 AND lease_number = $6 AND state = 'running' RETURNING cancel_requested",
        )
        .bind(until)
        .bind(steps(progress.done))
        .bind(progress.total.map(steps))
        .bind(progress.message.as_deref().map(short))
        .bind(&lease.job.id)
        .bind(lease.number)
        .fetch_optional(&self.pool)
        .await
        .map_err(control_error)?;
        lease.until = until;
        Ok(holding(found))
    }

    /// Stores how an attempt ended and gives the lease back. False: the lease was lost, and nothing was stored.
    pub(super) async fn finish(&self, lease: &Lease, end: &End, progress: &Progress) -> Result<bool> {
        let now = self.now();
        // A job that was asked for again while it ran, or whose stop was asked for, is not left as the attempt would have it.
        let over = matches!(end, End::Done(_) | End::Failed(_) | End::Cancelled);
        let ends = if over { "(NOT again)" } else { "(cancel_requested AND NOT again)" };
        let attempts = match end {
            End::Done(_) | End::Failed(_) | End::Cancelled => "CASE WHEN again THEN 0 ELSE attempts END",
            End::Later(_) => "0",
            End::Retry(..) => "attempts",
            End::Released => "attempts - 1",
        };
        let soon = if matches!(end, End::Retry(..)) { "FALSE" } else { "again" };
        let (state, run_after) = match end {
            End::Done(_) => (State::Done, now),
            End::Failed(_) => (State::Failed, now),
            End::Cancelled | End::Released => (State::Cancelled, now),
            End::Later(time) | End::Retry(time, _) => (State::Cancelled, time.timestamp_micros()),
        };
        let (error, last_error) = match end {
            End::Done(_) | End::Later(_) => (None, "$4"),
            End::Retry(_, error) | End::Failed(error) => (Some(short(error)), "$4"),
            End::Cancelled | End::Released => (None, "coalesce($4, last_error)"),
        };
        let result = match end {
            End::Done(Some(value)) => Some(stored("result", value)?),
            _ => None,
        };
        let sql = format!(
            "UPDATE jobs SET state = CASE WHEN {ends} THEN $1 ELSE 'waiting' END, \
             finished_at = CASE WHEN {ends} THEN $2 ELSE NULL END, \
             run_after = CASE WHEN {soon} THEN $2 ELSE $3 END, attempts = {attempts}, last_error = {last_error}, \
             result = coalesce($5, result), progress_done = $6, progress_total = $7, progress_message = $8, \
             dedupe_key = CASE WHEN coalesces AND {ends} THEN NULL ELSE dedupe_key END, \
             cancel_requested = cancel_requested AND NOT again, again = FALSE, lease_owner = NULL, lease_until = NULL \
             WHERE id = $9 AND lease_number = $10 AND state = 'running'"
        );
        let done = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(state.name())
            .bind(now)
            .bind(run_after)
            .bind(error)
            .bind(result)
            .bind(steps(progress.done))
            .bind(progress.total.map(steps))
            .bind(progress.message.as_deref().map(short))
            .bind(&lease.job.id)
            .bind(lease.number)
            .execute(&self.pool)
            .await
            .map_err(control_error)?;
        Ok(done.rows_affected() > 0)
    }
}

fn holding(found: Option<bool>) -> Held {
    match found {
        None => Held::Lost,
        Some(true) => Held::CancelRequested,
        Some(false) => Held::Yes,
    }
}

fn steps(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
