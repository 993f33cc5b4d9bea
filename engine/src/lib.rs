//! The engine of Kupets: tenants, records, the journal, the tail, the lake, queries and reports. No HTTP here.
//!
//! The way of a record: [`record`] parses and validates it, [`Engine::ingest`] journals it durably and shows it in the
//! tail, a flush moves it to the lake. The way of a question: [`Engine::sql`] and [`Engine::report`] pin one view of
//! {tail ∪ lake} and run DataFusion over it.

pub mod clock;
pub mod customers;
pub mod error;
pub mod import;
pub mod insight;
pub mod query;
pub mod record;
pub mod reports;
pub mod schema;
pub mod tenant;

mod control;
mod engine;
mod erasure;
mod journal;
mod lake;
mod reading;
mod store;
mod tail;

pub use engine::{Connection, Engine, EngineConfig, Limits};
pub use erasure::ERASURE_HOURS;
pub use error::{Error, FieldError, Kind, Result};
pub use kupets_analytics::segments::{Rule as SegmentRule, Rules as SegmentRules};
pub use tenant::{TenantAuthority, TenantContext, TenantId, Workspace};
