//! The control database: accounts, sessions, keys, the journal's tables, and what people decided, in one SQLite file.
//!
//! Its schema changes by the migrations here only, and all of its statements but the journal's stand in this crate: a file a
//! thing, each with the rows it gives and takes. What belongs together (a change to accounts, its audit entry, the count of
//! changes) is one transaction, and stands in one function.

pub mod audit;
pub mod changes;
pub mod invites;
pub mod keys;
pub mod members;
pub mod passwords;
pub mod registrations;
pub mod sessions;
pub mod users;
pub mod workspaces;

mod database;

pub use database::{database_error, open, options, ping, private_dir};
pub use sqlx::SqlitePool as Pool;
