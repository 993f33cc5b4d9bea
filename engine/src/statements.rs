//! Statements over a tenant's tables and views: callers' SQL, reports, and the connection status.

use std::collections::BTreeMap;

use arrow::{
    array::{Array, AsArray, RecordBatch, TimestampMicrosecondArray},
    compute::cast,
    datatypes::{DataType, Int64Type, TimestampMicrosecondType},
};
use chrono::{DateTime, Utc};
use futures::TryStreamExt;
use kupets_core::{Error, Result, TenantContext, schema};
use kupets_query::{Answer, Meta, RowLimit, SqlRequest, Statement, from_datafusion, params_from_json};

use crate::{
    Engine, insight, reports,
    snapshot_reader::{SnapshotReader, Values},
};

/// Rows of a report at most: no report of a real shop comes near it.
const REPORT_MAX_ROWS: usize = 50_000_000;

/// Rows of a whole table at most: memory is not what ends it, they stream.
const TABLE_MAX_ROWS: usize = 1_000_000_000;

/// What `GET /v1/connection` tells of a tenant's data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Connection {
    /// When the first record was accepted.
    pub first_record_at: Option<DateTime<Utc>>,
    /// When the last record was accepted.
    pub last_record_at: Option<DateTime<Utc>>,
    /// Customers now.
    pub customers: u64,
    /// Purchases now (not lines).
    pub purchases: u64,
    /// Interactions now.
    pub interactions: u64,
}

impl Engine {
    /// Runs one read-only SQL statement over the tenant's tables.
    ///
    /// # Errors
    /// A statement that is not allowed or not valid, and the limits; also while the answer streams.
    pub async fn sql(&self, tenant: &TenantContext, request: SqlRequest) -> Result<Answer> {
        let engine = self.clone();
        let tenant = tenant.clone();
        self.on_runtime(async move {
            let max_rows = RowLimit::asked(request.limit, engine.limits().query_max_rows);
            let params = params_from_json(request.params.as_ref())?;
            let meta = Meta { sql: request.sql.clone(), ..Meta::default() };
            engine.run(&tenant, Statement { params, ..Statement::new(request.sql, max_rows) }, meta).await
        })
        .await
    }

    /// Runs a report of [`crate::reports::catalogue`] with its parameters as text, as they stand in a query string.
    ///
    /// # Errors
    /// An unknown report, a parameter it does not have, or a value that does not parse; the message lists what would do.
    pub async fn report(
        &self,
        tenant: &TenantContext,
        id: &str,
        parameters: &BTreeMap<String, String>,
    ) -> Result<Answer> {
        let now = self.clock().now();
        let prepared = reports::prepare(id, parameters, tenant.time_zone(), tenant.currency(), tenant.segments(), now)?;
        let engine = self.clone();
        let tenant = tenant.clone();
        self.on_runtime(async move {
            let mut prepared = prepared;
            let mut reader = insight::reader(&engine, &tenant, &prepared.sql).await?;
            if let Some(periods) = &prepared.open_periods
                && let Some((first, last)) = first_and_last(&reader).await?
            {
                periods.check(first, last)?;
            }
            insight::add_tables(&mut reader, &mut prepared).await?;
            let statement = Statement::ours(prepared.sql, prepared.params, RowLimit::Fail(REPORT_MAX_ROWS));
            let mut answer = reader.run(statement, prepared.meta).await?;
            for (column, unit) in answer.columns.iter_mut().zip(prepared.units) {
                column.unit = unit;
            }
            Ok(answer)
        })
        .await
    }

    /// Passes if a report can be asked with these parameters.
    ///
    /// # Errors
    /// As [`Self::report`].
    pub fn check_report(&self, tenant: &TenantContext, id: &str, parameters: &BTreeMap<String, String>) -> Result<()> {
        let now = self.clock().now();
        reports::prepare(id, parameters, tenant.time_zone(), tenant.currency(), tenant.segments(), now).map(drop)
    }

