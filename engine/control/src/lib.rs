//! The control database: accounts, sessions, keys, the journal's tables, and what people decided, in one SQLite file.
//!
//! Its schema changes by the migrations here only, and all of its statements but the journal's stand in this crate: a
//! repository a thing ([`erasures`], [`recommendations`]), durable work ([`jobs`], [`outbox`]), and where personal data is
//! ([`personal_data`]).

mod database;
pub mod erasures;
pub mod jobs;
pub mod outbox;
pub mod personal_data;
mod random;
pub mod recommendations;

pub use database::{database_error, open, options, ping};
pub use random::{Random, system_random};

#[cfg(test)]
mod testing;
