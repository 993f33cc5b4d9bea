//! One tenant's data, open: its lake, its memtable, and the task that writes to them.

mod customer_lookup;
mod discard;
mod erase;
mod existing;
mod expire;
mod flush;
mod key_lookup;
mod late;
mod maintenance;
mod merge;
mod open;
mod ownership;
mod persons;
mod shared;
mod show;
mod snapshot;
mod state;
mod store;
mod writer;

pub use late::Screened;
pub(crate) use shared::Shared;
pub use shared::StorageLimits;
pub use snapshot::Snapshot;
pub use store::TenantStore;
