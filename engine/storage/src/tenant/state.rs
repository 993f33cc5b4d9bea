//! What queries and writes of a tenant look at.

use std::{any::Any, collections::HashSet, sync::Arc};

use kupets_control::{customer_merges::Aliases, erased_customers::ErasedCustomers};
use kupets_core::{ErasedRecords, Result};
use tokio::sync::oneshot;

use crate::{
    keys::{KeyHash, TableKeys},
    lake::{Lake, LakeState, damaged},
    memtable::Memtable,
    record::{Ingested, Parsed},
};

/// A lake to write to, and the state of it that is shown.
pub(crate) type OpenLake = (Arc<Lake>, LakeState);

/// What queries and writes look at, always changed in one step.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub lake: Option<OpenLake>,
    /// Keys of the lake; loaded before the first write. Whoever looks them up takes them along, out of the lock.
    pub keys: Option<Arc<[TableKeys; 3]>>,
    /// By table: a damaged file whose keys could not be read. What it holds is not known, so nothing is moved to the lake.
    pub unread: [Option<String>; 3],
    /// Rows that a flush is moving to the lake.
    pub frozen: Option<Memtable>,
    /// Rows that came since.
    pub active: Memtable,
    /// People who are being erased: what the lake and the frozen rows hold of them is on its way out.
    pub erased: Vec<KeyHash>,
    /// Who was erased, and when: records of before may come late.
    pub erased_customers: Arc<ErasedCustomers>,
    /// Ids of customers who were merged into others.
    pub aliases: Arc<Aliases>,
    /// When the first row came that is not in the lake, or a time shortly before; microseconds since the epoch.
    pub oldest_us: Option<i64>,
    /// Counts every change, so that an answer can name the version it saw.
    pub version: u64,
    /// Bytes of this tail that are counted in [`Shared::tail_bytes`].
    pub counted_bytes: usize,
}

impl State {
    /// Passes if all keys of the lake are known.
    ///
    /// # Errors
    /// A file is damaged.
    pub fn check_keys(&self) -> Result<()> {
        match self.unread.iter().flatten().next() {
            None => Ok(()),
            Some(file) => {
                let why = "its keys cannot be read; what was accepted stays in the journal until it is restored";
                Err(damaged(file, why.to_owned()))
            }
        }
    }

    /// All that the journal has up to that number is in the tail or the lake: a flush may let the journal forget it.
    pub fn shown_up_to(&mut self, seq: i64) {
        self.active.last_seq = self.active.last_seq.max(seq);
    }

    pub fn tail_bytes(&self) -> usize {
        self.active.bytes() + self.frozen.as_ref().map_or(0, Memtable::bytes)
    }
}

/// One request's records, and how they are stored.
#[derive(Debug)]
pub(crate) struct Request {
    pub parsed: Parsed,
    /// What becomes of late records of erased customers.
    pub late: ErasedRecords,
    /// Keys of records that are left as they are if they are there already.
    pub once: HashSet<KeyHash>,
}

/// A request on its way to the writer.
#[derive(Debug)]
pub(crate) struct Job {
    pub request: Request,
    /// What is let go of when they are stored or refused.
    pub held: Option<Box<dyn Any + Send>>,
    pub done: oneshot::Sender<Result<Ingested>>,
}

/// What maintenance has seen of a lake.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MaintenanceState {
    /// The snapshot after the last round.
    pub snapshot: i64,
    /// When a round last found a new one, microseconds since the epoch.
    pub changed_us: i64,
    /// When the lake was last cleaned.
    pub cleaned_us: i64,
    /// After a failure: how long it waits, and until when.
    pub wait_us: i64,
    pub wait_until_us: i64,
}
