//! Which keys the lake holds, and where: per data file, the sorted hashes of its keys with the rows they stand in.
//!
//! Derived from the files and rebuilt from them when a lake is first written to after it was opened. Hashes have 128 bits,
//! so that two keys of one tenant meet with a probability below 10⁻²⁰ even at a billion keys.

use std::{collections::HashSet, sync::Arc};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::DataType;
use kupets_core::{Error, Result};
use xxhash_rust::xxh3::xxh3_128;

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

/// The keys of one data file and the rows of it that are deleted.
#[derive(Debug, Clone)]
pub(crate) struct FileKeys {
    /// The file's id in the catalog, unique among the live files of one snapshot.
    pub file_id: i64,
    /// The file's name in its table's folder, which no other file ever has.
    pub path: Arc<str>,
    /// Sorted by hash.
    entries: Vec<Entry>,
    /// Physical rows that the live delete file marks.
    pub deleted: HashSet<i64>,
}

impl FileKeys {
    /// Indexes a file from its runs of keys; entries whose first row is deleted are left out.
    pub fn new(file_id: i64, path: &str, mut entries: Vec<Entry>, deleted: HashSet<i64>) -> Self {
        if !deleted.is_empty() {
            entries.retain(|e| !deleted.contains(&i64::from(e.row)));
        }
        entries.sort_unstable();
        entries.shrink_to_fit();
        Self { file_id, path: path.into(), entries, deleted }
    }

    /// The same file under another id of the catalog.
    pub fn with_id(self, file_id: i64) -> Self {
        Self { file_id, ..self }
    }

    fn find(&self, hash: KeyHash) -> Option<Entry> {
        self.entries.binary_search_by(|e| e.hash.cmp(&hash)).ok().map(|i| self.entries[i])
    }

    /// Marks rows deleted and forgets the keys that began there.
    pub fn delete(&mut self, positions: &[i64]) {
        self.deleted.extend(positions);
        let deleted = &self.deleted;
        self.entries.retain(|e| !deleted.contains(&i64::from(e.row)));
    }
}

/// The keys of one table over all its live files.
#[derive(Debug, Clone, Default)]
pub(crate) struct TableKeys {
    /// By file id, ascending.
    pub files: Vec<FileKeys>,
}

impl TableKeys {
    /// Where the key is now: its file and the rows in it.
    pub fn find(&self, hash: KeyHash) -> Option<(&FileKeys, Entry)> {
        self.files.iter().rev().find_map(|f| f.find(hash).map(|e| (f, e)))
    }

    /// Whether the lake holds the key.
    pub fn contains(&self, hash: KeyHash) -> bool {
        self.files.iter().rev().any(|f| f.find(hash).is_some())
    }

    /// Adds a file.
    pub fn push(&mut self, file: FileKeys) {
        let at = self.files.partition_point(|f| f.file_id < file.file_id);
        self.files.insert(at, file);
    }

    /// The file of that id.
    pub fn file_mut(&mut self, file_id: i64) -> Option<&mut FileKeys> {
        self.files.iter_mut().find(|f| f.file_id == file_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str, row: u32, count: u32) -> Entry {
        Entry { hash: hash(key), row, count }
    }

    #[test]
    fn finds_keys_and_forgets_deleted_ones() {
        let mut file =
            FileKeys::new(7, "f", vec![entry("a", 0, 2), entry("b", 2, 1), entry("c", 3, 3)], HashSet::from([2]));
        assert_eq!(file.find(hash("a")), Some(entry("a", 0, 2)));
        assert_eq!(file.find(hash("b")), None);
        file.delete(&[3, 4, 5]);
        assert_eq!(file.find(hash("c")), None);
        assert_eq!(file.deleted.len(), 4);
        assert_eq!(file.find(hash("a")), Some(entry("a", 0, 2)));
    }

    #[test]
    fn the_newest_file_wins() {
        let mut keys = TableKeys::default();
        keys.push(FileKeys::new(9, "g", vec![entry("a", 4, 1)], HashSet::new()));
        keys.push(FileKeys::new(2, "h", vec![entry("a", 0, 1)], HashSet::new()));
        assert_eq!(keys.find(hash("a")).map(|(f, _)| f.file_id), Some(9));
        assert!(!keys.contains(hash("z")));
    }
}
