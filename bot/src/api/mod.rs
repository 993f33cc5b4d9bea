//! The Kupets server, as any client sees it: HTTP and nothing else.

mod client;
mod error;
mod events;
mod types;

pub(crate) use client::{Api, part};
pub use error::ApiError;
pub(crate) use error::json_error;
pub(crate) use events::AnswerEvent;
pub(crate) use types::*;
