//! PostgreSQL as a peer: a scratch cluster with defaults, which means that a commit is on the disk when it is answered.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

/// Of how many transactions pgbench writes down the latency: all of them would cost it time.
const SAMPLED: &str = "0.25";

/// The columns of a purchase's line as Kupets stores them; its id is unique.
const SCHEMA: &str = "CREATE TABLE purchases (
    purchase_id text NOT NULL, line int NOT NULL, customer_id text, product_id text, product text, category text,
    quantity numeric(18,4) NOT NULL, unit_price numeric(18,4), amount numeric(18,4) NOT NULL, currency text NOT NULL,
    channel text, occurred_at timestamptz NOT NULL, attributes text, purchase_amount numeric(18,4) NOT NULL,
    first_of_product bool NOT NULL, first_of_category bool NOT NULL, _ingested_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (purchase_id, line))";

/// A running cluster; stopped and removed when dropped.
#[derive(Debug)]
pub struct Postgres {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
    /// As it names itself.
    pub version: String,
}

/// A run of inserts.
#[derive(Debug)]
pub struct Inserts {
    /// Transactions a second.
    pub rate: f64,
    /// Seconds of a sample of them, ascending.
    pub latencies: Vec<f64>,
}

impl Postgres {
    /// Starts a cluster in a new folder under `scratch`, for purchases of so many customers and products; none, said aloud,
    /// where PostgreSQL is not installed.
    pub fn start(scratch: &Path, customers: u64, products: u64) -> Result<Option<Self>> {
        let Some(programs) = programs() else {
            eprintln!("SKIPPED: no PostgreSQL in /usr/lib/postgresql: apt-get install postgresql");
            return Ok(None);
        };
        let folder = tempfile::Builder::new().prefix("kupets-postgres-").tempdir_in(scratch)?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut postgres = Self { programs, folder, port, version: String::new() };
        postgres.give_away()?;
        let data = postgres.data();
        postgres.call("initdb", &["-D", &data, "-U", "postgres", "--auth=trust", "--no-instructions"])?;
        let options = format!(
            "-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c synchronous_commit=on -c fsync=on",
            postgres.folder.path().display()
        );
        let log = postgres.folder.path().join("log").display().to_string();
        postgres.call("pg_ctl", &["-D", &data, "-l", &log, "-w", "-o", &options, "start"])?;
        postgres.version = postgres.sql("SHOW server_version")?.trim().to_owned();
        postgres.sql(SCHEMA)?;
        fs::write(postgres.script(), script(customers, products))?;
        Ok(Some(postgres))
    }

    /// Process id of the postmaster; the time of its ended children counts as its own.
    pub fn pid(&self) -> Result<u32> {
        let text = fs::read_to_string(Path::new(&self.data()).join("postmaster.pid")).context("PostgreSQL is gone")?;
        text.lines().next().context("an empty pid file")?.trim().parse().context("not a pid")
    }

    /// Inserts rows for some seconds over that many connections.
    pub fn insert(&self, connections: usize, seconds: u64, round: usize) -> Result<Inserts> {
        let log = self.folder.path().join(format!("round-{round}"));
        let output = self.call(
            "pgbench",
            &[
                "-h",
                "127.0.0.1",
                "-p",
                &self.port.to_string(),
                "-U",
                "postgres",
                "-n",
                "-M",
                "prepared",
                "-j",
                "2",
                "-c",
                &connections.to_string(),
                "-T",
                &seconds.to_string(),
                "-D",
                &format!("round={round}"),
                "-D",
                "n=0",
                "-f",
                &self.script(),
                "-l",
                "--sampling-rate",
                SAMPLED,
                "--log-prefix",
                &log.display().to_string(),
                "postgres",
            ],
        )?;
        let text = String::from_utf8_lossy(&output.stdout);
        let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
        let rate = rate.with_context(|| format!("no rate in {text}"))?;
        ensure!(text.contains("number of failed transactions: 0 "), "inserts failed: {text}");
        Ok(Inserts { rate, latencies: self.latencies(round)? })
    }

    fn latencies(&self, round: usize) -> Result<Vec<f64>> {
        let mut latencies = Vec::new();
        for entry in fs::read_dir(self.folder.path())? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(&format!("round-{round}")) {
                // client, transaction, microseconds, ...
                let text = fs::read_to_string(entry.path())?;
                latencies
                    .extend(text.lines().filter_map(|l| l.split(' ').nth(2)?.parse::<f64>().ok()).map(|us| us / 1e6));
            }
        }
        latencies.sort_by(f64::total_cmp);
        Ok(latencies)
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn script(&self) -> String {
        self.folder.path().join("insert.sql").display().to_string()
    }

    fn sql(&self, sql: &str) -> Result<String> {
        let port = self.port.to_string();
        let output =
            self.call("psql", &["-h", "127.0.0.1", "-p", &port, "-U", "postgres", "-Atqc", sql, "postgres"])?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// PostgreSQL refuses to run as root: then it runs as its own user, in a folder of that user.
    fn give_away(&self) -> Result<()> {
        if is_root() {
            let status = Command::new("chown").arg("postgres").arg(self.folder.path()).status()?;
            ensure!(status.success(), "there is no user postgres");
        }
        Ok(())
    }

    fn call(&self, program: &str, arguments: &[&str]) -> Result<Output> {
        let path = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(&path);
            command
        } else {
            Command::new(&path)
        };
        // The server that pg_ctl leaves behind would hold a pipe open, so its words go to a file.
        let out = self.folder.path().join(format!("{program}.out"));
        let file = fs::File::create(&out)?;
        let status = command
            .args(arguments)
            .current_dir(self.folder.path())
            .stdout(file.try_clone()?)
            .stderr(file)
            .status()
            .with_context(|| format!("starting {program}"))?;
        let stdout = fs::read(&out)?;
        ensure!(status.success(), "{program}: {}", String::from_utf8_lossy(&stdout));
        Ok(Output { status, stdout, stderr: Vec::new() })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Err(error) = self.call("pg_ctl", &["-D", &self.data(), "-m", "immediate", "-w", "stop"]) {
            eprintln!("PostgreSQL in {} does not stop: {error:#}", self.folder.path().display());
        }
    }
}

/// One insert. `n` counts within a connection, so that each id is new.
fn script(customers: u64, products: u64) -> String {
    format!(
        "\\set n :n + 1
\\set id :round * 100000000000000 + :client_id * 1000000000000 + :n
\\set customer :client_id * 149 % {customers}
\\set product :client_id * 31 % {products}
INSERT INTO purchases (purchase_id, line, customer_id, product_id, product, category, quantity, unit_price, amount, currency, \
channel, occurred_at, attributes, purchase_amount, first_of_product, first_of_category) VALUES (:id, 1, :customer, :product, \
'White hanging heart T-light holder', 'Lighting', 6, 2.55, 15.30, 'GBP', 'web', '2026-11-21T10:15:30Z', NULL, 15.30, true, true);
"
    )
}

fn is_root() -> bool {
    std::env::var("USER").is_ok_and(|user| user == "root") || Path::new("/root").read_dir().is_ok()
}

/// The folder of the newest installed programs.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> =
        fs::read_dir("/usr/lib/postgresql").ok()?.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    versions.retain(|path| path.join("pgbench").is_file() && path.join("initdb").is_file());
    versions.sort();
    versions.pop()
}
