//! Statements that are planned some time after they were given their snapshot, while the lake goes on.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use futures::TryStreamExt as _;
use kupets_core::schema::Table;
use object_store::ObjectStore as _;

use super::{Chance, TestClock, node::Node, store::FaultyStore};
use crate::{MaintenanceOptions, Snapshot};

struct World {
    clock: Arc<TestClock>,
    store: Arc<FaultyStore>,
    node: Node,
}

impl World {
    /// A shop with a purchase of each of two customers, in one file.
    async fn shop() -> Self {
        let clock = TestClock::starting_now();
        let store = Arc::new(FaultyStore::new(clock.clone(), Arc::new(Chance::new(1))));
        let node = Node::open(&store, &clock).await;
        assert!(node.purchase(0, "p1", "c1", 1).await && node.purchase(0, "p2", "c2", 2).await && node.flush(0).await);
        Self { clock, store, node }
    }

    async fn snapshot(&self) -> Snapshot {
        self.node.store(0).await.unwrap().snapshot().await.unwrap()
    }

    /// The purchases that a statement finds which began with that snapshot.
    async fn purchases_at(&self, begun: &Snapshot) -> Result<Vec<String>, String> {
        let rows = self.node.rows_at(begun, Table::Purchases, ["purchase_id", "amount"]).await;
        let mut ids: Vec<String> = rows.map_err(|e| e.to_string())?.into_iter().map(|(id, _)| id).collect();
        ids.sort_unstable();
        Ok(ids)
    }

    async fn data_files(&self) -> BTreeSet<String> {
        let all = self.store.list(None).map_ok(|object| object.location.to_string());
        let all: Vec<String> = all.try_collect().await.unwrap();
        all.into_iter().filter(|path| path.ends_with(".parquet")).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_takes_nobody_else_out_of_an_answer_that_had_begun() {
    let world = World::shop().await;
    let node = &world.node;
    let first = world.data_files().await;
    let begun = world.snapshot().await;
    assert!(node.erase(0, "c1").await);
    assert_eq!(world.purchases_at(&begun).await.unwrap(), ["p1", "p2"]);
    assert_eq!(node.purchases(0).await, ["p2"]);
    // For as long as a statement may last.
    world.clock.advance_s(899);
    assert!(node.collect(0).await);
    assert_eq!(world.purchases_at(&begun).await.unwrap(), ["p1", "p2"]);
    // That it is to be forgotten is known after a restart, too, and then the files go at once.
    world.clock.advance_s(2);
    node.reopen(0).await;
    assert!(node.collect(0).await);
    let left: Vec<_> = world.data_files().await.intersection(&first).cloned().collect();
    assert!(left.is_empty(), "{left:?} held the person and are still there");
    assert_eq!(node.purchases(0).await, ["p2"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_that_comes_too_late_is_told_so_and_finds_not_less() {
    let world = World::shop().await;
    let begun = world.snapshot().await;
    assert!(world.node.erase(0, "c1").await);
    world.clock.advance_s(901);
    assert!(world.node.collect(0).await);
    let refused = world.purchases_at(&begun).await.unwrap_err();
    assert!(refused.contains("ask again"), "{refused}");
    assert_eq!(world.node.purchases(0).await, ["p2"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_snapshot_with_which_a_statement_has_just_begun_is_not_expired() {
    let world = World::shop().await;
    let node = &world.node;
    let begun = world.snapshot().await;
    // Its file is replaced, and the journal's newest watermark, which is never expired, is in a later snapshot than that.
    assert!(node.purchase(0, "p1", "c1", 3).await && node.flush(0).await && node.compact(0).await);
    assert!(node.purchase(0, "p3", "c1", 1).await && node.flush(0).await);
    world.clock.advance_s(60);
    let options = MaintenanceOptions { keep_all_snapshots: Duration::from_secs(1), ..MaintenanceOptions::default() };
    node.store(0).await.unwrap().collect_garbage(&options).await.unwrap();
    assert_eq!(world.purchases_at(&begun).await.unwrap(), ["p1", "p2"]);
    assert_eq!(node.purchases(0).await, ["p1", "p2", "p3"]);
}
