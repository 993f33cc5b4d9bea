//! The endpoint as a client sees it, both eras, over the product's tools.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod arguments;
mod ask;
mod cancel;
mod doors;
mod legacy;
mod modern;
mod shop;
mod stream;
