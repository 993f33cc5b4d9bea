//! A local model behind an Ollama server: it may propose a plan for a question, and prose for a result. Neither is believed: a
//! plan is checked against the words, prose against the numbers, and without a model everything still answers.
//!
//! - [`Settings`] say where it is and how patient we are; [`State`] is what a status page shows;
//! - [`ollama`] speaks the protocol and knows its failures;
//! - [`Model`] shares it among tenants fairly, and leaves it alone while it is down;
//! - [`planner`] asks for plans, [`prose`] for texts, [`expert`] for statements where a workspace wants them.

mod breaker;
pub mod expert;
mod failure;
pub mod ollama;
pub mod planner;
pub mod prose;
mod queue;
mod service;
mod settings;
mod state;

pub use breaker::{Breaker, Clock, Ticket};
pub use failure::Failure;
pub use queue::{FairQueue, Permit, QueueFull};
pub use service::Model;
pub use settings::{Invalid, Settings};
pub use state::State;
