//! SIGKILL at random moments under mixed load: what was acknowledged is there, once, in its last acknowledged form.
//!
//! The tail is flushed every few dozen rows and small files are merged all the time, so that the kills hit acceptance, group
//! commit, flush, lake commit, merge and start-up.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use kupets_api::client::Client;
use serde_json::{Value, json};

use crate::process::Server;

const KILLS: usize = 50;
const WRITERS: u64 = 4;
/// Flags that make everything happen often.
const RESTLESS: [&str; 6] = ["--tail-flush-rows", "60", "--tail-flush-age-s", "1", "--workers", "2"];

/// What a record may look like now: the last acknowledged version, and versions sent since whose answer never came.
#[derive(Debug, Default, Clone)]
struct Known {
    acknowledged: Option<u64>,
    /// In the order sent; a later one may have been stored, too.
    unanswered: Vec<u64>,
}

impl Known {
    fn allows(&self, found: Option<u64>) -> bool {
        found == self.acknowledged || found.is_some_and(|f| self.unanswered.contains(&f))
    }
}

/// SplitMix64: enough to spread kills and sizes, the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

type Ledger = Arc<Mutex<HashMap<String, Known>>>;

/// Lines of a version of a purchase: 1 to 3.
fn lines(version: u64) -> u64 {
    1 + version % 3
}

fn purchase(id: &str, version: u64) -> Value {
    let items: Vec<Value> = (0..lines(version))
        .map(|i| json!({"product_id": format!("p{i}"), "quantity": 1, "unit_price": version}))
        .collect();
    json!({"purchase_id": id, "customer_id": format!("c{}", version % 17), "occurred_at": "2026-03-01T10:00:00Z", "items": items})
}

/// Sends purchases, new ones and earlier ones in a new version, until it is told to stop.
async fn write(
    url: Arc<Mutex<String>>,
    key: String,
    ledger: Ledger,
    writer: u64,
    seed: u64,
    stop: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
) {
    let mut random = Random(seed ^ (writer << 32));
    let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    let mut next = 0u64;
    let mut version = 0u64;
    while !stop.load(Ordering::Relaxed) {
        let batch: Vec<(String, u64)> = (0..=random.below(12))
            .map(|_| {
                version += 1;
                let number = if next > 0 && random.below(10) < 3 {
                    random.below(next)
                } else {
                    next += 1;
                    next - 1
                };
                (format!("w{writer}-{number}"), version)
            })
            .collect();
        // Within a request the last one of an id counts; keep one of each so that the ledger stays simple.
        let batch: HashMap<String, u64> = batch.into_iter().collect();
        {
            let mut ledger = ledger.lock().unwrap();
            for (id, version) in &batch {
                ledger.entry(id.clone()).or_default().unanswered.push(*version);
            }
        }
        let body: Vec<Value> = batch.iter().map(|(id, version)| purchase(id, *version)).collect();
        let address = url.lock().unwrap().clone();
        let answer = http.post(format!("{address}/v1/purchases")).bearer_auth(&key).json(&body).send().await;
        match answer {
            Ok(answer) if answer.status().is_success() => {
                sent.fetch_add(batch.len() as u64, Ordering::Relaxed);
                let mut ledger = ledger.lock().unwrap();
                for (id, version) in batch {
                    let known = ledger.get_mut(&id).unwrap();
                    // Requests of one writer follow each other, so earlier unanswered ones cannot come after it.
                    known.acknowledged = Some(version);
                    known.unanswered.clear();
                }
            }
            Ok(answer) if matches!(answer.status().as_u16(), 429 | 503) => {
                tokio::time::sleep(Duration::from_millis(20)).await
            }
            Ok(answer) => panic!("{}: {}", answer.status(), answer.text().await.unwrap_or_default()),
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// Compares what is stored with what was acknowledged.
async fn check(client: &Client, ledger: &Ledger, when: &str) {
    let sql = "SELECT purchase_id, count(*), count(DISTINCT line), max(unit_price), min(unit_price), max(_ingested_at) = min(_ingested_at) \
               FROM purchases GROUP BY purchase_id";
    let rows = client.sql(sql).await.unwrap().rows;
    let number = |v: &Value| v.to_string().trim_matches('"').parse::<f64>().unwrap() as u64;
    let mut found: HashMap<String, u64> = HashMap::new();
    for row in &rows {
        let id = row[0].as_str().unwrap().to_owned();
        let version = number(&row[3]);
        assert_eq!(number(&row[4]), version, "{when}: {id} holds lines of two versions");
        assert_eq!(number(&row[1]), lines(version), "{when}: {id} has lost or doubled lines");
        assert_eq!(number(&row[2]), lines(version), "{when}: {id} has a line twice");
        found.insert(id, version);
    }
    for (id, known) in ledger.lock().unwrap().iter() {
        let version = found.get(id).copied();
        assert!(known.allows(version), "{when}: {id} is {version:?}, known {known:?}");
    }
    let customers = client.sql("SELECT count(*), count(DISTINCT customer_id) FROM customers").await.unwrap().rows;
    assert_eq!(customers[0][0], customers[0][1], "{when}: a customer is there twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_kills_lose_nothing_and_double_nothing() {
    let seed = std::env::var("KUPETS_CRASH_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_260_101);
    let mut random = Random(seed);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut server = Server::start_with(&data, "127.0.0.1:0", &RESTLESS).await;
    let listen = server.address().to_owned();
    let (_, key) = server.workspace("crash@example.com").await;
    let url = Arc::new(Mutex::new(server.url.clone()));
    let (ledger, stop, sent) = (Ledger::default(), Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            tokio::spawn(write(url.clone(), key.clone(), ledger.clone(), writer, seed, stop.clone(), sent.clone()))
        })
        .collect();
    let mut slowest = Duration::ZERO;
    for kill in 0..KILLS {
        // Some kills come while the server is still starting.
        let wait = if kill % 10 == 9 { random.below(30) } else { 30 + random.below(570) };
        tokio::time::sleep(Duration::from_millis(wait)).await;
        server.kill().await;
        let started = std::time::Instant::now();
        server = tokio::time::timeout(Duration::from_secs(60), Server::start_with(&data, &listen, &RESTLESS))
            .await
            .expect("it starts");
        slowest = slowest.max(started.elapsed());
    }
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    let client = Client::new(&server.url).unwrap().with_key(&key);
    check(&client, &ledger, "after the last kill").await;
    let mut process = server;
    // A graceful stop flushes everything; the next start reads it from the lake alone.
    std::process::Command::new("kill").args(["-TERM", &process.process.id().unwrap().to_string()]).status().unwrap();
    let code = tokio::time::timeout(Duration::from_secs(60), process.process.wait()).await.expect("it stops").unwrap();
    assert_eq!(code.code(), Some(0));
    let server = Server::start_with(&data, &listen, &RESTLESS).await;
    let client = Client::new(&server.url).unwrap().with_key(&key);
    check(&client, &ledger, "after a graceful stop").await;
    let acknowledged = sent.load(Ordering::Relaxed);
    assert!(acknowledged > 500, "the load was too light to prove anything: {acknowledged} records");
    eprintln!("{KILLS} kills, {acknowledged} records acknowledged, slowest start {slowest:?}, seed {seed}");
}
