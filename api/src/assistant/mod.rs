//! The assistant: a message or an edited plan to an answer whose every number came out of a query.
//!
//! [`ask`] is the way of a question: read ([`kupets_assistant::parser`]), worked out by the engine ([`carry`], [`calls`]), told
//! ([`kupets_assistant::answer`]), kept. What it learns on the way goes out as [`event`]s; routes, MCP and the bot use the same way.

pub mod ask;
mod calls;
mod carried;
mod carry;
pub mod conversations;
pub mod decisions;
pub mod event;
pub mod expert;
mod read;
mod recorded;
pub mod reply;
pub mod request;
mod table;
pub mod verified;
