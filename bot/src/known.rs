//! Which workspaces were asked about a short while ago: what one is called, its clock and its currency may change while a link lasts.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Seconds for which what is known of a workspace is good.
const GOOD_FOR: i64 = 600;
/// Links remembered before those that must be asked about anyway are forgotten.
const MOST: usize = 10_000;

/// When the server was last asked about a person in a workspace, in seconds since 1970.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<HashMap<(i64, String), i64>>);

impl Known {
    /// Whether what is known is good still.
    pub(crate) fn is_good(&self, person: i64, workspace: &str, now: i64) -> bool {
        self.lock().get(&(person, workspace.to_owned())).is_some_and(|at| now - at < GOOD_FOR)
    }

    /// The server has just said it.
    pub(crate) fn is_told(&self, person: i64, workspace: &str, now: i64) {
        let mut known = self.lock();
        if known.len() >= MOST {
            known.retain(|_, at| now - *at < GOOD_FOR);
        }
        known.insert((person, workspace.to_owned()), now);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<(i64, String), i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_good_for_a_while() {
        let known = Known::default();
        assert!(!known.is_good(1, "w", 0));
        known.is_told(1, "w", 0);
        assert!(known.is_good(1, "w", 599) && !known.is_good(1, "w", 600));
        assert!(!known.is_good(2, "w", 0) && !known.is_good(1, "v", 0));
    }
}
