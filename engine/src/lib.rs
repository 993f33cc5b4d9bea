//! The front of the engine: customers, reports, insight (forecasts, trends, advice), over tenants' storage and queries. No
//! HTTP here.
//!
//! The way of a record: [`record`] parses and validates it, [`Engine::ingest`] journals it durably and shows it in the
//! tail, a flush moves it to the lake. The way of a question: [`Engine::sql`] and [`Engine::report`] pin one snapshot of
//! {tail ∪ lake} and run DataFusion over it.

pub mod backup;
pub mod check;
pub mod customers;
pub mod insight;
pub mod plans;
pub mod reports;
pub mod tasks;

mod admission;
mod background;
mod cache;
mod engine;
mod erasure;
mod imported;
mod known;
mod merging;
mod record_tables;
mod retention;
mod snapshot_reader;
mod statements;

pub use engine::{Engine, EngineConfig, Limits};
pub use erasure::ERASURE_HOURS;
pub use kupets_core::{
    Actor, ActorKind, Error, Fault, FieldError, Kind, Result, Role, SegmentRule, SegmentRuleError, SegmentRules,
    TenantAuthority, TenantContext, TenantId, Workspace, clock, schema,
};
pub use kupets_query as query;
pub use kupets_semantic as semantic;
pub use kupets_storage::record;
pub use merging::{MergedCustomer, UNDO_DAYS};
pub use retention::{Expired, KeptSince};
pub use statements::Connection;
