//! The outbox: events that are told if and only if the change that they tell of was stored.
//!
//! [`Outbox::append`] writes the event in the transaction of the change. It is then given to the topic's [`Receiver`] at least
//! once, and the events of one key of a tenant one at a time, in the order in which they were appended.
//!
//! It is a thin layer over [`crate::jobs`]: appending also asks for a coalescing job of the event's key, which hands over
//! whatever of that key is not delivered yet. The queue gives retries with growing waits, leases, metrics and a place to look;
//! a key has at most one such job, so that there is never a second deliverer to overtake the first. Events have a table of
//! their own, for jobs alone could not keep the order: one that failed waits while the next one is already tried. A receiver
//! that goes on failing stops its key, and after the last attempt the job has failed; no event is skipped, the next event
//! of the key or [`Jobs::retry`] begins again with the oldest.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kupets_core::{Result, TenantId};
use serde_json::Value;
use sqlx::{FromRow, Row, SqliteConnection, sqlite::SqliteRow};

use crate::{
    database::{control_error, time},
    jobs::{Backoff, Handler, JobContext, JobError, Jobs, NewJob, Outcome},
    random::new_id,
};

/// Failed attempts in a row after which a key's deliveries wait for the next event or for a person: about a day.
const ATTEMPTS: u32 = 30;
/// Events that are read at once.
const READ_AT_ONCE: i64 = 50;
/// Rows that one statement of [`Outbox::prune`] deletes.
const PRUNED_AT_ONCE: i64 = 500;

/// Which events are told one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// Those of this key, for example a destination. It names no customer.
    Key(String),
    /// Those about the same customer.
    Customer,
}

/// An event to be told.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// Which receiver is told, for example `webhook`.
    pub topic: String,
    /// Which events must not overtake it.
    pub order: Order,
    /// What is told. It may name the customer of [`Self::customer_id`] and no other.
    pub payload: Value,
    /// The one customer whom it is about: forgetting the customer deletes the event.
    pub customer_id: Option<String>,
}

/// An event as its receiver gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// 32 hex digits, the same at each delivery: whoever has seen it ignores it.
    pub id: String,
    /// What is told.
    pub payload: Value,
    /// When the change was made.
    pub created_at: DateTime<Utc>,
}

impl<'r> FromRow<'r, SqliteRow> for Event {
    fn from_row(row: &'r SqliteRow) -> sqlx::Result<Self> {
        let payload: String = row.try_get("payload")?;
        let payload = serde_json::from_str(&payload).map_err(|e| sqlx::Error::Decode(Box::new(e)))?;
        Ok(Self { id: row.try_get("id")?, payload, created_at: time(row.try_get("created_at")?) })
    }
}

/// Is told the events of a topic.
#[async_trait]
pub trait Receiver: Send + Sync + 'static {
    /// Takes an event; after `Ok` it is not told again, unless the program dies in between.
    ///
    /// # Errors
    /// It is told again later, and the later events of its key wait.
    async fn receive(&self, tenant: &TenantId, event: &Event) -> Result<(), JobError>;
}

/// The outbox. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Outbox {
    jobs: Jobs,
}

impl Outbox {
    /// The outbox beside that queue.
    pub fn new(jobs: Jobs) -> Self {
        Self { jobs }
    }

    /// The kind of the jobs that deliver a topic: register [`Self::handler`] for it.
    pub fn kind(topic: &str) -> String {
        format!("outbox.{topic}")
    }

