//! Ollama's protocol, byte by byte: a chunk may end inside a letter, an error may come as a line of a good answer.

mod client;
mod json;
mod lines;
mod status;
mod stream;
mod wire;

pub use client::Client;
pub use json::JsonEnd;
pub use lines::{LineTooLong, Lines};
pub use wire::{Chat, Listed, Loaded, Message, Reply, Role, Shown};
