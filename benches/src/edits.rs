//! A shop that corrects its orders: many small rounds of purchases, of which some were there before. Files and the time of a report stay
//! what they are.

use std::{path::Path, time::Instant};

use anyhow::{Result, ensure};

use crate::{
    Options,
    account::Account,
    process,
    server::{Server, live_files},
    table::{Table, count, mib, spread},
};

const ROUNDS: u64 = 200;
const PURCHASES: u64 = 1_000;
/// Of a round's purchases these were sent in an earlier one.
const AGAIN: u64 = 50;
/// A row of the table for so many rounds.
const TOLD: u64 = 50;
/// Reports of each row.
const REPORTS: usize = 9;
/// Each round is flushed by itself, and maintenance comes by often.
const FLAGS: [&str; 6] = ["--tail-flush-rows", "900", "--maintenance-interval-s", "1", "--collect-interval-s", "60"];
const DAY_S: u64 = 86_400;
/// 2025-01-01.
const BEGIN_S: u64 = 1_735_689_600;

/// Runs the bench.
pub async fn run(options: &Options) -> Result<()> {
    let folder = options.folder()?;
    let data = folder.path().join("data");
    let server = Server::start(&options.binary()?, &data, &FLAGS).await?;
    let account = Account::register(&server.url, "edits").await?;
    let mut table = Table::new([
        "rounds",
        "purchases",
        "seconds a round",
        "live files",
        "files on disk",
        "on disk",
        "report",
        "resident",
    ]);
    let mut chance = Chance(7);
    let mut next = 0;
    let mut started = Instant::now();
    for round in 1..=ROUNDS {
        let mut body = Vec::new();
        for place in 0..PURCHASES {
            let again = place < AGAIN && next > 0;
            let number = if again { chance.below(next) } else { next };
            next += u64::from(!again);
            write(&mut body, number, round);
        }
        account.send("purchases", body).await?;
        if round % TOLD > 0 {
            continue;
        }
        let each = started.elapsed().as_secs_f64() / TOLD as f64;
        table.row(row(&account, &server, &data, round, next, each).await?);
        started = Instant::now();
    }
    table.print();
    println!(
        "\n{ROUNDS} rounds of {} purchases, {AGAIN} of each sent before at any time; a round is flushed when it is there. Report: sales over \
         time of all, the median of {REPORTS}. Live files: those that the newest version reads, deletes included; the others wait until no \
         query can read them.",
        count(PURCHASES)
    );
    let rows = account.sql("SELECT count(*), count(DISTINCT purchase_id) FROM purchases").await?;
    ensure!(rows[0].iter().all(|n| *n == next), "{next} different purchases were sent, and {rows:?} are stored");
    println!("{} different purchases sent, all of them stored once.", count(next));
    server.stop().await?;
    Ok(())
}

/// A purchase of one line; its number says when it was, `round` what it costs now.
fn write(body: &mut Vec<u8>, number: u64, round: u64) {
    let day = chrono::DateTime::from_timestamp((BEGIN_S + number / 600 * DAY_S) as i64, 0).unwrap_or_default();
    let record = serde_json::json!({
        "purchase_id": format!("p{number:08}"),
        "customer_id": format!("c{:05}", number * 31 % 20_000),
        "occurred_at": day.to_rfc3339(),
        "currency": "GBP",
        "items": [{"product_id": format!("sku-{:03}", number % 400), "quantity": 1, "unit_price": round, "amount": round}],
    });
    body.extend(record.to_string().into_bytes());
    body.push(b'\n');
}

async fn row(
    account: &Account,
    server: &Server,
    data: &Path,
    round: u64,
    purchases: u64,
    each: f64,
) -> Result<[String; 8]> {
    let mut seconds = Vec::with_capacity(REPORTS);
    for _ in 0..REPORTS {
        let started = Instant::now();
        account.report("sales_over_time", &[]).await?;
        seconds.push(started.elapsed().as_secs_f64());
    }
    let [_, median, _] = spread(&seconds);
    let (files, bytes) = process::files(&data.join("lake"), ".parquet")?;
    Ok([
        count(round),
        count(purchases),
        format!("{each:.3}"),
        count(live_files(data)?),
        count(files),
        mib(bytes),
        format!("{:.1} ms", median * 1e3),
        mib(process::resident(server.pid).unwrap_or(0)),
    ])
}

/// Numbers by splitmix64 (Steele, Lea and Flood 2014): the same in each run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}
