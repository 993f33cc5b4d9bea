//! DuckDB as a peer: a Python process that runs the hand-written reports of `duckdb/` on the files of a lake.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
};

/// A running peer; ended when dropped.
#[derive(Debug)]
pub struct DuckDb {
    _process: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    /// What it says of the lake: `version`, `files`, `bytes`, `rows`, `deletes`.
    pub found: Value,
}

/// A file of `benches/duckdb`.
pub fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("duckdb").join(name)
}

/// The Python that has DuckDB; none, said aloud, if it is not installed.
pub fn python() -> Option<PathBuf> {
    let tools = std::env::var_os("KUPETS_TOOLS")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/kupets/tools")))?;
    let python = tools.join("duckdb-bench/bin/python");
    if python.exists() {
        return Some(python);
    }
    eprintln!("SKIPPED: DuckDB is not installed at {}: run scripts/tools.sh duckdb-bench", python.display());
    None
}

impl DuckDb {
    /// Starts it on a tenant's lake.
    pub async fn open(python: &Path, lake: &Path) -> Result<Self> {
        let mut process = Command::new(python)
            .arg(file("peer.py"))
            .arg(lake)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("starting DuckDB")?;
        let stdin = process.stdin.take().context("no standard input")?;
        let mut lines = BufReader::new(process.stdout.take().context("no standard output")?).lines();
        let found = serde_json::from_str(&lines.next_line().await?.context("DuckDB ended")?)?;
        Ok(Self { _process: process, stdin, lines, found })
    }

    /// Runs a report: seconds and rows.
    pub async fn run(&mut self, id: &str, params: &Value) -> Result<(f64, Vec<Value>)> {
        let path = file(&format!("{id}.sql"));
        let sql = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let command = format!("{}\n", json!({"sql": sql, "params": params}));
        self.stdin.write_all(command.as_bytes()).await?;
        let mut answer: Value = serde_json::from_str(&self.lines.next_line().await?.context("DuckDB ended")?)?;
        if let Some(error) = answer["error"].as_str() {
            bail!("DuckDB on {id}: {error}");
        }
        let seconds = answer["seconds"].as_f64().context("no time")?;
        match answer["rows"].take() {
            Value::Array(rows) => Ok((seconds, rows)),
            _ => bail!("DuckDB on {id}: no rows"),
        }
    }
}
