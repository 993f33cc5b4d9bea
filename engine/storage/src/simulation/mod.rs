//! A simulation of storage: two nodes over one object store that fails by chance, three tenants that go between the nodes, random
//! work, and a model in memory of what must be there. `make torture` runs many seeds; a seed that fails is printed and fails again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod model;
mod node;
mod store;

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use chrono::{DateTime, Utc};
use kupets_core::clock::Clock;

use self::{model::Model, node::Node, store::FaultyStore};

/// Steps of one seed.
const STEPS: usize = 200;
const TENANTS: usize = 3;
/// Seeds of an ordinary test run.
const SEEDS: u64 = 12;

/// A clock that the simulation moves.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    fn advance_s(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Chance from a seed, by splitmix64 (Steele, Lea and Flood 2014). What the tasks of a node draw depends on how they take turns, so
/// that faults may fall elsewhere when a seed is run again; the work asked for is the same.
#[derive(Debug)]
pub struct Chance {
    work: AtomicU64,
    faults: AtomicU64,
    /// Of ten thousand calls of the store so many fail.
    rate: AtomicU64,
}

impl Chance {
    fn new(seed: u64) -> Self {
        Self { work: AtomicU64::new(seed), faults: AtomicU64::new(!seed), rate: AtomicU64::new(0) }
    }

    fn below(&self, bound: u64) -> u64 {
        draw(&self.work) % bound
    }

    /// Whether this call of the store fails.
    pub fn fault(&self) -> bool {
        draw(&self.faults) % 10_000 < self.rate.load(Ordering::SeqCst)
    }

    fn set_rate(&self, rate: u64) {
        self.rate.store(rate, Ordering::SeqCst);
    }
}

fn draw(state: &AtomicU64) -> u64 {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut z = state.fetch_add(STEP, Ordering::SeqCst).wrapping_add(STEP);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// One seed, start to end; the faults that were hit.
async fn run(seed: u64) -> Vec<(&'static str, usize)> {
    let clock = Arc::new(TestClock(AtomicI64::new(Utc::now().timestamp_micros())));
    let chance = Arc::new(Chance::new(seed));
    let store = Arc::new(FaultyStore::new(clock.clone(), chance.clone()));
    let nodes = [Node::open(&store, &clock).await, Node::open(&store, &clock).await];
    let mut model = Model::new(seed);
    let mut owner = [0_usize; TENANTS];
    // Whether the node that does not own the tenant may have published since: what the owner's handle reads may be old then.
    let mut overtaken = [false; TENANTS];
    for step in 0..STEPS {
        // Half of the time the store works; else one call in fifty fails, or one in eight.
        chance.set_rate([0, 0, 200, 1_250][chance.below(4) as usize]);
        let tenant = chance.below(TENANTS as u64) as usize;
        let node = &nodes[owner[tenant]];
        match chance.below(100) {
            0..50 => model.send(node, tenant, &chance).await,
            50..62 => node.flush(tenant).await,
            62..70 => node.compact(tenant).await,
            70..76 => {
                clock.advance_s(i64::try_from(chance.below(1_200)).unwrap());
                node.collect(tenant).await;
            }
            76..82 => model.erase(node, tenant, &chance).await,
            82..90 => {
                // What the model says of reads: everything that was acknowledged is there at once.
                chance.set_rate(0);
                if std::mem::take(&mut overtaken[tenant]) {
                    node.reopen(tenant).await;
                }
                model.check(node, tenant, owner[tenant], seed, step).await;
            }
            90..95 => {
                // The tenant goes to the other node when this one has moved all of it to the lake. The other may have had it before: its
                // handle is stale.
                chance.set_rate(0);
                if node.flush_all(tenant).await {
                    owner[tenant] = 1 - owner[tenant];
                    overtaken[tenant] = false;
                    nodes[owner[tenant]].reopen(tenant).await;
                }
            }
            // The other node, which does not own the tenant any more, does its maintenance late.
            _ => {
                clock.advance_s(1_300);
                overtaken[tenant] = true;
                let stale = &nodes[1 - owner[tenant]];
                stale.compact(tenant).await;
                stale.collect(tenant).await;
            }
        }
    }
    chance.set_rate(0);
    for tenant in 0..TENANTS {
        nodes[owner[tenant]].reopen(tenant).await;
        assert!(nodes[owner[tenant]].flush_all(tenant).await, "seed {seed}: what is left cannot be flushed");
        model.check(&nodes[owner[tenant]], tenant, owner[tenant], seed, STEPS).await;
    }
    let hits = store.hits.lock().unwrap();
    hits.iter().map(|(what, count)| (*what, *count)).collect()
}

#[test]
fn nothing_is_lost_doubled_or_brought_back() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let first = number("KUPETS_TORTURE_SEED").unwrap_or(1);
    let seeds = number("KUPETS_TORTURE_SEEDS").unwrap_or(SEEDS);
    let mut hits = std::collections::BTreeMap::<&str, usize>::new();
    for seed in first..first + seeds {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        eprintln!("seed {seed}");
        for (what, count) in runtime.block_on(run(seed)) {
            *hits.entry(what).or_default() += count;
        }
    }
    eprintln!("{seeds} seeds of {STEPS} steps, {TENANTS} tenants, 2 nodes; faults hit: {hits:?}");
}
