//! The control database: accounts, sessions, keys, the journal's tables, and what people decided, in one SQLite file.
//!
//! Its schema changes by the migrations here only, and all of its statements but the journal's stand in this crate.

mod database;

pub use database::{database_error, open, options, ping};