    /// Writes an event in the transaction of the change that it tells of, and returns its id. Begin that transaction with
    /// `BEGIN IMMEDIATE`, and call [`Jobs::wake`] when it is committed.
    ///
    /// # Errors
    /// The payload is too large; the control database does not answer or its disk is full. Roll the transaction back then.
    pub async fn append(
        &self,
        connection: &mut SqliteConnection,
        tenant: &TenantId,
        event: &NewEvent,
    ) -> Result<String> {
        let id = new_id(&self.jobs.random);
        // The job names the key. Only a customer's own key names somebody, and then all of its events go with the customer.
        let (key, about) = match (&event.order, &event.customer_id) {
            (Order::Key(key), _) => (format!("key/{key}"), None),
            (Order::Customer, customer) => {
                (format!("customer/{}", customer.as_deref().unwrap_or_default()), customer.clone())
            }
        };
        sqlx::query(
            "INSERT INTO outbox (id, tenant, topic, ordering_key, payload, customer_id, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&id)
        .bind(tenant.as_str())
        .bind(&event.topic)
        .bind(&key)
        .bind(crate::jobs::stored("payload", &event.payload)?)
        .bind(&event.customer_id)
        .bind(self.jobs.now())
        .execute(&mut *connection)
        .await
        .map_err(control_error)?;
        let kind = Self::kind(&event.topic);
        let job = NewJob::new(kind, Value::String(key.clone())).coalesce(key).attempts(ATTEMPTS);
        let job = NewJob { customer_id: about, ..job };
        self.jobs.enqueue_in(connection, tenant, &job).await?;
        Ok(id)
    }

    /// Writes events of changes that are stored already, all or none, and wakes the runner. Returns their ids.
    ///
    /// # Errors
    /// As [`Self::append`]; nothing is written then.
    pub async fn append_all(&self, tenant: &TenantId, events: &[NewEvent]) -> Result<Vec<String>> {
        let mut ids = Vec::with_capacity(events.len());
        if events.is_empty() {
            return Ok(ids);
        }
        let mut transaction = self.jobs.pool.begin_with("BEGIN IMMEDIATE").await.map_err(control_error)?;
        for event in events {
            ids.push(self.append(&mut transaction, tenant, event).await?);
        }
        transaction.commit().await.map_err(control_error)?;
        self.jobs.wake();
        Ok(ids)
    }

    /// What delivers a topic's events to that receiver.
    pub fn handler(&self, topic: &str, receiver: Arc<dyn Receiver>) -> impl Handler + use<> {
        Delivery { outbox: self.clone(), topic: topic.to_owned(), receiver }
    }

    /// Events of a tenant that are not delivered yet.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn undelivered(&self, tenant: &TenantId) -> Result<u64> {
        let sql = "SELECT count(*) FROM outbox WHERE tenant = $1 AND delivered_at IS NULL";
        let found: i64 =
            sqlx::query_scalar(sql).bind(tenant.as_str()).fetch_one(&self.jobs.pool).await.map_err(control_error)?;
        Ok(found.unsigned_abs())
    }

    /// Deletes events that were delivered at least `keep` ago; returns how many.
    ///
    /// # Errors
    /// The control database does not answer; some may be deleted already.
    pub async fn prune(&self, keep: Duration) -> Result<u64> {
        let before = self.jobs.now().saturating_sub(i64::try_from(keep.as_micros()).unwrap_or(i64::MAX));
        let sql = "DELETE FROM outbox WHERE seq IN (SELECT seq FROM outbox WHERE delivered_at <= $1 LIMIT $2)";
        let mut pruned = 0;
        loop {
            let done = sqlx::query(sql)
                .bind(before)
                .bind(PRUNED_AT_ONCE)
                .execute(&self.jobs.pool)
                .await
                .map_err(control_error)?;
            if done.rows_affected() == 0 {
                return Ok(pruned);
            }
            pruned += done.rows_affected();
        }
    }

    async fn waiting(&self, tenant: &TenantId, topic: &str, key: &str) -> Result<Vec<Event>> {
        sqlx::query_as(
            "SELECT id, payload, created_at FROM outbox \
             WHERE tenant = $1 AND topic = $2 AND ordering_key = $3 AND delivered_at IS NULL ORDER BY seq LIMIT $4",
        )
        .bind(tenant.as_str())
        .bind(topic)
        .bind(key)
        .bind(READ_AT_ONCE)
        .fetch_all(&self.jobs.pool)
        .await
        .map_err(control_error)
    }

    async fn delivered(&self, id: &str) -> Result<()> {
        sqlx::query("UPDATE outbox SET delivered_at = $1 WHERE id = $2")
            .bind(self.jobs.now())
            .bind(id)
            .execute(&self.jobs.pool)
            .await
            .map(|_| ())
            .map_err(control_error)
    }
}

struct Delivery {
    outbox: Outbox,
    topic: String,
    receiver: Arc<dyn Receiver>,
}

#[async_trait]
impl Handler for Delivery {
    async fn run(&self, job: &JobContext) -> Result<Outcome, JobError> {
        let key: String = job.payload()?;
        let mut told = 0;
        loop {
            let events = self.outbox.waiting(job.tenant(), &self.topic, &key).await?;
            if events.is_empty() {
                return Ok(Outcome::Done(None));
            }
            for event in &events {
                job.check()?;
                self.receiver.receive(job.tenant(), event).await?;
                self.outbox.delivered(&event.id).await?;
                told += 1;
                job.progress(told, None, "");
            }
        }
    }

    fn backoff(&self) -> Backoff {
        Backoff { first: Duration::from_secs(5), most: Duration::from_secs(3_600) }
    }
}

#[cfg(test)]
mod tests;
