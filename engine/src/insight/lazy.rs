//! A table whose rows are computed when a statement reads it, and not before.

use std::{fmt, future::Future, pin::Pin, sync::Arc};

use arrow::{array::RecordBatch, datatypes::SchemaRef};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider, memory::MemorySourceConfig},
    error::{DataFusionError, Result as DataFusionResult},
    logical_expr::{Expr, TableType},
    physical_plan::ExecutionPlan,
};
use kupets_core::Result;

type Rows = Pin<Box<dyn Future<Output = Result<RecordBatch>> + Send>>;

/// A table that is computed when it is read.
pub struct LazyTable {
    schema: SchemaRef,
    rows: Box<dyn Fn() -> Rows + Send + Sync>,
}

impl LazyTable {
    /// A table of `schema` whose rows `compute` gives, in one batch.
    pub fn new<F>(schema: SchemaRef, compute: impl Fn() -> F + Send + Sync + 'static) -> Arc<Self>
    where
        F: Future<Output = Result<RecordBatch>> + Send + 'static,
    {
        Arc::new(Self { schema, rows: Box::new(move || Box::pin(compute())) })
    }
}

impl fmt::Debug for LazyTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyTable").field("schema", &self.schema).finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for LazyTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let rows = (self.rows)().await.map_err(|e| DataFusionError::External(Box::new(e)))?;
        let plan: Arc<dyn ExecutionPlan> =
            MemorySourceConfig::try_new_exec(&[vec![rows]], self.schema.clone(), projection.cloned())?;
        Ok(plan)
    }
}
