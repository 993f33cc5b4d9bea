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

/// Which cells tell that a row without a key is one more line of the purchase above it: none of the purchase's own is filled, and one
/// that names goods is. Cells that are merged over the lines of an order leave such rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Continued {
    pub(super) key: usize,
    /// Cells of the purchase.
    pub(super) of_record: Vec<usize>,
    /// Cells that name goods.
    pub(super) of_goods: Vec<usize>,
}

/// The same rows, with the key of the row above where a row goes on with it.
pub(super) fn continued(rows: Rows, how: Option<Continued>) -> Rows {
    let Some(how) = how else { return rows };
    let mut last = String::new();
    Box::new(rows.map(move |batch| how.fill(&batch?, &mut last).map(|(batch, _)| batch)))
}

impl Continued {
    /// How many rows go on with the one above.
    ///
    /// # Errors
    /// The rows cannot be read.
    pub(super) fn count(&self, rows: Rows) -> Result<u64> {
        let (mut last, mut all) = (String::new(), 0);
        for batch in rows {
            all += self.fill(&batch?, &mut last)?.1;
        }
        Ok(all)
    }

    fn fill(&self, batch: &RecordBatch, last: &mut String) -> Result<(RecordBatch, u64)> {
        let texts = |at: &usize| batch.column(*at).as_any().downcast_ref::<StringArray>();
        let Some(keys) = texts(&self.key) else { return Ok((batch.clone(), 0)) };
        let has = |cells: &[usize], row: usize| {
            cells.iter().filter_map(texts).any(|cells| !cells.is_null(row) && !cells.value(row).trim().is_empty())
        };
        let mut filled = StringBuilder::with_capacity(keys.len(), keys.len() * 8);
        let mut count = 0;
        for (row, key) in keys.iter().enumerate() {
            let own = key.unwrap_or_default();
            if !own.trim().is_empty() {
                last.clear();
                last.push_str(own);
                filled.append_value(own);
                continue;
            }
            let goes_on = !last.is_empty() && has(&self.of_goods, row) && !has(&self.of_record, row);
            if !goes_on {
                // What follows belongs to nothing that is known.
                last.clear();
            }
            count += u64::from(goes_on);
            filled.append_option(goes_on.then_some(last.as_str()));
        }
        let mut columns: Vec<ArrayRef> = batch.columns().to_vec();
        columns[self.key] = Arc::new(filled.finish());
        let made = RecordBatch::try_new(batch.schema(), columns);
        Ok((made.map_err(|e| Error::internal("keys of a file").with_source(e))?, count))
    }
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
