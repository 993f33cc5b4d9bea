//! Memory of one query: a ceiling of its own under the ceiling of all queries together.
//!
//! DataFusion's operators ask before they take (`try_grow`) and spill when refused, but some take without asking
//! (`grow`). Those are let through, as the interface demands, and the query is marked overdrawn, which ends it.

use std::{fmt, sync::Arc};

use datafusion::{
    error::{DataFusionError, Result},
    execution::memory_pool::{FairSpillPool, MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation},
};
use tokio_util::sync::CancellationToken;

/// The pool of one query.
#[derive(Debug)]
pub(super) struct QueryPool {
    own: FairSpillPool,
    limit: usize,
    shared: Arc<dyn MemoryPool>,
    overdrawn: CancellationToken,
}

impl QueryPool {
    /// A pool of at most `limit` bytes, taken out of `shared`.
    pub(super) fn new(limit: usize, shared: Arc<dyn MemoryPool>) -> Self {
        Self { own: FairSpillPool::new(limit), limit, shared, overdrawn: CancellationToken::new() }
    }

    /// Cancelled when an operator has taken memory past a ceiling without asking.
    pub(super) fn overdrawn(&self) -> CancellationToken {
        self.overdrawn.clone()
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
        if self.own.reserved() > self.limit || self.shared.reserved() > self.shared_limit() {
            self.overdrawn.cancel();
        }
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.own.shrink(reservation, shrink);
        self.shared.shrink(reservation, shrink);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        self.own.try_grow(reservation, additional)?;
        if let Err(refused) = self.shared.try_grow(reservation, additional) {
            self.own.shrink(reservation, additional);
            return Err(match refused {
                DataFusionError::ResourcesExhausted(_) => {
                    DataFusionError::ResourcesExhausted("all queries together use the memory that they may".into())
                }
                other => other,
            });
        }
        Ok(())
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

    fn pools(own: usize, all: usize) -> (Arc<QueryPool>, Arc<dyn MemoryPool>) {
        let shared: Arc<dyn MemoryPool> = Arc::new(GreedyMemoryPool::new(all));
        (Arc::new(QueryPool::new(own, shared.clone())), shared)
    }

    #[test]
    fn both_ceilings_refuse_and_nothing_leaks() {
        let (query, shared) = pools(100, 150);
        let pool: Arc<dyn MemoryPool> = query.clone();
        let reservation = MemoryConsumer::new("a").register(&pool);
        reservation.try_grow(80).unwrap();
        assert!(reservation.try_grow(30).is_err());
        let other: Arc<dyn MemoryPool> = Arc::new(QueryPool::new(100, shared.clone()));
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
}
