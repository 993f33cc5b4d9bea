//! The rules of reports a second time, in plain Rust: the oracle that tests hold the reports' SQL against. Nothing that ships
//! uses them; the rules themselves stand in `queries/`.

mod abc_xyz;
mod cohorts;
mod movement;
mod rfm;

pub use abc_xyz::{Abc, AbcXyz, Classes, Limits, Xyz, abc_xyz};
pub use cohorts::{Activity, Cell, cohort_retention};
pub use movement::{Movement, movement};
pub use rfm::{Buyer, score};
