//! A full disk: nothing more is acknowledged, what was is kept, and it goes on when there is room again.

use std::{
    collections::BTreeMap,
    io::Write,
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use kupets_api::client::Client;
use serde_json::{Value, json};

use crate::process::{KUPETS, Server};

/// A small file system of its own, unmounted when dropped. Needs the right to mount.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new(megabytes: usize) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        if mounted.is_ok_and(|o| o.status.success()) {
            return Some(Self(folder));
        }
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: no right to mount a small disk; run the tests as root to try a full one"
        );
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl SmallDisk {
    /// Bytes that nobody has used.
    fn free(&self) -> u64 {
        let told = Command::new("df").args(["--output=avail", "-B1"]).arg(self.path()).output().unwrap();
        let text = String::from_utf8(told.stdout).unwrap();
        text.lines().nth(1).unwrap().trim().parse().unwrap()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

fn fill(file: &Path) {
    let mut filler = std::fs::File::create(file).unwrap();
    let block = vec![7u8; 1 << 16];
    while filler.write_all(&block).is_ok() {}
    while filler.write_all(&block[..512]).is_ok() {}
}

#[tokio::test]
async fn a_full_disk_refuses_and_recovers() {
    let Some(disk) = SmallDisk::new(48) else { return };
    let data = disk.path().join("data");
    let server = Server::start(&data, "127.0.0.1:0").await;
    let (client, key) = server.workspace("full@example.com").await;
    let http = reqwest::Client::new();
    let send = async |id: u64| {
        let body = json!({"purchase_id": format!("p{id}"), "amount": 1, "product_id": "x", "product": "x".repeat(900)});
        let answer =
            http.post(format!("{}/v1/purchases", server.url)).bearer_auth(&key).json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json::<Value>().await.unwrap())
    };
    let mut acknowledged = 0;
    for id in 0..20 {
        assert_eq!(send(id).await.0, 200);
        acknowledged += 1;
    }
    let filler = disk.path().join("filler");
    fill(&filler);
    let mut refused = 0;
    for id in 20..2_000 {
        let (status, body) = send(id).await;
        match status {
            200 => acknowledged += 1,
            503 => {
                refused += 1;
                assert_eq!(body["status"], 503, "{body}");
                assert!(body["detail"].as_str().unwrap().contains("full"), "{body}");
                if refused == 3 {
                    break;
                }
            }
            other => panic!("{other}: {body}"),
        }
    }
    assert_eq!(refused, 3, "the disk was not full");
    let count = async |client: &Client| {
        client.sql("SELECT count(DISTINCT purchase_id) FROM purchases").await.unwrap().rows[0][0].as_u64().unwrap()
    };
    assert_eq!(count(&client).await, acknowledged, "what was refused is not there, what was acknowledged is");
    std::fs::remove_file(&filler).unwrap();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    loop {
        if send(1000).await.0 == 200 {
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "it does not recover");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(count(&client).await, acknowledged + 1);
    server.kill().await;
    let server = Server::start(&data, "127.0.0.1:0").await;
    let client = Client::new(&server.url).unwrap().with_key(&key);
    assert_eq!(count(&client).await, acknowledged + 1);
}

/// Clients that write at once.
const CLIENTS: usize = 64;
/// Size of their disk in megabytes.
const DISK_MB: usize = 192;
/// How often each client is told that the disk is full before there is room again.
const TOLD_FULL: u64 = 40;
/// Nothing here takes as long.
const LONG: Duration = Duration::from_secs(120);
/// Flags with which the server moves records to the lake, merges and deletes while the disk is full.
const RESTLESS: [&str; 12] = [
    "--tail-flush-rows",
    "500",
    "--tail-flush-age-s",
    "1",
    "--maintenance-interval-s",
    "1",
    "--collect-interval-s",
    "1",
    "--delete-after-s",
    "1",
    "--query-timeout-ms",
    "20000",
];

/// What many clients were told.
#[derive(Default)]
struct Told {
    /// Purchases that were acknowledged, with their amounts.
    acknowledged: Mutex<BTreeMap<String, u64>>,
    /// Refusals by client that say that the disk is full.
    full: Mutex<BTreeMap<usize, u64>>,
    refused: AtomicU64,
    stop: AtomicBool,
}

impl Told {
    fn count(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    /// Whether every client was told often that it is full: the server has tried to move records to the lake meanwhile.
    fn all_full(&self) -> bool {
        let full = self.full.lock().unwrap();
        full.len() == CLIENTS && full.values().all(|times| *times >= TOLD_FULL)
    }

    /// Waits until it is so, whatever the machine.
    async fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let waited = async {
            while !is_so(self) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(LONG, waited).await.unwrap_or_else(|_| panic!("{what}: {} records", self.count()));
    }
}

/// Sends purchases one after another, each again until it is acknowledged.
async fn write(url: String, key: String, client: usize, told: Arc<Told>) {
    let http = reqwest::Client::new();
    for next in 1u64.. {
        let id = format!("c{client}-{next}");
        let body = json!({"purchase_id": id, "amount": next, "product_id": "x", "product": format!("{id:x<700}")});
        loop {
            if told.stop.load(Ordering::Relaxed) {
                return;
            }
            let sent = http.post(format!("{url}/v1/purchases")).bearer_auth(&key).json(&body).send().await.unwrap();
            let status = sent.status().as_u16();
            if status == 200 {
                told.acknowledged.lock().unwrap().insert(id, next);
                break;
            }
            let problem: Value = sent.json().await.unwrap();
            assert!(matches!(status, 429 | 503 | 507), "{status}: {problem}");
            let detail = problem["detail"].as_str().unwrap_or_default();
            assert!(detail.to_lowercase().contains("send"), "it does not say what to do: {problem}");
            told.refused.fetch_add(1, Ordering::Relaxed);
            if status != 429 && detail.contains("full") {
                *told.full.lock().unwrap().entry(client).or_default() += 1;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The purchases with their amounts; each is there once.
async fn stored(client: &Client) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for row in client.sql("SELECT purchase_id, CAST(amount AS BIGINT) FROM purchases").await.unwrap().rows {
        let id = row[0].as_str().unwrap().to_owned();
        let before = found.insert(id.clone(), row[1].as_u64().unwrap());
        assert!(before.is_none(), "{id} is there twice");
    }
    found
}

/// All that was acknowledged is there, and beside it at most what a client has sent last and was not told of.
async fn compare(client: &Client, told: &Told, when: &str) {
    let found = stored(client).await;
    let acknowledged = told.acknowledged.lock().unwrap();
    for (id, amount) in acknowledged.iter() {
        assert_eq!(found.get(id), Some(amount), "{when}: {id} was acknowledged");
    }
    assert!(found.len() <= acknowledged.len() + CLIENTS, "{when}: {} of {}", found.len(), acknowledged.len());
}

/// One round, or as many as begin in `KUPETS_DISK_SECONDS`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_clients_lose_nothing_on_a_disk_that_is_nearly_full_and_then_full() {
    let Some(disk) = SmallDisk::new(DISK_MB) else { return };
    let seconds = std::env::var("KUPETS_DISK_SECONDS").map_or(0, |text| text.parse().expect("a number"));
    let data = disk.path().join("data");
    let server = Server::start_with(&data, "127.0.0.1:0", &RESTLESS).await;
    let (client, key) = server.workspace("full@example.com").await;
    let told = Arc::new(Told::default());
    let (url, filler) = (server.url.clone(), [disk.path().join("first"), disk.path().join("second")]);
    let started = std::time::Instant::now();
    let tasks: Vec<_> = (0..CLIENTS).map(|n| tokio::spawn(write(url.clone(), key.clone(), n, told.clone()))).collect();
    let mut rounds = 0;
    loop {
        rounds += 1;
        // To 90 %, while they write.
        let taken = disk.free().saturating_sub(((DISK_MB as u64) << 20) / 10);
        std::fs::write(&filler[0], vec![7u8; usize::try_from(taken).unwrap()]).unwrap();
        let before = told.count();
        told.until("records are taken at 90 %, or the rest is full", |told| {
            told.count() > before + 300 || told.all_full()
        })
        .await;
        // And full: every client hears of it.
        told.full.lock().unwrap().clear();
        fill(&filler[1]);
        told.until("every client is told that it is full", |told| told.all_full()).await;
        let count = told.count() as u64;
        let answer = client.sql("SELECT count(DISTINCT purchase_id) FROM purchases").await.unwrap();
        assert!(answer.rows[0][0].as_u64().unwrap() >= count, "what was acknowledged is not read on a full disk");
        // Room again: it goes on by itself.
        filler.iter().for_each(|file| std::fs::remove_file(file).unwrap());
        let before = told.count();
        told.until("it recovers by itself", |told| told.count() > before + 300).await;
        if started.elapsed() >= Duration::from_secs(seconds) {
            break;
        }
    }
    told.stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    compare(&client, &told, "when there is room").await;
    server.kill().await;
    let server = Server::start_with(&data, "127.0.0.1:0", &RESTLESS).await;
    let client = Client::new(&server.url).unwrap().with_key(&key);
    compare(&client, &told, "after a kill").await;
    server.kill().await;
    let checked = Command::new(KUPETS).args(["check", "--data"]).arg(&data).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    eprintln!(
        "{rounds} rounds, {CLIENTS} clients, {} records acknowledged, {} times refused, in {:?}",
        told.count(),
        told.refused.load(Ordering::Relaxed),
        started.elapsed()
    );
}
