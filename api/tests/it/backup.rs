//! `kupets backup` beside a server that is written to, and `kupets restore` elsewhere: the real binary, as an operator runs it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use kupets_api::client::Client;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::process::{KUPETS, Server};

/// Flags with which the server flushes, merges and deletes all the time.
const RESTLESS: [&str; 12] = [
    "--tail-flush-rows",
    "60",
    "--tail-flush-age-s",
    "1",
    "--maintenance-interval-s",
    "1",
    "--collect-interval-s",
    "1",
    "--delete-after-s",
    "1",
    "--query-timeout-ms",
    "5000",
];
const TENANTS: usize = 2;
const WRITERS: usize = 2;

/// What a command has said on standard output, or on standard error where it failed.
async fn kupets(args: &[&str], file: Option<&Path>, data: &Path) -> Result<String, String> {
    let done = Command::new(KUPETS).args(args).args(file).arg("--data").arg(data).output().await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    if done.status.success() { Ok(text(done.stdout)) } else { Err(text(done.stderr)) }
}

type Acknowledged = Arc<Mutex<BTreeMap<String, u64>>>;

/// A workspace that is written to.
struct Shop {
    key: String,
    acknowledged: Acknowledged,
}

/// Sends purchases until it is told to stop.
async fn write(url: String, key: String, writer: usize, acknowledged: Acknowledged, stop: Arc<AtomicBool>) {
    let http = reqwest::Client::new();
    for next in 1u64.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let id = format!("w{writer}-{next}");
        let body = json!({"purchase_id": id, "customer_id": format!("c{}", next % 9), "amount": next, "product_id": "x",
            "occurred_at": format!("2026-0{}-11T10:00:00Z", 1 + next % 6)});
        let sent = http.post(format!("{url}/v1/purchases")).bearer_auth(&key).json(&body).send().await.unwrap();
        match sent.status().as_u16() {
            200 => {
                acknowledged.lock().unwrap().insert(id, next);
            }
            429 => tokio::time::sleep(Duration::from_millis(20)).await,
            other => panic!("{other}: {}", sent.text().await.unwrap_or_default()),
        }
    }
}

/// The purchases with their amounts; each is there once.
async fn purchases(client: &Client) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for row in client.sql("SELECT purchase_id, CAST(amount AS BIGINT) FROM purchases").await.unwrap().rows {
        let id = row[0].as_str().unwrap().to_owned();
        let before = found.insert(id.clone(), row[1].as_u64().unwrap());
        assert!(before.is_none(), "{id} is there twice");
    }
    found
}

/// What reports answer, without how they were made.
async fn reports(client: &Client) -> Vec<Vec<Vec<Value>>> {
    let period = [("from", "2026-01-01"), ("to", "2026-07-01")];
    let mut answers = Vec::new();
    for report in ["sales_summary", "sales_over_time", "top_customers", "top_products", "cohort_retention"] {
        answers.push(client.report(report, &period).await.unwrap().rows);
    }
    answers
}

async fn written_to(server: &Server, least: usize) -> (Vec<Shop>, Vec<tokio::task::JoinHandle<()>>, Arc<AtomicBool>) {
    let stop = Arc::new(AtomicBool::new(false));
    let (mut shops, mut tasks) = (Vec::new(), Vec::new());
    for number in 0..TENANTS {
        let (_, key) = server.workspace(&format!("shop{number}@example.com")).await;
        let shop = Shop { key, acknowledged: Acknowledged::default() };
        for writer in 0..WRITERS {
            let (key, known) = (shop.key.clone(), shop.acknowledged.clone());
            tasks.push(tokio::spawn(write(server.url.clone(), key, writer, known, stop.clone())));
        }
        shops.push(shop);
    }
    let enough = async {
        while shops.iter().any(|shop| shop.acknowledged.lock().unwrap().len() < least) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(120), enough).await.expect("records are taken");
    (shops, tasks, stop)
}

/// The lakes of a data folder: none where all that was acknowledged is in the journals still.
fn lakes(data: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(data.join("lake/tenants")) else { return Vec::new() };
    let found = entries.map(|entry| entry.unwrap().path());
    found.filter(|lake| lake.join("catalog.sqlite").exists()).collect()
}

