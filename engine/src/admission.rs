//! Admission of computations that hold much of a tenant's history in memory at once: customer value, offers, trends, forecasts,
//! recommendations.
//!
//! Each takes a ticket for the memory that it needs, out of what a node has for all of them; a tenant has half of that at most, so that
//! none keeps everybody else out. Of one kind a tenant computes one at a time, whatever moment each is about. Who does not get its turn in
//! time, or finds too many waiting, is told to come again.
//!
//! Who holds a ticket waits for nobody who may wait for one: it reads through [`SnapshotReader::inner`].
//!
//! [`SnapshotReader::inner`]: crate::snapshot_reader::SnapshotReader::inner

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use kupets_core::{Error, Result, TenantId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Memory is given out in units of this many bytes.
const UNIT: usize = 1 << 20;
/// Computations of one kind of one tenant that may wait for the one that runs.
const WAITING_MAX: usize = 8;

/// What a node lets be computed at once.
#[derive(Debug)]
pub(crate) struct Admission {
    /// Units that are free.
    node: Arc<Semaphore>,
    /// Units of a tenant.
    share: usize,
    patience: Duration,
    tenants: Places<TenantId>,
    turns: Places<(TenantId, &'static str)>,
}

/// The right to compute; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Ticket {
    _turn: OwnedSemaphorePermit,
    _share: OwnedSemaphorePermit,
    _node: OwnedSemaphorePermit,
    /// Others find the queues as long as these are held.
    _places: [Arc<Place>; 2],
}

/// Semaphores by key, for as long as somebody uses them.
type Places<K> = Mutex<HashMap<K, Weak<Place>>>;

/// A queue.
#[derive(Debug)]
struct Place {
    free: Arc<Semaphore>,
    /// Who gets none of these finds too many waiting.
    room: Arc<Semaphore>,
}

impl Admission {
    /// Memory of `bytes` for all; who waits longer than `patience` is told to come again.
    pub(crate) fn new(bytes: usize, patience: Duration) -> Self {
        // Two tenants at least, however little there is.
        let units = (bytes / UNIT).clamp(2, Semaphore::MAX_PERMITS);
        let node = Arc::new(Semaphore::new(units));
        Self { node, share: units / 2, patience, tenants: Places::default(), turns: Places::default() }
    }

    /// The tenant's turn to compute a thing of that kind, and room for about so many bytes. More than a tenant may have is taken as all
    /// that it may have: it then computes alone.
    ///
    /// # Errors
    /// `query_busy`: too many wait already, or it took too long.
    pub(crate) async fn admit(&self, tenant: &TenantId, kind: &'static str, bytes: usize) -> Result<Ticket> {
        let units = u32::try_from(bytes.div_ceil(UNIT).clamp(1, self.share)).unwrap_or(u32::MAX);
        let turn = place(&self.turns, (tenant.clone(), kind), 1);
        let share = place(&self.tenants, tenant.clone(), self.share);
        let Ok(_room) = turn.room.clone().try_acquire_owned() else {
            return Err(busy(format!("This workspace already waits for {WAITING_MAX} computations of {kind}.")));
        };
        let admitted = async {
            Ok::<_, tokio::sync::AcquireError>(Ticket {
                _turn: turn.free.clone().acquire_owned().await?,
                _share: share.free.clone().acquire_many_owned(units).await?,
                _node: self.node.clone().acquire_many_owned(units).await?,
                _places: [turn.clone(), share.clone()],
            })
        };
        match tokio::time::timeout(self.patience, admitted).await {
            Ok(Ok(ticket)) => Ok(ticket),
            Ok(Err(closed)) => Err(Error::internal("A computation could not start.").with_source(closed)),
            Err(_) => Err(busy(format!("Other computations did not leave room for {kind} in time."))),
        }
    }
}

/// The semaphores of a key; new ones if nobody uses them.
fn place<K: Eq + Hash>(places: &Places<K>, key: K, permits: usize) -> Arc<Place> {
    let mut places = places.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(place) = places.get(&key).and_then(Weak::upgrade) {
        return place;
    }
    places.retain(|_, place| place.strong_count() > 0);
    let place =
        Arc::new(Place { free: Arc::new(Semaphore::new(permits)), room: Arc::new(Semaphore::new(WAITING_MAX)) });
    places.insert(key, Arc::downgrade(&place));
    place
}

fn busy(why: String) -> Error {
    Error::busy("query_busy", format!("{why} Ask again after the time in Retry-After."), 5)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const PATIENT: Duration = Duration::from_secs(60);
    const MB: usize = 1 << 20;

    fn tenant(number: u32) -> TenantId {
        TenantId::parse(&format!("{number:032x}")).unwrap()
    }

    /// Whether it is admitted without waiting: if it is, it is let go.
    async fn is_free(admission: &Admission, tenant: &TenantId, kind: &'static str, bytes: usize) -> bool {
        let mut asked = std::pin::pin!(admission.admit(tenant, kind, bytes));
        futures::poll!(&mut asked).is_ready()
    }

    #[tokio::test]
    async fn a_tenant_computes_one_of_a_kind_at_a_time() {
        let admission = Admission::new(100 * MB, PATIENT);
        let first = admission.admit(&tenant(1), "offers", MB).await.unwrap();
        assert!(!is_free(&admission, &tenant(1), "offers", MB).await);
        assert!(is_free(&admission, &tenant(1), "trends", MB).await);
        assert!(is_free(&admission, &tenant(2), "offers", MB).await);
        drop(first);
        assert!(is_free(&admission, &tenant(1), "offers", MB).await);
    }

    #[tokio::test]
    async fn memory_is_of_the_node_and_half_of_it_of_a_tenant() {
        let admission = Admission::new(100 * MB, PATIENT);
        // It needs more than there is: it gets all that a tenant may have.
        let first = admission.admit(&tenant(1), "offers", 1_000 * MB).await.unwrap();
        assert!(!is_free(&admission, &tenant(1), "trends", MB).await);
        assert!(is_free(&admission, &tenant(2), "trends", 50 * MB).await);
        let second = admission.admit(&tenant(2), "offers", 40 * MB).await.unwrap();
        assert!(!is_free(&admission, &tenant(3), "trends", 11 * MB).await);
        assert!(is_free(&admission, &tenant(3), "trends", 10 * MB).await);
        drop((first, second));
        assert!(is_free(&admission, &tenant(3), "trends", 50 * MB).await);
    }

    #[tokio::test]
    async fn who_waits_too_long_or_behind_too_many_is_told_to_come_again() {
        let admission = Admission::new(100 * MB, Duration::ZERO);
        let held = admission.admit(&tenant(1), "offers", MB).await.unwrap();
        let error = admission.admit(&tenant(1), "offers", MB).await.unwrap_err();
        assert_eq!((error.kind(), error.code()), (kupets_core::Kind::Busy, "query_busy"));
        assert!(error.retry_after_s().is_some());
        drop(held);

        let admission = Admission::new(100 * MB, PATIENT);
        let _held = admission.admit(&tenant(1), "offers", MB).await.unwrap();
        let tenant_1 = tenant(1);
        let mut waiting: Vec<_> =
            (0..WAITING_MAX).map(|_| Box::pin(admission.admit(&tenant_1, "offers", MB))).collect();
        for one in &mut waiting {
            assert!(futures::poll!(one).is_pending());
        }
        assert_eq!(admission.admit(&tenant(1), "offers", MB).await.unwrap_err().code(), "query_busy");
        drop(waiting);
        assert!(!is_free(&admission, &tenant(1), "offers", MB).await);
    }
}
