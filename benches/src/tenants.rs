//! Many workspaces on one server: memory, the price of flushing them all, and how fast each opens after a restart.

use std::{sync::Arc, time::Instant};

use anyhow::{Context as _, Result, ensure};
use kupets_data::{Locale, Record, Shop, ShopConfig};
use tokio::task::JoinSet;

use crate::{
    Options,
    account::Account,
    process,
    server::Server,
    table::{Table, count, mib, ms, quantile},
};

/// Lines of purchases in each workspace.
const LINES: u64 = 1_000;
/// Requests under way while workspaces are filled.
const AT_ONCE: usize = 8;
/// Registrations from one address are spaced out; this many, in a row, are the bench.
const FLAGS: [&str; 4] = ["--register-burst", "100000", "--login-burst", "100000"];

/// Runs the bench.
pub async fn run(options: &Options) -> Result<()> {
    let binary = options.binary()?;
    let folder = options.folder()?;
    let data = folder.path().join("data");
    let bodies = Arc::new(shop()?);
    let server = Server::start(&binary, &data, &FLAGS).await?;
    let mut table = Table::new(["step", "seconds", "p50", "p99", "max", "resident", "peak"]);
    let memory = |server: &Server| {
        [mib(process::resident(server.pid).unwrap_or(0)), mib(process::peak(server.pid).unwrap_or(0))]
    };

    let started = Instant::now();
    let accounts = register(&server, options.tenants).await?;
    let [now, peak] = memory(&server);
    table.row([
        "register, make a key".into(),
        seconds(started),
        String::new(),
        String::new(),
        String::new(),
        now,
        peak,
    ]);

    let mut add = |name: &str, total: f64, each: &[f64], server: &Server| {
        let [now, peak] = memory(server);
        let [p50, p99, max] = [0.5, 0.99, 1.0].map(|share| ms(quantile(each, share)));
        table.row([name.into(), format!("{total:.2}"), p50, p99, max, now, peak]);
    };
    let (total, each) = each(&accounts, AT_ONCE, {
        let bodies = bodies.clone();
        move |account| {
            let bodies = bodies.clone();
            async move {
                for (records, body) in bodies.iter() {
                    account.send(records, body.clone()).await?;
                }
                Ok(())
            }
        }
    })
    .await?;
    add(&format!("store {LINES} lines"), total, &each, &server);
    let (total, each) = self::each(&accounts, 1, check).await?;
    add("first query, rows in memory", total, &each, &server);

    let stop = server.stop().await?;
    let (files, bytes) = process::files(&data.join("lake"), ".parquet")?;
    let (catalogs, catalog_bytes) = process::files(&data.join("lake"), ".sqlite")?;

    let server = Server::start(&binary, &data, &FLAGS).await?;
    let accounts: Vec<Account> = accounts.iter().map(|a| a.at(&server.url)).collect();
    add("restart, until ready", server.start_seconds, &[server.start_seconds], &server);
    let (total, each) = self::each(&accounts, 1, check).await?;
    add("first query of each", total, &each, &server);
    let (total, each) = self::each(&accounts, 1, check).await?;
    add("second query of each", total, &each, &server);
    let (total, each) = self::each(&accounts, 1, report).await?;
    add("a report of each", total, &each, &server);
    let one = br#"{"purchase_id":"one more","customer_id":"a","product":"x","amount":1,"occurred_at":"2026-11-20"}"#;
    let (total, each) =
        self::each(&accounts, 1, move |account| async move { account.send("purchases", one.to_vec()).await.map(drop) })
            .await?;
    add("first purchase of each", total, &each, &server);
    server.kill().await?;
    let server = Server::start(&binary, &data, &FLAGS).await?;
    let accounts: Vec<Account> = accounts.iter().map(|a| a.at(&server.url)).collect();
    add("start after kill -9, until ready", server.start_seconds, &[server.start_seconds], &server);
    // The journal holds a purchase of each: it is replayed before the workspace answers.
    let more = |account: Account| async move { holds(account, LINES + 1).await };
    let (total, each) = self::each(&accounts, 1, more).await?;
    add("first query of each, journal replayed", total, &each, &server);
    table.print();
    println!(
        "\n{} workspaces of {LINES} lines. Flush of all of them, on stopping: {stop:.1} s, {} a workspace; {} Parquet files of {}, {} \
         catalogs of {}. Queries one after another.",
        count(options.tenants as u64),
        ms(stop / options.tenants as f64),
        count(files),
        mib(bytes),
        count(catalogs),
        mib(catalog_bytes)
    );
    server.kill().await?;
    Ok(())
}

/// What each workspace is sent: customers, then purchases, as NDJSON.
fn shop() -> Result<Vec<(&'static str, Vec<u8>)>> {
    let to = chrono::NaiveDate::from_ymd_opt(2026, 11, 1).context("a day")?;
    let shop = Shop::new(ShopConfig { currency: "GBP".into(), ..ShopConfig::new(7, LINES, to, Locale::En) })?;
    let (mut customers, mut purchases) = (Vec::new(), Vec::new());
    for event in shop.events() {
        let body = match &event.record {
            Record::Customer(_) => &mut customers,
            Record::Purchase(_) => &mut purchases,
            Record::Interaction(_) => continue,
        };
        serde_json::to_writer(&mut *body, &event.record)?;
        body.push(b'\n');
    }
    Ok(vec![("customers", customers), ("purchases", purchases)])
}

async fn register(server: &Server, tenants: usize) -> Result<Vec<Account>> {
    let mut accounts = vec![Account::register(&server.url, "tenant-0").await?];
    let http = accounts[0].http();
    let mut running = JoinSet::new();
    for i in 1..tenants {
        if running.len() == AT_ONCE {
            accounts.push(running.join_next().await.context("nothing runs")???);
        }
        let (http, url) = (http.clone(), server.url.clone());
        running.spawn(async move { Account::register_with(http, &url, &format!("tenant-{i}")).await });
    }
    while let Some(account) = running.join_next().await {
        accounts.push(account??);
    }
    Ok(accounts)
}

/// Does something with every workspace: seconds for all, and for each, ascending.
async fn each<F: Future<Output = Result<()>> + Send + 'static>(
    accounts: &[Account],
    at_once: usize,
    work: impl Fn(Account) -> F,
) -> Result<(f64, Vec<f64>)> {
    let started = Instant::now();
    let mut running = JoinSet::new();
    let mut times = Vec::with_capacity(accounts.len());
    for account in accounts {
        if running.len() == at_once {
            times.push(running.join_next().await.context("nothing runs")???);
        }
        let work = work(account.clone());
        running.spawn(async move {
            let started = Instant::now();
            work.await?;
            anyhow::Ok(started.elapsed().as_secs_f64())
        });
    }
    while let Some(time) = running.join_next().await {
        times.push(time??);
    }
    times.sort_by(f64::total_cmp);
    Ok((started.elapsed().as_secs_f64(), times))
}

async fn check(account: Account) -> Result<()> {
    holds(account, LINES).await
}

async fn holds(account: Account, lines: u64) -> Result<()> {
    let rows = account.sql("SELECT count(*) FROM purchases").await?;
    ensure!(rows[0][0] == lines, "{lines} lines were sent, {rows:?} are stored");
    Ok(())
}

async fn report(account: Account) -> Result<()> {
    account.report("sales_over_time", &[]).await.map(drop)
}

fn seconds(since: Instant) -> String {
    format!("{:.2}", since.elapsed().as_secs_f64())
}
