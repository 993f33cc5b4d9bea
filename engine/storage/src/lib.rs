//! Storage: records, and what becomes of them. A record is parsed and checked ([`record`]), made durable in the journal, shown
//! in a tenant's memtable, and flushed to its lake of Parquet files.
//!
//! [`Tenants`] is the way in: it opens a tenant when it is first used, hands out its [`TenantStore`], and looks after
//! those that are open. No languages, no media types, no HTTP here.

pub mod backup;
pub mod record;

mod journal;
mod keys;
mod lake;
mod layout;
mod memtable;
#[cfg(test)]
mod simulation;
mod slot;
mod tenant;
mod tenants;

pub use lake::maintenance::{MaintenanceOptions, MaintenanceReport};
pub use tenant::{Screened, Snapshot, StorageLimits, TenantStore};
pub use tenants::{StorageConfig, Tenants};
