//! Rows as they have been read: batches with their columns unpacked, and where a row stands among them.

use arrow::{
    array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt64Array},
    datatypes::UInt64Type,
};

use super::{cells::Cells, fault::Fault};
use kupets_core::{Error, Result};

/// A batch of rows with its columns unpacked.
#[derive(Debug)]
pub(super) struct Columns {
    pub(super) cells: Vec<Cells>,
    pub(super) rows: UInt64Array,
    errors: StringArray,
}

impl Columns {
    /// Unpacks a batch of a source: the wanted columns, the row numbers, the errors of rows.
    ///
    /// # Errors
    /// A batch that no source of ours makes.
    pub(super) fn new(batch: &RecordBatch) -> Result<Self> {
        let schema = batch.schema();
        let of = |e| Error::internal("columns of a file").with_source(e);
        let wanted = batch.num_columns().saturating_sub(2);
        let cell = |at: usize| Cells::new(schema.field(at), batch.column(at)).map_err(of);
        let cells = (0..wanted).map(cell).collect::<Result<Vec<_>>>()?;
        let numbers: &ArrayRef = batch.column(wanted);
        let errors: &ArrayRef = batch.column(wanted + 1);
        Ok(Self {
            cells,
            rows: numbers.as_primitive::<UInt64Type>().clone(),
            errors: errors.as_string::<i32>().clone(),
        })
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }
}

/// A row of a store of batches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) batch: u32,
    pub(super) row: u32,
}

impl Address {
    pub(super) fn columns(self, store: &[Columns]) -> (&Columns, usize) {
        (&store[self.batch as usize], self.row as usize)
    }

    /// The row's number in the file.
    pub(super) fn number(self, store: &[Columns]) -> u64 {
        let (columns, row) = self.columns(store);
        columns.rows.value(row)
    }
}

/// What is wrong with rows as such.
pub(super) fn row_faults(store: &[Columns], rows: &[Address]) -> Vec<Fault> {
    let faults = rows.iter().filter_map(|address| {
        let (columns, row) = address.columns(store);
        let wrong = !columns.errors.is_null(row);
        wrong.then(|| Fault::of_row(address.number(store), columns.errors.value(row)))
    });
    faults.collect()
}
