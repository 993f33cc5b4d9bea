//! Erasing a person: at once from every answer, soon from every byte, with a record that says so and names nobody.

use chrono::{DateTime, Duration, Utc};
use kupets_control::database_error;
use kupets_core::{Error, Kind, Result, TenantContext, TenantId};
use kupets_query::{Meta, RowLimit, Statement};
use sqlx::Row;

use crate::{Engine, customers::Erasure};

/// Within this time of the request no file holds the person: superseded files wait for running queries, then go.
pub const ERASURE_HOURS: i64 = 24;

const COUNT: &str = "SELECT (SELECT count(*) FROM customers WHERE customer_id = $id) AS customers, \
     (SELECT count(*) FROM purchases WHERE customer_id = $id AND line = 1) AS purchases, \
     (SELECT count(*) FROM interactions WHERE customer_id = $id) AS interactions";

fn time(us: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(us).unwrap_or_default()
}

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
            engine.note_erasure(tenant.id(), &customer, keep_totals, &erasure).await?;
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

    async fn note_erasure(
        &self,
        tenant: &TenantId,
        customer: &str,
        keep_totals: bool,
        erasure: &Erasure,
    ) -> Result<()> {
        sqlx::query(
            "INSERT INTO erasures (id, tenant, customer_id, keep_totals, purchases, interactions, requested_at, complete_by) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&erasure.id)
        .bind(tenant.as_str())
        .bind(customer)
        .bind(keep_totals)
        .bind(i64::try_from(erasure.purchases).unwrap_or(i64::MAX))
        .bind(i64::try_from(erasure.interactions).unwrap_or(i64::MAX))
        .bind(erasure.requested_at.timestamp_micros())
        .bind(erasure.complete_by.timestamp_micros())
        .execute(self.control())
        .await
        .map(|_| ())
        .map_err(|e| database_error("control database", e))
    }

    /// Takes the person out of tail, journal and live files.
    async fn carry_out(&self, tenant: &TenantId, id: &str, customer: &str, keep_totals: bool) -> Result<()> {
        self.store(tenant).await?.erase(customer, keep_totals).await?;
        // After the rows: a task that is being made looks for its customers once more when it is stored.
        crate::insight::forget(self.control(), tenant, customer).await?;
        sqlx::query("UPDATE erasures SET rewritten_at = ?, customer_id = NULL WHERE id = ?")
            .bind(self.clock().now().timestamp_micros())
            .bind(id)
            .execute(self.control())
            .await
            .map(|_| ())
            .map_err(|e| database_error("control database", e))
    }

    /// Goes on with erasures that a crash or an error interrupted, and completes those whose superseded files are gone.
    /// Returns how many were completed.
    pub(crate) async fn continue_erasures(&self, files_live: std::time::Duration) -> Result<usize> {
        let fail = |e| database_error("control database", e);
        let open = sqlx::query("SELECT id, tenant, customer_id, keep_totals, rewritten_at FROM erasures WHERE completed_at IS NULL ORDER BY requested_at")
            .fetch_all(self.control())
            .await
            .map_err(fail)?;
        let mut done = Vec::new();
        for row in &open {
            let id: String = row.try_get(0).map_err(fail)?;
            let tenant: String = row.try_get(1).map_err(fail)?;
            let customer: Option<String> = row.try_get(2).map_err(fail)?;
            let keep_totals: bool = row.try_get(3).map_err(fail)?;
            let rewritten: Option<i64> = row.try_get(4).map_err(fail)?;
            let Some(tenant) = TenantId::parse(&tenant) else { continue };
            match (customer, rewritten) {
                (Some(customer), None) => self.carry_out(&tenant, &id, &customer, keep_totals).await?,
                (_, Some(rewritten)) => {
                    // Upkeep deletes what has waited long enough; one more round after that time and nothing is left.
                    let waited = self.clock().now() - time(rewritten);
                    if waited.to_std().unwrap_or_default() > files_live {
                        self.store(&tenant).await?.maintain().await?;
                        done.push(id);
                    }
                }
                (None, None) => {}
            }
        }
        if !done.is_empty() {
            // Freed pages of the journal still hold what stood in them until the file is written anew.
            sqlx::query("VACUUM").execute(self.control()).await.map_err(fail)?;
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(self.control()).await.map_err(fail)?;
        }
        for id in &done {
            sqlx::query("UPDATE erasures SET completed_at = ? WHERE id = ?")
                .bind(self.clock().now().timestamp_micros())
                .bind(id)
                .execute(self.control())
                .await
                .map_err(fail)?;
        }
        Ok(done.len())
    }
}
