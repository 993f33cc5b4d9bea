//! The events of one workspace: the last ones, and who waits for more.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use kupets_engine::schema::Table;
use tokio::{sync::watch, time::Instant};

use super::event::{self, Event};

/// Events kept for listeners that come back.
const KEPT: usize = 256;
/// How long counts of records are gathered.
const GATHER: Duration = Duration::from_secs(1);
/// How long a channel without listeners keeps its events.
const IDLE: Duration = Duration::from_secs(300);

/// The events of one workspace.
#[derive(Debug)]
pub(super) struct Channel {
    run: u64,
    ring: Mutex<Ring>,
    last: watch::Sender<u64>,
    listeners: AtomicUsize,
}

#[derive(Debug)]
struct Ring {
    /// The number of the last event; the first one is 1.
    last: u64,
    /// The events up to that, the oldest first.
    kept: VecDeque<Bytes>,
    counts: [u64; 3],
    /// Whether somebody is going to tell the counts.
    gathering: bool,
    told: Option<Instant>,
    used: Instant,
}

/// What came after an event.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum After {
    /// These, up to that number.
    Frames(Vec<Bytes>, u64),
    /// Some of them are not kept any more; that is the number of the last one.
    Lost(u64),
}

impl Channel {
    pub fn new(run: u64) -> Self {
        let ring =
            Ring { last: 0, kept: VecDeque::new(), counts: [0; 3], gathering: false, told: None, used: Instant::now() };
        Self { run, ring: Mutex::new(ring), last: watch::Sender::new(0), listeners: AtomicUsize::new(0) }
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        // A panic elsewhere cannot leave it half changed: each change is a few plain assignments.
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The id of the event of that number.
    pub fn id(&self, number: u64) -> String {
        format!("{:016x}-{number}", self.run)
    }

    /// The number of the event of that id, if it is one of this channel.
    pub fn number(&self, id: &str) -> Option<u64> {
        let (run, number) = id.split_once('-')?;
        let number = number.parse().ok()?;
        (u64::from_str_radix(run, 16).ok()? == self.run && number <= self.ring().last).then_some(number)
    }

    pub fn last(&self) -> u64 {
        self.ring().last
    }

    pub fn push(&self, event: &Event) {
        let mut ring = self.ring();
        self.push_in(&mut ring, event);
    }

    fn push_in(&self, ring: &mut Ring, event: &Event) {
        ring.last += 1;
        ring.used = Instant::now();
        if ring.kept.len() == KEPT {
            ring.kept.pop_front();
        }
        ring.kept.push_back(event.frame(&self.id(ring.last)));
        self.last.send_replace(ring.last);
    }

    /// Counts records. Gives after how long to call [`Self::tell_counts`], unless somebody else will.
    pub fn count(&self, table: Table, count: u64) -> Option<Duration> {
        let mut ring = self.ring();
        if let Some(counted) = ring.counts.get_mut(table.index()) {
            *counted = counted.saturating_add(count);
        }
        if std::mem::replace(&mut ring.gathering, true) {
            return None;
        }
        Some(ring.told.map_or(Duration::ZERO, |told| GATHER.saturating_sub(told.elapsed())))
    }

    /// Tells what was counted.
    pub fn tell_counts(&self, at: DateTime<Utc>) {
        let mut ring = self.ring();
        let counts = std::mem::take(&mut ring.counts);
        ring.gathering = false;
        ring.told = Some(Instant::now());
        let of = |table: Table| counts.get(table.index()).copied().unwrap_or_default();
        let event = Event::Records {
            customers: of(Table::Customers),
            purchases: of(Table::Purchases),
            interactions: of(Table::Interactions),
            at,
        };
        self.push_in(&mut ring, &event);
    }

    /// Drops the events that are kept; whoever has not seen them is told to load anew.
    pub fn forget(&self) {
        self.ring().kept.clear();
    }

    pub fn after(&self, number: u64) -> After {
        let ring = self.ring();
        let missing = usize::try_from(ring.last - number.min(ring.last)).unwrap_or(usize::MAX);
        match ring.kept.len().checked_sub(missing) {
            Some(seen) => After::Frames(ring.kept.iter().skip(seen).cloned().collect(), ring.last),
            None => After::Lost(ring.last),
        }
    }

    pub fn reset(&self, number: u64) -> Bytes {
        event::reset(&self.id(number))
    }

    pub fn watch(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }

    pub fn join(&self) {
        self.listeners.fetch_add(1, Ordering::AcqRel);
    }

    pub fn leave(&self) {
        self.ring().used = Instant::now();
        self.listeners.fetch_sub(1, Ordering::AcqRel);
    }

    pub fn listeners(&self) -> usize {
        self.listeners.load(Ordering::Acquire)
    }

    /// Whether nobody listens and nobody has for a while.
    pub fn is_idle(&self, now: Instant) -> bool {
        self.listeners() == 0 && now.duration_since(self.ring().used) >= IDLE
    }
}
