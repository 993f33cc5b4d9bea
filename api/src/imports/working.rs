//! One job at a time works at an import: an undo waits until the run that it stops has stopped.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// The imports at which this process works.
#[derive(Debug, Clone, Default)]
pub(super) struct Working(Arc<Mutex<HashMap<String, Weak<Turn<()>>>>>);

impl Working {
    /// Waits for the turn to work at an import; it lasts as long as what this gives.
    pub async fn at(&self, import: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.retain(|_, turn| turn.strong_count() > 0);
            match all.get(import).and_then(Weak::upgrade) {
                Some(turn) => turn,
                None => {
                    let turn = Arc::new(Turn::new(()));
                    all.insert(import.to_owned(), Arc::downgrade(&turn));
                    turn
                }
            }
        };
        turn.lock_owned().await
    }
}
