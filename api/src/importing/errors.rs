//! The errors file: NDJSON, a line for each thing that is wrong with a record that was not stored.

use std::{
    collections::BTreeMap,
    fs::{File, OpenOptions},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use kupets_import::{Batch, Refused};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::client::RecordError;

/// A line of the file.
#[derive(Debug, Serialize)]
struct Line<'a> {
    /// Rows of the file that the record was made of.
    rows: Vec<u64>,
    /// The row that is wrong, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u64>,
    /// Of several files, the one that the row is of, or the first of the rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
    /// The file of each of the rows, where they are of several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<&'a str>,
    record_id: Option<&'a str>,
    field: &'a str,
    message: &'a str,
    /// The row as it was read, or the record as it was sent.
    record: Option<&'a RawValue>,
}

/// The errors file. It exists only when there is an error.
#[derive(Debug)]
pub struct ErrorsFile {
    path: PathBuf,
    file: Option<File>,
    bytes: u64,
}

impl ErrorsFile {
    /// Goes on after the first `bytes` bytes of a file that an earlier run has left, or begins anew with 0.
    ///
    /// # Errors
    /// The file cannot be shortened or removed.
    pub fn open(path: &Path, bytes: u64) -> io::Result<Self> {
        let mut errors = Self { path: path.to_owned(), file: None, bytes: 0 };
        if bytes > 0 {
            let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
            // What stands behind belongs to batches that are sent again.
            let kept = bytes.min(file.metadata()?.len());
            file.set_len(kept)?;
            file.seek(SeekFrom::End(0))?;
            (errors.file, errors.bytes) = (Some(file), kept);
        } else if path.exists() {
            std::fs::remove_file(path)?;
        }
        Ok(errors)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its length.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Writes what was refused of a batch, here and by the server. Returns how many records that were.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&mut self, batch: &Batch, rejected: &[RecordError]) -> io::Result<u64> {
        let mut out = Vec::new();
        for refused in &batch.refused {
            write_refused(&mut out, batch, refused)?;
        }
        let mut by_record: BTreeMap<usize, Vec<&RecordError>> = BTreeMap::new();
        for error in rejected {
            by_record.entry(error.index).or_default().push(error);
        }
        for (&index, errors) in &by_record {
            let record: Option<&RawValue> = batch.record(index).and_then(|json| serde_json::from_slice(json).ok());
            let id = record.and_then(id_of);
            for error in errors {
                let line = Line {
                    record_id: id.as_deref(),
                    field: &error.field,
                    message: &error.message,
                    record,
                    ..Line::of(batch, batch.rows_of(index), None)
                };
                write_line(&mut out, &line)?;
            }
        }
        if !out.is_empty() {
            let file = match &mut self.file {
                Some(file) => file,
                none => none.insert(File::create(&self.path)?),
            };
            file.write_all(&out)?;
            self.bytes += out.len() as u64;
        }
        Ok((batch.refused.len() + by_record.len()) as u64)
    }
}

impl<'a> Line<'a> {
    /// Of these rows, of which one may be the one that is wrong.
    fn of(batch: &'a Batch, rows: &[u64], wrong: Option<u64>) -> Self {
        let places: Vec<(Option<&str>, u64)> = rows.iter().map(|row| batch.place(*row)).collect();
        let of_row = wrong.map(|row| batch.place(row));
        let file = of_row.or_else(|| places.first().copied()).and_then(|(file, _)| file);
        let is_of_several = places.iter().any(|(file, _)| *file != places[0].0);
        Line {
            rows: places.iter().map(|(_, row)| *row).collect(),
            row: of_row.map(|(_, row)| row),
            file,
            files: places.iter().filter_map(|(file, _)| file.filter(|_| is_of_several)).collect(),
            record_id: None,
            field: "",
            message: "",
            record: None,
        }
    }
}

fn write_refused(out: &mut Vec<u8>, batch: &Batch, refused: &Refused) -> io::Result<()> {
    let record: Option<&RawValue> = serde_json::from_str(&refused.source).ok();
    for fault in &refused.faults {
        let line = Line {
            record_id: refused.record_id.as_deref(),
            field: &fault.field,
            message: &fault.message,
            record,
            ..Line::of(batch, &refused.rows, Some(fault.row))
        };
        write_line(out, &line)?;
    }
    Ok(())
}

fn write_line(out: &mut Vec<u8>, line: &Line<'_>) -> io::Result<()> {
    serde_json::to_writer(&mut *out, line)?;
    out.push(b'\n');
    Ok(())
}

