//! What an import has stored so far.

use std::collections::HashSet;

use kupets_import::Batch;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::client::Ingested;

/// What has been done of an import.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportTotals)]
pub struct Totals {
    /// Rows of records that are stored.
    pub rows: u64,
    /// Records stored.
    pub accepted: u64,
    /// Of these, records that took the place of an earlier one.
    pub replaced: u64,
    /// Records refused.
    pub rejected: u64,
    /// Orders that do not count and were not stored, as they are no sale.
    #[serde(default)]
    pub left_out: u64,
    /// Lines that are stored with the kind `other`, as their quantity and amount have opposite signs.
    #[serde(default)]
    pub as_other: u64,
    /// Purchases of erased customers, stored as a guest's.
    #[serde(default)]
    pub guests: u64,
    /// Rows that stand in several of the files and were taken once.
    #[serde(default)]
    pub repeated: u64,
}

impl Totals {
    /// Counts a batch that is done, of which so many records were refused in all.
    pub fn add(&mut self, batch: &Batch, ingested: &Ingested, rejected: u64) {
        let lost: HashSet<usize> = ingested.rejected.iter().map(|e| e.index).collect();
        let lost_rows: usize = lost.iter().map(|&at| batch.rows_of(at).len()).sum();
        self.rows += (batch.row_count() - lost_rows) as u64;
        self.accepted += ingested.accepted;
        self.replaced += ingested.replaced;
        self.rejected += rejected;
        self.guests += ingested.guests;
        self.left_out += batch.left_out.len() as u64;
        self.as_other += batch.as_other.len() as u64;
        self.repeated += batch.repeated;
    }
}
