//! The engine through its public surface: durability, replacement, one snapshot a statement, DuckDB as a second reader.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod advice;
mod damage;
mod duckdb;
mod erasure;
mod imported;
mod ingest;
mod merging;
mod migration;
mod reports;
mod retention;
mod s3;
mod sales;
mod slt;
mod snapshot;
mod support;
mod trends;
