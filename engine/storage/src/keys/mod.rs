//! Which keys the lake holds, and where: an index over all data files of a table.
//!
//! It is derived from the files, and what it has on the disk is a copy that may be lost: see decision 0021.

mod file;
mod filter;
mod row_set;
mod run;
mod run_file;
mod table;
#[cfg(test)]
mod tests;

pub(crate) use file::{Entry, FileKeys, KeyHash, for_each_key, hash, runs};
pub(crate) use row_set::RowSet;
pub(crate) use table::{KeyPlace, TableKeys, Tidying, tidied};
