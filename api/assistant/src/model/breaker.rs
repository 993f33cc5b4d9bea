//! A circuit breaker: a server that failed several times in a row is left alone for a while, and then tried by one call.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Where the time comes from.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Circuit {
    /// Calls go through; so many failed in a row.
    Closed { failures: u32 },
    /// None goes through before that time.
    Open { until: Instant },
    /// One goes through to see.
    Probing,
}

/// Lets calls through, or not.
#[derive(Clone)]
pub struct Breaker {
    circuit: Arc<Mutex<Circuit>>,
    failures: u32,
    pause: Duration,
    clock: Clock,
}

impl fmt::Debug for Breaker {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Breaker").field("circuit", &*self.lock()).finish_non_exhaustive()
    }
}

/// Leave for one call. Dropped without a verdict, as when whoever asked has gone, it says nothing about the server.
#[derive(Debug)]
#[must_use]
pub struct Ticket {
    breaker: Breaker,
    probe: bool,
    told: bool,
}

impl Breaker {
    /// Opens after so many failures in a row, for so long.
    pub fn new(failures: u32, pause: Duration, clock: Clock) -> Self {
        Self { circuit: Arc::new(Mutex::new(Circuit::Closed { failures: 0 })), failures: failures.max(1), pause, clock }
    }

    fn lock(&self) -> MutexGuard<'_, Circuit> {
        self.circuit.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leave for a call.
    ///
    /// # Errors
    /// How long the server is left alone yet; nothing while another call tries it.
    pub fn enter(&self) -> Result<Ticket, Duration> {
        let now = (self.clock)();
        let mut circuit = self.lock();
        let probe = match *circuit {
            Circuit::Closed { .. } => false,
            Circuit::Open { until } if until <= now => {
                *circuit = Circuit::Probing;
                true
            }
            Circuit::Open { until } => return Err(until.saturating_duration_since(now)),
            Circuit::Probing => return Err(Duration::ZERO),
        };
        drop(circuit);
        Ok(Ticket { breaker: self.clone(), probe, told: false })
    }

    /// How long the server is left alone yet; `None` where calls go through.
    pub fn closed_for(&self) -> Option<Duration> {
        let now = (self.clock)();
        match *self.lock() {
            Circuit::Open { until } if until > now => Some(until.saturating_duration_since(now)),
            _ => None,
        }
    }
}

impl Ticket {
    /// The server answered.
    pub fn worked(mut self) {
        self.told = true;
        let mut circuit = self.breaker.lock();
        // A late answer to an old call does not close what later ones opened.
        if self.probe || matches!(*circuit, Circuit::Closed { .. }) {
            *circuit = Circuit::Closed { failures: 0 };
        }
    }

    /// The server failed.
    pub fn failed(mut self) {
        self.told = true;
        let until = (self.breaker.clock)() + self.breaker.pause;
        let mut circuit = self.breaker.lock();
        match *circuit {
            Circuit::Closed { failures } if failures + 1 < self.breaker.failures => {
                *circuit = Circuit::Closed { failures: failures + 1 };
            }
            Circuit::Closed { .. } => *circuit = Circuit::Open { until },
            Circuit::Probing if self.probe => *circuit = Circuit::Open { until },
            Circuit::Open { .. } | Circuit::Probing => {}
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if self.probe && !self.told {
            // Whoever tried it has gone: the next one tries.
            *self.breaker.lock() = Circuit::Open { until: (self.breaker.clock)() };
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    fn breaker() -> (Breaker, Arc<AtomicU64>) {
        let seconds = Arc::new(AtomicU64::new(0));
        let (start, hand) = (Instant::now(), seconds.clone());
        let clock: Clock = Arc::new(move || start + Duration::from_secs(hand.load(Ordering::SeqCst)));
        (Breaker::new(3, Duration::from_secs(10), clock), seconds)
    }

    #[test]
    fn it_opens_after_failures_in_a_row_and_closes_after_a_probe() {
        let (breaker, seconds) = breaker();
        for _ in 0..2 {
            breaker.enter().unwrap().failed();
        }
        breaker.enter().unwrap().worked();
        for _ in 0..2 {
            breaker.enter().unwrap().failed();
        }
        assert_eq!(breaker.closed_for(), None);
        breaker.enter().unwrap().failed();
        assert_eq!(breaker.enter().unwrap_err(), Duration::from_secs(10));
        seconds.store(9, Ordering::SeqCst);
        assert_eq!(breaker.closed_for(), Some(Duration::from_secs(1)));
        seconds.store(10, Ordering::SeqCst);
        let probe = breaker.enter().unwrap();
        assert!(breaker.enter().is_err(), "one at a time");
        probe.failed();
        assert_eq!(breaker.enter().unwrap_err(), Duration::from_secs(10));
        seconds.store(20, Ordering::SeqCst);
        drop(breaker.enter().unwrap());
        breaker.enter().unwrap().worked();
        let (one, two) = (breaker.enter().unwrap(), breaker.enter().unwrap());
        one.worked();
        two.worked();
    }

    #[test]
    fn a_late_answer_does_not_close_it() {
        let (breaker, _) = breaker();
        let late = breaker.enter().unwrap();
        for _ in 0..3 {
            breaker.enter().unwrap().failed();
        }
        late.worked();
        assert!(breaker.enter().is_err());
    }
}
