//! Removing rows from a lake that are older than its owner keeps them.

use std::sync::Arc;

use arrow::datatypes::{DataType, TimeUnit};
use chrono::{DateTime, Utc};
use datafusion::{
    catalog::TableProvider as _,
    common::ScalarValue,
    logical_expr::Operator,
    physical_expr::{
        PhysicalExpr,
        expressions::{BinaryExpr, Column, Literal},
    },
};
use kupets_core::{Error, Result, schema::Table};

use super::{FlushTable, Lake, LakeState, open::damaged};

/// A commit takes no more files when those before have that many rows to delete: their positions are in memory until it is done.
const ROWS_AT_ONCE: usize = 1_000_000;

impl Lake {
    /// Deletes the rows of a table with purchases or interactions that happened before that time, rewrites the files that held them,
    /// and notes that every older snapshot is to be forgotten. The lake then; none: there was no such row, and nothing has changed.
    ///
    /// The caller is the lake's only writer, and the tail holds nothing that was accepted before.
    pub async fn expire_rows(
        &self,
        state: &LakeState,
        table: Table,
        before: DateTime<Utc>,
    ) -> Result<Option<LakeState>> {
        if let Some(file) = self.damaged_file(state, table).await? {
            return Err(damaged(&file, "nothing can be deleted from it before it is restored".to_owned()));
        }
        let old = older_than(state, table, before)?;
        let mut deleted = self.rows_where(state, table, old.clone(), ROWS_AT_ONCE).await?;
        if deleted.is_empty() {
            return Ok(None);
        }
        let mut now = state.clone();
        while !deleted.is_empty() {
            let files = deleted.keys().copied().collect();
            self.write(&now, vec![FlushTable { table, rows: None, deleted }], state.watermark).await?;
            self.rewrite(table, files, 0.0).await?;
            now = self.state().await?;
            deleted = self.rows_where(&now, table, old.clone(), ROWS_AT_ONCE).await?;
        }
        self.forget_later().await?;
        let after = self.state().await?;
        self.finish().await?;
        Ok(Some(after))
    }
}

/// The rows that happened before that time.
fn older_than(state: &LakeState, table: Table, before: DateTime<Utc>) -> Result<Arc<dyn PhysicalExpr>> {
    let schema = state.table(table).schema();
    let column = schema.column_with_name("occurred_at");
    // What is compared must be of the very type of the column, its zone too.
    let Some((index, DataType::Timestamp(TimeUnit::Microsecond, zone))) =
        column.map(|(index, field)| (index, field.data_type()))
    else {
        return Err(Error::internal(format!("{} has no time to go by", table.name())));
    };
    let time = ScalarValue::TimestampMicrosecond(Some(before.timestamp_micros()), zone.clone());
    Ok(Arc::new(BinaryExpr::new(
        Arc::new(Column::new("occurred_at", index)),
        Operator::Lt,
        Arc::new(Literal::new(time)),
    )))
}
