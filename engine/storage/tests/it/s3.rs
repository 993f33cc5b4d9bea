//! Tenants on a real S3 server. Runs when `KUPETS_TEST_S3_URL` names a bucket (`make test-s3`).

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Duration,
};

use kupets_core::clock;
use kupets_storage::MaintenanceOptions;

use crate::{
    backup::{back_up, put_back},
    support::{MovedClock, Node, purchases, send, tenant},
};

/// A prefix of the bucket that nobody else has, and its folder in the S3 server, which keeps objects as files.
struct Prefix {
    url: String,
    folder: PathBuf,
}

impl Prefix {
    fn new() -> Option<Self> {
        let (Ok(bucket), Ok(server)) = (std::env::var("KUPETS_TEST_S3_URL"), std::env::var("KUPETS_TEST_S3_DIR"))
        else {
            use std::io::Write;
            let _ = writeln!(std::io::stderr(), "SKIPPED: no S3 server in KUPETS_TEST_S3_URL: run make test-s3");
            return None;
        };
        let unique = uuid::Uuid::new_v4().simple().to_string();
        let bucket = bucket.trim_end_matches('/');
        let folder = PathBuf::from(server).join("data").join(bucket.trim_start_matches("s3://")).join(&unique);
        Some(Self { url: format!("{bucket}/{unique}"), folder })
    }

    fn purchases(&self) -> PathBuf {
        self.folder.join("tenants").join(tenant(0).as_str()).join("main/purchases")
    }

    /// The data files of the tenant's purchases.
    fn files(&self) -> BTreeSet<String> {
        let files = std::fs::read_dir(self.purchases()).unwrap();
        let names = files.map(|file| file.unwrap().file_name().to_str().unwrap().to_owned());
        names.filter(|name| name.ends_with(".parquet")).collect()
    }
}

fn ids(found: &BTreeMap<String, String>) -> Vec<&str> {
    found.keys().map(String::as_str).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_owner_that_is_stale_for_twenty_minutes_deletes_nothing_of_the_living_one() {
    let Some(prefix) = Prefix::new() else { return };
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let clock = MovedClock::shared();
    let stale = Node::open(one.path(), Some(&prefix.url), clock.clone()).await;
    let old = stale.store(0).await;
    for number in 0..3 {
        send(&old, &format!("a{number}"), number).await.unwrap();
        old.flush_all().await.unwrap();
    }
    let living = Node::open(two.path(), Some(&prefix.url), clock.clone()).await;
    let store = living.store(0).await;
    for number in 0..3 {
        send(&store, &format!("b{number}"), number).await.unwrap();
        store.flush_all().await.unwrap();
    }
    // Nobody's catalog names it: the collection of the living one is known by it.
    std::fs::write(prefix.purchases().join("left.parquet"), b"x").unwrap();
    let before = prefix.files();
    clock.advance_s(20 * 60);
    let options = MaintenanceOptions::default();
    let refused = old.collect_garbage(&options).await.unwrap_err();
    assert_eq!(refused.code(), "fenced", "{refused}");
    assert_eq!(prefix.files(), before, "the stale owner has deleted something");
    // All of it is older than fifteen minutes by the clock, and named by the catalog of the living one.
    let report = store.collect_garbage(&options).await.unwrap();
    assert_eq!(report.files_deleted, 1, "{report:?}");
    let after = prefix.files();
    assert_eq!(before.difference(&after).map(String::as_str).collect::<Vec<_>>(), ["left.parquet"]);
    assert_eq!(ids(&purchases(&living, 0).await), ["a0", "a1", "a2", "b0", "b1", "b2"]);

    // Merged files go in the end, and the stale one, which has read the new catalog, takes none of those that took their place.
    store.compact(&MaintenanceOptions::everything()).await.unwrap();
    send(&store, "b3", 3).await.unwrap();
    store.flush_all().await.unwrap();
    clock.advance_s(2 * 3_600);
    let first = store.collect_garbage(&options).await.unwrap();
    clock.advance_s(20 * 60);
    let second = store.collect_garbage(&options).await.unwrap();
    assert!(first.files_deleted + second.files_deleted > 0, "{first:?} {second:?}");
    let kept = prefix.files();
    let again = stale.store(0).await;
    again.collect_garbage(&options).await.unwrap();
    assert_eq!(prefix.files(), kept);
    let all = ["a0", "a1", "a2", "b0", "b1", "b2", "b3"];
    assert_eq!(ids(&purchases(&stale, 0).await), all);
    assert_eq!(ids(&purchases(&living, 0).await), all);
    drop((old, again, store));
    living.stop().await;
    stale.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_lakes_on_s3_is_restored_there_and_on_a_disk() {
    let (Some(prefix), Some(other)) = (Prefix::new(), Prefix::new()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let node = Node::open(&data, Some(&prefix.url), clock::system()).await;
    let store = node.store(0).await;
    let mut sent = BTreeMap::new();
    for number in 0..60 {
        let id = format!("p{number:02}");
        send(&store, &id, number).await.unwrap();
        sent.insert(id, number.to_string());
        if number % 20 == 19 && number < 50 {
            store.flush_all().await.unwrap();
        }
    }
    // Two thirds are in the lake, and the journal has the rest.
    let file = folder.path().join("backup.zip");
    let writing = async {
        for number in 60..90 {
            send(&store, &format!("p{number}"), number).await.unwrap();
            store.flush_all().await.unwrap();
        }
    };
    let (damaged, ()) = tokio::join!(back_up(&data, Some(&prefix.url), &file, 1), writing);
    assert_eq!(damaged, Vec::<String>::new());
    drop(store);
    node.stop().await;
    let refused = put_back(&file, &folder.path().join("x"), Some(&prefix.url)).await.unwrap_err();
    assert_eq!(refused.code(), "not_empty", "{refused}");
    for (name, storage_url) in [("s3", Some(other.url.as_str())), ("disk", None)] {
        let target = folder.path().join(name);
        put_back(&file, &target, storage_url).await.unwrap();
        let restored = Node::open(&target, storage_url, clock::system()).await;
        let found = purchases(&restored, 0).await;
        for (id, amount) in &sent {
            assert_eq!(found.get(id), Some(amount), "{name}: {id}");
        }
        let store = restored.store(0).await;
        tokio::time::timeout(Duration::from_secs(30), store.flush_all()).await.unwrap().unwrap();
        send(&store, "next", 1).await.unwrap();
        store.flush_all().await.unwrap();
        assert_eq!(purchases(&restored, 0).await.len(), found.len() + 1);
        drop(store);
        restored.stop().await;
    }
}
