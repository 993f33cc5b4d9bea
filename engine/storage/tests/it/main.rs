//! Storage through its public surface.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod backup;
mod s3;
mod support;
