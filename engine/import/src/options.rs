//! What is to be imported, and how.

use kupets_core::schema::Table;

use super::{number::DecimalMark, source::SourceOptions};

/// What is to be imported, and how.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// Which records the rows are.
    pub table: Table,
    /// Pairs of field and column ([`parse_map`](super::parse_map)); the other fields take columns of their own names.
    pub mapping: Vec<(String, String)>,
    /// How the file is to be read, where it does not say.
    pub source: SourceOptions,
    /// What separates the fraction of a number; none: a comma in a CSV file delimited by `;`, else a point.
    pub decimal_mark: Option<DecimalMark>,
    /// `strftime` format of times; none: ISO 8601 and `01.12.2010 08:26`.
    pub date_format: Option<String>,
    /// Size of a body at most, in bytes, unless one record alone is larger.
    pub batch_bytes: usize,
    /// Records of a body at most.
    pub batch_records: usize,
    /// Memory that rows to be grouped may take, in bytes, before they go to temporary files.
    pub memory_bytes: usize,
}

impl ImportOptions {
    /// The defaults for records of a table: bodies of 2 MiB and 5,000 records, 256 MiB for grouping.
    pub fn new(table: Table) -> Self {
        Self {
            table,
            mapping: Vec::new(),
            source: SourceOptions::default(),
            decimal_mark: None,
            date_format: None,
            batch_bytes: 2 << 20,
            batch_records: 5_000,
            memory_bytes: 256 << 20,
        }
    }
}
