//! A dry run: everything that can be known of a file without storing anything.

use std::path::Path;

use kupets_engine::record::{Framing, ParseOptions, parse};
use kupets_import::{Batch, Import};

use super::{errors::ErrorsFile, sums::Sums};
use crate::client::RecordError;

/// Records that are shown.
const SHOWN: usize = 3;
/// Errors that are shown; the others stand in the errors file.
const SHOWN_ERRORS: usize = 10;
/// Rows of a record that are named in an error.
const SHOWN_ROWS: usize = 10;

/// What a file comes to.
#[derive(Debug, Default)]
pub struct Checked {
    /// Records that would be sent.
    pub good: u64,
    /// Records that would be rejected.
    pub bad: u64,
    /// Rows of the file.
    pub rows: u64,
    /// The first records as they would be sent.
    pub shown: Vec<String>,
    /// What is wrong with the first that would be rejected.
    pub errors: Vec<String>,
    /// What the good ones come to.
    pub sums: Sums,
}

/// Reads a whole file and checks its records as they would be checked when they are stored. What is wrong goes into a file, if one is
/// named. `told` hears how far it is, from 0 to 1, and how many records are good so far; it says whether to go on. None: it was told
/// to stop.
///
/// # Errors
/// The file cannot be read, or the other one not be written.
pub fn check(
    import: Import,
    options: &ParseOptions,
    errors: Option<&Path>,
    mut told: impl FnMut(f64, u64) -> bool,
) -> Result<Option<Checked>, String> {
    let named = |path: &Path, e: std::io::Error| format!("{}: {e}", path.display());
    let mut file = errors.map(|path| ErrorsFile::open(path, 0).map_err(|e| named(path, e))).transpose()?;
    let mut checked = Checked::default();
    for batch in import.batches().map_err(|e| e.to_string())? {
        let batch = batch.map_err(|e| e.to_string())?;
        let mut rejected: Vec<RecordError> = Vec::new();
        if !batch.is_empty() {
            let parsed = parse(&batch.body, Framing::NdJson, options).map_err(|e| e.to_string())?;
            rejected.extend(parsed.rejected.into_iter().map(RecordError::from));
        }
        for refused in &batch.refused {
            for fault in &refused.faults {
                checked.say(format!("{}: {} {}", shown(&batch, &[fault.row]), fault.field, fault.message));
            }
        }
        for error in &rejected {
            let rows = shown(&batch, batch.rows_of(error.index));
            checked.say(format!("{rows}: {} {}", error.field, error.message));
        }
        let mut lost: Vec<usize> = rejected.iter().map(|e| e.index).collect();
        lost.sort_unstable();
        lost.dedup();
        for at in (0..batch.len()).filter(|at| lost.binary_search(at).is_err()) {
            checked.sums.add(batch.record(at).unwrap_or_default());
        }
        checked.sums.as_other(batch.as_other.len() as u64);
        checked.sums.repeated(batch.repeated);
        for left_out in &batch.left_out {
            checked.sums.leave_out(&left_out.why, left_out.amount);
        }
        let missing = SHOWN.saturating_sub(checked.shown.len());
        let shown = (0..batch.len()).filter_map(|at| batch.record(at)).take(missing);
        checked.shown.extend(shown.map(|r| String::from_utf8_lossy(r).into_owned()));
        checked.good += (batch.len() - lost.len()) as u64;
        checked.bad += (batch.refused.len() + lost.len()) as u64;
        checked.rows += batch.row_count() as u64;
        if let Some(file) = &mut file {
            file.write(&batch, &rejected).map_err(|e| named(file.path(), e))?;
        }
        if !told(batch.share, checked.good) {
            return Ok(None);
        }
    }
    Ok(Some(checked))
}

impl Checked {
    fn say(&mut self, error: String) {
        if self.errors.len() < SHOWN_ERRORS {
            self.errors.push(error);
        }
    }
}

/// Rows as people are told them: `row 3`, `rows 3, 4`, and of several files `row 3 of a.csv`.
fn shown(batch: &Batch, rows: &[u64]) -> String {
    let places = rows.iter().take(SHOWN_ROWS).map(|row| match batch.place(*row) {
        (Some(file), row) => format!("{row} of {file}"),
        (None, row) => row.to_string(),
    });
    let list = places.collect::<Vec<_>>().join(", ");
    let more = if rows.len() > SHOWN_ROWS { " …" } else { "" };
    format!("{} {list}{more}", if rows.len() == 1 { "row" } else { "rows" })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;

    use kupets_engine::{
        clock::{Clock, SystemClock},
        record::{IdSource, OnError},
        schema::Table,
    };
    use kupets_import::ImportOptions;

    use super::*;

    #[test]
    fn good_and_bad_are_counted_and_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sales.csv");
        std::fs::write(&path, "purchase_id,amount,occurred_at\nA,5,2024-01-01\nB,x,2024-01-01\nC,6,2024-01-01\n")
            .unwrap();
        let open = || Import::open(&path, ImportOptions::new(Table::Purchases)).unwrap();
        let options = ParseOptions {
            table: Table::Purchases,
            time_zone: chrono_tz::UTC,
            currency: Arc::from("EUR"),
            now: SystemClock.now(),
            idempotency_key: None,
            ids: IdSource::random(),
            on_error: OnError::Skip,
        };
        let errors = folder.path().join("e.ndjson");
        let checked = check(open(), &options, Some(&errors), |_, _| true).unwrap().unwrap();
        assert_eq!((checked.good, checked.bad, checked.shown.len()), (2, 1, 2));
        assert!(checked.errors[0].starts_with("row 2: amount"), "{:?}", checked.errors);
        assert_eq!(std::fs::read_to_string(errors).unwrap().lines().count(), 1);
        assert!(check(open(), &options, None, |_, _| false).unwrap().is_none());
    }
}
