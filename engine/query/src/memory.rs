//! Memory of one query: a ceiling of its own, under that of its tenant's, under that of all queries together.
//!
//! DataFusion's operators ask before they take (`try_grow`) and spill when refused, but some take without asking
//! (`grow`). Those are let through, as the interface demands, and the query is marked overdrawn, which ends it.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use datafusion::{
    error::{DataFusionError, Result},
    execution::memory_pool::{FairSpillPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation},
};
use kupets_core::Error;
use tokio_util::sync::CancellationToken;

use super::errors::out_of_room;

/// What the queries of one tenant hold together.
#[derive(Debug)]
pub(super) struct Share {
    held: AtomicUsize,
    limit: usize,
}

impl Share {
    /// Of at most `limit` bytes.
    pub(super) fn of(limit: usize) -> Self {
        Self { held: AtomicUsize::new(0), limit }
    }

    fn take(&self, bytes: usize) -> usize {
        self.held.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes)
    }

    fn give_back(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// The pool of one query.
#[derive(Debug)]
pub(super) struct QueryPool {
    own: FairSpillPool,
    limit: usize,
    share: Arc<Share>,
    shared: Arc<dyn MemoryPool>,
    overdrawn: CancellationToken,
    /// Whether it was last refused what it might have had, had others not had it.
    crowded: AtomicBool,
}

impl QueryPool {
    /// A pool of at most `limit` bytes, taken out of the tenant's `share` and out of `shared`.
    pub(super) fn new(limit: usize, share: Arc<Share>, shared: Arc<dyn MemoryPool>) -> Self {
        Self {
            own: FairSpillPool::new(limit),
            limit,
            share,
            shared,
            overdrawn: CancellationToken::new(),
            crowded: AtomicBool::new(false),
        }
    }

    /// Cancelled when an operator has taken memory past a ceiling without asking.
    pub(super) fn overdrawn(&self) -> CancellationToken {
        self.overdrawn.clone()
    }

    /// The error of a query that ran out of memory: if others hold it, it may come again.
    pub(super) fn explain(&self, error: Error) -> Error {
        if error.code() == "query_memory" && self.crowded.load(Ordering::Relaxed) { out_of_room() } else { error }
    }

    /// Notes that it was refused memory of which others hold so many bytes.
    fn note(&self, others: usize) {
        self.crowded.store(others > 0, Ordering::Relaxed);
    }

    fn shared_limit(&self) -> usize {
        match self.shared.memory_limit() {
            MemoryLimit::Finite(limit) => limit,
            MemoryLimit::Infinite | MemoryLimit::Unknown => usize::MAX,
        }
    }
}

impl fmt::Display for QueryPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "query(used: {}, limit: {})", self.own.reserved(), self.limit)
    }
}

impl MemoryPool for QueryPool {
    fn name(&self) -> &str {
        "query"
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.own.register(consumer);
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.own.unregister(consumer);
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.own.grow(reservation, additional);
        self.shared.grow(reservation, additional);
        let tenants = self.share.take(additional);
        let own = self.own.reserved();
        if own > self.limit {
            self.note(0);
            self.overdrawn.cancel();
        } else if tenants > self.share.limit || self.shared.reserved() > self.shared_limit() {
            self.note(self.shared.reserved().saturating_sub(own));
            self.overdrawn.cancel();
        }
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.own.shrink(reservation, shrink);
        self.shared.shrink(reservation, shrink);
        self.share.give_back(shrink);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        self.own.try_grow(reservation, additional).inspect_err(|_| self.note(0))?;
        let own = self.own.reserved();
        let tenants = self.share.take(additional);
        let refused = if tenants > self.share.limit {
            self.note(tenants.saturating_sub(own));
            Err(DataFusionError::ResourcesExhausted(
                "the queries of this workspace use the memory that they may".into(),
            ))
        } else {
            self.shared.try_grow(reservation, additional).map_err(|_| {
                self.note((self.shared.reserved() + additional).saturating_sub(own));
                DataFusionError::ResourcesExhausted("all queries together use the memory that they may".into())
            })
        };
        if refused.is_err() {
            self.own.shrink(reservation, additional);
            self.share.give_back(additional);
        }
        refused
    }

    fn reserved(&self) -> usize {
        self.own.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(self.limit)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use datafusion::execution::memory_pool::GreedyMemoryPool;

    use super::*;

    /// A pool of a tenant that has no other.
    fn pool(own: usize, shared: &Arc<dyn MemoryPool>) -> Arc<QueryPool> {
        Arc::new(QueryPool::new(own, Arc::new(Share::of(1_000)), shared.clone()))
    }

    fn pools(own: usize, all: usize) -> (Arc<QueryPool>, Arc<dyn MemoryPool>) {
        let shared: Arc<dyn MemoryPool> = Arc::new(GreedyMemoryPool::new(all));
        (pool(own, &shared), shared)
    }

    #[test]
    fn both_ceilings_refuse_and_nothing_leaks() {
        let (query, shared) = pools(100, 150);
        let first: Arc<dyn MemoryPool> = query.clone();
        let reservation = MemoryConsumer::new("a").register(&first);
        reservation.try_grow(80).unwrap();
        assert!(reservation.try_grow(30).is_err());
        let other: Arc<dyn MemoryPool> = pool(100, &shared);
        let second = MemoryConsumer::new("b").register(&other);
        assert!(second.try_grow(80).is_err());
        assert_eq!((shared.reserved(), other.reserved()), (80, 0));
        drop(reservation);
        second.try_grow(80).unwrap();
        drop(second);
        assert_eq!(shared.reserved(), 0);
        assert!(!query.overdrawn().is_cancelled());
    }

    #[test]
    fn taking_without_asking_overdraws() {
        let (query, _) = pools(100, 1000);
        let pool: Arc<dyn MemoryPool> = query.clone();
        let reservation = MemoryConsumer::new("a").register(&pool);
        reservation.grow(100);
        assert!(!query.overdrawn().is_cancelled());
        reservation.grow(1);
        assert!(query.overdrawn().is_cancelled());
    }

    #[test]
    fn what_others_hold_is_told_from_what_a_query_needs() {
        let shared: Arc<dyn MemoryPool> = Arc::new(GreedyMemoryPool::new(200));
        let share = Arc::new(Share::of(100));
        let first = Arc::new(QueryPool::new(80, share.clone(), shared.clone()));
        let second = Arc::new(QueryPool::new(80, share, shared.clone()));
        let stranger = pool(100, &shared);
        let reserve = |pool: &Arc<QueryPool>| {
            let pool: Arc<dyn MemoryPool> = pool.clone();
            MemoryConsumer::new("a").register(&pool)
        };
        let code = |pool: &Arc<QueryPool>| pool.explain(crate::errors::out_of_memory()).code();
        let (one, two, three) = (reserve(&first), reserve(&second), reserve(&stranger));
        one.try_grow(70).unwrap();
        assert!(one.try_grow(20).is_err());
        assert_eq!(code(&first), "query_memory", "it is its own ceiling");
        // A tenant has half, whatever else is free, and others have the rest.
        assert!(two.try_grow(40).is_err());
        assert_eq!(code(&second), "query_busy");
        three.try_grow(100).unwrap();
        two.try_grow(30).unwrap();
        assert_eq!(shared.reserved(), 200);
        drop((one, two));
        assert_eq!(shared.reserved(), 100);
        reserve(&second).try_grow(80).unwrap();
    }
}