    /// All rows of one of the tenant's tables, as they stream.
    ///
    /// # Errors
    /// The limits of queries.
    pub async fn table(&self, tenant: &TenantContext, table: schema::Table) -> Result<Answer> {
        let (engine, tenant) = (self.clone(), tenant.clone());
        self.on_runtime(async move {
            let sql = format!("SELECT * FROM {}", table.name());
            let meta = Meta { sql: sql.clone(), ..Meta::default() };
            engine
                .run(&tenant, Statement { ours: true, ..Statement::new(sql, RowLimit::Fail(TABLE_MAX_ROWS)) }, meta)
                .await
        })
        .await
    }

    /// Counts and times of the tenant's records, for the connection status.
    ///
    /// # Errors
    /// The lake cannot be read.
    pub async fn connection(&self, tenant: &TenantContext) -> Result<Connection> {
        let engine = self.clone();
        let tenant = tenant.clone();
        self.on_runtime(async move {
            let statement = Statement { ours: true, ..Statement::new(CONNECTION_SQL, RowLimit::Fail(3)) };
            let answer = engine.run(&tenant, statement, Meta::default()).await?;
            let batches: Vec<RecordBatch> = answer.rows.try_collect().await.map_err(from_datafusion)?;
            connection_of(&batches)
        })
        .await
    }

    /// Runs a statement over the tenant's tables and views as they are now.
    pub(crate) async fn run(&self, tenant: &TenantContext, statement: Statement, meta: Meta) -> Result<Answer> {
        insight::reader(self, tenant, &statement.sql).await?.run(statement, meta).await
    }
}

/// The times of the first and the last sale.
async fn first_and_last(reader: &SnapshotReader) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>> {
    let sql = "SELECT min(occurred_at) AS first, max(occurred_at) AS last FROM sales";
    let row = reader.collect(sql.into(), Values::default()).await?;
    let time = |column: usize| {
        let column = row.column(column).as_primitive_opt::<TimestampMicrosecondType>()?;
        (column.len() == 1 && column.is_valid(0)).then(|| DateTime::from_timestamp_micros(column.value(0))).flatten()
    };
    Ok(time(0).zip(time(1)))
}

/// A row a table: its records, and when the first and the last of those that are there now were accepted.
const CONNECTION_SQL: &str = "SELECT 'customers' AS of, count(*) AS n, min(_ingested_at) AS first, max(_ingested_at) AS last FROM customers \
     UNION ALL SELECT 'purchases', count(*), min(_ingested_at), max(_ingested_at) FROM purchases WHERE line = 1 \
     UNION ALL SELECT 'interactions', count(*), min(_ingested_at), max(_ingested_at) FROM interactions";

fn connection_of(batches: &[RecordBatch]) -> Result<Connection> {
    let mut connection = Connection::default();
    for batch in batches {
        let names = cast(batch.column(0), &DataType::Utf8).map_err(|e| Error::internal(e.to_string()))?;
        let names = names.as_string::<i32>();
        let counts = batch.column(1).as_primitive::<Int64Type>();
        let firsts = batch.column(2).as_primitive::<TimestampMicrosecondType>();
        let lasts = batch.column(3).as_primitive::<TimestampMicrosecondType>();
        for row in 0..batch.num_rows() {
            let count = u64::try_from(counts.value(row)).unwrap_or_default();
            match names.value(row) {
                "customers" => connection.customers = count,
                "purchases" => connection.purchases = count,
                _ => connection.interactions = count,
            }
            let time = |column: &TimestampMicrosecondArray| {
                column.is_valid(row).then(|| DateTime::from_timestamp_micros(column.value(row))).flatten()
            };
            connection.first_record_at = [connection.first_record_at, time(firsts)].into_iter().flatten().min();
            connection.last_record_at = [connection.last_record_at, time(lasts)].into_iter().flatten().max();
        }
    }
    Ok(connection)
}