/// Lines that DuckDB counts in a lake; none where it is not installed.
fn duckdb_count(lake: &Path) -> Option<u64> {
    let tools = std::env::var_os("KUPETS_TOOLS")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache/kupets/tools")))?;
    let python = tools.join("duckdb-reader/bin/python");
    if !python.exists() {
        eprintln!("SKIPPED: DuckDB is not installed at {}: run scripts/tools.sh", python.display());
        return None;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/readers/duckdb_lake.py");
    let sql = "SELECT count(*) FROM lake.main.purchases";
    let done = std::process::Command::new(python).arg(script).arg(lake).args(["--sql", sql]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let answer: Value = serde_json::from_slice(&done.stdout).unwrap();
    answer["rows"][0][0].as_u64()
}

async fn stop_gracefully(mut server: Server) {
    let id = server.process.id().unwrap().to_string();
    std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap();
    tokio::time::timeout(Duration::from_secs(60), server.process.wait()).await.expect("it stops").unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_busy_server_is_restored_with_all_that_it_had_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("busy.zip"));
    let server = Server::start_with(&data, "127.0.0.1:0", &RESTLESS).await;
    let (shops, tasks, stop) = written_to(&server, 200).await;
    let before: Vec<_> = shops.iter().map(|shop| shop.acknowledged.lock().unwrap().clone()).collect();
    let said = kupets(&["backup"], Some(&file), &data).await.unwrap();
    assert!(said.contains("busy.zip holds 2 workspaces"), "{said}");
    let again = kupets(&["backup"], Some(&file), &data).await.unwrap_err();
    assert!(again.contains("is there already"), "{again}");
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    // A second one when nothing moves: what it answers is compared.
    let quiet = folder.path().join("quiet.zip");
    kupets(&["backup"], Some(&quiet), &data).await.unwrap();
    let clients =
        |url: &str| -> Vec<Client> { shops.iter().map(|shop| Client::new(url).unwrap().with_key(&shop.key)).collect() };
    let mut told = Vec::new();
    for client in clients(&server.url) {
        told.push((purchases(&client).await, reports(&client).await));
    }
    server.kill().await;
    // A catalog that still named the folder it is from would be found out.
    std::fs::remove_dir_all(&data).unwrap();

    let busy = folder.path().join("busy");
    let said = kupets(&["restore"], Some(&file), &busy).await.unwrap();
    assert!(said.contains("2 workspaces"), "{said}");
    let checked = kupets(&["check"], None, &busy).await.unwrap();
    assert!(checked.contains("nothing is damaged"), "{checked}");
    for lake in lakes(&busy) {
        assert!(duckdb_count(&lake).is_none_or(|rows| rows > 0), "DuckDB finds nothing in {}", lake.display());
    }
    let restored = Server::start_with(&busy, "127.0.0.1:0", &RESTLESS).await;
    for (client, before) in clients(&restored.url).iter().zip(&before) {
        let found = purchases(client).await;
        for (id, amount) in before {
            assert_eq!(found.get(id), Some(amount), "{id} was acknowledged before the backup began");
        }
    }
    restored.kill().await;

    let still = folder.path().join("still");
    kupets(&["restore"], Some(&quiet), &still).await.unwrap();
    let restored = Server::start_with(&still, "127.0.0.1:0", &RESTLESS).await;
    let mut rows = 0;
    for (client, (found, answers)) in clients(&restored.url).iter().zip(&told) {
        assert_eq!(purchases(client).await, *found);
        assert_eq!(reports(client).await, *answers);
        rows += found.len() as u64;
    }
    // It takes records as before.
    let http = reqwest::Client::new();
    let body = json!({"purchase_id": "new", "amount": 1, "product_id": "x"});
    let sent = http.post(format!("{}/v1/purchases", restored.url)).bearer_auth(&shops[0].key).json(&body).send().await;
    assert_eq!(sent.unwrap().status(), 200);
    stop_gracefully(restored).await;
    let counted: Option<Vec<u64>> = lakes(&still).iter().map(|lake| duckdb_count(lake)).collect();
    assert!(counted.is_none_or(|counted| counted.iter().sum::<u64>() == rows + 1));
    let refused = kupets(&["restore"], Some(&quiet), &still).await.unwrap_err();
    assert!(refused.contains("kupets.db is there") && refused.contains("empty folder"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_backup_is_refused_by_the_name_of_what_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let (data, file) = (folder.path().join("data"), folder.path().join("backup.zip"));
    let server = Server::start(&data, "127.0.0.1:0").await;
    let (client, _) = server.workspace("shop@example.com").await;
    let body = json!({"purchase_id": "p", "amount": 1, "product_id": "x"}).to_string();
    client.post_records("purchases", body.into(), kupets_api::client::Encoding::Identity).await.unwrap();
    stop_gracefully(server).await;
    kupets(&["backup"], Some(&file), &data).await.unwrap();
    let (name, at) = {
        let mut zip = zip::ZipArchive::new(std::fs::File::open(&file).unwrap()).unwrap();
        let parquet = (0..zip.len()).find(|&i| zip.by_index(i).unwrap().name().unwrap().ends_with(".parquet")).unwrap();
        let entry = zip.by_index(parquet).unwrap();
        (entry.name().unwrap().into_owned(), usize::try_from(entry.data_start().unwrap() + entry.size() / 2).unwrap())
    };
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[at] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let target = folder.path().join("target");
    let refused = kupets(&["restore"], Some(&file), &target).await.unwrap_err();
    assert!(refused.contains(&name) && refused.contains("Nothing was restored"), "{refused}");
    assert!(!target.join("kupets.db").exists() && !target.join("lake/tenants").exists());
}

/// The same where lakes are on a real S3 server. Runs when `KUPETS_TEST_S3_URL` names a bucket (`make test-s3`).
mod s3 {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_backup_of_a_busy_server_on_s3_is_restored_on_s3_and_on_a_disk() {
        let Ok(bucket) = std::env::var("KUPETS_TEST_S3_URL") else {
            eprintln!("SKIPPED: no S3 server in KUPETS_TEST_S3_URL: run make test-s3");
            return;
        };
        let prefix = |name: &str| format!("{}/{name}-{}", bucket.trim_end_matches('/'), uuid());
        let (first, second) = (prefix("busy"), prefix("restored"));
        let folder = tempfile::tempdir().unwrap();
        let (data, file) = (folder.path().join("data"), folder.path().join("busy.zip"));
        let flags = [&RESTLESS[..], &["--storage-url", first.as_str()]].concat();
        let server = Server::start_with(&data, "127.0.0.1:0", &flags).await;
        let (shops, tasks, stop) = written_to(&server, 150).await;
        let before: Vec<_> = shops.iter().map(|shop| shop.acknowledged.lock().unwrap().clone()).collect();
        kupets(&["backup", "--storage-url", &first], Some(&file), &data).await.unwrap();
        stop.store(true, Ordering::Relaxed);
        for task in tasks {
            task.await.unwrap();
        }
        server.kill().await;
        let refused = kupets(&["restore", "--storage-url", &first], Some(&file), &folder.path().join("x")).await;
        assert!(refused.unwrap_err().contains("the storage is not empty"));
        for (name, place) in [("s3", vec!["--storage-url", second.as_str()]), ("disk", vec![])] {
            let target = folder.path().join(name);
            kupets(&[&["restore"][..], &place[..]].concat(), Some(&file), &target).await.unwrap();
            kupets(&[&["check"][..], &place[..]].concat(), None, &target).await.unwrap();
            let restored = Server::start_with(&target, "127.0.0.1:0", &place).await;
            for (shop, before) in shops.iter().zip(&before) {
                let found = purchases(&Client::new(&restored.url).unwrap().with_key(&shop.key)).await;
                for (id, amount) in before {
                    assert_eq!(found.get(id), Some(amount), "{name}: {id} was acknowledged before the backup began");
                }
            }
            stop_gracefully(restored).await;
        }
    }

    /// A name that no other run has used.
    fn uuid() -> String {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).unwrap();
        hex::encode(bytes)
    }
}
