//! The queue as its users see it: asking for jobs, reading them, stopping them.

use std::{fmt, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use kupets_core::{Error, Kind, Result, TenantId, clock::Clock};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, SqlitePool};
use tokio::sync::Notify;

use super::job::{COLUMNS, Dedupe, Enqueued, Job, NewJob, State, stored};
use crate::{
    database::control_error,
    random::{Random, new_id},
};

/// Rows that one statement of [`Jobs::prune`] deletes: the journal waits for the same lock.
const PRUNED_AT_ONCE: i64 = 500;

/// The queue. Cheap to clone; all clones are one queue.
#[derive(Clone)]
pub struct Jobs {
    pub(crate) pool: SqlitePool,
    pub(super) clock: Arc<dyn Clock>,
    pub(crate) random: Random,
    pub(super) wake: Arc<Notify>,
}

impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jobs").finish_non_exhaustive()
    }
}

/// Which jobs are listed.
#[derive(Debug, Clone, Default)]
pub struct JobFilter {
    /// Of this kind only.
    pub kind: Option<String>,
    /// In these states only; empty: in any.
    pub states: Vec<State>,
    /// Only those that come after this job in the list: (`created_at`, `id`) of the last one of the page before.
    pub after: Option<(DateTime<Utc>, String)>,
}

/// Jobs that wait and that run, of all tenants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JobCounts {
    /// For their time or for a free worker.
    pub waiting: u64,
    /// Under a lease.
    pub running: u64,
}

impl Jobs {
    /// The queue in a migrated control database.
    pub fn new(pool: SqlitePool, clock: Arc<dyn Clock>, random: Random) -> Self {
        Self { pool, clock, random, wake: Arc::new(Notify::new()) }
    }

    pub(crate) fn now(&self) -> i64 {
        self.clock.now().timestamp_micros()
    }

    /// Asks for a job and wakes the runner.
    ///
    /// # Errors
    /// [`Kind::TooLarge`]: the payload; [`Kind::Unavailable`]: the control database does not answer or its disk is full, and
    /// nothing was stored.
    pub async fn enqueue(&self, tenant: &TenantId, job: &NewJob) -> Result<Enqueued> {
        let mut connection = self.pool.acquire().await.map_err(control_error)?;
        let enqueued = self.enqueue_in(&mut connection, tenant, job).await?;
        self.wake();
        Ok(enqueued)
    }

    /// Asks for a job in the caller's own transaction: there is a job if and only if the transaction is committed. Call
    /// [`Self::wake`] after that, or the runner finds it by itself within its polling time.
    ///
    /// # Errors
    /// As [`Self::enqueue`]; roll the transaction back then.
    pub async fn enqueue_in(
        &self,
        connection: &mut SqliteConnection,
        tenant: &TenantId,
        job: &NewJob,
    ) -> Result<Enqueued> {
        let now = self.now();
        let new = new_id(&self.random);
        let (key, coalesces) = match &job.dedupe {
            Dedupe::None => (None, false),
            Dedupe::Once(key) => (Some(key), false),
            Dedupe::Coalesce(key) => (Some(key), true),
        };
        let id: String = sqlx::query_scalar(
            "INSERT INTO jobs (id, tenant, kind, payload, customer_id, user_id, dedupe_key, coalesces, again, state, \
             run_after, attempts, max_attempts, lease_number, cancel_requested, progress_done, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, FALSE, 'waiting', $9, 0, $10, 0, FALSE, 0, $11) \
             ON CONFLICT (tenant, kind, dedupe_key) DO UPDATE \
             SET again = jobs.again OR (jobs.coalesces AND jobs.state = 'running') RETURNING id",
        )
        .bind(&new)
        .bind(tenant.as_str())
        .bind(&job.kind)
        .bind(stored("payload", &job.payload)?)
        .bind(&job.customer_id)
        .bind(&job.user_id)
        .bind(key)
        .bind(coalesces)
        .bind(job.run_after.map_or(now, |time| time.timestamp_micros()))
        .bind(i64::from(job.max_attempts.max(1)))
        .bind(now)
        .fetch_one(connection)
        .await
        .map_err(control_error)?;
        Ok(Enqueued { created: id == new, id })
    }

    /// Tells the runner of this process that there may be something to do.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// A tenant's job.
    ///
    /// # Errors
    /// [`Kind::NotFound`]: the tenant has no such job; the control database does not answer.
    pub async fn get(&self, tenant: &TenantId, id: &str) -> Result<Job> {
        let sql = format!("SELECT {COLUMNS} FROM jobs WHERE tenant = $1 AND id = $2");
        sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(tenant.as_str())
            .bind(id)
            .fetch_optional(&self.pool)
            .await
            .map_err(control_error)?
            .ok_or_else(unknown)
    }

