//! The lake: one DuckLake per tenant, a SQLite catalog and Parquet files in a folder of any object store.
//!
//! Only this module knows `datafusion-ducklake`. What it gives the rest: [`Lake`], opened for one tenant, which commits
//! flushes, answers which keys it holds, and hands out tables of one snapshot.

pub(crate) mod catalog;
mod catalog_copy;
mod checksum;
mod commit;
mod compaction;
mod create;
mod delete;
mod erase;
mod expire;
pub(crate) mod fault;
mod fold;
mod garbage_collection;
mod gather;
mod history;
mod hold;
pub(crate) mod maintenance;
mod migrations;
mod months;
mod open;
pub(crate) mod publish;
mod reassign;
mod rest;
mod session;
pub(crate) mod storage;
mod tables;
#[cfg(test)]
mod tests;
mod working_copy;
mod written_sums;

pub(crate) use catalog_copy::{CatalogCopy, NamedFile, store_path};
pub(crate) use commit::FlushTable;
pub(crate) use delete::{KEYS, delete};
pub(crate) use hold::Hold;
pub(crate) use open::{Home, Lake, LakeState, damaged};
pub(crate) use session::session;
pub(crate) use working_copy::{CATALOG, WORKING_COPIES};
