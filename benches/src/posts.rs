//! Single purchases over many connections, beside pgbench that does the same inserts on the same disk.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow, ensure};

use crate::{
    Options,
    account::Account,
    load::{self, Load, Template},
    peer_postgres::Postgres,
    process,
    server::Server,
    table::{Table, count, ms, quantile},
};

/// Customers that the purchases are of.
const CUSTOMERS: u64 = 10_000;
/// Products that they are of.
const PRODUCTS: u64 = 2_000;
/// Seconds of load before the first round that counts.
const WARM_UP: Duration = Duration::from_secs(2);

/// A purchase of one line, as each connection sends it; its number comes later.
fn body(connection: u64) -> String {
    let customer = connection * 149 % CUSTOMERS;
    let product = connection * 31 % PRODUCTS;
    let id = Template::PLACE;
    format!(
        r#"{{"purchase_id":"p{id}","customer_id":"c{customer:05}","occurred_at":"2026-11-21T10:15:30Z","currency":"GBP","channel":"web","items":[{{"product_id":"sku-{product:04}","product":"White hanging heart T-light holder","category":"Lighting","quantity":6,"unit_price":2.55,"amount":15.30}}]}}"#
    )
}

/// Runs the bench.
pub async fn run(options: &Options) -> Result<()> {
    let folder = options.folder()?;
    let server = Server::start(&options.binary()?, &folder.path().join("data"), &[]).await?;
    let account = Account::register(&server.url, "posts").await?;
    let address: SocketAddr = server.address().parse()?;
    let templates: Vec<Template> = (0..options.connections as u64)
        .map(|i| Template::post("/v1/purchases", server.address(), &account.key, &body(i)))
        .collect();
    let postgres = if options.no_peer { None } else { Postgres::start(&options.scratch, CUSTOMERS, PRODUCTS)? };

    let mut table = Table::new([
        "system",
        "round",
        "records/s",
        "p50",
        "p99",
        "p99.9",
        "max",
        "CPU us/record",
        "records/commit",
        "429",
        "others",
    ]);
    let duration = Duration::from_secs(options.seconds);
    let mut sender = Sender { address, templates, account: account.clone(), pid: server.pid, next: 0, sent: 0 };
    sender.send(WARM_UP)?;
    for round in 1..=options.rounds {
        table.row(sender.round("kupets", round, duration).await?);
        if let Some(postgres) = &postgres {
            let meter = Meter::start(postgres.pid()?)?;
            let run = postgres.insert(options.connections, options.seconds, round)?;
            let (cpu, others) = meter.stop(postgres.pid()?)?;
            table.row([
                "postgres".into(),
                round.to_string(),
                count(run.rate as u64),
                ms(quantile(&run.latencies, 0.5)),
                ms(quantile(&run.latencies, 0.99)),
                ms(quantile(&run.latencies, 0.999)),
                ms(quantile(&run.latencies, 1.0)),
                format!("{:.1}", cpu / (run.rate * options.seconds as f64) * 1e6),
                String::new(),
                String::new(),
                percent(others),
            ]);
        }
    }
    if options.statements > 0 {
        let statements = Statements::start(&account, options.statements);
        let name = format!("kupets, {} statements", options.statements);
        table.row(sender.round(&name, options.rounds + 1, duration).await?);
        let ended = statements.stop()?;
        println!("{ended} statements ended beside the last round (goal of its p99: 40 ms).\n");
    }
    table.print();
    println!(
        "\n{} connections, {} s a round. CPU is the server's own, without the client's; others: the \
         share of all processors that neither server nor client took. kupets: HTTP over loopback, key \
         check, validation, a customer made for each new id; client: one thread. postgres: {}; pgbench -j 2 -M prepared over \
         loopback TCP, one row with the same columns and a primary key, synchronous_commit=on.",
        options.connections,
        options.seconds,
        postgres.as_ref().map_or("not run", |p| p.version.as_str()),
    );
    let stored = account.sql("SELECT count(*), count(DISTINCT purchase_id) FROM purchases").await?;
    let sent = sender.sent;
    ensure!(stored[0].iter().all(|n| *n == sent), "{sent} purchases were acknowledged, and {stored:?} are stored");
    println!("{} purchases acknowledged, all of them stored once; {} of memory at most.", count(sent), {
        crate::table::mib(process::peak(server.pid).unwrap_or(0))
    });
    server.stop().await?;
    Ok(())
}

