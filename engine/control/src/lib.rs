//! The control database: accounts, sessions, keys, the journal's tables, and what people decided, in one SQLite file.
//!
//! Its schema changes by the migrations here only, and all of its statements but the journal's stand in this crate: a file a
//! thing, each with the rows it gives and takes. What belongs together (a change to accounts, its audit entry, the count of
//! changes) is one transaction, and stands in one function. Beside the repositories: durable work ([`jobs`], [`outbox`]), and
//! where personal data is ([`personal_data`]).

pub mod audit;
pub mod changes;
pub mod conversations;
pub mod customer_merges;
mod database;
pub mod deliveries;
pub mod email_changes;
pub mod erased_customers;
pub mod erasures;
pub mod exports;
pub mod feedback;
pub mod idempotency;
pub mod imports;
pub mod invites;
pub mod jobs;
pub mod keys;
pub mod members;
pub mod outbox;
pub mod passwords;
pub mod personal_data;
mod random;
pub mod recommendations;
pub mod registrations;
pub mod saved;
pub mod sessions;
mod stored_text;
pub mod tasks;
pub mod telegram;
pub mod telegram_outbox;
pub mod users;
pub mod verified_questions;
pub mod webhooks;
pub mod workspaces;

pub use database::{copy, database_error, database_fault, open, options, ping, private_dir, workspaces_of};
pub use random::{Random, new_id, system_random};
pub use sqlx::SqlitePool as Pool;

#[cfg(test)]
mod testing;
