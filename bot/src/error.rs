//! What may end a start of the bot, or the handling of an update.

use crate::{api::ApiError, store::StoreError, telegram::Failure};

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The state could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Telegram did not do it.
    #[error(transparent)]
    Telegram(#[from] Failure),
    /// The Kupets server did not do it.
    #[error(transparent)]
    Api(#[from] ApiError),
    /// A setting is wrong.
    #[error("{0}")]
    Settings(String),
    /// A picture could not be drawn.
    #[error("a chart could not be drawn: {0}")]
    Chart(&'static str),
}

/// A result of the bot's own.
pub type Result<T, E = Error> = std::result::Result<T, E>;
