//! Cases that chance meets seldom, each by itself.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use super::{
    Chance, TestClock,
    node::{Node, id},
    store::FaultyStore,
};
use kupets_core::{ErasedRecords, Kind, schema::Table};

use crate::{Tenants, tenants::recover};

/// Nothing here takes as long, and what waits for another thing waits at least as long.
const LONG: Duration = Duration::from_secs(30);

struct World {
    clock: Arc<TestClock>,
    store: Arc<FaultyStore>,
}

impl World {
    fn new() -> Self {
        let clock = TestClock::starting_now();
        let store = Arc::new(FaultyStore::new(clock.clone(), Arc::new(Chance::new(1))));
        Self { clock, store }
    }

    async fn node(&self) -> Node {
        Node::open(&self.store, &self.clock).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_while_a_tenant_is_opened_leaves_no_second_handle_behind() {
    let world = World::new();
    let node = Arc::new(world.node().await);
    assert!(node.purchase(0, "p1", "c1", 1).await && node.flush(0).await);
    node.reopen(0).await;
    let gate = world.store.hold_next_get();
    tokio::select! {
        _ = node.store(0) => panic!("its lake cannot have been read yet"),
        () = gate.reached.notified() => {}
    }
    // The next request either waits for that opening, or does all its work before the first one goes on.
    let next = {
        let node = node.clone();
        tokio::spawn(async move { node.purchase(0, "p2", "c1", 2).await && node.flush(0).await })
    };
    let mut next = std::pin::pin!(next);
    let early = tokio::time::timeout(Duration::from_millis(300), &mut next).await;
    gate.open.notify_one();
    let done = match early {
        Ok(done) => done,
        Err(_) => tokio::time::timeout(LONG, next).await.unwrap(),
    };
    assert!(done.unwrap());
    assert!(node.purchase(0, "p3", "c1", 3).await);
    node.flush_all(0).await;
    node.reopen(0).await;
    assert_eq!(node.purchases(0).await, ["p1", "p2", "p3"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handle_that_is_fenced_keeps_its_own_copy_of_the_catalog_and_takes_it_along() {
    let world = World::new();
    let node = world.node().await;
    assert!(node.purchase(0, "p1", "c1", 1).await && node.flush(0).await);
    let copies = || {
        let folder = node.folder.path().join("catalogs").join(id(0).as_str());
        std::fs::read_dir(folder).map_or(0, Iterator::count)
    };
    let old = node.store(0).await.unwrap();
    node.reopen(0).await;
    assert!(node.purchase(0, "p2", "c1", 2).await && node.flush(0).await);
    assert_eq!(copies(), 2);
    drop(old);
    assert_eq!(copies(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lake_that_another_node_has_made_meanwhile_is_not_adopted_without_its_keys() {
    let world = World::new();
    let (first, second) = (world.node().await, world.node().await);
    assert!(first.customer(0, "c9", "Nina").await);
    assert!(second.purchase(0, "p1", "c1", 1).await && second.flush(0).await);
    assert!(first.purchase(0, "p1", "c1", 2).await);
    first.flush_all(0).await;
    assert_eq!(first.purchases(0).await, ["p1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handle_that_is_old_merges_nothing_into_who_was_erased() {
    let world = World::new();
    let (first, second) = (world.node().await, world.node().await);
    assert!(second.customer(0, "c1", "Nina").await && second.flush(0).await);
    first.reopen(0).await;
    assert!(first.erase(0, "c1").await);
    // The tenant comes back to the second node, which still has it open.
    world.clock.advance_s(60);
    let sent = r#"{"customer_id":"c1","phone":"+1 202 555 0100"}"#;
    let mut tries = 0;
    while !second.send(0, Table::Customers, sent).await {
        tries += 1;
        assert!(tries < 5);
    }
    assert!(second.flush_all(0).await);
    assert_eq!(second.customers(0).await["c1"], None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erasure_that_fails_behind_its_commit_is_known_to_be_unpublished() {
    let world = World::new();
    let node = world.node().await;
    assert!(node.customer(0, "c1", "Nina").await && node.customer(0, "c2", "Olga").await && node.flush(0).await);
    let puts = AtomicUsize::new(0);
    // The rows are taken out by the first file, and the second is the data file without them.
    world.store.refuse(move |what, _| matches!(what, "put" | "upload") && puts.fetch_add(1, Ordering::Relaxed) > 0);
    assert!(!node.erase(0, "c1").await);
    world.store.refuse_nothing();
    let store = node.store(0).await.unwrap();
    assert!(store.is_unpublished());
    assert!(node.flush(0).await);
    assert!(!store.is_unpublished());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_an_erased_person_stays_in_the_journal() {
    let world = World::new();
    let node = world.node().await;
    assert!(node.customer(0, "c0", "Olga").await && node.flush(0).await);
    assert!(node.customer(0, "c1", "Nina").await);
    // The flush is committed here and cannot be published: the journal keeps what it moved.
    world.store.refuse(|what, path| what == "put" && path.filename() == Some("catalog.sqlite"));
    assert!(!node.flush(0).await);
    world.store.refuse_nothing();
    assert!(node.journalled(0).await > 0);
    assert!(node.erase(0, "c1").await);
    assert_eq!(node.journalled(0).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_published_stays_in_the_journal_when_nothing_is_too_old_to_be_kept() {
    let world = World::new();
    let node = world.node().await;
    assert!(node.purchase(0, "p1", "c1", 1).await && node.flush(0).await);
    assert!(node.purchase(0, "p2", "c1", 2).await);
    let catalog = |what: &'static str, path: &object_store::path::Path| {
        what == "put" && path.filename() == Some("catalog.sqlite")
    };
    world.store.refuse(catalog);
    assert!(!node.flush(0).await);
    assert!(!node.expire_nothing(0).await, "it cannot be told that what is kept is durable");
    // As a process that ends here, and is started again.
    node.reopen(0).await;
    world.store.refuse_nothing();
    assert_eq!(node.purchases(0).await, ["p1", "p2"]);
    // The same where the storage answers again.
    assert!(node.flush_all(0).await && node.purchase(0, "p3", "c1", 3).await);
    world.store.refuse(catalog);
    assert!(!node.flush(0).await);
    world.store.refuse_nothing();
    assert!(node.expire_nothing(0).await);
    node.reopen(0).await;
    assert_eq!(node.purchases(0).await, ["p1", "p2", "p3"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_that_could_not_be_published_is_published_when_it_is_asked_for_again() {
    let world = World::new();
    let node = world.node().await;
    assert!(node.purchase(0, "p1", "c1", 1).await && node.purchase(0, "p2", "c1", 2).await && node.flush(0).await);
    world.store.refuse(|what, path| what == "put" && path.filename() == Some("catalog.sqlite"));
    assert!(!node.delete(0, "p1").await);
    world.store.refuse_nothing();
    let store = node.store(0).await.unwrap();
    assert!(!store.delete_record(Table::Purchases, "p1").await.unwrap(), "it is gone");
    node.reopen(0).await;
    assert_eq!(node.purchases(0).await, ["p2"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_has_lost_a_tenant_does_not_keep_its_lake() {
    let world = World::new();
    let (first, second) = (world.node().await, world.node().await);
    assert!(first.purchase(0, "p", "c", 1).await && first.flush(0).await);
    for round in 0..12 {
        assert!(second.purchase(0, &format!("p{round}"), "c", 1).await);
        assert!(second.flush_all(0).await);
    }
    let owner = second.store(0).await.unwrap();
    for _ in 0..4 {
        world.clock.advance_s(1_300);
        first.tenants.maintain().await;
        let _ = first.store(0).await;
    }
    assert!(second.purchase(0, "last", "c", 1).await);
    assert!(owner.flush_once().await.is_ok(), "the node that lost the tenant has published");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_workspace_stays_deleted() {
    let world = World::new();
    let node = world.node().await;
    assert!(node.purchase(0, "p1", "c1", 1).await && node.flush(0).await);
    let late = node.store(0).await.unwrap();
    node.tenants.delete(&id(0)).await.unwrap();
    assert!(late.is_fenced());
    let error = node.tenants.store(&id(0)).await.unwrap_err();
    assert_eq!(error.code(), "workspace_deleted");
    assert!(!node.purchase(0, "p2", "c1", 2).await);
    assert_eq!(node.journalled(0).await, 0);
    // It can be repeated.
    node.tenants.delete(&id(0)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_opened_while_the_server_stops() {
    let world = World::new();
    let node = world.node().await;
    assert!(node.purchase(0, "p1", "c1", 1).await);
    node.tenants.shutdown().await.unwrap();
    assert!(node.tenants.store(&id(0)).await.is_err());
    assert!(node.tenants.store(&id(1)).await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_data_folder_is_locked_as_long_as_anything_may_write_there() {
    let world = World::new();
    let node = world.node().await;
    assert!(node.purchase(0, "p1", "c1", 1).await);
    let store = node.store(0).await.unwrap();
    let Node { tenants, folder, .. } = node;
    drop(tenants);
    assert!(Tenants::lock(folder.path()).is_err());
    let shared = Arc::downgrade(&store);
    drop(store);
    // The tasks of the handle end by themselves.
    tokio::time::timeout(LONG, async {
        while shared.strong_count() > 0 || Tenants::lock(folder.path()).is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_that_cannot_be_recovered_is_tried_again() {
    let world = World::new();
    let node = world.node().await;
    assert!(node.purchase(0, "p1", "c1", 1).await);
    node.reopen(0).await;
    world.store.refuse(|what, _| what == "get");
    let recovering = tokio::spawn(recover(Arc::downgrade(&node.tenants), vec![id(0)], Duration::from_millis(1)));
    while world.store.hits.lock().unwrap().get("get").is_none_or(|tries| *tries < 3) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    world.store.refuse_nothing();
    tokio::time::timeout(LONG, recovering).await.unwrap().unwrap();
    assert_eq!(node.purchases(0).await, ["p1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storage_that_does_not_answer_at_the_first_write_is_no_damage() {
    let world = World::new();
    let node = world.node().await;
    assert!(node.customer(0, "c1", "Nina").await && node.flush(0).await);
    node.reopen(0).await;
    let store = node.store(0).await.unwrap();
    let sent = || node.parsed(Table::Customers, r#"{"customer_id":"c1","phone":"+1 202 555 0100"}"#);
    world.store.refuse(|what, _| what.starts_with("get"));
    let error = store.ingest(sent(), ErasedRecords::Anew, None).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unavailable, "{error}");
    assert!(!error.to_string().contains("injected"), "{error}");
    world.store.refuse_nothing();
    assert!(store.ingest(sent(), ErasedRecords::Anew, None).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_of_records_is_held_until_they_are_stored_though_their_sender_has_left() {
    let world = World::new();
    let node = world.node().await;
    assert!(node.purchase(0, "p1", "c1", 1).await && node.flush(0).await);
    node.reopen(0).await;
    let store = node.store(0).await.unwrap();
    let parsed = node.parsed(
        Table::Purchases,
        r#"{"purchase_id":"p2","customer_id":"c1","amount":1,"product":"x","occurred_at":"2026-01-01"}"#,
    );
    let memory = Arc::new(());
    let left = Arc::downgrade(&memory);
    let gate = world.store.hold_next_get();
    tokio::select! {
        _ = store.ingest(parsed, ErasedRecords::Anew, Some(Box::new(memory))) => panic!("its keys cannot have been read yet"),
        () = gate.reached.notified() => {}
    }
    assert_eq!(left.strong_count(), 1);
    gate.open.notify_one();
    let let_go = async {
        while left.strong_count() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LONG, let_go).await.unwrap();
    assert_eq!(node.journalled(0).await, 1);
    assert_eq!(node.purchases(0).await, ["p1", "p2"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_node_has_no_room_the_largest_tail_is_flushed_and_not_the_askers() {
    let world = World::new();
    let node = Node::with_room(&world.store, &world.clock, 1).await;
    assert!(node.purchase(0, "p1", "c1", 1).await);
    let large = node.store(0).await.unwrap();
    assert!(large.tail_size().0 > 0);
    assert!(node.purchase(1, "p2", "c2", 1).await);
    assert_eq!(large.tail_size().0, 0);
    assert_eq!(node.purchases(0).await, ["p1"]);
}
