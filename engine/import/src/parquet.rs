//! Parquet files: only the wanted columns are read.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use ::parquet::arrow::{
    ProjectionMask,
    arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder},
};
use arrow::{
    array::{RecordBatch, StringArray},
    datatypes::DataType,
};

use super::{
    cells::normalise,
    error::unreadable,
    progress::Progress,
    rows::{Rows, finish},
};
use kupets_core::Result;

/// Rows of a batch.
const BATCH_ROWS: usize = 16_384;

/// A Parquet file whose schema is known.
#[derive(Debug)]
pub(super) struct Parquet {
    columns: Vec<String>,
    types: Vec<DataType>,
}

fn builder(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>> {
    let file = File::open(path).map_err(|e| unreadable(path, &e))?;
    ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| unreadable(path, &e))
}

impl Parquet {
    /// Reads the footer.
    ///
    /// # Errors
    /// The file cannot be read or is damaged.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let schema = builder(path)?.schema().clone();
        let columns = schema.fields().iter().map(|f| f.name().clone()).collect();
        let types = schema.fields().iter().map(|f| f.data_type().clone()).collect();
        Ok(Self { columns, types })
    }

    pub(super) fn is_text(&self, column: usize) -> bool {
        matches!(self.data_type(column), Some(DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View))
    }

    pub(super) fn data_type(&self, column: usize) -> Option<&DataType> {
        self.types.get(column)
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn rows(&self, path: &Path, wanted: &[usize], progress: &Progress) -> Result<Rows> {
        let builder = builder(path)?;
        let total = u64::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
        let mask = ProjectionMask::roots(builder.parquet_schema(), wanted.iter().copied());
        let mut in_file = wanted.to_vec();
        in_file.sort_unstable();
        let order = wanted.iter().filter_map(|w| in_file.binary_search(w).ok()).collect();
        let reader =
            builder.with_projection(mask).with_batch_size(BATCH_ROWS).build().map_err(|e| unreadable(path, &e))?;
        Ok(Box::new(ParquetRows {
            path: path.to_owned(),
            reader,
            order,
            next_row: 1,
            total,
            progress: progress.clone(),
            done: false,
        }))
    }
}

struct ParquetRows {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    /// Position in the file's batch of each wanted column.
    order: Vec<usize>,
    next_row: u64,
    total: u64,
    progress: Progress,
    done: bool,
}

impl ParquetRows {
    fn shape(&mut self, batch: &RecordBatch) -> Result<RecordBatch> {
        let schema = batch.schema();
        let (mut fields, mut columns) = (Vec::new(), Vec::new());
        for &at in &self.order {
            let (field, array) =
                normalise(schema.field(at), batch.column(at)).map_err(|e| unreadable(&self.path, &e))?;
            fields.push(field);
            columns.push(array);
        }
        let first = self.next_row;
        self.next_row += batch.num_rows() as u64;
        self.progress.set_share(self.next_row - 1, self.total);
        finish(fields, columns, first.., StringArray::new_null(batch.num_rows()))
    }
}

impl Iterator for ParquetRows {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let shaped = match self.reader.next() {
            None => None,
            Some(Ok(batch)) => Some(self.shape(&batch)),
            Some(Err(e)) => Some(Err(unreadable(&self.path, &format!("after row {}: {e}", self.next_row - 1)))),
        };
        self.done = !matches!(shaped, Some(Ok(_)));
        shaped
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;

    use ::parquet::arrow::ArrowWriter;
    use arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array};

    use super::*;

    #[test]
    fn columns_come_in_the_wanted_order_with_row_numbers() {
        let (a, b): (ArrayRef, ArrayRef) =
            (Arc::new(StringArray::from(vec!["x", "y"])), Arc::new(Float64Array::from(vec![1.5, 2.5])));
        let c: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None]));
        let batch = RecordBatch::try_from_iter([("a", a), ("b", b), ("c", c)]).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut writer = ArrowWriter::try_new(file.reopen().unwrap(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();

        let parquet = Parquet::open(file.path()).unwrap();
        assert_eq!(parquet.columns(), ["a", "b", "c"]);
        let progress = Progress::new(1);
        let rows: Vec<_> = parquet.rows(file.path(), &[2, 0], &progress).unwrap().collect();
        let batch = rows[0].as_ref().unwrap();
        assert_eq!(
            batch.schema().fields().iter().map(|f| f.name().as_str()).collect::<Vec<_>>(),
            ["c", "a", "#row", "#error"]
        );
        assert_eq!(batch.column(1).as_string::<i32>().value(1), "y");
        assert_eq!(rows.len(), 1);
        assert!((progress.share() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_damaged_file_is_named() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, b"PAR1 and nothing else").unwrap();
        let error = Parquet::open(file.path()).unwrap_err();
        assert!(error.to_string().contains(&file.path().display().to_string()));
    }
}
