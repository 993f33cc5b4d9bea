//! What all crates of the engine speak: errors, the clock, the tenant as a capability, the tables and their types.

mod actor;
pub mod clock;
mod erased_records;
mod error;
mod fault;
pub mod schema;
mod segment_rules;
mod tenant;
pub mod time;

pub use actor::{Actor, ActorKind, Role};
pub use erased_records::ErasedRecords;
pub use error::{Error, FieldError, Kind, Result};
pub use fault::Fault;
pub use segment_rules::{
    FEWEST_RANKED, Rule as SegmentRule, RuleError as SegmentRuleError, Rules as SegmentRules, STAGES, Score as RfmScore,
};
pub use tenant::{TenantAuthority, TenantContext, TenantId, Workspace};
