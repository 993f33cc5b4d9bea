//! Every report over a shop of millions of lines, beside DuckDB on the same Parquet files, in turn.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value, json};

mod compare;

use self::compare::differences;
use crate::{
    Options,
    account::Account,
    peer_duckdb::{self, DuckDb},
    process, retail,
    server::{Server, only_lake},
    table::{Table, count, mib, ms, spread},
};

/// Where the columns of the multiplied file go.
const MAP: &str = "purchase_id=InvoiceNo,product_id=StockCode,product=Description,quantity=Quantity,unit_price=UnitPrice,\
     occurred_at=InvoiceDate,customer_id=CustomerID,channel=Channel,category=Category,attributes.country=Country";
/// A lake has settled when its files have not changed for so long: more than one round of upkeep.
const SETTLED: Duration = Duration::from_secs(40);
/// The longest to wait for that.
const PATIENCE: Duration = Duration::from_secs(600);
/// What is asked: all of it, and a quarter of a year.
const PERIODS: [(&str, Option<(&str, &str)>); 2] =
    [("all", None), ("3 months", Some(("2011-03-01T00:00:00Z", "2011-06-01T00:00:00Z")))];
/// The moment of reports that have one, after the last sale.
const AS_OF: &str = "2012-01-01T00:00:00Z";

/// Runs the bench.
pub async fn run(options: &Options) -> Result<()> {
    let Some(python) = peer_duckdb::python() else { return Ok(()) };
    let home = options.cache()?.join(format!("retail-{}", options.copies));
    multiply(&python, options, &home)?;
    let data = home.join("data");
    let key_file = home.join("key");
    let reuse = options.reuse && key_file.is_file();
    if !reuse {
        load(options, &home, &data, &key_file).await?;
    }
    let server = Server::start(&options.binary()?, &data, &[]).await?;
    let account = Account::with_key(&server.url, std::fs::read_to_string(&key_file)?.trim())?;
    retail::check(&account, options.copies as u64).await?;
    let lake = only_lake(&data)?;
    if !reuse {
        settle(&lake).await?;
    }
    let mut duckdb = DuckDb::open(&python, &lake).await?;
    ensure!(duckdb.found["deletes"] == 0, "the lake has deleted rows: DuckDB would count them, {}", duckdb.found);
    println!(
        "\nThe lake: {} rows in {} files, {}.\n",
        duckdb.found["rows"],
        duckdb.found["files"],
        mib(duckdb.found["bytes"].as_u64().unwrap_or(0))
    );
    race(options, &account, &mut duckdb).await?;
    println!(
        "\nMedian of {} runs after one that does not count, in turn. Kupets: HTTP and JSON included; inside: what the answer says \
         of itself. DuckDB {} with 2 threads on the same files: execute and fetch, in its process. Equal: every cell, exact \
         where both are exact. Server: {} resident, {} at most.",
        options.runs,
        duckdb.found["version"].as_str().unwrap_or_default(),
        mib(process::resident(server.pid).unwrap_or(0)),
        mib(process::peak(server.pid).unwrap_or(0))
    );
    server.stop().await?;
    Ok(())
}

fn multiply(python: &Path, options: &Options, home: &Path) -> Result<()> {
    let status = Command::new(python)
        .arg(peer_duckdb::file("multiply.py"))
        .arg(options.shared(retail::FILE)?)
        .arg(options.copies.to_string())
        .arg(home.join("files"))
        .stdout(std::process::Stdio::null())
        .status()?;
    ensure!(status.success(), "multiplying Online Retail: {status}");
    Ok(())
}

/// Imports customers, purchases and interactions into a new server; its folder is kept.
async fn load(options: &Options, home: &Path, data: &Path, key_file: &Path) -> Result<()> {
    if home.join("data").exists() {
        std::fs::remove_dir_all(data)?;
    }
    let binary = options.binary()?;
    let server = Server::start(&binary, data, &[]).await?;
    let account = Account::register(&server.url, "reports").await?;
    let mut table = Table::new(["import", "rows", "seconds", "rows/s", "importer peak", "server CPU", "server peak"]);
    let rows = retail::LINES * options.copies as u64;
    for (records, map, rows) in
        [("customers", "attributes.city=city", None), ("purchases", MAP, Some(rows)), ("interactions", "", None)]
    {
        let file: PathBuf = home.join("files").join(format!("{records}.parquet"));
        let cpu = process::cpu_seconds(server.pid)?;
        let done = retail::import(&binary, &account, &server.url, records, &file, map).await?;
        let stored =
            account.sql(&format!("SELECT count(*) FROM {records}")).await?[0][0].as_u64().context("no count")?;
        ensure!(rows.is_none_or(|rows| rows == stored), "{stored} rows of {records} are stored");
        table.row([
            records.into(),
            count(stored),
            format!("{:.1}", done.seconds),
            count((stored as f64 / done.seconds) as u64),
            mib(done.peak),
            format!("{:.1} s", process::cpu_seconds(server.pid)? - cpu),
            mib(process::peak(server.pid).unwrap_or(0)),
        ]);
    }
    retail::check(&account, options.copies as u64).await?;
    std::fs::write(key_file, &account.key)?;
    let seconds = server.stop().await?;
    table.print();
    println!("\nThe server took {seconds:.1} s to stop, with the last flush.");
    Ok(())
}

