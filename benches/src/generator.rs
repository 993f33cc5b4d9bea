//! How fast the generator of test data makes lines, alone and as JSON.

use std::time::Instant;

use anyhow::{Context as _, Result};
use kupets_data::{Locale, Record, Shop, ShopConfig};

use crate::{
    Options,
    table::{Table, count},
};

/// Runs the bench.
pub fn run(options: &Options) -> Result<()> {
    let mut table = Table::new(["what", "lines", "records", "seconds", "lines/s", "MB/s"]);
    for (name, locale, json) in
        [("records, ru", Locale::Ru, false), ("records, en", Locale::En, false), ("as JSON, ru", Locale::Ru, true)]
    {
        let to = chrono::NaiveDate::from_ymd_opt(2026, 11, 1).context("a day")?;
        let shop = Shop::new(ShopConfig::new(42, options.lines, to, locale))?;
        let mut body = Vec::with_capacity(4096);
        let (mut records, mut bytes) = (0_u64, 0);
        let started = Instant::now();
        let mut events = shop.events();
        for event in &mut events {
            records += 1;
            if json {
                body.clear();
                match &event.record {
                    Record::Purchase(purchase) => serde_json::to_writer(&mut body, purchase)?,
                    other => serde_json::to_writer(&mut body, other)?,
                }
                bytes += body.len();
            }
            std::hint::black_box(&event);
        }
        let seconds = started.elapsed().as_secs_f64();
        let lines = events.facts().lines;
        anyhow::ensure!(lines == options.lines, "{lines} lines were made, {} were asked for", options.lines);
        table.row([
            name.into(),
            count(lines),
            count(records),
            format!("{seconds:.2}"),
            count((lines as f64 / seconds) as u64),
            if json { format!("{:.0}", bytes as f64 / seconds / 1e6) } else { String::new() },
        ]);
    }
    table.print();
    println!("\nOne thread.");
    Ok(())
}
