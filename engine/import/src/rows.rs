//! What every format is read into: batches of the wanted columns, with the rows' numbers and what is wrong with them.

use std::sync::Arc;

use arrow::{
    array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray, UInt64Array},
    datatypes::{DataType, Field, FieldRef, Schema},
};
use kupets_core::{Error, Result};

/// Rows of a batch of a text file.
pub(super) const BATCH_ROWS: usize = 8_192;

/// Rows of a file in file order. Each batch has the columns that were asked for, in that order, and after them the row's
/// number from 1 (`UInt64`) and what is wrong with the row as such (`Utf8`, mostly null).
pub type Rows = Box<dyn Iterator<Item = Result<RecordBatch>> + Send>;

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
