//! Statements over one view of a tenant's tables: what one call reads, it reads at one version.

use std::{collections::BTreeMap, sync::Arc};

use arrow::{array::RecordBatch, compute::concat_batches};
use datafusion::catalog::TableProvider;
use futures::TryStreamExt;

mod values;

pub(crate) use values::{Values, micros};

use crate::{
    Engine, Error, Result, TenantContext,
    query::{Meta, RowLimit, Statement, from_datafusion},
};

/// One version of a tenant's tables.
pub(crate) struct Reader<'a> {
    engine: &'a Engine,
    tenant: &'a TenantContext,
    tables: BTreeMap<String, Arc<dyn TableProvider>>,
    snapshot: String,
}

impl<'a> Reader<'a> {
    /// The version of now. To be called on the engine's runtime.
    ///
    /// # Errors
    /// The lake cannot be opened.
    pub(crate) async fn open(engine: &'a Engine, tenant: &'a TenantContext) -> Result<Self> {
        let view = engine.store(tenant.id()).await?.view()?;
        Ok(Self { engine, tenant, tables: view.tables()?, snapshot: view.snapshot.clone() })
    }

    /// Names the version.
    pub(crate) fn snapshot(&self) -> &str {
        &self.snapshot
    }

    /// All rows of a statement.
    ///
    /// # Errors
    /// The limits of queries.
    pub(crate) async fn collect(&self, sql: String, values: Values) -> Result<RecordBatch> {
        let meta = Meta {
            sql: sql.clone(),
            time_zone: self.tenant.time_zone().name().to_owned(),
            snapshot: self.snapshot.clone(),
            ..Meta::default()
        };
        let max_rows = RowLimit::Fail(self.engine.limits().query_max_rows);
        let statement = Statement::ours(sql, values, max_rows);
        let answer = self.engine.queries().run(self.tenant, self.tables.clone(), &[], statement, meta).await?;
        let schema = answer.schema.clone();
        let batches: Vec<RecordBatch> = answer.rows.try_collect().await.map_err(from_datafusion)?;
        concat_batches(&schema, &batches)
            .map_err(|e| Error::internal("the rows of an answer do not fit together").with_source(e))
    }
}
