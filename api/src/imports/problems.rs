//! What is wrong with rows, a page at a time.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, ErrorKind, Seek as _, SeekFrom},
    path::Path,
};

use kupets_control::imports::ImportRow;
use kupets_core::{Result, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::folder::{self, refused};
use crate::state::State;

/// Something that is wrong with a record.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportFault, example = json!({"rows": [2, 3], "row": 2, "record_id": "B", "field": "amount", "message": "\"x\" is no number",
    "record": {"purchase_id": "B", "amount": "x"}}))]
pub struct Fault {
    /// Rows of the file that the record was made of: from 1 after the header.
    rows: Vec<u64>,
    /// The row that is wrong, where it is one.
    #[serde(default)]
    row: Option<u64>,
    /// Of an import of several files: the one that the row is of, or the first of the rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// Of an import of several files: the file of each of the rows, where they are of several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<String>,
    /// The record's id as the file writes it.
    record_id: Option<String>,
    /// The field; empty for the record as such.
    field: String,
    /// What is wrong and what would be right.
    message: String,
    /// The row as it was read, or the record as it would be stored.
    #[schema(value_type = Option<serde_json::Map<String, serde_json::Value>>)]
    record: Option<Box<RawValue>>,
}

/// The faults of an import from a place in their file on, and where the next begin; none when the file is gone.
///
/// # Errors
/// The disk refuses.
pub async fn page(
    state: &State,
    tenant: &TenantId,
    row: &ImportRow,
    from: u64,
    limit: usize,
) -> Result<(Vec<Fault>, Option<u64>)> {
    let of_run = row.started_at.is_some();
    let path = folder::errors(&state.settings.data, tenant, &row.id, of_run);
    // What stands behind was written by an attempt that was cut off.
    let end = if of_run { row.errors_bytes.max(0).unsigned_abs() } else { u64::MAX };
    let read = tokio::task::spawn_blocking(move || read(&path, from, end, limit).map_err(|e| refused(&path, &e)));
    read.await.map_err(|e| kupets_core::Error::internal("the reader of faults ended").with_source(e))?
}

fn read(path: &Path, from: u64, end: u64, limit: usize) -> std::io::Result<(Vec<Fault>, Option<u64>)> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok((Vec::new(), None)),
        Err(error) => return Err(error),
    };
    file.seek(SeekFrom::Start(from))?;
    let mut reader = BufReader::new(file);
    let (mut faults, mut at, mut line) = (Vec::new(), from, Vec::new());
    while at < end {
        line.clear();
        let length = reader.read_until(b'\n', &mut line)?;
        if length == 0 {
            break;
        }
        // A cursor that was made up begins within a line.
        if let Ok(fault) = serde_json::from_slice(&line) {
            if faults.len() == limit {
                return Ok((faults, Some(at)));
            }
            faults.push(fault);
        }
        at += length as u64;
    }
    Ok((faults, None))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn pages_follow_each_other_and_end_where_the_run_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("errors.ndjson");
        let line = |n: u64| {
            format!(
                "{{\"rows\":[{n}],\"row\":{n},\"record_id\":null,\"field\":\"amount\",\"message\":\"no\",\"record\":{{}}}}\n"
            )
        };
        let text: String = (1..=5).map(line).collect();
        std::fs::write(&path, &text).unwrap();
        let (first, next) = read(&path, 0, u64::MAX, 2).unwrap();
        assert_eq!((first.len(), first[1].row), (2, Some(2)));
        let (rest, none) = read(&path, next.unwrap(), u64::MAX, 10).unwrap();
        assert_eq!((rest.len(), rest[0].row, none), (3, Some(3), None));
        let kept = line(1).len() as u64;
        assert_eq!(read(&path, 0, kept, 10).unwrap().0.len(), 1);
        assert_eq!(read(&path, 3, u64::MAX, 10).unwrap().0.len(), 4, "a line that is begun in the middle is none");
        assert!(read(&folder.path().join("none"), 0, 9, 9).unwrap().0.is_empty());
    }
}