/// Waits until upkeep has merged what it will.
async fn settle(lake: &Path) -> Result<()> {
    let started = Instant::now();
    let mut seen = (process::files(lake, ".parquet")?, Instant::now());
    while seen.1.elapsed() < SETTLED {
        ensure!(started.elapsed() < PATIENCE, "the lake does not settle: {:?} files and bytes", seen.0);
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = process::files(lake, ".parquet")?;
        if now != seen.0 {
            seen = (now, Instant::now());
        }
    }
    Ok(())
}

async fn race(options: &Options, account: &Account, duckdb: &mut DuckDb) -> Result<()> {
    let mut table = Table::new(["report", "period", "rows", "Kupets", "inside", "DuckDB", "ratio", "equal"]);
    let mut wrong = Vec::new();
    let catalogue = account.catalogue().await?;
    let reports = catalogue["reports"].as_array().or_else(|| catalogue["items"].as_array()).context("no catalogue")?;
    for report in reports {
        let id = report["id"].as_str().context("a report without an id")?;
        if !peer_duckdb::file(&format!("{id}.sql")).is_file()
            || !options.only.is_empty() && !options.only.iter().any(|o| o == id)
        {
            continue;
        }
        for (period, bounds) in PERIODS {
            let (query, params) = ask(report, bounds);
            match runs(options, account, duckdb, id, &query, &params).await {
                Ok(Raced { rows, ours, inside, theirs, different }) => {
                    eprintln!("{id}, {period}: {} and {}", ms(ours), ms(theirs));
                    table.row([
                        id.into(),
                        period.into(),
                        count(rows as u64),
                        ms(ours),
                        ms(inside),
                        ms(theirs),
                        format!("{:.2}", ours / theirs),
                        if different.is_empty() { "yes".into() } else { "NO".into() },
                    ]);
                    wrong.extend(different.into_iter().take(3).map(|d| format!("{id} ({period}): {d}")));
                }
                // The others are still worth their figures.
                Err(error) => wrong.push(format!("{id} ({period}): {error:#}")),
            }
        }
    }
    table.print();
    ensure!(wrong.is_empty(), "reports that failed or differ:\n{}", wrong.join("\n"));
    Ok(())
}

/// A report's medians, in seconds, and what differs between the answers.
struct Raced {
    rows: usize,
    ours: f64,
    inside: f64,
    theirs: f64,
    different: Vec<String>,
}

/// Runs a report in turn; the first run does not count, but its answers are compared.
async fn runs(
    options: &Options,
    account: &Account,
    duckdb: &mut DuckDb,
    id: &str,
    query: &[(String, String)],
    params: &Value,
) -> Result<Raced> {
    let (_, rows) = duckdb.run(id, params).await?;
    let different = differences(&account.report(id, query).await?, &rows)?;
    let (mut ours, mut inside, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.runs {
        let started = Instant::now();
        let answer = account.report(id, query).await?;
        ours.push(started.elapsed().as_secs_f64());
        inside.push(answer["meta"]["elapsed_ms"].as_f64().unwrap_or(0.0) / 1e3);
        theirs.push(duckdb.run(id, params).await?.0);
    }
    let [ours, inside, theirs] = [ours, inside, theirs].map(|seconds| spread(&seconds)[1]);
    Ok(Raced { rows: rows.len(), ours, inside, theirs, different })
}

/// The parameters of a report, for the query string and for DuckDB.
fn ask(report: &Value, bounds: Option<(&str, &str)>) -> (Vec<(String, String)>, Value) {
    let mut query = Vec::new();
    let mut params = Map::new();
    let mut bind = |name: &str, kind: &str, value: Option<&str>| {
        params.insert(name.to_owned(), json!({"type": kind, "value": value}));
    };
    bind("time_zone", "text", Some("UTC"));
    bind("previous_from", "time", bounds.map(|_| "2010-12-01T00:00:00Z"));
    bind("previous_to", "time", bounds.map(|(from, _)| from));
    for parameter in report["parameters"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let name = parameter["name"].as_str().unwrap_or_default();
        let kind = parameter["type"].as_str().unwrap_or_default();
        let default = parameter["default"].as_str();
        let (value, sent) = match name {
            "period" | "locale" => continue,
            "from" => (bounds.map(|b| b.0), true),
            "to" => (bounds.map(|b| b.1), true),
            "currency" => (Some("GBP"), true),
            "attribute" => (Some("country"), true),
            "as_of" => (Some(AS_OF), true),
            // Eighty thousand rows of customers are an export; people look at the first.
            "limit" if report["id"] == "top_customers" => (Some("100"), true),
            _ => (default, false),
        };
        bind(name, kind, value);
        if let (Some(value), true) = (value, sent) {
            query.push((name.to_owned(), value.to_owned()));
        }
    }
    (query, Value::Object(params))
}