    /// A tenant's jobs, the newest first, at most `limit`.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn list(&self, tenant: &TenantId, filter: &JobFilter, limit: u32) -> Result<Vec<Job>> {
        let mut query: QueryBuilder<Sqlite> = QueryBuilder::new(format!("SELECT {COLUMNS} FROM jobs WHERE tenant = "));
        query.push_bind(tenant.as_str());
        if let Some(kind) = &filter.kind {
            query.push(" AND kind = ").push_bind(kind);
        }
        if !filter.states.is_empty() {
            query.push(" AND state IN (");
            let mut states = query.separated(", ");
            for state in &filter.states {
                states.push_bind(state.name());
            }
            query.push(")");
        }
        if let Some((created_at, id)) = &filter.after {
            query.push(" AND (created_at, id) < (").push_bind(created_at.timestamp_micros());
            query.push(", ").push_bind(id).push(")");
        }
        query.push(" ORDER BY created_at DESC, id DESC LIMIT ").push_bind(i64::from(limit));
        query.build_query_as().fetch_all(&self.pool).await.map_err(control_error)
    }

    /// Stops a job: at once when it waits; when it runs, its handler is told within the runner's polling time, and what it
    /// does about it decides. A job that has ended stays as it is. Returns the job as it is then.
    ///
    /// # Errors
    /// [`Kind::NotFound`]: the tenant has no such job; the control database does not answer.
    pub async fn cancel(&self, tenant: &TenantId, id: &str) -> Result<Job> {
        sqlx::query(
            "UPDATE jobs SET cancel_requested = TRUE, again = FALSE, \
             finished_at = CASE WHEN state = 'waiting' THEN $1 ELSE finished_at END, \
             dedupe_key = CASE WHEN state = 'waiting' AND coalesces THEN NULL ELSE dedupe_key END, \
             state = CASE WHEN state = 'waiting' THEN 'cancelled' ELSE state END \
             WHERE tenant = $2 AND id = $3 AND state IN ('waiting', 'running')",
        )
        .bind(self.now())
        .bind(tenant.as_str())
        .bind(id)
        .execute(&self.pool)
        .await
        .map_err(control_error)?;
        self.get(tenant, id).await
    }

    /// Begins a failed or cancelled job anew, with all its attempts; one that waits for its next attempt begins now.
    ///
    /// # Errors
    /// [`Kind::NotFound`]: the tenant has no such job; [`Kind::Conflict`]: it runs or is done; the control database does not
    /// answer.
    pub async fn retry(&self, tenant: &TenantId, id: &str) -> Result<Job> {
        let done = sqlx::query(
            "UPDATE jobs SET state = 'waiting', attempts = 0, run_after = $1, cancel_requested = FALSE, finished_at = NULL \
             WHERE tenant = $2 AND id = $3 AND state IN ('waiting', 'failed', 'cancelled')",
        )
        .bind(self.now())
        .bind(tenant.as_str())
        .bind(id)
        .execute(&self.pool)
        .await
        .map_err(control_error)?;
        let job = self.get(tenant, id).await?;
        if done.rows_affected() == 0 {
            let state = job.state.name();
            return Err(Error::new(
                Kind::Conflict,
                "job_not_over",
                format!("The job is {state}: it cannot be tried again."),
            ));
        }
        self.wake();
        Ok(job)
    }

    /// Deletes jobs that ended long ago; returns how many.
    ///
    /// # Errors
    /// The control database does not answer; some may be deleted already.
    pub async fn prune(&self, keep_done: Duration, keep_failed: Duration) -> Result<u64> {
        let now = self.now();
        let before = |keep: Duration| now.saturating_sub(i64::try_from(keep.as_micros()).unwrap_or(i64::MAX));
        let mut pruned = 0;
        for (state, keep) in [("done", keep_done), ("cancelled", keep_done), ("failed", keep_failed)] {
            loop {
                let done = sqlx::query(
                    "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE state = $1 AND finished_at < $2 LIMIT $3)",
                )
                .bind(state)
                .bind(before(keep))
                .bind(PRUNED_AT_ONCE)
                .execute(&self.pool)
                .await
                .map_err(control_error)?;
                pruned += done.rows_affected();
                if done.rows_affected() == 0 {
                    break;
                }
            }
        }
        Ok(pruned)
    }

    /// How many jobs wait and run.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn counts(&self) -> Result<JobCounts> {
        let count = async |state: &str| {
            let sql = "SELECT count(*) FROM jobs WHERE state = $1";
            let found: i64 = sqlx::query_scalar(sql).bind(state).fetch_one(&self.pool).await.map_err(control_error)?;
            Ok::<_, Error>(found.unsigned_abs())
        };
        Ok(JobCounts { waiting: count("waiting").await?, running: count("running").await? })
    }
}

fn unknown() -> Error {
    Error::new(Kind::NotFound, "unknown_job", "There is no such job.")
}
