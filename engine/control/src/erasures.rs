//! Erasures of people: under way with the customer's id, then a record without it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use kupets_core::{Error, Result, TenantId};
use serde_json::json;
use sqlx::{Connection as _, FromRow, SqliteConnection, SqlitePool};

use crate::{
    database::control_error,
    erased_customers, imports,
    jobs::{Jobs, NewJob, UNLIMITED_ATTEMPTS},
    personal_data::PersonalData,
};

/// The kind of the jobs that finish erasures. Their payload is an [`ErasureJob`].
pub const ERASURE_JOB: &str = "erasure";

/// How long one try to empty the log may hold writers up, and how long it lets them work before the next; a minute in all.
const LOG_WAIT: Duration = Duration::from_millis(100);
const LOG_PAUSE: Duration = Duration::from_millis(200);
const LOG_TRIES: u32 = 200;

/// The payload of an erasure's job: it names nobody.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ErasureJob {
    /// The erasure's id.
    pub erasure: String,
}

/// An erasure, as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewErasure {
    /// 32 hex digits.
    pub id: String,
    /// Whom, by the app's own id.
    pub customer_id: String,
    /// Other ids of the same person, who was merged.
    pub aliases: Vec<String>,
    /// Whether the purchases stay as a guest's.
    pub keep_totals: bool,
    /// Purchases that are affected.
    pub purchases: u64,
    /// Interactions that are affected.
    pub interactions: u64,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// By when no file holds the person.
    pub complete_by: DateTime<Utc>,
}

/// An erasure that is not complete, as it is stored. Times are microseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct OpenErasure {
    /// 32 hex digits.
    pub id: String,
    /// Whose customer.
    pub tenant: String,
    /// Whom; none when the rows are gone.
    pub customer_id: Option<String>,
    /// Whether the purchases stay as a guest's.
    pub keep_totals: bool,
    /// When it was asked for.
    pub requested_at: i64,
    /// When the rows were gone from every live file.
    pub rewritten_at: Option<i64>,
}

/// The erasures. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Erasures {
    pool: SqlitePool,
    jobs: Jobs,
}

const COLUMNS: &str = "id, tenant, customer_id, keep_totals, requested_at, rewritten_at";

impl Erasures {
    /// The erasures of a migrated control database, finished by that queue.
    pub fn new(pool: SqlitePool, jobs: Jobs) -> Self {
        Self { pool, jobs }
    }

    /// Notes an erasure, that its customer is erased from then on, and the job that finishes it, in one transaction. The job begins at
    /// `resume_at`: whoever asks does the work at once, and the queue goes on if that was interrupted.
    ///
    /// # Errors
    /// The control database does not answer, and nothing was noted.
    pub async fn begin(&self, tenant: &TenantId, erasure: &NewErasure, resume_at: DateTime<Utc>) -> Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        sqlx::query(
            "INSERT INTO erasures (id, tenant, customer_id, keep_totals, purchases, interactions, requested_at, complete_by) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&erasure.id)
        .bind(tenant.as_str())
        .bind(&erasure.customer_id)
        .bind(erasure.keep_totals)
        .bind(i64::try_from(erasure.purchases).unwrap_or(i64::MAX))
        .bind(i64::try_from(erasure.interactions).unwrap_or(i64::MAX))
        .bind(erasure.requested_at.timestamp_micros())
        .bind(erasure.complete_by.timestamp_micros())
        .execute(&mut *transaction)
        .await
        .map_err(control_error)?;
        // From now on what is of before is known when it comes late.
        let at = erasure.requested_at.timestamp_micros();
        for id in erasure.aliases.iter().chain([&erasure.customer_id]) {
            erased_customers::note(&mut transaction, tenant, id, at).await?;
        }
        let job = NewJob::new(ERASURE_JOB, json!({ "erasure": erasure.id }))
            .once(&erasure.id)
            .attempts(UNLIMITED_ATTEMPTS)
            .not_before(resume_at);
        self.jobs.enqueue_in(&mut transaction, tenant, &job).await?;
        transaction.commit().await.map_err(control_error)
    }

