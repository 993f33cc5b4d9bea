//! From a file and a mapping to bodies.

use std::path::{Path, PathBuf};

use kupets_core::{Result, schema::Table};

use super::{
    batch::Batches,
    encode::Encoder,
    fingerprint::Fingerprint,
    mapping::{self, Mapping},
    number::DecimalMark,
    options::ImportOptions,
    progress::Progress,
    source::{FileFormat, FileSource},
    value::Reading,
};

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
        self.grouped_by().is_none()
    }

    /// The cell that tells which lines make one purchase; none where each row is a record of its own.
    fn grouped_by(&self) -> Option<usize> {
        self.encoder.id.filter(|_| self.options.table == Table::Purchases)
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
        let rows = self.source.rows(&self.wanted)?;
        let grouped_by = self.grouped_by();
        let progress = self.source.progress().clone();
        Ok(Batches::new(rows, self.encoder, grouped_by, progress, self.path, &self.options))
    }
}
