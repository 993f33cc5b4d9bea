//! Stages of customers by their own rhythm.

mod lifecycle;

pub use lifecycle::{Lifecycle, LifecycleReason, Rhythm, Stage, lifecycle};
