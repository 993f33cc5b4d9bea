//! Memory of a server that nobody uses, and after its first report.

use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::{
    Options,
    account::Account,
    process,
    server::Server,
    table::{Table, mib, ms},
};

/// How long the server is left alone before its memory is looked at.
const REST: Duration = Duration::from_secs(5);

/// Runs the bench.
pub async fn run(options: &Options) -> Result<()> {
    let folder = options.folder()?;
    let server = Server::start(&options.binary()?, &folder.path().join("data"), &[]).await?;
    let mut table = Table::new(["state", "resident", "peak"]);
    let mut look = async |state: String| -> Result<()> {
        tokio::time::sleep(REST).await;
        let now = process::resident(server.pid).context("the server is gone")?;
        table.row([state, mib(now), mib(process::peak(server.pid).unwrap_or(0))]);
        Ok(())
    };
    look(format!("started (ready after {})", ms(server.start_seconds))).await?;
    let account = Account::register(&server.url, "idle").await?;
    look("one account".into()).await?;
    let purchase =
        br#"{"purchase_id":"1","customer_id":"a","product":"White lantern","amount":15.30,"occurred_at":"2026-11-20"}"#;
    account.send("purchases", purchase.to_vec()).await?;
    look("one purchase".into()).await?;
    account.report("sales_over_time", &[]).await?;
    look("one report".into()).await?;
    table.print();
    println!("\nEach {} s after what it names.", REST.as_secs());
    server.stop().await?;
    Ok(())
}
