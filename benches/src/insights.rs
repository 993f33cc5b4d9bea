//! What the analytics cost on a shop of millions of lines: each answer the first time and again, with the server's memory.

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;

use crate::{
    Options,
    account::Account,
    process,
    server::Server,
    table::{Table, count, mib},
};

/// Time for making the shop and sending it in.
const MAKE: Duration = Duration::from_secs(3_600);
/// What is asked, each of a server that has just started.
const QUESTIONS: [(&str, &str); 12] = [
    ("customers, a page", "/v1/customers?limit=50"),
    ("customers by expected value", "/v1/customers?limit=50&sort=-predicted_clv"),
    ("a customer's card", "/v1/customers/$customer"),
    ("offers to a customer", "/v1/customers/$customer/offers"),
    ("recommendations", "/v1/recommendations"),
    ("trends", "/v1/trends"),
    ("forecast by day", "/v1/forecast?metric=revenue&grain=day"),
    ("segments", "/v1/reports/rfm_segments"),
    ("movement between segments", "/v1/reports/segment_movement"),
    ("lifecycle", "/v1/reports/lifecycle"),
    ("customer value, 1,000 rows", "/v1/reports/customer_value?limit=1000"),
    ("pairs of products", "/v1/reports/basket_pairs"),
];
/// Offers to everybody, as a statement.
const OFFERS: &str = "SELECT count(*) FROM customer_offers";

/// Runs the bench.
pub async fn run(options: &Options) -> Result<()> {
    let binary = options.binary()?;
    let home = options.cache()?.join(format!("shop-{}", options.shop_lines));
    let (data, key_file) = (home.join("data"), home.join("key"));
    if !(options.reuse && key_file.is_file()) {
        if home.exists() {
            std::fs::remove_dir_all(&home).with_context(|| format!("removing {}", home.display()))?;
        }
        std::fs::create_dir_all(&home)?;
        let key = make(&binary, &data, options.shop_lines).await?;
        std::fs::write(&key_file, key)?;
    }
    let key = std::fs::read_to_string(&key_file)?;
    let mut customer = String::new();
    let mut table = Table::new(["answer", "first", "again", "processor, first", "peak memory"]);
    for (name, path) in QUESTIONS {
        // One that has just started: nothing is kept, and the memory is that of the question.
        let server = Server::start(&binary, &data, &[]).await?;
        let account = Account::with_key(&server.url, key.trim())?;
        if customer.is_empty() {
            let rows =
                account.sql("SELECT max(customer_id), count(*), count(DISTINCT customer_id) FROM purchases").await?;
            let row = rows.first().context("an answer without a row")?;
            customer = row.first().and_then(|id| id.as_str()).context("no customer")?.to_owned();
            let number =
                |place: usize| row.get(place).and_then(serde_json::Value::as_u64).map_or_else(String::new, count);
            println!("A made-up shop of two years: {} lines, {} customers.\n", number(1), number(2));
        }
        let path = path.replace("$customer", &customer);
        let cpu = process::cpu_seconds(server.pid)?;
        let first = timed(&account, &path).await?;
        let cpu = process::cpu_seconds(server.pid)? - cpu;
        let again = timed(&account, &path).await?;
        let peak = mib(process::peak(server.pid).unwrap_or(0));
        table.row([name.into(), seconds(first), seconds(again), seconds(cpu), peak]);
        server.stop().await?;
    }
    let server = Server::start(&binary, &data, &[]).await?;
    let account = Account::with_key(&server.url, key.trim())?;
    let started = Instant::now();
    let rows = account.sql(OFFERS).await?;
    let took = started.elapsed().as_secs_f64();
    let offers = rows.first().and_then(|row| row.first()).and_then(serde_json::Value::as_u64).unwrap_or(0);
    ensure!(offers > 0, "no offers");
    let (cpu, peak) = (process::cpu_seconds(server.pid)?, mib(process::peak(server.pid).unwrap_or(0)));
    table.row([
        format!("{} offers to everybody, SQL", count(offers)),
        seconds(took),
        String::new(),
        seconds(cpu),
        peak,
    ]);
    server.stop().await?;
    table.print();
    println!("\nEach of a server that has just started, default settings. Again: the same, kept where it was dear.");
    Ok(())
}

/// Makes a shop and sends it in; gives the API key.
async fn make(binary: &Path, data: &Path, lines: u64) -> Result<String> {
    let demo = Command::new(binary)
        .args([
            "demo",
            "--once",
            "--language",
            "en",
            "--listen",
            "127.0.0.1:0",
            "--lines",
            &lines.to_string(),
            "--data",
        ])
        .arg(data)
        .env_remove("KUPETS_CONFIG")
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let made = tokio::time::timeout(MAKE, demo).await.context("the shop does not get ready")??;
    ensure!(made.status.success(), "making the shop ended with {}", made.status);
    let told = String::from_utf8_lossy(&made.stdout);
    let key = told.lines().find_map(|line| line.strip_prefix("API key")).context("the demo tells no key")?;
    Ok(key.trim().to_owned())
}

async fn timed(account: &Account, path: &str) -> Result<f64> {
    let started = Instant::now();
    account.get(path).await.with_context(|| path.to_owned())?;
    Ok(started.elapsed().as_secs_f64())
}

fn seconds(seconds: f64) -> String {
    format!("{seconds:.2} s")
}
