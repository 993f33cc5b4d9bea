//! Removing a person from a lake: rows from the live files, and a note that the files and snapshots which still hold them are to go.

use std::{collections::BTreeMap, sync::Arc};

use arrow::{
    array::{ArrayRef, RecordBatch, new_null_array},
    compute::filter_record_batch,
};
use datafusion::{
    catalog::{Session, TableProvider},
    common::ScalarValue,
    logical_expr::{Expr, Operator, col, lit},
    physical_expr::{
        PhysicalExpr,
        expressions::{BinaryExpr, Column, Literal},
    },
    physical_plan::collect,
};

use super::{FlushTable, Lake, LakeState, catalog::lake_error, fault::error_at, open::damaged};
use kupets_core::{Error, Result, schema::Table};

use crate::layout::{column, concat, sorted};

impl Lake {
    /// Deletes the customer, its purchases and its interactions from the live files and rewrites those, so that no live file
    /// holds them, and notes that every older snapshot is to be forgotten. With `keep_totals` its purchases stay, of nobody and without
    /// attributes.
    ///
    /// The caller is the lake's only writer, and the tail holds nothing of the customer that was accepted before.
    pub async fn erase(&self, state: &LakeState, customer_id: &str, keep_totals: bool) -> Result<LakeState> {
        for table in Table::ALL {
            if let Some(file) = self.damaged_file(state, table).await? {
                return Err(damaged(&file, "nobody can be erased from it before it is restored".to_owned()));
            }
        }
        let mut shares = Vec::new();
        let mut touched: BTreeMap<Table, Vec<i64>> = BTreeMap::new();
        for table in Table::ALL {
            let deleted = self.rows_of(state, table, "customer_id", customer_id).await?;
            if deleted.is_empty() {
                continue;
            }
            touched.insert(table, deleted.keys().copied().collect());
            let rows =
                if table == Table::Purchases && keep_totals { self.anonymous(state, customer_id).await? } else { None };
            shares.push(FlushTable { table, rows, deleted });
        }
        if !shares.is_empty() {
            self.write(state, shares, state.watermark).await?;
        }
        for (table, files) in touched {
            self.rewrite(table, files, 0.0).await?;
        }
        self.forget_later().await?;
        let after = self.state().await?;
        self.finish().await?;
        Ok(after)
    }

    /// Deletes rows from the live files, by file: their positions with those that were deleted there before.
    ///
    /// The caller is the lake's only writer.
    pub async fn delete_rows(
        &self,
        state: &LakeState,
        table: Table,
        deleted: BTreeMap<i64, Vec<i64>>,
    ) -> Result<LakeState> {
        self.write(state, vec![FlushTable { table, rows: None, deleted }], state.watermark).await?;
        let after = self.state().await?;
        self.finish().await?;
        Ok(after)
    }

    /// Deletes the rows of some tables that an import made, in one commit. None where there are none.
    ///
    /// The caller is the lake's only writer.
    pub async fn delete_imported(
        &self,
        state: &LakeState,
        tables: &[Table],
        import_id: &str,
    ) -> Result<Option<LakeState>> {
        let mut shares = Vec::new();
        for &table in tables {
            let deleted = self.rows_of(state, table, "_import_id", import_id).await?;
            if !deleted.is_empty() {
                shares.push(FlushTable { table, rows: None, deleted });
            }
        }
        if shares.is_empty() {
            return Ok(None);
        }
        self.write(state, shares, state.watermark).await?;
        let after = self.state().await?;
        self.finish().await?;
        Ok(Some(after))
    }

