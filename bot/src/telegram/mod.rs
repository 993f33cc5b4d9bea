//! The Bot API: calls, their failures, the pace, and what updates hold.

mod client;
mod failure;
mod limiter;
mod multipart;
mod update;

pub(crate) use client::Telegram;
pub use failure::Failure;
pub(crate) use multipart::File;
pub(crate) use update::{Callback, Chat, Incoming, Kind, Message, MessageId, Person};
