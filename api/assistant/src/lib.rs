//! The assistant: a question in Russian or English to a typed plan, a result to an answer in the question's language. It has no
//! numbers of its own, no I/O and, here, no model.
//!
//! - [`parser`] reads questions: a plan, a question back with choices, what is not there and why, or help;
//! - [`answer`] writes answers from templates;
//! - [`gate`] lets prose pass only where every number in it is in the result;
//! - [`model`] asks a local model for plans and prose, and believes neither.

pub mod answer;
pub mod gate;
pub mod language;
pub mod model;
pub mod parser;