/// The id of a record as it was sent.
fn id_of(record: &RawValue) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Ids {
        purchase_id: Option<serde_json::Value>,
        interaction_id: Option<serde_json::Value>,
        customer_id: Option<serde_json::Value>,
    }
    let ids: Ids = serde_json::from_str(record.get()).ok()?;
    let id = ids.purchase_id.or(ids.interaction_id).or(ids.customer_id)?;
    Some(id.as_str().map_or_else(|| id.to_string(), str::to_owned))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use kupets_engine::schema::Table;
    use kupets_import::{Import, ImportOptions};
    use serde_json::Value;

    use super::*;

    fn batch(folder: &Path) -> Batch {
        let path = folder.join("sales.csv");
        std::fs::write(&path, "purchase_id,amount,customer_id\nA,5,1\nB,x,1\nB,y,1\nC,6,2\n").unwrap();
        Import::open(&path, ImportOptions::new(Table::Purchases)).unwrap().batches().unwrap().next().unwrap().unwrap()
    }

    fn lines(path: &Path) -> Vec<Value> {
        std::fs::read_to_string(path).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }

    #[test]
    fn every_error_names_its_rows_and_its_record() {
        let folder = tempfile::tempdir().unwrap();
        let batch = batch(folder.path());
        let mut errors = ErrorsFile::open(&folder.path().join("e.ndjson"), 0).unwrap();
        let rejected = RecordError { index: 1, field: "items[0].amount".to_owned(), message: "too large".to_owned() };
        assert_eq!(errors.write(&batch, &[rejected]).unwrap(), 2);
        let lines = lines(errors.path());
        assert_eq!(lines.len(), 3, "two faults of B, one of C");
        assert_eq!((&lines[0]["record_id"], &lines[0]["row"]), (&Value::from("B"), &Value::from(2)));
        assert_eq!(lines[0]["rows"], serde_json::json!([2, 3]));
        assert_eq!(lines[2]["record_id"], "C");
        assert_eq!(lines[2]["rows"], serde_json::json!([4]));
        assert_eq!(lines[2]["record"]["customer_id"], "2");
    }

    #[test]
    fn of_several_files_each_row_names_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a.csv", "b.csv"].map(|name| folder.path().join(name));
        std::fs::write(&paths[0], "purchase_id,amount\nA,5\nB,6\n").unwrap();
        std::fs::write(&paths[1], "purchase_id,amount\nC,7\nD,8\nB,x\n").unwrap();
        let import = Import::open_all(&paths, ImportOptions::new(Table::Purchases)).unwrap();
        let batch = import.batches().unwrap().next().unwrap().unwrap();
        assert_eq!(batch.len(), 3);
        let mut errors = ErrorsFile::open(&folder.path().join("e.ndjson"), 0).unwrap();
        let rejected = RecordError { index: 1, field: "amount".to_owned(), message: "too large".to_owned() };
        errors.write(&batch, &[rejected]).unwrap();
        let lines = lines(errors.path());
        assert_eq!((&lines[0]["record_id"], &lines[0]["file"]), (&Value::from("B"), &Value::from("b.csv")));
        assert_eq!((&lines[0]["row"], &lines[0]["rows"]), (&Value::from(3), &serde_json::json!([2, 3])));
        assert_eq!(lines[0]["files"], serde_json::json!(["a.csv", "b.csv"]));
        assert_eq!((&lines[1]["rows"], &lines[1]["file"]), (&serde_json::json!([1]), &Value::from("b.csv")));
        assert_eq!(lines[1].get("files"), None);
    }

    #[test]
    fn going_on_cuts_what_will_be_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let (batch, path) = (batch(folder.path()), folder.path().join("e.ndjson"));
        let mut errors = ErrorsFile::open(&path, 0).unwrap();
        assert!(!path.exists());
        errors.write(&batch, &[]).unwrap();
        let good = errors.bytes();
        errors.write(&batch, &[]).unwrap();
        let mut errors = ErrorsFile::open(&path, good).unwrap();
        errors.write(&batch, &[]).unwrap();
        assert_eq!(lines(&path).len(), 4);
        assert_eq!(errors.bytes(), std::fs::metadata(&path).unwrap().len());
        ErrorsFile::open(&path, 0).unwrap();
        assert!(!path.exists(), "a new import begins without the old errors");
    }
}
