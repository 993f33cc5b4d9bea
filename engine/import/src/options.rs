//! What is to be imported, and how.

use kupets_core::schema::Table;

use super::{number::DecimalMark, source::SourceOptions};

/// What becomes of an attribute in which the lines of one purchase differ: it belongs to the purchase, and has one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sharing {
    /// The purchase is refused.
    #[default]
    Agree,
    /// The first line's value is taken.
    First,
    /// All different values, with `, ` between them.
    Join,
    /// A list of the values of all lines, in their order; one value where they agree.
    Line,
}

/// What is to be imported, and how.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// Which records the rows are.
    pub table: Table,
    /// Pairs of field and column ([`parse_map`](super::parse_map)); the other fields take columns of their own names.
    pub mapping: Vec<(String, String)>,
    /// The known export that it is, by the title that [`Import::propose`](super::Import::propose) gives: its rules make the
    /// orders, and `mapping` says nothing.
    pub known: Option<&'static str>,
    /// How the file is to be read, where it does not say.
    pub source: SourceOptions,
    /// What separates the fraction of a number; none: what the numbers of the file say.
    pub decimal_mark: Option<DecimalMark>,
    /// Round numbers of too many fraction digits, and amounts of lines where quantity times price has too many.
    pub round: bool,
    /// `strftime` format of times; none: ISO 8601 and `01.12.2010 08:26`.
    pub date_format: Option<String>,
    /// Zone of times that do not say theirs, by name; none: the workspace's.
    pub time_zone: Option<String>,
    /// Leave ids such as `13085.0` as they are, even if all of the column are whole numbers.
    pub keep_ids: bool,
    /// What becomes of attributes in which the lines of a purchase differ.
    pub attributes: Sharing,
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
            known: None,
            source: SourceOptions::default(),
            decimal_mark: None,
            round: false,
            date_format: None,
            time_zone: None,
            keep_ids: false,
            attributes: Sharing::Agree,
            batch_bytes: 2 << 20,
            batch_records: 5_000,
            memory_bytes: 256 << 20,
        }
    }
}
