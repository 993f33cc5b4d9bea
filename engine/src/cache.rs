//! What was computed from a version of a tenant's data, kept until it pays to compute it again.
//!
//! A result of the present version is always given back. One of an older version, if it was not cheap, is given back for
//! twenty times as long as it took to compute: a small shop sees each record at once, and a large one that never stops
//! sending spends at most a twentieth of a core on it.

use std::{
    any::Any,
    collections::HashMap,
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use kupets_core::{Result, TenantId, clock::Clock};
use tokio::sync::Mutex;

/// For how many times its cost a result may be older than the data.
const PATIENCE: i32 = 20;
/// What costs less than this is computed anew for each version.
const CHEAP: TimeDelta = TimeDelta::milliseconds(200);
/// Bytes kept of all tenants together.
const CAPACITY_BYTES: u64 = 256 << 20;

/// Whose result, and of which question.
type Key = (TenantId, String);
/// A lock for each result that is being computed.
type Running = HashMap<Key, Arc<Mutex<()>>>;

/// Results by tenant and question.
#[derive(Debug)]
pub struct Cache {
    clock: Arc<dyn Clock>,
    kept: moka::future::Cache<Key, Kept>,
    /// One lock a question that is being computed, so that it is computed once.
    running: std::sync::Mutex<Running>,
    /// How often the results of a tenant were dropped; none: never.
    forgotten: std::sync::Mutex<HashMap<TenantId, u64>>,
}

/// The version of a tenant's data that a result is of.
#[derive(Debug, Clone)]
pub struct Version {
    /// Names it.
    pub snapshot: Arc<str>,
    /// From [`Cache::generation`], taken before the data was read.
    pub generation: Generation,
}

/// How often the results of a tenant had been dropped: what was begun before the last time is not kept after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generation(u64);

#[derive(Debug, Clone)]
struct Kept {
    snapshot: Arc<str>,
    at: DateTime<Utc>,
    cost: TimeDelta,
    bytes: u32,
    value: Arc<dyn Any + Send + Sync>,
}

impl Kept {
    /// For how long it is given back after its version is no more the present one.
    fn patience(&self) -> TimeDelta {
        self.cost.checked_mul(PATIENCE).unwrap_or(TimeDelta::MAX)
    }
}

impl Cache {
    /// An empty one.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let kept = moka::future::Cache::builder()
            .max_capacity(CAPACITY_BYTES)
            .weigher(|_: &Key, kept: &Kept| kept.bytes)
            .build();
        Self { clock, kept, running: std::sync::Mutex::default(), forgotten: std::sync::Mutex::default() }
    }

    /// The result for `question` at `version`, computed unless there is one that is good enough. `compute` gives the result
    /// and its size in bytes.
    ///
    /// # Errors
    /// Those of `compute`; nothing is kept then.
    pub async fn get<T: Any + Send + Sync>(
        &self,
        tenant: &TenantId,
        question: String,
        version: &Version,
        compute: impl Future<Output = Result<(T, usize)>>,
    ) -> Result<Arc<T>> {
        if let Some(value) = self.kept(tenant, &question, &version.snapshot).await {
            return Ok(value);
        }
        let key = (tenant.clone(), question);
        let lock = self.running().entry(key.clone()).or_default().clone();
        let turn = lock.lock().await;
        // Whoever was before may have computed it.
        let done = match self.good(&key, &version.snapshot).await {
            Some(value) => Ok(value),
            None => self.compute(&key, version, compute).await,
        };
        drop(turn);
        self.left(&key);
        done
    }

    /// Whether what is kept for `question` is of an older version and half of the time for which it is given back has passed.
    pub async fn is_stale(&self, tenant: &TenantId, question: &str, snapshot: &str) -> bool {
        let kept = self.kept.get(&(tenant.clone(), question.to_owned())).await;
        kept.is_some_and(|kept| *kept.snapshot != *snapshot && self.clock.now() - kept.at >= kept.patience() / 2)
    }

    /// Computes a result anew for `version` while the older one is still given back, so that nobody waits for it. Whoever computes
    /// it already goes on alone.
    ///
    /// # Errors
    /// Those of `compute`; the older result stays then.
    pub async fn refresh<T: Any + Send + Sync>(
        &self,
        tenant: &TenantId,
        question: String,
        version: &Version,
        compute: impl Future<Output = Result<(T, usize)>>,
    ) -> Result<()> {
        let key = (tenant.clone(), question);
        let lock = self.running().entry(key.clone()).or_default().clone();
        let Ok(turn) = lock.try_lock() else { return Ok(()) };
        let done = self.compute(&key, version, compute).await;
        drop(turn);
        self.left(&key);
        done.map(drop)
    }

    /// Forgets the lock of a result unless others wait for it: two hold it then, the map and who calls.
    fn left(&self, key: &Key) {
        let mut running = self.running();
        if running.get(key).is_some_and(|lock| Arc::strong_count(lock) <= 2) {
            running.remove(key);
        }
    }

    async fn compute<T: Any + Send + Sync>(
        &self,
        key: &Key,
        version: &Version,
        compute: impl Future<Output = Result<(T, usize)>>,
    ) -> Result<Arc<T>> {
        let started = Instant::now();
        let (value, bytes) = compute.await?;
        let value = Arc::new(value);
        let (tenant, question) = key.clone();
        self.keep(&tenant, question, version, started.elapsed(), value.clone(), bytes).await;
        Ok(value)
    }

    /// The present generation of a tenant's results. Take it before the data is read.
    pub fn generation(&self, tenant: &TenantId) -> Generation {
        Generation(self.forgotten().get(tenant).copied().unwrap_or(0))
    }

    /// Drops all results of a tenant; those that are being computed are not kept.
    pub async fn forget(&self, tenant: &TenantId) {
        *self.forgotten().entry(tenant.clone()).or_default() += 1;
        let keys: Vec<_> = self.kept.iter().filter(|(key, _)| key.0 == *tenant).map(|(key, _)| key).collect();
        for key in keys {
            self.kept.invalidate(&*key).await;
        }
    }

    /// Keeps a result of `bytes` that took `cost` to compute.
    pub async fn keep<T: Any + Send + Sync>(
        &self,
        tenant: &TenantId,
        question: String,
        version: &Version,
        cost: Duration,
        value: Arc<T>,
        bytes: usize,
    ) {
        if self.generation(tenant) != version.generation {
            return;
        }
        let kept = Kept {
            snapshot: version.snapshot.clone(),
            at: self.clock.now(),
            cost: TimeDelta::from_std(cost).unwrap_or(TimeDelta::MAX),
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
            value,
        };
        let key = (tenant.clone(), question);
        self.kept.insert(key.clone(), kept).await;
        // Dropped meanwhile: that may have been before it stood there.
        if self.generation(tenant) != version.generation {
            self.kept.invalidate(&key).await;
        }
    }

    /// What is kept for `question`, if it is good enough at `snapshot`.
    pub async fn kept<T: Any + Send + Sync>(
        &self,
        tenant: &TenantId,
        question: &str,
        snapshot: &str,
    ) -> Option<Arc<T>> {
        self.good(&(tenant.clone(), question.to_owned()), snapshot).await
    }

    async fn good<T: Any + Send + Sync>(&self, key: &Key, snapshot: &str) -> Option<Arc<T>> {
        let kept = self.kept.get(key).await?;
        if *kept.snapshot != *snapshot {
            let age = self.clock.now() - kept.at;
            if kept.cost < CHEAP || age >= kept.patience() {
                return None;
            }
        }
        kept.value.downcast().ok()
    }

    fn forgotten(&self) -> std::sync::MutexGuard<'_, HashMap<TenantId, u64>> {
        self.forgotten.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[derive(Debug, Default)]
    struct SetClock(AtomicI64);

    impl Clock for SetClock {
        fn now(&self) -> DateTime<Utc> {
            DateTime::from_timestamp(self.0.load(Ordering::Relaxed), 0).unwrap()
        }
    }

    #[tokio::test]
    async fn a_result_is_computed_once_a_version_and_not_after_a_failure() {
        let clock = Arc::new(SetClock::default());
        let cache = Cache::new(clock.clone());
        let tenant = TenantId::parse("0000000000000000000000000000000a").unwrap();
        let get = async |snapshot: &str, value: Result<i32>| {
            let version = Version { snapshot: snapshot.into(), generation: cache.generation(&tenant) };
            cache.get(&tenant, "q".into(), &version, async { value.map(|v| (v, 4)) }).await
        };
        assert!(get("1", Err(kupets_core::Error::internal("no"))).await.is_err());
        assert_eq!(*get("1", Ok(1)).await.unwrap(), 1);
        assert_eq!(*get("1", Ok(2)).await.unwrap(), 1);
        // It cost next to nothing, so it is computed for a new version, and not for the old one however late.
        clock.0.store(3600, Ordering::Relaxed);
        assert_eq!(*get("1", Ok(2)).await.unwrap(), 1);
        assert_eq!(*get("2", Ok(3)).await.unwrap(), 3);
        assert!(cache.running().is_empty());
    }

    #[tokio::test]
    async fn a_stale_result_is_given_back_until_a_newer_one_is_there() {
        let clock = Arc::new(SetClock::default());
        let cache = Cache::new(clock.clone());
        let tenant = TenantId::parse("0000000000000000000000000000000a").unwrap();
        let version = |snapshot: &str| Version { snapshot: snapshot.into(), generation: cache.generation(&tenant) };
        // It cost a second, so that it is good for twenty.
        cache.keep(&tenant, "q".into(), &version("1"), Duration::from_secs(1), Arc::new(1), 4).await;
        clock.0.store(9, Ordering::Relaxed);
        assert!(!cache.is_stale(&tenant, "q", "2").await);
        clock.0.store(10, Ordering::Relaxed);
        assert!(cache.is_stale(&tenant, "q", "2").await && !cache.is_stale(&tenant, "q", "1").await);
        assert_eq!(cache.kept::<i32>(&tenant, "q", "2").await.as_deref(), Some(&1));
        cache.refresh(&tenant, "q".into(), &version("2"), async { Ok((2, 4)) }).await.unwrap();
        assert_eq!(cache.kept::<i32>(&tenant, "q", "2").await.as_deref(), Some(&2));
        assert!(cache.running().is_empty());
    }

    #[tokio::test]
    async fn two_who_ask_at_once_compute_once() {
        let cache = Cache::new(Arc::new(SetClock::default()));
        let tenant = TenantId::parse("0000000000000000000000000000000a").unwrap();
        let slow = async |value: i32| {
            tokio::task::yield_now().await;
            Ok((value, 4))
        };
        let version = Version { snapshot: "1".into(), generation: cache.generation(&tenant) };
        let (a, b) = tokio::join!(
            cache.get(&tenant, "q".into(), &version, slow(1)),
            cache.get(&tenant, "q".into(), &version, slow(2))
        );
        assert_eq!((*a.unwrap(), *b.unwrap()), (1, 1));
    }

    #[tokio::test]
    async fn what_was_begun_before_the_results_were_dropped_is_not_kept() {
        let cache = Cache::new(Arc::new(SetClock::default()));
        let tenant = TenantId::parse("0000000000000000000000000000000a").unwrap();
        let version = |snapshot: &str| Version { snapshot: snapshot.into(), generation: cache.generation(&tenant) };
        let before = version("1");
        // It cost a minute: it would be given back for twenty minutes after the data has changed.
        let keep = async |version: &Version| {
            cache.keep(&tenant, "q".into(), version, Duration::from_secs(60), Arc::new(1), 4).await;
            cache.kept::<i32>(&tenant, "q", "2").await
        };
        assert!(keep(&before).await.is_some());
        cache.forget(&tenant).await;
        assert!(keep(&before).await.is_none(), "it shows who was erased");
        assert!(keep(&version("2")).await.is_some());
    }
}
