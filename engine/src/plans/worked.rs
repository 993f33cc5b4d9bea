//! The result of a plan.

use bytes::BytesMut;
use futures::TryStreamExt;
use kupets_core::{Error, Result};
use kupets_query::{Answer, Format, Meta, RowLimit};
use kupets_semantic::compile::{Column, Statement};
use serde::Deserialize;

use crate::snapshot_reader::{SnapshotReader, Values, bound};

/// A plan's result.
#[derive(Debug, Clone, PartialEq)]
pub struct Worked {
    /// What its columns mean, in the order of the result's.
    pub columns: Vec<Column>,
    /// The columns as `/v1/sql` would tell them: `name`, `type`, `unit`.
    pub told: Vec<serde_json::Value>,
    /// The rows; numbers keep all their digits.
    pub rows: Vec<Vec<serde_json::Value>>,
    /// What the result says of itself.
    pub meta: serde_json::Value,
    /// The statement with its values written out: it runs at `/v1/sql`.
    pub sql: String,
    /// ISO 4217 code of its money.
    pub currency: String,
}

#[derive(Deserialize)]
struct Body {
    columns: Vec<serde_json::Value>,
    rows: Vec<Vec<serde_json::Value>>,
    meta: serde_json::Value,
}

/// Runs the statement of a plan, from the row `offset` on.
pub(super) async fn run(
    reader: &SnapshotReader,
    statement: Statement,
    currency: &str,
    offset: Option<u64>,
) -> Result<Worked> {
    let mut values = Values::default();
    for (name, value) in &statement.values {
        values.name(name, bound(value));
    }
    let mut sql = statement.sql;
    if let Some(offset) = offset.filter(|offset| *offset > 0) {
        sql.push_str(&format!("\nOFFSET {offset}"));
    }
    let spelled = values.spell(&sql);
    let meta = Meta { sql: spelled, currency: Some(currency.to_owned()), ..Meta::default() };
    let statement_rows = RowLimit::Fail(usize::try_from(kupets_semantic::plan::MAX_LIMIT).unwrap_or(usize::MAX) + 1);
    let ours = kupets_query::Statement::ours(sql, values, statement_rows);
    let mut answer = reader.run(ours, meta).await?;
    for (told, column) in answer.columns.iter_mut().zip(&statement.columns) {
        told.unit = column.unit.map(|unit| unit.name(currency));
    }
    collect(answer, Some(statement.columns), currency).await
}

/// Reads the rows of an answer whose columns mean `columns`; those of a report are fields.
pub(super) async fn collect(answer: Answer, columns: Option<Vec<Column>>, currency: &str) -> Result<Worked> {
    let sql = answer.meta.sql.clone();
    let columns = columns.unwrap_or_else(|| answer.columns.iter().map(|told| Column::field(&told.name)).collect());
    let bytes: BytesMut = answer
        .into_bytes(Format::Json)
        .try_fold(BytesMut::new(), |mut whole, chunk| async move {
            whole.extend_from_slice(&chunk);
            Ok(whole)
        })
        .await?;
    let body: Body = serde_json::from_slice(&bytes)
        .map_err(|e| Error::internal("the result of a plan is not the JSON that was written").with_source(e))?;
    Ok(Worked { columns, told: body.columns, rows: body.rows, meta: body.meta, sql, currency: currency.to_owned() })
}
