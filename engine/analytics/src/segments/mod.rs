//! Segments of customers and products: RFM with rules, movement between segments, lifecycle, ABC-XYZ, cohorts.
//!
//! The rules are those of the reports of the same names (`rfm_segments`, `abc_xyz`, `cohort_retention`), so that both say
//! the same of a customer.

mod abc_xyz;
mod cohorts;
mod lifecycle;
mod movement;
mod rfm;
mod rules;

pub use abc_xyz::{Abc, AbcXyz, Classes, Limits, Xyz, abc_xyz};
pub use cohorts::{Activity, Cell, cohort_retention};
pub use lifecycle::{Lifecycle, LifecycleReason, Rhythm, Stage, lifecycle};
pub use movement::{Movement, movement};
pub use rfm::{Buyer, Score, score};
pub use rules::{Rule, RuleError, Rules};
