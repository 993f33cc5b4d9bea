//! Keys of data files: hashes of 128 bits, so that two keys of one tenant meet with a probability below 10⁻²⁰ even at a billion keys.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::DataType;
use kupets_core::{Error, Result};
use xxhash_rust::xxh3::xxh3_128;

use super::row_set::RowSet;

/// Hash of a record's key.
pub(crate) type KeyHash = u128;

/// Hash of a key.
pub(crate) fn hash(key: &str) -> KeyHash {
    xxh3_128(key.as_bytes())
}

/// A key's rows in a data file: they stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub hash: KeyHash,
    pub row: u32,
    pub count: u32,
}

/// A key of a run of the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RunEntry {
    pub hash: KeyHash,
    /// Which of the run's data files it stands in.
    pub file: u32,
    pub row: u32,
    pub count: u32,
}

/// All keys of one data file and the rows of it that are deleted.
#[derive(Debug, Clone)]
pub(crate) struct FileKeys {
    /// The file's id in the catalog, unique among the live files of one snapshot.
    pub file_id: i64,
    /// The file's name in its table's folder, which no other file ever has.
    pub path: Arc<str>,
    /// All of them, those of deleted rows included.
    pub entries: Vec<Entry>,
    /// Physical rows that the live delete file marks.
    pub deleted: RowSet,
}

/// Calls `visit(row, key)` for each row of a key column of any string layout.
pub(crate) fn for_each_key(column: &dyn Array, mut visit: impl FnMut(usize, &str)) -> Result<()> {
    match column.data_type() {
        DataType::Utf8 => {
            column.as_string::<i32>().iter().enumerate().for_each(|(i, k)| visit(i, k.unwrap_or_default()))
        }
        DataType::LargeUtf8 => {
            column.as_string::<i64>().iter().enumerate().for_each(|(i, k)| visit(i, k.unwrap_or_default()))
        }
        DataType::Utf8View => {
            column.as_string_view().iter().enumerate().for_each(|(i, k)| visit(i, k.unwrap_or_default()))
        }
        other => return Err(Error::internal(format!("a key column has type {other}"))),
    }
    Ok(())
}

/// The runs of equal keys in a batch whose first column is the key, in row order.
pub(crate) fn runs(batch: &RecordBatch) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::with_capacity(batch.num_rows());
    let mut last: Option<String> = None;
    for_each_key(batch.column(0).as_ref(), |row, key| match (&last, entries.last_mut()) {
        (Some(previous), Some(entry)) if previous == key => entry.count += 1,
        _ => {
            entries.push(Entry { hash: hash(key), row: row as u32, count: 1 });
            match &mut last {
                Some(previous) => {
                    previous.clear();
                    previous.push_str(key);
                }
                None => last = Some(key.to_owned()),
            }
        }
    })?;
    Ok(entries)
}
