//! The result of a plan.

use bytes::BytesMut;
use futures::TryStreamExt;
use kupets_core::{Error, Result};
use kupets_query::{Answer, Format, Meta, RowLimit};
use kupets_semantic::compile::{Column, Statement, Value};
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
    /// The values that were bound to it, by the names of their placeholders; none where it is not a plan's.
    pub bound: serde_json::Map<String, serde_json::Value>,
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
    let written = statement.values.iter().map(|(name, value)| (name.clone(), written(value))).collect();
    Ok(Worked { bound: written, ..collect(answer, Some(statement.columns), currency).await? })
}

/// A bound value as JSON; exact numbers are texts.
fn written(value: &Value) -> serde_json::Value {
    match value {
        Value::Text(text) => text.as_str().into(),
        Value::Integer(number) => (*number).into(),
        Value::Decimal(number) => number.to_string().into(),
        Value::Time(at) => at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true).into(),
    }
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
    Ok(Worked {
        columns,
        told: body.columns,
        rows: body.rows,
        meta: body.meta,
        sql,
        bound: serde_json::Map::new(),
        currency: currency.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn bound_values_are_written_as_json() {
        let at = chrono::DateTime::parse_from_rfc3339("2026-03-31T21:00:00Z").unwrap().with_timezone(&chrono::Utc);
        assert_eq!(written(&Value::Time(at)), "2026-03-31T21:00:00Z");
        assert_eq!(written(&Value::Integer(7)), 7);
        assert_eq!(written(&Value::Text("чай".to_owned())), "чай");
    }
}
