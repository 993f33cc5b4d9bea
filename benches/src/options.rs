//! What is asked of a run.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::{Parser, ValueEnum};

/// A benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Bench {
    /// Single purchases over 64 connections, beside pgbench doing the same inserts.
    Posts,
    /// `kupets import` of Online Retail.
    Import,
    /// Memory of a server that does nothing.
    Idle,
    /// Every report over Online Retail twenty times over, beside DuckDB on the same files.
    Reports,
    /// A thousand workspaces on one server.
    Tenants,
    /// The generator of test data.
    Generator,
    /// How good the analytics are: figures over real data sets, beside published ones.
    Analytics,
    /// What the analytics cost on a shop of ten million lines and nearly a million customers.
    Insights,
    /// A history that grows: the rate of records, files, memory and the time of a report at each tenth of it.
    Growth,
    /// Two hundred rounds of purchases of which some were there before: files and the time of a report.
    Edits,
}

impl Bench {
    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Posts => "posts: single purchases, each durable before its answer",
            Self::Import => "import: Online Retail from Parquet, durable",
            Self::Idle => "idle: memory of a server that does nothing",
            Self::Reports => "reports: Online Retail many times over, beside DuckDB on the same files",
            Self::Tenants => "tenants: many workspaces on one server",
            Self::Generator => "generator: lines of a made-up shop",
            Self::Analytics => {
                "analytics: forecasts, customer value, baskets, offers, causes and segments over real data"
            }
            Self::Growth => "growth: a history that grows, at each tenth of it",
            Self::Edits => "edits: rounds of purchases of which some were there before",
            Self::Insights => "insights: what the analytics cost on a shop of millions of lines",
        }
    }
}

/// Benchmarks of the real binary. Everything runs unless some are named.
#[derive(Debug, Clone, Parser)]
#[command(name = "kupets-benches")]
pub struct Options {
    /// Benches to run; all if none is named.
    #[arg(value_name = "NAME")]
    names: Vec<Bench>,

    /// The binary; default: `release/kupets` of the build folder.
    #[arg(long, env = "KUPETS_BIN")]
    bin: Option<PathBuf>,

    /// Scratch folder, on the disk to be measured. PostgreSQL's own user must be able to get there.
    #[arg(long, env = "KUPETS_BENCH_DIR", default_value = "/var/tmp")]
    pub scratch: PathBuf,

    /// What is worth keeping between runs: the multiplied Online Retail, and a made-up shop. Default: `~/.cache/kupets/bench`.
    #[arg(long, env = "KUPETS_BENCH_CACHE")]
    cache: Option<PathBuf>,

    /// Folder of the real data sets: `online_retail.parquet`; for analytics also CDNOW, `m3.parquet` and `groceries.parquet`.
    #[arg(long, env = "KUPETS_SHARED_DATA", default_value = "../shared/data")]
    shared_data: PathBuf,

    /// posts: seconds of load in each round.
    #[arg(long, default_value_t = 15)]
    pub seconds: u64,

    /// posts: rounds, each of Kupets and then of PostgreSQL.
    #[arg(long, default_value_t = 2)]
    pub rounds: usize,

    /// posts: connections.
    #[arg(long, default_value_t = 64)]
    pub connections: usize,

    /// posts: do without PostgreSQL.
    #[arg(long)]
    pub no_peer: bool,

    /// import and reports: runs of each.
    #[arg(long, default_value_t = 5)]
    pub runs: usize,

    /// reports: how many times Online Retail.
    #[arg(long, default_value_t = 20)]
    pub copies: usize,

    /// reports and insights: take the data of the run before, without importing them again.
    #[arg(long)]
    pub reuse: bool,

    /// reports: only these.
    #[arg(long, value_delimiter = ',', value_name = "ID")]
    pub only: Vec<String>,

    /// tenants: how many.
    #[arg(long, default_value_t = 1000)]
    pub tenants: usize,

    /// generator: lines of each shop.
    #[arg(long, default_value_t = 2_000_000)]
    pub lines: u64,

    /// insights: lines of the shop.
    #[arg(long, default_value_t = 10_300_000)]
    pub shop_lines: u64,

    /// growth: lines of the history; 100000000 for the full size.
    #[arg(long, default_value_t = 10_000_000)]
    pub growth_lines: u64,

    /// posts: statements that run beside the last round.
    #[arg(long, default_value_t = 2)]
    pub statements: usize,

    /// `cargo bench` passes it.
    #[arg(long, hide = true)]
    bench: bool,
}

impl Options {
    /// The benches to run, in their order.
    pub fn benches(&self) -> Vec<Bench> {
        let mut names = if self.names.is_empty() { Bench::value_variants().to_vec() } else { self.names.clone() };
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The binary to bench.
    pub(crate) fn binary(&self) -> Result<PathBuf> {
        // `target/release/deps/kupets-HASH` is this program.
        let beside = || Some(std::env::current_exe().ok()?.parent()?.parent()?.join("kupets"));
        let path = self.bin.clone().or_else(beside).context("where is the binary? Set KUPETS_BIN")?;
        ensure!(path.is_file(), "{} is not there: cargo build --release, or set KUPETS_BIN", path.display());
        Ok(path)
    }

    /// A file of the shared data.
    pub(crate) fn shared(&self, name: &str) -> Result<PathBuf> {
        // Cargo starts a bench in its crate's folder, a person elsewhere.
        let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let found = [self.shared_data.clone(), crate_folder.join("..").join(&self.shared_data)]
            .into_iter()
            .map(|folder| folder.join(name))
            .find(|path| path.is_file());
        found.with_context(|| format!("no {name} in {}: set KUPETS_SHARED_DATA", self.shared_data.display()))
    }

    /// The folder of what is kept between runs.
    pub(crate) fn cache(&self) -> Result<PathBuf> {
        let home = || Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache/kupets/bench"));
        let path = self.cache.clone().or_else(home).context("no HOME: set KUPETS_BENCH_CACHE")?;
        std::fs::create_dir_all(&path).with_context(|| format!("making {}", path.display()))?;
        Ok(path)
    }

    /// A new folder under `scratch`, gone when dropped.
    pub(crate) fn folder(&self) -> Result<tempfile::TempDir> {
        tempfile::Builder::new()
            .prefix("kupets-bench-")
            .tempdir_in(&self.scratch)
            .with_context(|| format!("a folder in {}", self.scratch.display()))
    }
}
