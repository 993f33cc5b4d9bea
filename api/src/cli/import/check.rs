//! `--dry-run`: everything that can be known without the server, and with a key what it would replace.

use std::{path::PathBuf, sync::Arc};

use kupets_engine::{
    clock::{Clock, SystemClock},
    record::{Framing, IdSource, OnError, ParseOptions, parse},
    schema::Table,
};
use kupets_import::Import;

use super::{
    args::{ALL_STORED, ImportArgs, SOME_REJECTED, blocking},
    count,
    errors::ErrorsFile,
    existing::existing,
    plan::Plan,
    progress::Show,
    sums::Sums,
};
use crate::client::{Client, RecordError};

/// Records that are shown.
const SHOWN: usize = 3;
/// Errors that are shown; the others stand in the errors file.
const SHOWN_ERRORS: usize = 10;

/// Reads and checks the whole file, shows what would be sent.
pub(super) async fn run(args: &ImportArgs, plan: &Plan, import: Import) -> Result<u8, String> {
    let table = plan.options.table;
    let errors = args.errors.clone();
    let mut show = Show::new(table.name());
    let checked = blocking(move || check(table, import, errors, &mut show)).await??;
    for record in &checked.shown {
        println!("{record}");
    }
    for error in &checked.errors {
        eprintln!("{error}");
    }
    for line in checked.sums.lines(table) {
        println!("{line}");
    }
    let mut losing = 0;
    if let Some(key) = args.key.as_ref().filter(|_| table == Table::Purchases) {
        let client = Client::new(&args.url).map_err(|e| e.to_string())?.with_key(key);
        match existing(&client, &checked.sums.purchases).await {
            Ok(found) => {
                found.lines(args.append).iter().for_each(|line| println!("{line}"));
                losing = if args.append { 0 } else { found.losing.len() };
            }
            Err(e) => eprintln!(
                "note: what is stored already was not looked at, for which the key needs the scope `sql`: {e}"
            ),
        }
    }
    println!(
        "dry run: {} {} from {} rows would be sent, {} would be rejected{}; nothing was sent",
        count(checked.good),
        table.name(),
        count(checked.rows),
        count(checked.bad),
        if losing > 0 { format!(", {} would lose lines", count(losing as u64)) } else { String::new() },
    );
    Ok(if checked.bad > 0 { SOME_REJECTED } else { ALL_STORED })
}

#[derive(Debug, Default)]
struct Checked {
    good: u64,
    bad: u64,
    rows: u64,
    shown: Vec<String>,
    errors: Vec<String>,
    sums: Sums,
}

fn check(table: Table, import: Import, errors: Option<PathBuf>, show: &mut Show) -> Result<Checked, String> {
    let mut file = match &errors {
        Some(path) => Some(ErrorsFile::open(path, 0).map_err(|e| format!("{}: {e}", path.display()))?),
        None => None,
    };
    let options = ParseOptions {
        table,
        // The workspace's own are the server's to know; whether a record is good does not depend on them.
        time_zone: chrono_tz::UTC,
        currency: Arc::from("EUR"),
        now: SystemClock.now(),
        idempotency_key: None,
        ids: IdSource::random(),
        on_error: OnError::Skip,
    };
    let mut checked = Checked::default();
    for batch in import.batches().map_err(|e| e.to_string())? {
        let batch = batch.map_err(|e| e.to_string())?;
        let mut rejected: Vec<RecordError> = Vec::new();
        if !batch.is_empty() {
            let parsed = parse(&batch.body, Framing::NdJson, &options).map_err(|e| e.to_string())?;
            rejected.extend(parsed.rejected.into_iter().map(|e| RecordError {
                index: e.index,
                field: e.field,
                message: e.message,
            }));
        }
        for refused in &batch.refused {
            for fault in &refused.faults {
                checked.say(format!("row {}: {} {}", fault.row, fault.field, fault.message));
            }
        }
        for error in &rejected {
            checked.say(format!("rows {:?}: {} {}", batch.rows_of(error.index), error.field, error.message));
        }
        let mut lost: Vec<usize> = rejected.iter().map(|e| e.index).collect();
        lost.sort_unstable();
        lost.dedup();
        for at in (0..batch.len()).filter(|at| lost.binary_search(at).is_err()) {
            checked.sums.add(batch.record(at).unwrap_or_default());
        }
        checked.sums.as_other(batch.as_other.len() as u64);
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
            file.write(&batch, &rejected).map_err(|e| format!("{}: {e}", file.path().display()))?;
        }
        show.at(batch.share, &format!("{} records", count(checked.good)));
    }
    Ok(checked)
}

impl Checked {
    fn say(&mut self, error: String) {
        if self.errors.len() < SHOWN_ERRORS {
            self.errors.push(error);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use kupets_import::ImportOptions;

    use super::*;

    #[test]
    fn good_and_bad_are_counted_and_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sales.csv");
        std::fs::write(&path, "purchase_id,amount,occurred_at\nA,5,2024-01-01\nB,x,2024-01-01\nC,6,2024-01-01\n")
            .unwrap();
        let import = Import::open(&path, ImportOptions::new(Table::Purchases)).unwrap();
        let errors = folder.path().join("e.ndjson");
        let checked = check(Table::Purchases, import, Some(errors.clone()), &mut Show::new("test")).unwrap();
        assert_eq!((checked.good, checked.bad, checked.shown.len()), (2, 1, 2));
        assert!(checked.errors[0].starts_with("row 2: amount"), "{:?}", checked.errors);
        assert_eq!(std::fs::read_to_string(errors).unwrap().lines().count(), 1);
    }
}
