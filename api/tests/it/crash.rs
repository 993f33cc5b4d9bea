//! SIGKILL at random moments under mixed load: what was acknowledged is there, once, in its last acknowledged form.
//!
//! The tail is flushed every few dozen rows, small files are merged, those of no more use are deleted and people are erased all the
//! time, in several tenants, so that the kills hit acceptance, group commit, flush, lake commit, merge, collection, erasure and start-up.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use kupets_api::client::Client;
use serde_json::{Value, json};

use crate::process::Server;

/// Kills of an ordinary run; `KUPETS_CRASH_KILLS` asks for others.
const KILLS: usize = 50;
const TENANTS: u64 = 3;
/// Writers of one tenant.
const WRITERS: u64 = 2;
const PASSWORD: &str = "correct horse battery";
/// Flags that make everything happen often.
const RESTLESS: [&str; 14] = [
    "--tail-flush-rows",
    "60",
    "--tail-flush-age-s",
    "1",
    "--workers",
    "2",
    "--maintenance-interval-s",
    "1",
    "--collect-interval-s",
    "1",
    "--delete-after-s",
    "1",
    // Files live for twice this.
    "--query-timeout-ms",
    "5000",
];

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
    let answer = client.sql(sql).await.unwrap();
    assert_ne!(answer.meta["truncated"], true, "{when}: the answer is cut");
    let rows = answer.rows;
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
    let ledger = ledger.lock().unwrap().clone();
    let wrong: Vec<String> = ledger
        .iter()
        .filter(|(id, known)| !known.allows(found.get(*id).copied()))
        .map(|(id, known)| format!("{id} is {:?}, known {known:?}", found.get(id)))
        .collect();
    // How many they are tells a record that is lost from a file that was not read.
    let few = &wrong[..wrong.len().min(10)];
    let (of, snapshot) = (ledger.len(), &answer.meta["snapshot"]);
    assert!(wrong.is_empty(), "{when}, at {snapshot}: {} of {of} are wrong: {few:#?}", wrong.len());
    let customers = client.sql("SELECT count(*), count(DISTINCT customer_id) FROM customers").await.unwrap().rows;
    assert_eq!(customers[0][0], customers[0][1], "{when}: a customer is there twice");
}

/// What is known of a person who is sent to be erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Person {
    /// Sent, and no answer came.
    Sent,
    There,
    /// Whether the erasure was begun is not known; one that was goes on by itself.
    Going,
    Erased,
}

type People = Arc<Mutex<BTreeMap<String, Person>>>;

