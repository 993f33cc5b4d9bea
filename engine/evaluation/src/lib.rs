//! How good the methods of `kupets-analytics` are, measured on real data sets beside published figures.
//!
//! Each function here reads what it is given, runs one protocol and answers with [`Figure`]s: what was measured, what it
//! should be, and who says so. The tests of `kupets-analytics` hold the figures to their goals; the bench `analytics` prints
//! them. Times are shown and never judged. The data sets are not in this repository: whoever asks says where they are.

pub mod attribution;
pub mod baskets;
pub mod cdnow;
mod columns;
mod figure;
pub mod forecasts;
pub mod m3;
pub mod offers;
pub mod online_retail;
pub mod oracle;
mod random;
pub mod segments;
pub mod value;

pub use figure::{Figure, Goal};
