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
}

#[derive(Debug, Clone)]
struct Kept {
    snapshot: Arc<str>,
    at: DateTime<Utc>,
    cost: TimeDelta,
    bytes: u32,
    value: Arc<dyn Any + Send + Sync>,
}

impl Cache {
    /// An empty one.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let kept = moka::future::Cache::builder()
            .max_capacity(CAPACITY_BYTES)
            .weigher(|_: &Key, kept: &Kept| kept.bytes)
            .build();
        Self { clock, kept, running: std::sync::Mutex::default() }
    }

    /// The result for `question` at `snapshot`, computed unless there is one that is good enough. `compute` gives the result
    /// and its size in bytes.
    ///
    /// # Errors
    /// Those of `compute`; nothing is kept then.
    pub async fn get<T: Any + Send + Sync>(
        &self,
        tenant: &TenantId,
        question: String,
        snapshot: &str,
        compute: impl Future<Output = Result<(T, usize)>>,
    ) -> Result<Arc<T>> {
        if let Some(value) = self.kept(tenant, &question, snapshot).await {
            return Ok(value);
        }
        let key = (tenant.clone(), question);
        let lock = self.running().entry(key.clone()).or_default().clone();
        let turn = lock.lock().await;
        // Whoever was before may have computed it.
        let done = match self.good(&key, snapshot).await {
            Some(value) => Ok(value),
            None => self.compute(&key, snapshot, compute).await,
        };
        drop(turn);
        let mut running = self.running();
        // Two: the map's and this one.
        if running.get(&key).is_some_and(|lock| Arc::strong_count(lock) <= 2) {
            running.remove(&key);
        }
        done
    }

    async fn compute<T: Any + Send + Sync>(
        &self,
        key: &Key,
        snapshot: &str,
        compute: impl Future<Output = Result<(T, usize)>>,
    ) -> Result<Arc<T>> {
        let started = Instant::now();
        let (value, bytes) = compute.await?;
        let value = Arc::new(value);
        let (tenant, question) = key.clone();
        self.keep(&tenant, question, snapshot, started.elapsed(), value.clone(), bytes).await;
        Ok(value)
    }

    /// Drops all results of a tenant.
    pub async fn forget(&self, tenant: &TenantId) {
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
        snapshot: &str,
        cost: Duration,
        value: Arc<T>,
        bytes: usize,
    ) {
        let kept = Kept {
            snapshot: snapshot.into(),
            at: self.clock.now(),
            cost: TimeDelta::from_std(cost).unwrap_or(TimeDelta::MAX),
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
            value,
        };
        self.kept.insert((tenant.clone(), question), kept).await;
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
            let patience = kept.cost.checked_mul(PATIENCE).unwrap_or(TimeDelta::MAX);
            if kept.cost < CHEAP || age >= patience {
                return None;
            }
        }
        kept.value.downcast().ok()
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
            cache.get(&tenant, "q".into(), snapshot, async { value.map(|v| (v, 4)) }).await
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
    async fn two_who_ask_at_once_compute_once() {
        let cache = Cache::new(Arc::new(SetClock::default()));
        let tenant = TenantId::parse("0000000000000000000000000000000a").unwrap();
        let slow = async |value: i32| {
            tokio::task::yield_now().await;
            Ok((value, 4))
        };
        let (a, b) =
            tokio::join!(cache.get(&tenant, "q".into(), "1", slow(1)), cache.get(&tenant, "q".into(), "1", slow(2)));
        assert_eq!((*a.unwrap(), *b.unwrap()), (1, 1));
    }
}
