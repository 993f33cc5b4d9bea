//! Memory for large request bodies: shared by all requests, so that many large ones cannot take it all.

use std::{any::Any, sync::Arc};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::problem::{Problem, Result};

/// Bodies up to this size are not counted against the memory budget, and are parsed where they arrive.
pub const SMALL_BODY_BYTES: usize = 64 << 10;

/// Memory for large bodies, shared by all requests. One permit is a KiB.
#[derive(Debug, Clone)]
pub struct Budget(Arc<Semaphore>);

impl Budget {
    /// A budget of as many KiB as the semaphore has permits.
    pub fn new(kib: Arc<Semaphore>) -> Self {
        Self(kib)
    }

    /// A part of it that holds nothing yet.
    pub fn reservation(&self) -> Reservation {
        Reservation { budget: self.clone(), held: None }
    }
}

/// Part of the budget, given back when it is dropped: when nobody holds the body, or what was made of it, any more.
#[derive(Debug)]
pub struct Reservation {
    budget: Budget,
    held: Option<OwnedSemaphorePermit>,
}

impl Reservation {
    /// What it holds, for whoever holds on to what was made of the body; none for a small body.
    pub fn into_held(self) -> Option<Box<dyn Any + Send>> {
        self.held.map(|permits| Box::new(permits) as Box<dyn Any + Send>)
    }

    /// Takes as much as a body of so many bytes needs.
    ///
    /// # Errors
    /// 429 when others hold it.
    pub fn grow_to(&mut self, bytes: usize) -> Result<()> {
        if bytes <= SMALL_BODY_BYTES {
            return Ok(());
        }
        let held = self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let missing = bytes.div_ceil(1024).saturating_sub(held);
        if missing == 0 {
            return Ok(());
        }
        let full = || Problem::too_many("busy", "too many large requests at this moment; send it again", 1);
        let permits = u32::try_from(missing).map_err(|_| full())?;
        let more = Arc::clone(&self.budget.0).try_acquire_many_owned(permits).map_err(|_| full())?;
        match &mut self.held {
            Some(held) => held.merge(more),
            None => self.held = Some(more),
        }
        Ok(())
    }
}
