//! Erasing a person: at once from every answer, soon from every byte, with a record that says so and names nobody.
//!
//! The request does the work; the job that is noted with it goes on if that was interrupted, and completes the erasure when the
//! superseded files are gone.

use std::sync::Weak;

use async_trait::async_trait;
use chrono::{DateTime, Duration, Utc};
use kupets_control::{
    customer_merges::Aliases,
    erasures::{ErasureJob, Erasures, NewErasure},
    jobs::{Backoff, Handler, JobContext, JobError, Outcome},
    personal_data::Person,
};
use kupets_core::{Error, Kind, Result, TenantContext, TenantId};
use kupets_query::{Meta, RowLimit, Statement};
use tokio::sync::Mutex;

use crate::{Engine, customers::Erasure, engine::Whole};

/// Within this time of the request no file holds the person: superseded files wait for running queries, then go.
pub const ERASURE_HOURS: i64 = 24;
/// The queue looks this long after the request whether its work was done.
const RESUME_AFTER: Duration = Duration::seconds(60);
/// An erasure that finds another one completing looks again after this.
const BUSY: Duration = Duration::seconds(30);

const COUNT: &str = "SELECT (SELECT count(*) FROM customers WHERE customer_id = $id) AS customers, \
     (SELECT count(*) FROM purchases WHERE customer_id = $id AND line = 1) AS purchases, \
     (SELECT count(*) FROM interactions WHERE customer_id = $id) AS interactions";

impl Engine {
    /// Removes a person: from every later answer at once, from files and old snapshots by [`Erasure::complete_by`].
    /// With `keep_totals` the purchases stay as a guest's.
    ///
    /// # Errors
    /// No such customer; the storage refuses, and then the work goes on by itself when it can.
    pub async fn erase_customer(&self, tenant: &TenantContext, id: &str, keep_totals: bool) -> Result<Erasure> {
        let engine = self.clone();
        let (tenant, customer) = (tenant.clone(), id.to_owned());
        self.on_runtime(async move {
            // Whoever was merged is the person, and all of the person goes.
            let customer = engine.person(&tenant, &customer).await?;
            if Aliases::load(engine.control(), tenant.id()).await?.is_parting_from(&customer) {
                let message = "a merge of this customer is being undone: try again in a minute";
                return Err(Error::conflict("merge_under_way", message));
            }
            let mut aliases = engine.ids_of(tenant.id(), &customer).await?;
            aliases.retain(|id| *id != customer);
            let [customers, purchases, interactions] = engine.count(&tenant, &customer).await?;
            if customers == 0 && purchases == 0 && interactions == 0 {
                return Err(Error::new(Kind::NotFound, "unknown_customer", "There is no such customer."));
            }
            let requested_at = engine.clock().now();
            let erasure = Erasure {
                id: uuid::Uuid::new_v4().simple().to_string(),
                requested_at,
                complete_by: requested_at + Duration::hours(ERASURE_HOURS),
                completed_at: None,
                purchases,
                interactions,
            };
            let noted = NewErasure {
                id: erasure.id.clone(),
                customer_id: customer.clone(),
                aliases,
                keep_totals,
                purchases,
                interactions,
                requested_at,
                complete_by: erasure.complete_by,
            };
            engine.erasures().begin(tenant.id(), &noted, requested_at + RESUME_AFTER).await?;
            engine.carry_out(tenant.id(), &erasure.id, &customer, keep_totals).await?;
            Ok(erasure)
        })
        .await
    }

    async fn count(&self, tenant: &TenantContext, customer: &str) -> Result<[u64; 3]> {
        use arrow::{array::AsArray, datatypes::Int64Type};
        use datafusion::common::ScalarValue;
        use futures::TryStreamExt;
        let params = std::collections::HashMap::from([("id".to_owned(), ScalarValue::from(customer))]);
        let statement = Statement::ours(COUNT, params, RowLimit::Fail(1));
        let answer = self.run(tenant, statement, Meta::default()).await?;
        let batches: Vec<arrow::array::RecordBatch> =
            answer.rows.try_collect().await.map_err(kupets_query::from_datafusion)?;
        let mut counts = [0; 3];
        for batch in batches.iter().filter(|b| b.num_rows() > 0) {
            for (i, count) in counts.iter_mut().enumerate() {
                *count = u64::try_from(batch.column(i).as_primitive::<Int64Type>().value(0)).unwrap_or_default();
            }
        }
        Ok(counts)
    }

    fn erasures(&self) -> Erasures {
        Erasures::new(self.control().clone(), self.jobs().clone())
    }

