//! Files into records: what `kupets import` reads, mapped to fields, grouped, and written as bodies for the REST API.
//!
//! [`Import::open`] finds out the format, the columns and the mapping; [`Import::batches`] then gives [`Batch`]es that are
//! ready to be sent. Reading the same file again gives the same batches, so that an import can go on where it stopped.

mod batch;
mod cells;
mod csv;
mod encode;
mod fingerprint;
mod group;
mod json;
mod mapping;
mod ndjson;
mod number;
mod parquet;
mod source;
mod spill;
mod text;
mod time;
mod value;

#[cfg(test)]
mod tests;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

pub use batch::{Batch, Batches, Refused};
pub use fingerprint::Fingerprint;
pub use mapping::parse_map;
pub use number::DecimalMark;
pub use source::{FileFormat, FileSource, Rows, SourceOptions};

use self::{encode::Encoder, mapping::Mapping, value::Reading};
use kupets_core::{Error, Result, schema::Table};

/// What is to be imported, and how.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// Which records the rows are.
    pub table: Table,
    /// Pairs of field and column ([`parse_map`]); the other fields take columns of their own names.
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

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The row's number: from 1 after the header, in NDJSON the line's.
    pub row: u64,
    /// The field; empty for the row as such.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Fault {
    fn new(row: u64, field: &str, message: String) -> Self {
        Self { row, field: field.to_owned(), message }
    }

    fn of_row(row: u64, message: &str) -> Self {
        Self::new(row, "", message.to_owned())
    }
}

/// How far the reading of a file is. Clones share it.
#[derive(Debug, Clone)]
pub struct Progress {
    bytes: Arc<AtomicU64>,
    total: u64,
}

impl Progress {
    fn new(total: u64) -> Self {
        Self { bytes: Arc::default(), total }
    }

    /// From 0 to 1.
    pub fn share(&self) -> f64 {
        #[allow(clippy::cast_precision_loss)] // a share for a progress bar
        let share = self.bytes.load(Ordering::Relaxed) as f64 / self.total.max(1) as f64;
        share.min(1.0)
    }

    fn bytes(&self) -> Arc<AtomicU64> {
        self.bytes.clone()
    }

    /// For a reader that counts rows rather than bytes.
    fn set_share(&self, done: u64, of: u64) {
        let bytes = u128::from(done) * u128::from(self.total) / u128::from(of.max(1));
        self.bytes.store(u64::try_from(bytes).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// A file that is about to be imported.
#[derive(Debug)]
pub struct Import {
    path: PathBuf,
    source: FileSource,
    encoder: Encoder,
    wanted: Vec<usize>,
    mapped: Vec<(String, String)>,
    ignored: Vec<String>,
    notes: Vec<String>,
    options: ImportOptions,
}

impl Import {
    /// Opens a file and settles how its columns become fields.
    ///
    /// # Errors
    /// The file cannot be read, or the mapping does not fit; the message lists the columns there are.
    pub fn open(path: &Path, options: ImportOptions) -> Result<Self> {
        let mut source = FileSource::open(path, &options.source)?;
        let mut notes: Vec<String> = source.note().map(str::to_owned).into_iter().collect();
        let table = options.table;
        if options.mapping.is_empty() {
            let fields: Vec<&str> = mapping::fields(table).iter().map(|f| f.name).collect();
            source.take_whole_records(&fields, (table == Table::Purchases).then_some("items"));
        }
        let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (encoder, wanted, mapped, ignored) = if source.format() == FileFormat::Records {
            (Encoder::raw(table, file_name), vec![0], Vec::new(), Vec::new())
        } else {
            let columns = source.columns();
            let mapping = Mapping::resolve(table, columns, &options.mapping)?;
            let mark = options.decimal_mark.unwrap_or(match source.format() {
                FileFormat::Csv { delimiter: b';' } => DecimalMark::Comma,
                _ => DecimalMark::Point,
            });
            let reading = Reading { mark, date_format: options.date_format.clone() };
            let (encoder, wanted) = Encoder::new(table, &mapping, columns, reading, file_name);
            let id = mapping::fields(table)[0].name;
            if encoder.id.is_none() {
                notes.push(format!("no column for {id}: each row is a record of its own, with an id made of its row"));
            }
            if table != Table::Customers && !mapping.has("occurred_at") {
                notes.push("no column for occurred_at: records get the time of the import".to_owned());
            }
            let mapped = mapping.mapped.iter().map(|(t, at)| (t.to_string(), columns[*at].clone())).collect();
            (encoder, wanted, mapped, mapping.ignored)
        };
        Ok(Self { path: path.to_owned(), source, encoder, wanted, mapped, ignored, notes, options })
    }

    /// The file's format.
    pub fn format(&self) -> FileFormat {
        self.source.format()
    }

    /// Fields and their columns; empty for a file of whole records.
    pub fn mapped(&self) -> &[(String, String)] {
        &self.mapped
    }

    /// Columns that go nowhere.
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }

    /// What a person should know of how the file is read.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Whether two batches may hold records of one id, which must then be sent one after the other.
    pub fn ids_may_repeat(&self) -> bool {
        !self.grouped()
    }

    fn grouped(&self) -> bool {
        self.options.table == Table::Purchases && self.encoder.id.is_some()
    }

    /// How far the reading is; it moves while [`Batches`] are taken.
    pub fn progress(&self) -> &Progress {
        self.source.progress()
    }

    /// What tells this file from another and from itself after a change.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn fingerprint(&self) -> Result<Fingerprint> {
        Fingerprint::of(&self.path)
    }

    /// Reads the file into bodies.
    ///
    /// # Errors
    /// The file cannot be opened; in the iterator: it cannot be read on, or the temporary folder refuses.
    pub fn batches(self) -> Result<Batches> {
        Batches::new(self)
    }
}

/// A file that cannot be read, and why.
fn unreadable(path: &Path, why: &dyn fmt::Display) -> Error {
    Error::invalid("import_file", format!("{}: {why}", path.display()))
}
