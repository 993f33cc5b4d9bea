//! The methods on real data, against published figures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod baskets;
mod forecast;
mod offers;
mod recommend;
mod shared;
mod value;
