//! What all requests share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use crate::state::State;

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) token: String,
    state: Mutex<State>,
    /// Something changed: an update came, or a call was made.
    pub(crate) changed: Notify,
}

impl Shared {
    pub(crate) fn new(token: &str) -> Self {
        Self { token: token.to_owned(), state: Mutex::new(State::new()), changed: Notify::new() }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
