//! A simulation of storage: two nodes over one object store that fails by chance, three tenants that go between the nodes, random
//! work, some of it beside each other, and a model in memory of what must be there. `make torture` runs many seeds; a seed that fails
//! is printed and fails again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod cases;
mod merging;
mod model;
pub(crate) mod node;
mod reading;
pub(crate) mod store;

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use chrono::{DateTime, Utc};
use futures::future::join_all;
use kupets_core::clock::Clock;

use self::{
    model::{Model, Work},
    node::Node,
    store::FaultyStore,
};

/// Steps of one seed.
const STEPS: usize = 200;
const TENANTS: usize = 3;
/// Seeds of an ordinary test run.
const SEEDS: u64 = 5;
/// An ordinary test run starts no seed after this time: on a slow machine it tries fewer.
const SECONDS: u64 = 20;

/// A clock that the simulation moves.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// It begins with the real time, which the catalogs note in places.
    #[expect(clippy::disallowed_methods, reason = "SQLite tells the real time")]
    pub fn starting_now() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(Utc::now().timestamp_micros())))
    }

    pub fn advance_s(&self, seconds: i64) {
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
    pub fn new(seed: u64) -> Self {
        Self { work: AtomicU64::new(seed), faults: AtomicU64::new(!seed), rate: AtomicU64::new(0) }
    }

    /// Lets others take their turns for a while.
    pub async fn pause(&self) {
        for _ in 0..draw(&self.faults) % 6 {
            tokio::task::yield_now().await;
        }
    }

    pub fn below(&self, bound: u64) -> u64 {
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

/// The nodes, and who has which tenant.
struct World {
    seed: u64,
    clock: Arc<TestClock>,
    chance: Arc<Chance>,
    nodes: [Node; 2],
    model: Model,
    owner: [usize; TENANTS],
    /// Whether the node that does not own the tenant may have published since: what the owner's handle reads may be old then.
    overtaken: [bool; TENANTS],
}

impl World {
    fn owner(&self, tenant: usize) -> &Node {
        &self.nodes[self.owner[tenant]]
    }

    /// Two to four things at once: records, the tenant's upkeep, deletions, an erasure, and people who go away while they are answered.
    async fn beside_each_other(&mut self, tenant: usize) {
        let mut work = Vec::new();
        for _ in 0..2 + self.chance.below(3) {
            work.push(match self.chance.below(14) {
                0..6 => self.model.sending(tenant, &self.chance),
                6..8 => Work::Flush,
                8 => Work::Compact,
                9 => Work::Collect,
                10 => Work::Reopen,
                11 => Model::deleting(&self.chance),
                12 => Work::Expire,
                _ => Model::erasing(&self.chance),
            });
        }
        let node = &self.nodes[self.owner[tenant]];
        let tasks = work.into_iter().map(|work| {
            let leaves = (self.chance.below(8) == 0).then(|| self.chance.below(40));
            async move {
                let well = work.run(node, tenant, leaves).await;
                (work, well)
            }
        });
        let done = join_all(tasks.collect::<Vec<_>>()).await;
        // Behind what was sent by somebody who left: none of it is stored later.
        node.probe(tenant).await;
        self.model.note(tenant, &done);
    }

    async fn alone(&mut self, tenant: usize, work: Work) {
        let well = work.run(self.owner(tenant), tenant, None).await;
        self.model.note(tenant, &[(work, well)]);
    }

    /// What the model says of reads: everything that was acknowledged is there at once.
    async fn check(&mut self, tenant: usize, step: usize) {
        self.chance.set_rate(0);
        if std::mem::take(&mut self.overtaken[tenant]) {
            self.owner(tenant).reopen(tenant).await;
        }
        self.model.check(self.owner(tenant), tenant, self.owner[tenant], self.seed, step).await;
    }

    /// The tenant goes to the other node when this one has moved all of it to the lake. The other may have had it before: its handle
    /// is stale then, and half of the time nobody tells it.
    async fn hand_over(&mut self, tenant: usize) {
        self.chance.set_rate(0);
        for _ in 0..5 {
            if self.owner(tenant).flush_all(tenant).await {
                self.owner[tenant] = 1 - self.owner[tenant];
                self.overtaken[tenant] = true;
                // Longer than a node takes it for sure that it is the only one.
                self.clock.advance_s(60);
                if self.chance.below(2) == 0 {
                    self.owner(tenant).reopen(tenant).await;
                } else {
                    // While the store answers: records are not held up by one that does not.
                    let first = self.model.sending(tenant, &self.chance);
                    self.alone(tenant, first).await;
                }
                return;
            }
        }
    }

    async fn step(&mut self, step: usize) {
        // Half of the time the store works; else one call in fifty fails, or one in eight.
        self.chance.set_rate([0, 0, 200, 1_250][self.chance.below(4) as usize]);
        let tenant = self.chance.below(TENANTS as u64) as usize;
        match self.chance.below(100) {
            0..28 => {
                let sending = self.model.sending(tenant, &self.chance);
                self.alone(tenant, sending).await;
            }
            28..30 => self.alone(tenant, Work::Expire).await,
            30..55 => self.beside_each_other(tenant).await,
            55..62 => self.alone(tenant, Work::Flush).await,
            62..68 => self.alone(tenant, Work::Compact).await,
            68..74 => {
                self.clock.advance_s(i64::try_from(self.chance.below(1_200)).unwrap());
                self.alone(tenant, Work::Collect).await;
            }
            74..78 => self.alone(tenant, Model::erasing(&self.chance)).await,
            78..80 => self.alone(tenant, Model::deleting(&self.chance)).await,
            80..89 => self.check(tenant, step).await,
            89..94 => self.hand_over(tenant).await,
            // The other node, which does not own the tenant any more, does its maintenance late.
            _ => {
                self.clock.advance_s(1_300);
                self.overtaken[tenant] = true;
                self.nodes[1 - self.owner[tenant]].maintain_late(tenant).await;
            }
        }
    }
}

/// One seed, start to end; the faults that were hit.
async fn run(seed: u64) -> Vec<(&'static str, usize)> {
    let clock = TestClock::starting_now();
    let chance = Arc::new(Chance::new(seed));
    let store = Arc::new(FaultyStore::new(clock.clone(), chance.clone()));
    let nodes = [Node::open(&store, &clock).await, Node::open(&store, &clock).await];
    let (owner, overtaken) = ([0; TENANTS], [false; TENANTS]);
    let mut world = World { seed, clock, chance, nodes, model: Model::new(seed), owner, overtaken };
    for step in 0..STEPS {
        world.step(step).await;
    }
    world.chance.set_rate(0);
    for tenant in 0..TENANTS {
        world.owner(tenant).reopen(tenant).await;
        assert!(world.owner(tenant).flush_all(tenant).await, "seed {seed}: what is left cannot be flushed");
        world.check(tenant, STEPS).await;
    }
    let hits = store.hits.lock().unwrap();
    hits.iter().map(|(what, count)| (*what, *count)).collect()
}

#[test]
fn nothing_is_lost_doubled_or_brought_back() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let first = number("KUPETS_TORTURE_SEED").unwrap_or(1);
    let seconds = number("KUPETS_TORTURE_SECONDS");
    // By time alone there is no number at which it ends; by number alone, no time.
    let asked = number("KUPETS_TORTURE_SEEDS");
    let seeds = asked.unwrap_or(if seconds.is_some() { u64::MAX } else { SEEDS });
    let seconds = seconds.or((asked.is_none()).then_some(SECONDS)).map(std::time::Duration::from_secs);
    let started = std::time::Instant::now();
    let mut hits = std::collections::BTreeMap::<&str, usize>::new();
    let mut run_seeds = 0;
    for seed in (first..).take(usize::try_from(seeds).unwrap_or(usize::MAX)) {
        if run_seeds > 0 && seconds.is_some_and(|most| started.elapsed() >= most) {
            break;
        }
        run_seeds += 1;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        eprintln!("seed {seed}");
        for (what, count) in runtime.block_on(run(seed)) {
            *hits.entry(what).or_default() += count;
        }
    }
    let took = started.elapsed().as_secs();
    eprintln!(
        "{run_seeds} seeds of {STEPS} steps from {first} on in {took} s, {TENANTS} tenants, 2 nodes; faults hit: {hits:?}"
    );
}
