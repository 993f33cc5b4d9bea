//! Rows without a key that go on with the order above them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray, StringBuilder};
use kupets_core::{Error, Result};

use super::rows::Rows;

/// The same rows, with the key of the row above where a row has none.
pub(super) fn carried(rows: Rows, key: Option<usize>) -> Rows {
    let Some(key) = key else { return rows };
    let mut last = String::new();
    Box::new(rows.map(move |batch| fill(&batch?, key, &mut last)))
}

fn fill(batch: &RecordBatch, key: usize, last: &mut String) -> Result<RecordBatch> {
    let Some(texts) = batch.column(key).as_any().downcast_ref::<StringArray>() else { return Ok(batch.clone()) };
    let mut filled = StringBuilder::with_capacity(texts.len(), texts.len() * 8);
    for text in texts {
        let own = text.unwrap_or_default();
        if !own.trim().is_empty() {
            last.clear();
            last.push_str(own);
        }
        filled.append_option((!last.is_empty()).then_some(last.as_str()));
    }
    let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
    columns[key] = Arc::new(filled.finish());
    RecordBatch::try_new(batch.schema(), columns).map_err(|e| Error::internal("keys of a file").with_source(e))
}
