//! Merging customers and parting them, with a crash at any point; and late records of who was erased.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use chrono::TimeDelta;
use kupets_control::{customer_merges::NewMerge, erasures::NewErasure};
use kupets_core::{ErasedRecords, clock::Clock as _, schema::Table};

use super::{
    Chance, TestClock,
    node::{Node, id},
    store::FaultyStore,
};

struct World {
    clock: Arc<TestClock>,
    store: Arc<FaultyStore>,
    node: Node,
}

impl World {
    async fn new() -> Self {
        let clock = TestClock::starting_now();
        let store = Arc::new(FaultyStore::new(clock.clone(), Arc::new(Chance::new(1))));
        let node = Node::open(&store, &clock).await;
        Self { clock, store, node }
    }

    /// `a` has a record in the lake and one in the tail; `b` one in the lake.
    async fn shop() -> Self {
        let world = Self::new().await;
        let node = &world.node;
        let nina = r#"{"customer_id":"a","name":"Nina","email":"nina@example.com"}"#;
        assert!(node.send(0, Table::Customers, nina).await);
        assert!(node.purchase(0, "p1", "a", 1).await && node.purchase(0, "p2", "b", 2).await && node.flush(0).await);
        assert!(node.purchase(0, "p3", "a", 4).await && call(node, "i1", "a").await);
        world
    }

    async fn begin(&self, from: &str, into: &str) {
        let now = self.clock.now();
        let merge = NewMerge {
            id: format!("merge {from}"),
            from_id: from.to_owned(),
            into_id: into.to_owned(),
            merged_by: None,
            merged_at: now,
            undo_until: now + TimeDelta::days(30),
        };
        self.node.merges().begin(&id(0), &merge, now).await.unwrap();
    }

    /// What the request, or the job after a crash, does of a merge; whether it ended well.
    async fn merge(&self, from: &str) -> bool {
        let Ok(store) = self.node.store(0).await else { return false };
        store.merge_customer(from).await.is_ok()
            && self.node.merges().merged(&id(0), &format!("merge {from}")).await.is_ok()
    }

    async fn part(&self, from: &str) -> bool {
        let Some(merge) = self.node.merges().of(&id(0), from).await.unwrap() else { return true };
        let Ok(store) = self.node.store(0).await else { return false };
        store.part_customer(from, merge.kept.as_deref().unwrap()).await.is_ok()
            && self.node.merges().undone(&id(0), &merge.id).await.is_ok()
    }

    /// The customer of each purchase, and the one that was sent where that is another.
    async fn buyers(&self) -> String {
        let column = async |column| self.node.by_key(0, Table::Purchases, ["purchase_id", column], "purchases").await;
        let (now, sent): (BTreeMap<_, _>, BTreeMap<_, _>) =
            (column("customer_id").await, column("original_customer_id").await);
        let told = now.into_iter().map(|(purchase, customer)| {
            let sent = sent[&purchase].as_ref().map(|sent| format!("({sent})")).unwrap_or_default();
            format!("{purchase}:{}{sent}", customer.unwrap_or_default())
        });
        told.collect::<Vec<_>>().join(" ")
    }

    async fn names(&self) -> String {
        let names = self.node.customers(0).await;
        names.into_iter().map(|(id, name)| format!("{id}:{}", name.unwrap_or_default())).collect::<Vec<_>>().join(" ")
    }

    /// Whose calls there are.
    async fn callers(&self) -> String {
        let calls = self.node.by_key(0, Table::Interactions, ["interaction_id", "customer_id"], "interactions").await;
        calls.into_iter().map(|(id, who)| format!("{id}:{}", who.unwrap_or_default())).collect::<Vec<_>>().join(" ")
    }

    /// Lets the `nth` call of the store from now on fail, and all after it: the process is as good as dead then.
    fn die_at(&self, nth: usize) {
        let calls = AtomicUsize::new(0);
        self.store.refuse(move |_, _| calls.fetch_add(1, Ordering::Relaxed) >= nth);
    }

    /// A restart.
    async fn restart(&self) {
        self.store.refuse_nothing();
        self.node.reopen(0).await;
    }
}