/// Sends people with a purchase each and erases them a few rounds later, until it is told to stop.
async fn erase(url: Arc<Mutex<String>>, key: String, session: String, people: People, stop: Arc<AtomicBool>) {
    let http = reqwest::Client::builder().timeout(Duration::from_secs(20)).build().unwrap();
    let base = || url.lock().unwrap().clone();
    for number in 0u64.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let id = format!("e{number}");
        people.lock().unwrap().insert(id.clone(), Person::Sent);
        let customer = json!([{"customer_id": id, "name": "Nina", "email": format!("{id}@example.com")}]);
        let sent = http.post(format!("{}/v1/customers", base())).bearer_auth(&key).json(&customer).send().await;
        if sent.is_ok_and(|answer| answer.status().is_success()) {
            people.lock().unwrap().insert(id.clone(), Person::There);
        }
        let mut bought = purchase(&format!("pe{number}"), number + 1);
        bought["customer_id"] = json!(id);
        // The last one that has to be answered: it is not, in the end, for some.
        let _ = http.post(format!("{}/v1/purchases", base())).bearer_auth(&key).json(&json!([bought])).send().await;
        // By now their rows are in the lake, most often.
        let Some(older) = number.checked_sub(3).map(|older| format!("e{older}")) else { continue };
        let before = people.lock().unwrap()[&older];
        let asked = http.delete(format!("{}/v1/customers/{older}", base())).header("cookie", &session).send().await;
        let after = match asked {
            Ok(answer) => match answer.status().as_u16() {
                202 => Person::Erased,
                404 => {
                    assert_ne!(before, Person::There, "{older} was acknowledged and is not there");
                    before
                }
                429 | 503 => Person::Going,
                other => panic!("the erasure of {older}: {other}: {}", answer.text().await.unwrap_or_default()),
            },
            Err(_) => Person::Going,
        };
        people.lock().unwrap().insert(older, after);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Who was erased is nowhere, and who was not is there.
async fn check_people(client: &Client, people: &People, when: &str) {
    let ids = async |sql: &str| -> HashSet<String> {
        let rows = client.sql(sql).await.unwrap().rows;
        rows.iter().map(|row| row[0].as_str().unwrap().to_owned()).collect()
    };
    let known = ids("SELECT customer_id FROM customers WHERE customer_id LIKE 'e%'").await;
    let bought = ids("SELECT DISTINCT customer_id FROM purchases WHERE customer_id LIKE 'e%'").await;
    for (id, person) in people.lock().unwrap().iter() {
        match person {
            Person::There => assert!(known.contains(id), "{when}: {id} is lost"),
            Person::Erased => assert!(!known.contains(id) && !bought.contains(id), "{when}: {id} is back"),
            Person::Sent | Person::Going => {}
        }
    }
}

/// A tenant under load.
struct Shop {
    key: String,
    ledger: Ledger,
    people: People,
}

impl Shop {
    async fn check(&self, url: &str, when: &str) {
        let client = Client::new(url).unwrap().with_key(&self.key);
        check(&client, &self.ledger, when).await;
        check_people(&client, &self.people, when).await;
    }
}

async fn log_in(url: &str, email: &str) -> String {
    let body = json!({"email": email, "password": PASSWORD});
    let answer = reqwest::Client::new().post(format!("{url}/v1/auth/login")).json(&body).send().await.unwrap();
    let cookies = answer.headers().get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let session = cookies.filter_map(|cookie| cookie.split(';').next()).find(|c| c.starts_with("kupets_session="));
    session.expect("a session").to_owned()
}

/// What one process has done beside taking records.
#[derive(Debug, Default, Clone, Copy)]
struct Work {
    merged: u64,
    deleted: u64,
}

impl Work {
    async fn of(url: &str) -> Self {
        let http = reqwest::Client::builder().timeout(Duration::from_secs(5)).build().unwrap();
        let Ok(answer) = http.get(format!("{url}/metrics")).send().await else { return Self::default() };
        let text = answer.text().await.unwrap_or_default();
        let counter = |name: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok());
            value.unwrap_or_default() as u64
        };
        Self { merged: counter("kupets_upkeep_files_total "), deleted: counter("kupets_collected_files_total ") }
    }

    fn and(self, other: Self) -> Self {
        Self { merged: self.merged + other.merged, deleted: self.deleted + other.deleted }
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_lose_nothing_double_nothing_and_bring_nobody_back() {
    let seed = number("KUPETS_CRASH_SEED").unwrap_or(20_260_101);
    let kills = number("KUPETS_CRASH_KILLS").map_or(KILLS, |kills| usize::try_from(kills).unwrap());
    let mut random = Random(seed);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut server = Server::start_with(&data, "127.0.0.1:0", &RESTLESS).await;
    let listen = server.address().to_owned();
    let url = Arc::new(Mutex::new(server.url.clone()));
    let (stop, sent) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let (mut shops, mut tasks) = (Vec::new(), Vec::new());
    for tenant in 0..TENANTS {
        let email = format!("crash{tenant}@example.com");
        let (_, key) = server.workspace(&email).await;
        let shop = Shop { key: key.clone(), ledger: Ledger::default(), people: People::default() };
        for writer in 0..WRITERS {
            let seed = seed ^ (tenant << 48);
            let (ledger, stop, sent) = (shop.ledger.clone(), stop.clone(), sent.clone());
            tasks.push(tokio::spawn(write(url.clone(), key.clone(), ledger, writer, seed, stop, sent)));
        }
        let session = log_in(&server.url, &email).await;
        tasks.push(tokio::spawn(erase(url.clone(), key, session, shop.people.clone(), stop.clone())));
        shops.push(shop);
    }
    let (mut slowest, mut done) = (Duration::ZERO, Work::default());
    for kill in 0..kills {
        let wait = match kill % 10 {
            // Some kills come while the server is still starting, and some when it has had time to keep its lakes.
            9 => random.below(30),
            3 | 6 => 1_000 + random.below(1_500),
            _ => 30 + random.below(570),
        };
        tokio::time::sleep(Duration::from_millis(wait)).await;
        done = done.and(Work::of(&server.url).await);
        server.kill().await;
        let started = std::time::Instant::now();
        server = tokio::time::timeout(Duration::from_secs(60), Server::start_with(&data, &listen, &RESTLESS))
            .await
            .expect("it starts");
        slowest = slowest.max(started.elapsed());
    }
    // A handful of kills may have left no time for it: then the last process has.
    let all_happened = async {
        loop {
            let total = done.and(Work::of(&server.url).await);
            if total.merged > 0 && total.deleted > 0 {
                return total;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let total =
        tokio::time::timeout(Duration::from_secs(120), all_happened).await.expect("files are merged and deleted");
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    for shop in &shops {
        shop.check(&server.url, "after the last kill").await;
    }
    let mut process = server;
    // A graceful stop flushes everything; the next start reads it from the lake alone.
    std::process::Command::new("kill").args(["-TERM", &process.process.id().unwrap().to_string()]).status().unwrap();
    let code = tokio::time::timeout(Duration::from_secs(60), process.process.wait()).await.expect("it stops").unwrap();
    assert_eq!(code.code(), Some(0));
    let server = Server::start_with(&data, &listen, &RESTLESS).await;
    for shop in &shops {
        shop.check(&server.url, "after a graceful stop").await;
    }
    let acknowledged = sent.load(Ordering::Relaxed);
    assert!(acknowledged > 500, "the load was too light to prove anything: {acknowledged} records");
    let erased =
        shops.iter().map(|shop| shop.people.lock().unwrap().values().filter(|p| **p == Person::Erased).count());
    let erased: usize = erased.sum();
    assert!(erased > 0, "nobody was erased");
    eprintln!(
        "{kills} kills, {TENANTS} tenants, {acknowledged} records acknowledged, {erased} people erased, at least {} files merged and {} \
         deleted, slowest start {slowest:?}, seed {seed}",
        total.merged, total.deleted
    );
}
