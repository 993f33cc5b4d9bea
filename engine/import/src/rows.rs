//! What every format is read into: batches of the wanted columns, with the rows' numbers and what is wrong with them.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray, UInt64Array},
    datatypes::{DataType, Field, FieldRef, Schema},
};
use kupets_core::{Error, Result};

/// Rows of a batch of a text file.
pub(super) const BATCH_ROWS: usize = 8_192;

/// Bits of a row's number that count within its file; those above say which file it is of.
const ROW_BITS: u32 = 40;

/// The number of a row of one of several files, which are counted from 0.
pub(super) fn numbered(file: usize, row: u64) -> u64 {
    ((file as u64 + 1) << ROW_BITS) | row
}

/// Which of several files a row is of, and its number there; no file: there is but one.
pub(super) fn place(number: u64) -> (Option<usize>, u64) {
    let file = usize::try_from(number >> ROW_BITS).unwrap_or_default();
    (file.checked_sub(1), number & ((1 << ROW_BITS) - 1))
}

/// A row's number as people are told it: `3`, or `3 of file 2`.
pub(super) fn shown(number: u64) -> String {
    match place(number) {
        (Some(file), row) => format!("{row} of file {}", file + 1),
        (None, row) => row.to_string(),
    }
}

/// Rows of a file in file order. Each batch has the columns that were asked for, in that order, and after them the row's
/// number from 1 (`UInt64`) and what is wrong with the row as such (`Utf8`, mostly null).
pub(super) type Rows = Box<dyn Iterator<Item = Result<RecordBatch>> + Send>;

/// Adds row numbers and row errors to a batch of columns.
pub(super) fn finish(
    mut fields: Vec<FieldRef>,
    mut columns: Vec<ArrayRef>,
    numbers: impl Iterator<Item = u64>,
    errors: StringArray,
) -> Result<RecordBatch> {
    let rows = errors.len();
    fields.push(Arc::new(Field::new("#row", DataType::UInt64, false)));
    columns.push(Arc::new(UInt64Array::from_iter_values(numbers.take(rows))));
    fields.push(Arc::new(Field::new("#error", DataType::Utf8, true)));
    columns.push(Arc::new(errors));
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)
        .map_err(|e| Error::internal("rows of a file").with_source(e))
}