    /// Takes the person out of what people wrote, of tail, journal and live files, of the control database, and of what was
    /// computed. It can be done again from any point.
    async fn carry_out(&self, tenant: &TenantId, id: &str, customer: &str, keep_totals: bool) -> Result<()> {
        let store = self.store(tenant).await?;
        let ids = self.ids_of(tenant, customer).await?;
        // Only now does anybody know what the person is called, and was before they were merged. If nobody does, an attempt before has been
        // here already.
        let mut names = self.former_names(tenant, &ids).await?;
        for id in &ids {
            let known = store.customer(id).await?;
            names.extend(known.map(|known| Person { name: known.name, email: known.email, phone: known.phone }));
        }
        let mentions = self.personal_data();
        for person in &names {
            mentions.forget_mentions(tenant, person).await?;
        }
        // The person first: from then on no id is an alias of theirs. Of a merge that is not done there are records of the other id, too.
        for id in ids.iter().rev() {
            store.erase(id, keep_totals).await?;
        }
        // What was asked meanwhile.
        for person in &names {
            mentions.forget_mentions(tenant, person).await?;
        }
        self.forget_results(tenant).await;
        // After the rows: a task that is being made looks for its customers once more when it is stored.
        self.erasures().rewritten(tenant, id, &ids, self.clock().now()).await
    }

    /// Deletes what nothing needs any more; whether it did, which it does not while a backup holds the files.
    async fn collect_garbage(&self, tenant: &TenantId) -> Result<bool> {
        let store = self.store(tenant).await?;
        store.collect_garbage(&store.maintenance_options()).await.map(|report| !report.held)
    }

    /// How long superseded files stay for queries that read them.
    fn files_live(&self) -> Duration {
        Duration::from_std(self.storage_limits().maintenance().delete_after).unwrap_or(Duration::MAX)
    }

    /// Takes the person out if the request could not. Returns when the superseded files may go; none: the erasure is complete.
    async fn resume(&self, tenant: &TenantId, id: &str) -> Result<Option<DateTime<Utc>>> {
        let Some(open) = self.erasures().open(tenant, id).await? else { return Ok(None) };
        let time = |us: i64| DateTime::from_timestamp_micros(us).unwrap_or_default();
        let rewritten_at = match (open.rewritten_at, open.customer_id) {
            (Some(us), _) => time(us),
            (None, Some(customer)) => {
                self.carry_out(tenant, id, &customer, open.keep_totals).await?;
                self.clock().now()
            }
            // Nobody knows whom: there is nothing left to take out.
            (None, None) => time(open.requested_at),
        };
        Ok(Some(rewritten_at + self.files_live()))
    }

    /// Deletes the superseded files of an erasure whose time has come, and with it completes the others that wait for the same:
    /// the file of the control database is written anew once for all. Whether it is complete: it is not while a backup holds the files.
    async fn complete(&self, tenant: &TenantId, id: &str) -> Result<bool> {
        let erasures = self.erasures();
        let waited = erasures.rewritten_before(self.clock().now() - self.files_live()).await?;
        if !self.collect_garbage(tenant).await? {
            return Ok(false);
        }
        let mut complete = vec![id.to_owned()];
        for other in waited.into_iter().filter(|other| other.id != id) {
            let clean = match TenantId::parse(&other.tenant) {
                Some(of) if of == *tenant => true,
                Some(of) => self.collect_garbage(&of).await.unwrap_or(false),
                None => false,
            };
            // What does not work there is that erasure's own to say.
            if clean {
                complete.push(other.id);
            }
        }
        // Freed pages of the journal still hold what stood in them until the file is written anew.
        erasures.wipe_freed_pages().await?;
        for id in complete {
            erasures.complete(&id, self.clock().now()).await?;
        }
        Ok(true)
    }
}

/// Finishes erasures: what a request could not, and what has to wait.
pub(crate) struct ErasureHandler {
    engine: Weak<dyn Whole>,
    /// Held by who completes: one does it for all.
    completing: Mutex<()>,
}

impl ErasureHandler {
    pub(crate) fn new(engine: Weak<dyn Whole>) -> Self {
        Self { engine, completing: Mutex::new(()) }
    }

    async fn go_on(&self, engine: &Engine, tenant: &TenantId, id: String) -> Result<Outcome> {
        // On the engine's runtime: what has begun ends there, even if this attempt is dropped.
        let (work, of, erasure) = (engine.clone(), tenant.clone(), id.clone());
        let due = engine.on_runtime(async move { work.resume(&of, &erasure).await }).await?;
        let Some(due) = due else { return Ok(Outcome::Done(None)) };
        if engine.clock().now() <= due {
            return Ok(Outcome::Later(due + Duration::seconds(1)));
        }
        let Ok(_completing) = self.completing.try_lock() else {
            return Ok(Outcome::Later(engine.clock().now() + BUSY));
        };
        let (work, of) = (engine.clone(), tenant.clone());
        let complete = engine.on_runtime(async move { work.complete(&of, &id).await }).await?;
        Ok(if complete { Outcome::Done(None) } else { Outcome::Later(engine.clock().now() + BUSY) })
    }
}

#[async_trait]
impl Handler for ErasureHandler {
    async fn run(&self, job: &JobContext) -> Result<Outcome, JobError> {
        let payload: ErasureJob = job.payload()?;
        let engine = Engine::upgrade(&self.engine).ok_or_else(|| JobError::retry("the engine is closed"))?;
        // Whatever it is, the person is not erased yet: it is never given up.
        self.go_on(&engine, job.tenant(), payload.erasure).await.map_err(|error| JobError::retry(error.to_string()))
    }

    fn backoff(&self) -> Backoff {
        Backoff { first: std::time::Duration::from_secs(10), most: std::time::Duration::from_secs(600) }
    }
}