/// The connections that send, and how far they are.
struct Sender {
    address: SocketAddr,
    templates: Vec<Template>,
    account: Account,
    pid: u32,
    next: u64,
    sent: u64,
}

impl Sender {
    fn send(&mut self, duration: Duration) -> Result<Load> {
        let load = load::run(self.address, &self.templates, self.next, duration)?;
        self.next += load.accepted + load.refused + self.templates.len() as u64;
        self.sent += load.accepted;
        Ok(load)
    }

    /// A round, as a row of the table.
    async fn round(&mut self, name: &str, round: usize, duration: Duration) -> Result<[String; 11]> {
        let meter = Meter::start(self.pid)?;
        let groups = commits(&self.account).await?;
        let load = self.send(duration)?;
        let (cpu, others) = meter.stop(self.pid)?;
        let groups = commits(&self.account).await? - groups;
        let each = |total: f64| total / load.accepted.max(1) as f64;
        Ok([
            name.into(),
            round.to_string(),
            count((load.accepted as f64 / load.seconds) as u64),
            ms(quantile(&load.latencies, 0.5)),
            ms(quantile(&load.latencies, 0.99)),
            ms(quantile(&load.latencies, 0.999)),
            ms(quantile(&load.latencies, 1.0)),
            format!("{:.1}", each(cpu) * 1e6),
            format!("{:.1}", 1.0 / each(groups)),
            count(load.refused),
            percent(others),
        ])
    }
}

/// A statement that takes seconds of all processors: pairs of a customer's purchases, by texts.
const HEAVY: &str = "SELECT count(*) FROM purchases a JOIN purchases b ON a.customer_id = b.customer_id \
     WHERE reverse(a.purchase_id) < reverse(b.purchase_id)";

/// Heavy statements, each asked again when it has ended, on threads of their own.
struct Statements {
    stop: Arc<AtomicBool>,
    threads: Vec<std::thread::JoinHandle<Result<u64>>>,
}

impl Statements {
    fn start(account: &Account, count: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let threads = (0..count).map(|_| {
            let (account, stop) = (account.clone(), stop.clone());
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                // A client of its own: the other's connections belong to another runtime.
                let account = account.anew()?;
                let mut ended = 0;
                while !stop.load(Ordering::Relaxed) {
                    runtime.block_on(account.sql(HEAVY))?;
                    ended += 1;
                }
                Ok(ended)
            })
        });
        Self { threads: threads.collect(), stop }
    }

    /// Waits for those that run; how many ended.
    fn stop(self) -> Result<u64> {
        self.stop.store(true, Ordering::Relaxed);
        let ended = self.threads.into_iter().map(|thread| thread.join().map_err(|_| anyhow!("a statement broke"))?);
        ended.sum()
    }
}

/// Processor time from one moment on: a system's own, and everybody's.
struct Meter {
    started: Instant,
    system: f64,
    client: f64,
    all: f64,
}

impl Meter {
    fn start(system: u32) -> Result<Self> {
        Ok(Self {
            started: Instant::now(),
            system: process::family_cpu_seconds(system)?,
            client: process::cpu_seconds(std::process::id())?,
            all: process::busy_seconds()?,
        })
    }

    /// Seconds that the system has taken, and the share of all processors that neither it nor the client took.
    fn stop(self, system: u32) -> Result<(f64, f64)> {
        let now = Self::start(system)?;
        let took = now.system - self.system;
        let others = now.all - self.all - took - (now.client - self.client);
        let capacity = (now.started - self.started).as_secs_f64() * std::thread::available_parallelism()?.get() as f64;
        Ok((took, others / capacity))
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share.max(0.0) * 100.0)
}

async fn commits(account: &Account) -> Result<f64> {
    account.metric("kupets_journal_group_requests_count").await
}
