//! Chance, passed in: ids and waiting times are the same again in a test.

use std::sync::Arc;

/// Gives numbers, each as likely as another.
pub type Random = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The machine's own randomness.
pub fn system_random() -> Random {
    // It fails only where the system has no source at all; then ids collide and the database refuses the second.
    Arc::new(|| getrandom::u64().unwrap_or_default())
}

/// A new id: 32 hex digits.
pub(crate) fn new_id(random: &Random) -> String {
    format!("{:016x}{:016x}", random(), random())
}
