//! The methods on real data, against published figures. What is measured, and the goals, are in `kupets-evaluation`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attribution;
mod baskets;
mod forecast;
mod offers;
mod recommend;
mod segments;
mod shared;
mod value;
