//! The server under test: the release binary as a process.

use std::{
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use crate::process;

/// Time within which the server says that it is ready.
const START: Duration = Duration::from_secs(60);
/// Time within which it ends when asked to.
const STOP: Duration = Duration::from_secs(600);

/// A running server. Killed when dropped.
#[derive(Debug)]
pub struct Server {
    process: Child,
    /// Its process id.
    pub pid: u32,
    /// Its address, without a slash at the end.
    pub url: String,
    /// Seconds from the start of the process to the line that says it is ready.
    pub start_seconds: f64,
}

impl Server {
    /// Starts `binary` on a folder, at a free port of this machine.
    pub async fn start(binary: &Path, data: &Path, flags: &[&str]) -> Result<Self> {
        let started = Instant::now();
        let mut process = Command::new(binary)
            .args(["serve", "--listen", "127.0.0.1:0", "--log-level", "warn", "--data"])
            .arg(data)
            .args(flags)
            // Settings of the environment would make another server of it.
            .env_remove("KUPETS_CONFIG")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting {}", binary.display()))?;
        let pid = process.id().context("the server ended at once")?;
        let stdout = process.stdout.take().context("the server has no standard output")?;
        let mut lines = BufReader::new(stdout).lines();
        let ready = tokio::time::timeout(START, lines.next_line()).await.context("the server does not get ready")??;
        let ready = ready.context("the server ended before it was ready")?;
        let url = ready.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.with_context(|| format!("no address in {ready:?}"))?.trim_end_matches('/').to_owned();
        Ok(Self { process, pid, url, start_seconds: started.elapsed().as_secs_f64() })
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Asks it to end and waits; gives the seconds that took.
    pub async fn stop(mut self) -> Result<f64> {
        let started = Instant::now();
        process::terminate(self.pid)?;
        let status: ExitStatus =
            tokio::time::timeout(STOP, self.process.wait()).await.context("the server does not end")??;
        ensure!(status.success(), "the server ended with {status}");
        Ok(started.elapsed().as_secs_f64())
    }

    /// Kills it.
    pub async fn kill(mut self) -> Result<()> {
        Ok(self.process.kill().await?)
    }
}

/// Files that the newest version of the only tenant's lake reads, deletes included.
pub fn live_files(data: &Path) -> Result<u64> {
    let catalog = only_lake(data)?.join("catalog.sqlite");
    let sql = "SELECT (SELECT count(*) FROM ducklake_data_file WHERE end_snapshot IS NULL) \
               + (SELECT count(*) FROM ducklake_delete_file WHERE end_snapshot IS NULL)";
    let found = std::process::Command::new("sqlite3").arg("-readonly").arg(&catalog).arg(sql).output();
    let found = found.context("starting sqlite3, which tells the files of a lake")?;
    ensure!(found.status.success(), "{}: {}", catalog.display(), String::from_utf8_lossy(&found.stderr));
    String::from_utf8_lossy(&found.stdout).trim().parse().context("a number of files")
}

/// The only tenant's folder in a server's data.
pub fn only_lake(data: &Path) -> Result<PathBuf> {
    let folder = data.join("lake/tenants");
    let mut entries = std::fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
    let entry = entries.next().with_context(|| format!("{} is empty: nothing was flushed", folder.display()))??;
    ensure!(entries.next().is_none(), "{} holds more than one workspace", folder.display());
    Ok(entry.path())
}
