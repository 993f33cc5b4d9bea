//! Online Retail: where its columns go, and the totals that anything made of it must have.

use std::{
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;

use crate::{account::Account, process};

/// Its file in the shared data.
pub const FILE: &str = "online_retail.parquet";
/// Which column goes into which field.
pub const MAP: &str = "purchase_id=InvoiceNo,product_id=StockCode,product=Description,quantity=Quantity,unit_price=UnitPrice,\
     occurred_at=InvoiceDate,customer_id=CustomerID,attributes.country=Country";
/// Lines.
pub const LINES: u64 = 541_909;
/// Purchases.
pub const PURCHASES: u64 = 25_900;
/// Revenue in thousandths of a pound.
const REVENUE_MILLIS: u64 = 9_747_747_934;
/// How often the importer's memory is looked at: its peak is gone with it.
const LOOK: Duration = Duration::from_millis(20);

/// What an import took.
#[derive(Debug, Clone, Copy)]
pub struct Imported {
    /// From the start of the process to its end.
    pub seconds: f64,
    /// The importer's peak of memory, as far as it was seen, in bytes.
    pub peak: u64,
    /// The importer's processor time, as far as it was seen, in seconds.
    pub cpu: f64,
}

/// Runs `kupets import` of a file, to its end.
pub async fn import(
    binary: &Path,
    account: &Account,
    url: &str,
    records: &str,
    file: &Path,
    map: &str,
) -> Result<Imported> {
    let folder = tempfile::tempdir()?;
    let started = Instant::now();
    let mut command = Command::new(binary);
    command
        .args(["import", records])
        .arg(file)
        .args(["--url", url, "--errors"])
        .arg(folder.path().join("errors.ndjson"));
    if !map.is_empty() {
        command.args(["--map", map]);
    }
    let mut process = command
        .env("KUPETS_KEY", &account.key)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("starting the import")?;
    let pid = process.id().context("the import ended at once")?;
    let (mut peak, mut cpu) = (0, 0.0);
    let status = loop {
        tokio::select! {
            status = process.wait() => break status?,
            () = tokio::time::sleep(LOOK) => {
                peak = process::peak(pid).unwrap_or(0).max(peak);
                cpu = process::cpu_seconds(pid).unwrap_or(cpu).max(cpu);
            }
        }
    };
    let seconds = started.elapsed().as_secs_f64();
    ensure!(status.success(), "the import of {} ended with {status}", file.display());
    Ok(Imported { seconds, peak, cpu })
}

/// Checks that a workspace holds Online Retail so many times over, exactly.
pub async fn check(account: &Account, copies: u64) -> Result<()> {
    let (lines, purchases, revenue) = account.totals().await?;
    let expected = (LINES * copies, PURCHASES * copies, REVENUE_MILLIS * copies);
    let (pounds, millis) = (expected.2 / 1000, expected.2 % 1000);
    let money = format!("{pounds}.{millis:03}");
    let expected = (expected.0.to_string(), expected.1.to_string(), crate::account::trimmed(&money).to_owned());
    ensure!(
        (&lines, &purchases, &revenue) == (&expected.0, &expected.1, &expected.2),
        "lines, purchases and revenue are {lines}, {purchases}, {revenue}; they should be {expected:?}"
    );
    Ok(())
}
