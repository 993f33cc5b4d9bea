//! A fair queue: so many calls at a time, and tenants take turns, whoever asks most.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use thiserror::Error;
use tokio::sync::oneshot;

/// As many wait as may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the queue is full")]
pub struct QueueFull;

type Waiters = VecDeque<oneshot::Sender<Permit>>;

#[derive(Debug, Default)]
struct Line {
    running: usize,
    /// Tenants with waiters, the next one first.
    turns: VecDeque<String>,
    waiters: HashMap<String, Waiters>,
}

#[derive(Debug)]
struct Shared {
    line: Mutex<Line>,
    running: usize,
    per_tenant: usize,
    total: usize,
}

/// Lets calls through in turns.
#[derive(Debug, Clone)]
pub struct FairQueue {
    shared: Arc<Shared>,
}

/// A call's place; the next one goes when it is dropped.
#[derive(Debug)]
#[must_use]
pub struct Permit {
    shared: Option<Arc<Shared>>,
}

impl FairQueue {
    /// So many calls at a time; so many of one tenant, and of all, may wait.
    pub fn new(running: usize, per_tenant: usize, total: usize) -> Self {
        let line = Mutex::new(Line::default());
        Self { shared: Arc::new(Shared { line, running: running.max(1), per_tenant, total }) }
    }

    /// Waits for the turn of that tenant. Dropped while it waits, it gives its place up.
    ///
    /// # Errors
    /// At once, where as many wait already as may.
    pub async fn turn(&self, tenant: &str) -> Result<Permit, QueueFull> {
        let waiting = {
            let mut line = self.shared.lock();
            if line.running < self.shared.running && line.turns.is_empty() {
                line.running += 1;
                return Ok(Permit { shared: Some(self.shared.clone()) });
            }
            line.forget_gone();
            let of_tenant = line.waiters.get(tenant).map_or(0, VecDeque::len);
            if of_tenant >= self.shared.per_tenant || line.waiting() >= self.shared.total {
                return Err(QueueFull);
            }
            let (sender, waiting) = oneshot::channel();
            if of_tenant == 0 {
                line.turns.push_back(tenant.to_owned());
            }
            line.waiters.entry(tenant.to_owned()).or_default().push_back(sender);
            waiting
        };
        waiting.await.map_err(|_| QueueFull)
    }

    /// Calls that wait.
    pub fn waiting(&self) -> usize {
        let mut line = self.shared.lock();
        line.forget_gone();
        line.waiting()
    }

    /// Calls that run.
    pub fn running(&self) -> usize {
        self.shared.lock().running
    }

    /// Whether a tenant that has nothing in the queue would be turned away.
    pub fn is_full(&self) -> bool {
        self.waiting() >= self.shared.total
    }
}

impl Line {
    fn waiting(&self) -> usize {
        self.waiters.values().map(VecDeque::len).sum()
    }

    /// Takes those out who no longer wait.
    fn forget_gone(&mut self) {
        self.waiters.retain(|_, waiters| {
            waiters.retain(|waiter| !waiter.is_closed());
            !waiters.is_empty()
        });
        let waiters = &self.waiters;
        self.turns.retain(|tenant| waiters.contains_key(tenant));
    }

    /// Whose turn it is: the first of the next tenant, who then goes to the end.
    fn next(&mut self) -> Option<oneshot::Sender<Permit>> {
        loop {
            let tenant = self.turns.pop_front()?;
            let Some(waiters) = self.waiters.get_mut(&tenant) else { continue };
            let next = waiters.pop_front();
            if waiters.is_empty() {
                self.waiters.remove(&tenant);
            } else {
                self.turns.push_back(tenant);
            }
            if next.is_some() {
                return next;
            }
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let Some(shared) = self.shared.take() else { return };
        loop {
            // The lock is not held while a permit is sent: one that comes back unsent would take it again.
            let next = {
                let mut line = shared.lock();
                let next = line.next();
                if next.is_none() {
                    line.running -= 1;
                }
                next
            };
            let Some(next) = next else { return };
            match next.send(Permit { shared: Some(shared.clone()) }) {
                Ok(()) => return,
                Err(mut unsent) => unsent.shared = None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use tokio::sync::mpsc;

    use super::*;

    async fn until(queue: &FairQueue, waiting: usize) {
        while queue.waiting() != waiting {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn tenants_take_turns() {
        let queue = FairQueue::new(1, 8, 100);
        let first = queue.turn("loud").await.unwrap();
        let (told, mut order) = mpsc::unbounded_channel();
        let mut count = 0;
        for tenant in ["loud", "loud", "loud", "loud", "quiet", "other", "quiet"] {
            let (queue, told) = (queue.clone(), told.clone());
            count += 1;
            let waits = queue.clone();
            tokio::spawn(async move {
                let permit = queue.turn(tenant).await.unwrap();
                told.send(tenant).unwrap();
                drop(permit);
            });
            until(&waits, count).await;
        }
        drop((first, told));
        let mut seen = Vec::new();
        while let Some(tenant) = order.recv().await {
            seen.push(tenant);
        }
        assert_eq!(seen, ["loud", "quiet", "other", "loud", "quiet", "loud", "loud"]);
        assert_eq!((queue.running(), queue.waiting()), (0, 0));
    }

    #[tokio::test]
    async fn each_tenant_has_its_own_bound() {
        let queue = FairQueue::new(1, 2, 3);
        let running = queue.turn("a").await.unwrap();
        let spawn = |tenant: &'static str| {
            let queue = queue.clone();
            tokio::spawn(async move { queue.turn(tenant).await })
        };
        let (one, two) = (spawn("a"), spawn("a"));
        until(&queue, 2).await;
        assert!(matches!(queue.turn("a").await, Err(QueueFull)));
        let three = spawn("b");
        until(&queue, 3).await;
        assert!(queue.is_full() && matches!(queue.turn("c").await, Err(QueueFull)));
        // Whoever goes gives the place to another.
        two.abort();
        assert!(two.await.is_err());
        until(&queue, 2).await;
        let four = spawn("a");
        until(&queue, 3).await;
        one.abort();
        assert!(one.await.is_err());
        drop(running);
        drop(three.await.unwrap().unwrap());
        drop(four.await.unwrap().unwrap());
        assert_eq!((queue.running(), queue.waiting()), (0, 0));
    }

    #[tokio::test]
    async fn a_permit_sent_to_one_who_has_gone_goes_on() {
        let queue = FairQueue::new(1, 8, 100);
        let running = queue.turn("a").await.unwrap();
        let mut gone = Box::pin(queue.turn("b"));
        assert!(std::future::poll_fn(|context| std::task::Poll::Ready(gone.as_mut().poll(context))).await.is_pending());
        // The permit is in its hands, unread, when it goes.
        drop(running);
        drop(gone);
        assert_eq!(queue.running(), 0);
        drop(queue.turn("c").await.unwrap());
    }
}
