//! What functions that make much out of little may have made at once, in all of a statement: it is taken out of the memory of its query, and
//! given back when the last one who holds the values lets them go. While a statement is planned nothing large is made at all.

use std::{
    hash::{Hash, Hasher},
    sync::{Arc, OnceLock},
};

use arrow::{
    array::{Array, ArrayData, ArrayRef, make_array},
    buffer::Buffer,
};
use datafusion::{
    error::{DataFusionError, Result},
    execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation},
};

/// The budget of one statement.
#[derive(Debug, Default)]
pub(super) struct Budget {
    pool: OnceLock<Arc<dyn MemoryPool>>,
}

impl Budget {
    /// The statement runs now: what is made is taken out of `pool`.
    pub(super) fn open(&self, pool: Arc<dyn MemoryPool>) {
        // It runs once.
        let _ = self.pool.set(pool);
    }

    /// Room for so many bytes.
    ///
    /// # Errors
    /// There is none, or the statement is only planned.
    pub(super) fn take(&self, bytes: usize) -> Result<MemoryReservation> {
        let Some(pool) = self.pool.get() else {
            return Err(DataFusionError::ResourcesExhausted("nothing large is made while planning".into()));
        };
        let held = MemoryConsumer::new("made by functions").register(pool);
        held.try_grow(bytes)?;
        Ok(held)
    }
}

impl PartialEq for Budget {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Budget {}

impl Hash for Budget {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::from_ref(self).hash(state);
    }
}

/// Bytes of an array, and the room that they were given.
struct Held {
    bytes: Buffer,
    _room: MemoryReservation,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        self.bytes.as_slice()
    }
}

/// The array, whose bytes hold `room` for as long as anybody holds them.
pub(super) fn hold(array: ArrayRef, room: MemoryReservation) -> Result<ArrayRef> {
    room.try_resize(array.get_buffer_memory_size())?;
    Ok(make_array(hold_data(array.into_data(), room)?))
}

fn hold_data(data: ArrayData, room: MemoryReservation) -> Result<ArrayData> {
    let mut buffers = data.buffers().to_vec();
    if let Some(largest) = (0..buffers.len()).max_by_key(|place| buffers.get(*place).map_or(0, Buffer::len))
        && let Some(buffer) = buffers.get_mut(largest)
    {
        let bytes = std::mem::take(buffer);
        *buffer = Buffer::from(bytes::Bytes::from_owner(Held { bytes, _room: room }));
    }
    Ok(data.into_builder().buffers(buffers).build()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use arrow::array::StringArray;
    use datafusion::execution::memory_pool::GreedyMemoryPool;

    use super::*;

    #[test]
    fn room_is_held_as_long_as_the_bytes() {
        let budget = Budget::default();
        assert!(budget.take(1).is_err(), "it is only planned");
        let pool: Arc<dyn MemoryPool> = Arc::new(GreedyMemoryPool::new(1_000));
        budget.open(pool.clone());
        assert!(budget.take(2_000).is_err());
        let room = budget.take(900).unwrap();
        let made = hold(Arc::new(StringArray::from(vec!["x".repeat(500)])), room).unwrap();
        assert!((500..900).contains(&pool.reserved()), "{}", pool.reserved());
        let part = made.slice(0, 1);
        drop(made);
        assert!(pool.reserved() >= 500);
        assert_eq!(part.as_ref(), &StringArray::from(vec!["x".repeat(500)]) as &dyn Array);
        drop(part);
        assert_eq!(pool.reserved(), 0);
    }
}