async fn call(node: &Node, id: &str, customer: &str) -> bool {
    let body = format!(
        "{{\"interaction_id\":\"{id}\",\"customer_id\":\"{customer}\",\"kind\":\"call\",\"occurred_at\":\"2026-01-01\"}}"
    );
    node.send(0, Table::Interactions, &body).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merged_customer_is_the_other_one_from_one_step_on() {
    let world = World::shop().await;
    world.begin("a", "b").await;
    assert!(world.merge("a").await);
    assert_eq!(world.buyers().await, "p1:b(a) p2:b p3:b(a)");
    assert_eq!((world.names().await, world.callers().await), ("b:Nina".to_owned(), "i1:b".to_owned()));
    // What comes later finds the person, also after a restart: a new record, one that is sent again, a change.
    let node = &world.node;
    assert!(node.purchase(0, "p4", "a", 8).await && node.purchase(0, "p1", "a", 16).await);
    world.restart().await;
    assert!(node.customer(0, "a", "Nina P.").await);
    assert_eq!(world.buyers().await, "p1:b(a) p2:b p3:b(a) p4:b(a)");
    assert_eq!(world.names().await, "b:Nina P.");
    assert!(node.flush_all(0).await && node.compact(0).await);
    assert_eq!(world.buyers().await, "p1:b(a) p2:b p3:b(a) p4:b(a)");

    let now = world.clock.now();
    node.merges().begin_undo(&id(0), "a", now, now).await.unwrap();
    assert!(world.part("a").await);
    // The name that was sent since is the person's.
    assert_eq!(world.buyers().await, "p1:a p2:b p3:a p4:a");
    assert_eq!((world.names().await, world.callers().await), ("a:Nina b:Nina P.".to_owned(), "i1:a".to_owned()));
    assert!(node.purchase(0, "p5", "a", 1).await);
    world.restart().await;
    assert!(node.purchase(0, "p6", "a", 1).await && node.flush_all(0).await);
    assert_eq!(world.buyers().await, "p1:a p2:b p3:a p4:a p5:a p6:a");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_at_any_point_of_a_merge_loses_and_doubles_nothing() {
    for nth in 0.. {
        let world = World::shop().await;
        world.begin("a", "b").await;
        world.die_at(nth);
        let done = world.merge("a").await;
        world.restart().await;
        // Meanwhile somebody goes on sending.
        assert!(world.node.purchase(0, "p4", "a", 8).await, "{nth}");
        assert!(world.merge("a").await, "{nth}: it does not go on");
        assert_eq!(world.buyers().await, "p1:b(a) p2:b p3:b(a) p4:b(a)", "{nth}");
        assert_eq!((world.names().await, world.callers().await), ("b:Nina".to_owned(), "i1:b".to_owned()), "{nth}");
        world.restart().await;
        assert!(world.node.flush_all(0).await);
        assert_eq!(world.buyers().await, "p1:b(a) p2:b p3:b(a) p4:b(a)", "{nth}");
        if done {
            assert!(nth > 2, "it was never interrupted");
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crash_at_any_point_of_parting_loses_and_doubles_nothing() {
    for nth in 0.. {
        let world = World::shop().await;
        world.begin("a", "b").await;
        assert!(world.merge("a").await && world.node.purchase(0, "p4", "a", 8).await, "{nth}");
        let now = world.clock.now();
        world.node.merges().begin_undo(&id(0), "a", now, now).await.unwrap();
        world.die_at(nth);
        let done = world.part("a").await;
        world.restart().await;
        // Changed before the work goes on: that must not take it back.
        assert!(world.node.purchase(0, "p5", "a", 8).await, "{nth}");
        assert!(world.part("a").await, "{nth}: it does not go on");
        assert_eq!(world.buyers().await, "p1:a p2:b p3:a p4:a p5:a", "{nth}");
        assert_eq!((world.names().await, world.callers().await), ("a:Nina b:".to_owned(), "i1:a".to_owned()), "{nth}");
        world.restart().await;
        assert!(world.node.flush_all(0).await);
        assert_eq!(world.buyers().await, "p1:a p2:b p3:a p4:a p5:a", "{nth}");
        if done {
            assert!(nth > 2, "it was never interrupted");
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_merged_in_turn_is_parted_with_their_own() {
    let world = World::shop().await;
    let node = &world.node;
    assert!(node.customer(0, "c", "Olga").await && node.purchase(0, "p4", "c", 1).await);
    world.begin("a", "b").await;
    assert!(world.merge("a").await);
    world.begin("b", "c").await;
    assert!(world.merge("b").await);
    assert_eq!(world.buyers().await, "p1:c(a) p2:c(b) p3:c(a) p4:c");
    let now = world.clock.now();
    node.merges().begin_undo(&id(0), "b", now, now).await.unwrap();
    assert!(world.part("b").await);
    assert_eq!(world.buyers().await, "p1:b(a) p2:b p3:b(a) p4:c");
    world.begin("b", "c").await;
    assert!(world.merge("b").await);
    node.merges().begin_undo(&id(0), "a", now, now).await.unwrap();
    assert!(world.part("a").await);
    assert_eq!(world.buyers().await, "p1:a p2:c(b) p3:a p4:c");
    assert_eq!(world.names().await, "a:Nina c:Olga");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_that_are_sent_while_customers_are_merged_are_the_persons() {
    let world = World::shop().await;
    world.begin("a", "b").await;
    let sending = async {
        for n in 10..40 {
            assert!(world.node.purchase(0, &format!("p{n}"), "a", n).await);
        }
    };
    let (merged, ()) = tokio::join!(world.merge("a"), sending);
    assert!(merged);
    let buyers = world.buyers().await;
    assert_eq!(buyers.matches(":b(a)").count(), 32, "{buyers}");
    assert!(world.node.flush_all(0).await);
    assert_eq!(world.buyers().await, buyers);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_erased_person_is_nobodys_alias_and_late_records_are_a_guests() {
    let world = World::shop().await;
    let node = &world.node;
    world.begin("a", "b").await;
    assert!(world.merge("a").await);
    let now = world.clock.now();
    let erasure = NewErasure {
        id: "e1".to_owned(),
        customer_id: "b".to_owned(),
        aliases: vec!["a".to_owned()],
        keep_totals: false,
        purchases: 3,
        interactions: 1,
        requested_at: now,
        complete_by: now,
    };
    node.erasures().begin(&id(0), &erasure, now).await.unwrap();
    for customer in ["b", "a"] {
        assert!(node.erase(0, customer).await);
    }
    node.erasures().rewritten(&id(0), "e1", &["a".to_owned(), "b".to_owned()], now).await.unwrap();
    assert_eq!((world.buyers().await, world.names().await), (String::new(), String::new()));
    for round in ["before", "after"] {
        let store = node.store(0).await.unwrap();
        let sent = node.parsed(
            Table::Purchases,
            r#"[{"purchase_id":"p1","customer_id":"a","amount":1,"occurred_at":"2020-01-01"},
            {"purchase_id":"p9","customer_id":"a","amount":1,"occurred_at":"2199-01-01"}]"#,
        );
        let done = store.ingest(sent, ErasedRecords::Guest, None).await.unwrap();
        assert_eq!(done.guests, 1, "{round} a restart");
        assert_eq!(world.buyers().await, "p1: p9:a", "{round} a restart");
        world.restart().await;
    }
}