    /// A tenant's erasure, if it is not complete.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn open(&self, tenant: &TenantId, id: &str) -> Result<Option<OpenErasure>> {
        let sql = format!("SELECT {COLUMNS} FROM erasures WHERE tenant = $1 AND id = $2 AND completed_at IS NULL");
        sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(tenant.as_str())
            .bind(id)
            .fetch_optional(&self.pool)
            .await
            .map_err(control_error)
    }

    /// The erasures of all tenants whose rows were gone before that time and that are not complete: those whose superseded files
    /// nobody reads any more.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn rewritten_before(&self, time: DateTime<Utc>) -> Result<Vec<OpenErasure>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM erasures WHERE completed_at IS NULL AND rewritten_at < $1 ORDER BY requested_at"
        );
        sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(time.timestamp_micros())
            .fetch_all(&self.pool)
            .await
            .map_err(control_error)
    }

    /// Notes that the rows are gone from every live file, and forgets the customer, by all of their ids, in every table here, in one
    /// transaction.
    ///
    /// # Errors
    /// The control database does not answer, and nothing changed.
    pub async fn rewritten(
        &self,
        tenant: &TenantId,
        id: &str,
        customer_ids: &[String],
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        let registry = PersonalData::new(self.pool.clone());
        for customer_id in customer_ids {
            registry.forget_in(&mut transaction, tenant, customer_id).await?;
        }
        // Any file may hold the person.
        sqlx::query("DELETE FROM exports WHERE tenant = $1")
            .bind(tenant.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(control_error)?;
        imports::forget_files(&mut transaction, tenant, now.timestamp_micros()).await?;
        // The first time counts: it may be done twice, by the request and by the queue.
        sqlx::query(
            "UPDATE erasures SET rewritten_at = coalesce(rewritten_at, $1), customer_id = NULL WHERE tenant = $2 AND id = $3",
        )
        .bind(now.timestamp_micros())
        .bind(tenant.as_str())
        .bind(id)
        .execute(&mut *transaction)
        .await
        .map_err(control_error)?;
        transaction.commit().await.map_err(control_error)
    }

    /// Notes that nothing is left of the person.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn complete(&self, id: &str, now: DateTime<Utc>) -> Result<()> {
        sqlx::query("UPDATE erasures SET completed_at = $1 WHERE id = $2 AND completed_at IS NULL")
            .bind(now.timestamp_micros())
            .bind(id)
            .execute(&self.pool)
            .await
            .map(|_| ())
            .map_err(control_error)
    }

    /// Folds the write-ahead log into the database file and empties it: the file itself holds nothing that was deleted, and the log
    /// holds it until then.
    ///
    /// # Errors
    /// Readers are in the way for too long, or the control database does not answer: it may still hold what was deleted.
    pub async fn wipe_freed_pages(&self) -> Result<()> {
        self.empty_log(LOG_TRIES).await
    }

    /// Each try holds writers up no longer than [`LOG_WAIT`]; they have their turns between the tries.
    async fn empty_log(&self, tries: u32) -> Result<()> {
        let options = self.pool.connect_options().as_ref().clone().busy_timeout(LOG_WAIT);
        let mut connection = SqliteConnection::connect_with(&options).await.map_err(control_error)?;
        for _ in 0..tries {
            // The first column says whether somebody was in the way.
            let busy = sqlx::query_scalar::<_, i64>("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut connection).await;
            match busy {
                Ok(0) => return connection.close().await.map_err(control_error),
                Ok(_) => tokio::time::sleep(LOG_PAUSE).await,
                Err(error) => return Err(control_error(error)),
            }
        }
        Err(Error::unavailable(
            "the log of the control database is being read all the time and could not be emptied; it is tried again",
        ))
    }
}

#[cfg(test)]
mod tests;
