//! The methods on real data, against published figures.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod baskets;
mod offers;
mod recommend;
mod shared;
