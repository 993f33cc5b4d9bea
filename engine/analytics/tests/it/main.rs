//! The methods on real data, against published figures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod attribution;
mod baskets;
mod forecast;
mod offers;
mod recommend;
mod retail;
mod segments;
mod shared;
mod value;
