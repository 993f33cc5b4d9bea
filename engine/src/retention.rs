//! Deleting what a workspace keeps no longer.

use arrow::array::AsArray as _;
use arrow::datatypes::Int64Type;
use chrono::{DateTime, Utc};
use kupets_core::{Error, Kind, Result, TenantContext, schema::Table};

use crate::{
    Engine,
    snapshot_reader::{SnapshotReader, Values, micros},
};

/// Customers that one call erases at most: each is an erasure of its own, with a record.
const CUSTOMERS_AT_ONCE: i64 = 100;

/// Who was last heard of before a time: neither bought, nor was in contact, nor changed since.
const SILENT: &str = "SELECT c.customer_id FROM customers c \
     WHERE c.updated_at < $before AND (c.created_at IS NULL OR c.created_at < $before) \
     AND NOT EXISTS (SELECT 1 FROM purchases p WHERE p.customer_id = c.customer_id AND p.occurred_at >= $before) \
     AND NOT EXISTS (SELECT 1 FROM interactions i WHERE i.customer_id = c.customer_id AND i.occurred_at >= $before) \
     ORDER BY c.customer_id LIMIT $limit";

/// From when on records are kept; none: all of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeptSince {
    /// Purchases that happened at that time or later.
    pub purchases: Option<DateTime<Utc>>,
    /// Interactions that happened at that time or later.
    pub interactions: Option<DateTime<Utc>>,
    /// Customers who were last heard of at that time or later.
    pub customers: Option<DateTime<Utc>>,
}

/// What was deleted because it is not kept any longer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expired {
    /// Purchases.
    pub purchases: u64,
    /// Interactions.
    pub interactions: u64,
    /// Customers, each erased.
    pub customers: u64,
    /// Whether there are more customers to erase: call it again.
    pub more: bool,
}

impl Engine {
    /// Deletes what is older than the workspace keeps it: purchases and interactions by when they happened, then customers who were
    /// last heard of before their time. Those are erased, and purchases of theirs that are kept longer stay as a guest's. Records that
    /// are gone are in no answer from then on, and in no file once running queries have ended.
    ///
    /// # Errors
    /// A data file is damaged, or the storage refuses: some of it may be deleted then, and it can be repeated.
    pub async fn expire(&self, tenant: &TenantContext, kept: KeptSince) -> Result<Expired> {
        let (engine, tenant) = (self.clone(), tenant.clone());
        self.on_runtime(async move {
            let purchases = engine.expire_table(&tenant, Table::Purchases, kept.purchases).await?;
            let interactions = engine.expire_table(&tenant, Table::Interactions, kept.interactions).await?;
            let mut expired = Expired { purchases, interactions, ..Expired::default() };
            if let Some(before) = kept.customers {
                let silent = engine.silent_since(&tenant, before).await?;
                expired.more = i64::try_from(silent.len()).unwrap_or(i64::MAX) >= CUSTOMERS_AT_ONCE;
                for customer in silent {
                    expired.customers += u64::from(engine.erase_if_there(&tenant, &customer).await?);
                }
            }
            Ok(expired)
        })
        .await
    }

    /// Deletes the records of a table that happened before that time; how many.
    async fn expire_table(&self, tenant: &TenantContext, table: Table, before: Option<DateTime<Utc>>) -> Result<u64> {
        let Some(before) = before else { return Ok(0) };
        let count = self.older(tenant, table, before).await?;
        if count > 0 {
            self.store(tenant.id()).await?.expire(table, before).await?;
            self.forget_results(tenant.id()).await;
        }
        Ok(count)
    }

    async fn older(&self, tenant: &TenantContext, table: Table, before: DateTime<Utc>) -> Result<u64> {
        let mut values = Values::default();
        values.name("before", micros(before.timestamp_micros()));
        // Of a purchase one line is counted.
        let first = if table == Table::Purchases { " AND line = 1" } else { "" };
        let sql = format!("SELECT count(*) FROM {} WHERE occurred_at < $before{first}", table.name());
        let found = SnapshotReader::open(self, tenant).await?.collect(sql, values).await?;
        let count = found.column(0).as_primitive::<Int64Type>().values().first().copied().unwrap_or_default();
        Ok(u64::try_from(count).unwrap_or_default())
    }

    async fn silent_since(&self, tenant: &TenantContext, before: DateTime<Utc>) -> Result<Vec<String>> {
        let mut values = Values::default();
        values.name("before", micros(before.timestamp_micros()));
        values.name("limit", CUSTOMERS_AT_ONCE);
        let found = SnapshotReader::open(self, tenant).await?.collect(SILENT.to_owned(), values).await?;
        let ids = arrow::compute::cast(found.column(0), &arrow::datatypes::DataType::Utf8)
            .map_err(|e| Error::internal("customers' ids are texts").with_source(e))?;
        Ok(ids.as_string::<i32>().iter().flatten().map(str::to_owned).collect())
    }

    /// Whether the customer was there; somebody may have erased them meanwhile.
    async fn erase_if_there(&self, tenant: &TenantContext, customer: &str) -> Result<bool> {
        match self.erase_customer(tenant, customer, true).await {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == Kind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}
