//! `kupets import` of Online Retail, as a person would run it.

use anyhow::Result;

use crate::{
    Options,
    account::Account,
    process, retail,
    server::Server,
    table::{Table, count, mib, spread},
};

/// Runs the bench.
pub async fn run(options: &Options) -> Result<()> {
    let binary = options.binary()?;
    let file = options.shared(retail::FILE)?;
    let mut seconds = Vec::new();
    let (mut importer, mut server_peak, mut importer_cpu, mut server_cpu) = (0, 0, 0.0, 0.0);
    for run in 0..options.runs {
        let folder = options.folder()?;
        let server = Server::start(&binary, &folder.path().join("data"), &[]).await?;
        let account = Account::register(&server.url, &format!("import{run}")).await?;
        let before = process::cpu_seconds(server.pid)?;
        let done = retail::import(&binary, &account, &server.url, "purchases", &file, retail::MAP).await?;
        server_cpu += process::cpu_seconds(server.pid)? - before;
        seconds.push(done.seconds);
        importer_cpu += done.cpu;
        importer = done.peak.max(importer);
        server_peak = process::peak(server.pid).unwrap_or(0).max(server_peak);
        retail::check(&account, 1).await?;
        server.stop().await?;
    }
    let [min, median, max] = spread(&seconds);
    let mut table = Table::new([
        "file",
        "runs",
        "min",
        "median",
        "max",
        "lines/s (median)",
        "server CPU",
        "importer CPU",
        "server peak",
        "importer peak",
    ]);
    table.row([
        "online_retail.parquet".into(),
        options.runs.to_string(),
        format!("{min:.2} s"),
        format!("{median:.2} s"),
        format!("{max:.2} s"),
        count((retail::LINES as f64 / median) as u64),
        format!("{:.2} s", server_cpu / options.runs.max(1) as f64),
        format!("{:.2} s", importer_cpu / options.runs.max(1) as f64),
        mib(server_peak),
        mib(importer),
    ]);
    table.print();
    println!(
        "\nFrom the start of `kupets import` to its end; by then every line is on the disk. Each run on a new server. Checked: \
         {} lines, {} purchases, revenue 9,747,747.934.",
        count(retail::LINES),
        count(retail::PURCHASES)
    );
    Ok(())
}