    /// By file: all rows of it that are deleted when those are too that have this text in this column. Files without such a row are
    /// left out.
    pub(super) async fn rows_of(
        &self,
        state: &LakeState,
        table: Table,
        column: &'static str,
        text: &str,
    ) -> Result<BTreeMap<i64, Vec<i64>>> {
        let provider = state.table(table);
        let schema = provider.schema();
        let (index, _) =
            schema.column_with_name(column).ok_or_else(|| Error::internal(format!("every table has {column}")))?;
        let predicate: Arc<dyn PhysicalExpr> = Arc::new(BinaryExpr::new(
            Arc::new(Column::new(column, index)),
            Operator::Eq,
            Arc::new(Literal::new(ScalarValue::Utf8View(Some(text.to_owned())))),
        ));
        self.rows_where(state, table, predicate, usize::MAX).await
    }

    /// By file: all rows of it that are deleted when those are too for which the predicate holds. Files without one are left out, and
    /// so are the rest when those before have `enough` rows together.
    pub(super) async fn rows_where(
        &self,
        state: &LakeState,
        table: Table,
        predicate: Arc<dyn PhysicalExpr>,
        enough: usize,
    ) -> Result<BTreeMap<i64, Vec<i64>>> {
        let fail = |e: datafusion::error::DataFusionError| error_at(table.name(), e);
        let provider = state.table(table);
        let session: &dyn Session = &*self.session;
        let mut rows = BTreeMap::new();
        let mut count = 0;
        for file in provider.files_matching(&predicate).map_err(|e| lake_error(&self.catalog, e))? {
            let found = provider.resolve_positions(session, &file.file, predicate.clone()).await.map_err(fail)?;
            let before = match &file.delete_file {
                Some(delete) => provider.read_delete_file_positions(session, delete).await.map_err(fail)?,
                None => std::collections::HashSet::new(),
            };
            if found.is_empty() {
                continue;
            }
            let mut all: Vec<i64> = found.union(&before).copied().collect();
            all.sort_unstable();
            count += all.len();
            rows.insert(file.data_file_id, all);
            if count >= enough {
                break;
            }
        }
        Ok(rows)
    }

    /// All rows of the customer, in any order; none: there are none.
    pub(super) async fn records_of(
        &self,
        state: &LakeState,
        table: Table,
        customer_id: &str,
    ) -> Result<Option<RecordBatch>> {
        let fail = |e: datafusion::error::DataFusionError| error_at(table.name(), e);
        let own: Expr = col("customer_id").eq(lit(customer_id));
        let session: &dyn Session = &*self.session;
        let provider = state.table(table);
        let plan = provider.scan(session, None, std::slice::from_ref(&own), None).await.map_err(fail)?;
        let batches = collect(plan, session.task_ctx()).await.map_err(fail)?;
        let batches: Vec<RecordBatch> = batches.iter().map(|b| of_customer(b, customer_id)).collect::<Result<_>>()?;
        if batches.iter().all(|b| b.num_rows() == 0) {
            return Ok(None);
        }
        concat(&batches).map(Some)
    }

    /// The customer's purchases as a guest's.
    async fn anonymous(&self, state: &LakeState, customer_id: &str) -> Result<Option<RecordBatch>> {
        let table = Table::Purchases;
        let Some(batch) = self.records_of(state, table, customer_id).await? else { return Ok(None) };
        let columns: Vec<ArrayRef> = batch
            .schema()
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, column)| match field.name().as_str() {
                "customer_id" | "original_customer_id" | "attributes" => {
                    new_null_array(field.data_type(), column.len())
                }
                _ => column.clone(),
            })
            .collect();
        let batch = RecordBatch::try_new(batch.schema(), columns).map_err(|e| Error::internal(e.to_string()))?;
        sorted(table, &[batch]).map(Some)
    }
}

/// The rows of the customer: a scan may give others of the same pages.
fn of_customer(batch: &RecordBatch, customer_id: &str) -> Result<RecordBatch> {
    use arrow::array::{Array, BooleanArray};
    let ids = column(batch, "customer_id")?;
    let mut keep = vec![false; batch.num_rows()];
    crate::keys::for_each_key(ids.as_ref(), |row, id| keep[row] = ids.is_valid(row) && id == customer_id)?;
    filter_record_batch(batch, &BooleanArray::from(keep)).map_err(|e| Error::internal(e.to_string()))
}
