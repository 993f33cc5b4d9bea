//! Where ids come from that records do not bring: randomness of the system, or a sequence in tests.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use kupets_core::{Error, Result};

/// Where new ids come from. Cheap to clone; clones of a sequence share it.
#[derive(Debug, Clone)]
pub struct IdSource(Source);

#[derive(Debug, Clone)]
enum Source {
    Random,
    Sequence(Arc<AtomicU64>),
}

impl IdSource {
    /// Unique ids (UUID version 7), from the randomness of the operating system.
    pub fn random() -> Self {
        Self(Source::Random)
    }

    /// Predictable ids for tests: each request starts at the next number.
    pub fn sequence() -> Self {
        Self(Source::Sequence(Arc::default()))
    }

    pub(super) fn seed(&self) -> Result<u64> {
        match &self.0 {
            Source::Sequence(next) => Ok(next.fetch_add(1, Ordering::Relaxed) << 32),
            Source::Random => {
                let mut bytes = [0_u8; 8];
                getrandom::fill(&mut bytes).map_err(|e| {
                    Error::unavailable("the operating system gives no random numbers for new ids").with_source(e)
                })?;
                Ok(u64::from_be_bytes(bytes))
            }
        }
    }
}

impl Default for IdSource {
    fn default() -> Self {
        Self::random()
    }
}
