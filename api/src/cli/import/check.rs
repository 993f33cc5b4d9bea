//! `--dry-run`: everything that can be known without the server, and with a key what it would replace.

use std::sync::Arc;

use kupets_engine::{
    clock::{Clock, SystemClock},
    record::{IdSource, OnError, ParseOptions},
    schema::Table,
};
use kupets_import::Import;

use super::{
    args::{ALL_STORED, ImportArgs, SOME_REJECTED, blocking},
    progress::Show,
};
use crate::{
    client::Client,
    importing::{Plan, check, count, existing},
};

/// Reads and checks the whole file, shows what would be sent.
pub(super) async fn run(args: &ImportArgs, plan: &Plan, import: Import) -> Result<u8, String> {
    let table = plan.options.table;
    let errors = args.errors.clone();
    let mut show = Show::new(table.name());
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
    let checked = blocking(move || {
        check(import, &options, errors.as_deref(), |share, good| {
            show.at(share, &format!("{} records", count(good)));
            true
        })
    });
    let checked = checked.await??.unwrap_or_default();
    for record in &checked.shown {
        println!("{record}");
    }
    for error in &checked.errors {
        eprintln!("{error}");
    }
    for line in checked.sums.lines(table) {
        println!("{line}");
    }
    let (mut known, mut losing) = (0, 0);
    if let Some(key) = args.key.as_ref().filter(|_| table == Table::Purchases) {
        let client = Client::new(&args.url).map_err(|e| e.to_string())?.with_key(key);
        match existing(&client, &checked.sums.purchases).await {
            Ok(found) => {
                found.lines(args.append).iter().for_each(|line| println!("{line}"));
                known = found.known;
                losing = if args.append { 0 } else { found.losing.len() };
            }
            Err(e) => eprintln!(
                "note: what is stored already was not looked at, for which the key needs the scope `sql`: {e}"
            ),
        }
    }
    let taken_for = plan.taken_for.as_ref().map(|what| format!("taken for {what}; ")).unwrap_or_default();
    let total = checked.sums.total(table);
    let total = if total.is_empty() { total } else { format!("; {total}") };
    let known = if known > 0 { format!(", {} are there already", count(known)) } else { String::new() };
    let losing = if losing > 0 {
        format!(", {} would lose lines without --append", count(losing as u64))
    } else {
        String::new()
    };
    println!(
        "dry run: {taken_for}{} {} from {} rows would be sent, {} would be rejected{known}{losing}{total}; nothing was sent",
        count(checked.good),
        table.name(),
        count(checked.rows),
        count(checked.bad),
    );
    Ok(if checked.bad > 0 { SOME_REJECTED } else { ALL_STORED })
}
