//! Answers to what is worked out by a call of the engine instead of a statement: one kind a file. Each takes the call's result as
//! a small struct, which the API's JSON fills; every number comes in, here it is only written.

pub mod abc;
pub mod basket;
pub mod churn;
pub mod clv;
pub mod cohort;
pub mod customer;
pub mod explain;
pub mod forecast;
pub mod help;
pub mod offer;
pub mod plan;
pub mod recommend;
pub mod segments;
mod tell;
mod worth;

pub use recommend::{Expected, Recommendation, Recommendations};
pub use worth::Worth;
