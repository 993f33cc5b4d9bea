//! What the history says: forecasts, customer value, segments, baskets, what to offer next, and why sales changed.
//!
//! Pure functions on slices: no I/O, no async, no clock, no randomness but what is passed in. One method a file, each with
//! its formula, its source and its units.

pub mod attribution;
pub mod baskets;
pub mod changes;
mod cores;
pub mod forecast;
mod normal;
pub mod offers;
pub mod recommend;
pub mod segments;
pub mod value;
