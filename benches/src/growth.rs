//! A history that grows: the same work at its end as at its beginning. Customers are sent again as people do, and purchases of long ago
//! now and then.

use std::{
    path::Path,
    sync::mpsc::{Receiver, sync_channel},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use chrono::NaiveDate;
use kupets_data::{Locale, Record, Shop, ShopConfig};
use serde_json::to_writer;

use crate::{
    Options,
    account::{Account, text},
    process,
    server::{Server, live_files},
    table::{Table, count, mib},
};

/// The history is told in so many parts.
const PARTS: u64 = 10;
/// Records of one request.
const RECORDS: usize = 5_000;
/// Of so many purchases of a known customer one brings its customer's record along.
const CUSTOMER_AGAIN: u64 = 20;
/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// The shop's last day.
const END: (i32, u32, u32) = (2026, 11, 1);

/// A request to come.
struct Request {
    records: &'static str,
    body: Vec<u8>,
    /// Lines of purchases in it, those included that are sent again.
    lines: u64,
}

/// Runs the bench.
pub async fn run(options: &Options) -> Result<()> {
    let folder = options.folder()?;
    let data = folder.path().join("data");
    let server = Server::start(&options.binary()?, &data, &[]).await?;
    let account = Account::register(&server.url, "growth").await?;
    let lines = options.growth_lines;
    let (requests, made) = generate(lines)?;
    let mut table = Table::new([
        "lines sent",
        "lines/s",
        "live files",
        "files on disk",
        "on disk",
        "resident",
        "report, a month",
        "report, all",
    ]);
    let (mut sent, mut part, mut rates, mut busy) = (0, 1, Vec::new(), Duration::ZERO);
    let (mut since, mut resident, mut looked) = (0, 0, Instant::now());
    for request in requests {
        let started = Instant::now();
        account.send(request.records, request.body).await?;
        busy += started.elapsed();
        sent += request.lines;
        if looked.elapsed() >= LOOK {
            resident = process::resident(server.pid).unwrap_or(0).max(resident);
            looked = Instant::now();
        }
        if sent < lines / PARTS * part {
            continue;
        }
        let rate = (sent - since) as f64 / busy.as_secs_f64();
        rates.push(rate);
        table.row(row(&account, &data, sent, rate, resident).await?);
        part += 1;
        (since, busy, resident) = (sent, Duration::ZERO, 0);
    }
    let facts = made.join().map_err(|_| anyhow::anyhow!("the shop was not made"))??;
    table.print();
    let peak = process::peak(server.pid).unwrap_or(0);
    let ratio = rates.last().zip(rates.first()).map_or(0.0, |(last, first)| last / first);
    println!(
        "\nOne sender, {} records a request, each durable before its answer; the time between requests does not count. Rate of the last \
         tenth by that of the first: {ratio:.2} (goal 0.9); {} of memory at most (goal 1,024 MiB).",
        count(RECORDS as u64),
        mib(peak)
    );
    let (stored, ..) = account.totals().await?;
    ensure!(stored == facts.to_string(), "{facts} different lines were sent, and {stored} are stored");
    println!("{} different lines sent, all of them stored once.", count(facts));
    server.stop().await?;
    Ok(())
}

/// What a part of the history came to.
async fn row(account: &Account, data: &Path, sent: u64, rate: f64, resident: u64) -> Result<[String; 8]> {
    let end = NaiveDate::from_ymd_opt(END.0, END.1, END.2).context("a day")?;
    let newest = account.sql("SELECT CAST(CAST(max(occurred_at) AS DATE) AS VARCHAR) FROM purchases").await?;
    let newest = newest.first().and_then(|row| row.first()).map(text).unwrap_or_default();
    let to: NaiveDate = newest.parse().unwrap_or(end);
    let month =
        [("from", to - chrono::TimeDelta::days(30)), ("to", to)].map(|(name, day)| (name.to_owned(), day.to_string()));
    let month = timed(account, &month).await?;
    let all = timed(account, &[]).await?;
    let lake = data.join("lake");
    let (files, bytes) = process::files(&lake, ".parquet")?;
    Ok([
        count(sent),
        count(rate as u64),
        count(live_files(data)?),
        count(files),
        mib(bytes),
        mib(resident),
        format!("{:.0} ms", month * 1e3),
        format!("{:.0} ms", all * 1e3),
    ])
}

/// Seconds of a report over a period.
async fn timed(account: &Account, period: &[(String, String)]) -> Result<f64> {
    let started = Instant::now();
    account.report("sales_over_time", period).await?;
    Ok(started.elapsed().as_secs_f64())
}

type Making = std::thread::JoinHandle<Result<u64>>;

/// Makes the requests on a thread of its own, a few ahead; it gives the number of different lines.
fn generate(lines: u64) -> Result<(Receiver<Request>, Making)> {
    let end = NaiveDate::from_ymd_opt(END.0, END.1, END.2).context("a day")?;
    let shop = Shop::new(ShopConfig::new(42, lines, end, Locale::En))?;
    let (sender, receiver) = sync_channel(4);
    let making = std::thread::spawn(move || {
        let mut buffers = ["customers", "purchases", "interactions"].map(Buffer::new);
        let mut events = shop.events();
        let mut purchases = 0_u64;
        for event in &mut events {
            let full = match &event.record {
                Record::Customer(customer) => buffers[0].push(0, |body| to_writer(body, customer))?,
                Record::Interaction(interaction) => buffers[2].push(0, |body| to_writer(body, interaction))?,
                Record::Purchase(purchase) => {
                    purchases += 1;
                    if let (Some(id), true) = (&purchase.customer_id, purchases.is_multiple_of(CUSTOMER_AGAIN)) {
                        let again =
                            serde_json::json!({"customer_id": id, "attributes": {"last_channel": purchase.channel}});
                        if let Some(request) = buffers[0].push(0, |body| to_writer(body, &again))? {
                            // Nobody waits for it any more.
                            let _ = sender.send(request);
                        }
                    }
                    buffers[1].push(purchase.items.len() as u64, |body| to_writer(body, purchase))?
                }
            };
            if let Some(request) = full
                && sender.send(request).is_err()
            {
                break;
            }
        }
        for mut buffer in buffers {
            if buffer.count > 0 {
                let _ = sender.send(buffer.take());
            }
        }
        Ok(events.facts().lines)
    });
    Ok((receiver, making))
}

/// Records of one kind that wait until they are a request.
struct Buffer {
    records: &'static str,
    body: Vec<u8>,
    count: usize,
    lines: u64,
}

impl Buffer {
    fn new(records: &'static str) -> Self {
        Self { records, body: Vec::new(), count: 0, lines: 0 }
    }

    /// Adds a record of so many lines; gives a request when there are enough.
    fn push(
        &mut self,
        lines: u64,
        write: impl FnOnce(&mut Vec<u8>) -> serde_json::Result<()>,
    ) -> Result<Option<Request>> {
        write(&mut self.body)?;
        self.body.push(b'\n');
        self.count += 1;
        self.lines += lines;
        Ok((self.count >= RECORDS).then(|| self.take()))
    }

    fn take(&mut self) -> Request {
        self.count = 0;
        let (body, lines) = (std::mem::take(&mut self.body), std::mem::take(&mut self.lines));
        Request { records: self.records, body, lines }
    }
}
