//! What the tests share: a database in a folder of its own, a clock that moves when it is told to, chance with a seed.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kupets_core::{TenantId, clock::Clock};
use sqlx::SqlitePool;

use crate::{
    Random,
    jobs::{Backoff, Handler, JobContext, JobError, Jobs, Outcome, Runner, RunnerOptions},
};

/// The time at which every test begins: 2026-01-01.
pub const START_US: i64 = 1_767_225_600_000_000;
/// No test waits longer for a state.
const LIMIT: Duration = Duration::from_secs(20);

/// A clock that stands still until it is moved.
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<AtomicI64>);

impl ManualClock {
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_micros()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// Numbers by splitmix64 (Steele, Lea and Flood 2014), the same again for a seed.
pub fn seeded(seed: u64) -> Random {
    let state = AtomicU64::new(seed);
    Arc::new(move || {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = state.fetch_add(STEP, Ordering::SeqCst).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    })
}

/// A migrated database with a queue.
pub struct Fixture {
    pub clock: ManualClock,
    pub pool: SqlitePool,
    pub jobs: Jobs,
    pub dir: tempfile::TempDir,
}

impl Fixture {
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let pool = crate::open(&crate::options(None, dir.path()).unwrap()).await.unwrap();
        let clock = ManualClock(Arc::new(AtomicI64::new(START_US)));
        let jobs = Jobs::new(pool.clone(), Arc::new(clock.clone()), seeded(1));
        Self { clock, pool, jobs, dir }
    }

    /// A queue over the same database as another process would have it: nothing is shared but the file.
    pub fn other_queue(&self, seed: u64) -> Jobs {
        Jobs::new(self.pool.clone(), Arc::new(self.clock.clone()), seeded(seed))
    }

    pub fn runner(&self) -> Runner {
        Runner::new(self.jobs.clone(), quick())
    }
}

/// Options with short polling, so that tests do not wait; leases and waits are by the manual clock.
pub fn quick() -> RunnerOptions {
    RunnerOptions { name: "test".into(), poll: Duration::from_millis(5), ..RunnerOptions::default() }
}

/// A tenant by its number.
pub fn tenant(number: u8) -> TenantId {
    TenantId::parse(&format!("{number:032x}")).unwrap()
}

/// Waits until `state` holds.
pub async fn until(what: &str, mut state: impl AsyncFnMut() -> bool) {
    let end = tokio::time::Instant::now() + LIMIT;
    while !state().await {
        assert!(tokio::time::Instant::now() < end, "never: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

type Work = dyn Fn(&JobContext, usize) -> Result<Outcome, JobError> + Send + Sync;

/// A handler that answers at once, told how many attempts it made before; counts them.
#[derive(Clone)]
pub struct Quick {
    pub attempts: Arc<AtomicU64>,
    work: Arc<Work>,
}

impl Quick {
    pub fn new(work: impl Fn(&JobContext, usize) -> Result<Outcome, JobError> + Send + Sync + 'static) -> Self {
        Self { attempts: Arc::default(), work: Arc::new(work) }
    }

    pub fn done() -> Self {
        Self::new(|_, _| Ok(Outcome::Done(None)))
    }

    pub fn made(&self) -> u64 {
        self.attempts.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Handler for Quick {
    async fn run(&self, job: &JobContext) -> Result<Outcome, JobError> {
        let before = self.attempts.fetch_add(1, Ordering::SeqCst);
        (self.work)(job, usize::try_from(before).unwrap())
    }

    fn backoff(&self) -> Backoff {
        Backoff { first: Duration::from_secs(10), most: Duration::from_secs(40) }
    }
}

/// A handler that holds on until it is let go or told to stop.
#[derive(Clone, Default)]
pub struct Held {
    pub running: Arc<AtomicU64>,
    pub most: Arc<AtomicU64>,
    pub go: Arc<tokio::sync::Notify>,
    /// Whether it pays no heed to being told to stop.
    pub stubborn: bool,
}

impl Held {
    pub fn running(&self) -> u64 {
        self.running.load(Ordering::SeqCst)
    }
}

struct Counted(Arc<AtomicU64>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl Handler for Held {
    async fn run(&self, job: &JobContext) -> Result<Outcome, JobError> {
        let now = self.running.fetch_add(1, Ordering::SeqCst) + 1;
        let _counted = Counted(self.running.clone());
        self.most.fetch_max(now, Ordering::SeqCst);
        tokio::select! {
            () = self.go.notified() => Ok(Outcome::Done(None)),
            reason = job.stopped(), if !self.stubborn => Err(JobError::retry(format!("{reason:?}"))),
        }
    }
}
