//! Reads the real data sets that the methods are checked on. They are not in this repository.

use std::{fs::File, io::Write, path::PathBuf};

use arrow::array::RecordBatch;
use parquet::arrow::{ProjectionMask, arrow_reader::ParquetRecordBatchReaderBuilder};

/// A file of the shared data, or none with a loud word: the test then passes without having tested anything.
pub fn file(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("KUPETS_SHARED_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")), PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    let _ = writeln!(std::io::stderr(), "SKIPPED: {} is not here; set KUPETS_SHARED_DATA", path.display());
    None
}

/// The named columns of a Parquet file, in batches.
pub fn parquet(name: &str, columns: &[&str]) -> Option<Vec<RecordBatch>> {
    let file = File::open(file(name)?).unwrap();
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    Some(builder.with_projection(mask).build().unwrap().map(Result::unwrap).collect())
}
