//! Erasures that were interrupted, and their completion, by the job queue.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use kupets_control::erasures::{Erasures, NewErasure};
use kupets_engine::{EngineConfig, clock::Clock, schema::Table};

use crate::support::{Bench, config, open, open_when_free, purchases};

/// A clock that stands still until it is moved.
#[derive(Debug, Clone)]
struct Hands(Arc<AtomicI64>);

impl Hands {
    fn advance(&self, by: TimeDelta) {
        self.0.fetch_add(by.num_microseconds().unwrap(), Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Whom the erasures name, and how many are rewritten and complete.
async fn erasures(bench: &Bench) -> (Option<String>, i64, i64) {
    sqlx::query_as("SELECT max(customer_id), count(rewritten_at), count(completed_at) FROM erasures")
        .fetch_one(bench.engine.control())
        .await
        .unwrap()
}

async fn until(bench: &Bench, what: (Option<String>, i64, i64)) {
    let end = tokio::time::Instant::now() + Duration::from_secs(60);
    while erasures(bench).await != what {
        assert!(tokio::time::Instant::now() < end, "{:?} never became {what:?}", erasures(bench).await);
        bench.engine.jobs().wake();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_a_crash_interrupted_is_finished_and_completed() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Hands(Arc::new(AtomicI64::new(1_767_400_000_000_000)));
    let config = EngineConfig { clock: Arc::new(clock.clone()), ..config(dir.path()) };
    let bench = open(config.clone()).await;
    bench.send(Table::Purchases, &purchases(0, 70)).await.unwrap();
    bench.engine.flush(&bench.shop).await.unwrap();
    // What a request does first; then the program dies.
    let now = clock.now();
    let noted = NewErasure {
        id: "e".repeat(32),
        customer_id: "c3".into(),
        aliases: Vec::new(),
        keep_totals: false,
        purchases: 10,
        interactions: 0,
        requested_at: now,
        complete_by: now + TimeDelta::hours(24),
    };
    let own = Erasures::new(bench.engine.control().clone(), bench.engine.jobs().clone());
    own.begin(bench.shop.id(), &noted, now + TimeDelta::seconds(60)).await.unwrap();
    drop(own);
    drop(bench);
    let bench = open_when_free(config).await;
    assert_eq!(erasures(&bench).await, (Some("c3".into()), 0, 0));
    clock.advance(TimeDelta::seconds(61));
    until(&bench, (None, 1, 0)).await;
    assert_eq!(bench.line("SELECT count(*) FROM purchases WHERE customer_id = 'c3'").await, "0");
    assert_eq!(bench.line("SELECT count(*) FROM customers").await, "6");
    // The superseded files wait for running queries.
    clock.advance(TimeDelta::minutes(16));
    until(&bench, (None, 1, 1)).await;
    bench.engine.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_erases_at_once_and_the_queue_completes_all_that_wait() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Hands(Arc::new(AtomicI64::new(1_767_400_000_000_000)));
    let bench = open(EngineConfig { clock: Arc::new(clock.clone()), ..config(dir.path()) }).await;
    bench.send(Table::Purchases, &purchases(0, 70)).await.unwrap();
    for (customer, keep_totals) in [("c1", false), ("c2", true)] {
        let erasure = bench.engine.erase_customer(&bench.shop, customer, keep_totals).await.unwrap();
        assert_eq!((erasure.purchases, erasure.completed_at), (10, None));
    }
    assert_eq!(erasures(&bench).await, (None, 2, 0));
    assert_eq!(bench.line("SELECT count(DISTINCT purchase_id) FROM purchases").await, "60");
    let unknown = bench.engine.erase_customer(&bench.shop, "c1", false).await.unwrap_err();
    assert_eq!(unknown.code(), "unknown_customer");
    clock.advance(TimeDelta::minutes(17));
    until(&bench, (None, 2, 2)).await;
    bench.engine.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_is_complete_when_no_backup_holds_its_files() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Hands(Arc::new(AtomicI64::new(1_767_400_000_000_000)));
    let bench = open(EngineConfig { clock: Arc::new(clock.clone()), ..config(dir.path()) }).await;
    bench.send(Table::Purchases, &purchases(0, 70)).await.unwrap();
    bench.engine.erase_customer(&bench.shop, "c1", false).await.unwrap();
    // As a backup that is under way has left it.
    let holds = dir.path().join("lake/holds");
    std::fs::create_dir_all(&holds).unwrap();
    let until_when = clock.now() + TimeDelta::minutes(40);
    std::fs::write(holds.join("backup"), until_when.to_rfc3339()).unwrap();
    clock.advance(TimeDelta::minutes(17));
    // The job has looked, and looks again later.
    let looked = async {
        loop {
            bench.engine.jobs().wake();
            let next: i64 =
                sqlx::query_scalar("SELECT max(run_after) FROM jobs").fetch_one(bench.engine.control()).await.unwrap();
            if next > clock.now().timestamp_micros() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), looked).await.unwrap();
    assert_eq!(erasures(&bench).await, (None, 1, 0));
    std::fs::remove_file(holds.join("backup")).unwrap();
    clock.advance(TimeDelta::seconds(31));
    until(&bench, (None, 1, 1)).await;
    bench.engine.shutdown().await.unwrap();
}
