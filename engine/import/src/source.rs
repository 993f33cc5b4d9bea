//! A file of rows, whatever its format: its columns, and its rows as Arrow batches.

use std::{
    fs::File,
    io::{BufRead, Read},
    path::{Path, PathBuf},
};

use super::{
    csv::Csv, error::unreadable, ndjson::NdJson, parquet::Parquet, progress::Progress, rows::Rows, text::TextFile,
};
use kupets_core::{Error, Result};

/// How a file is to be read, where the file itself does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceOptions {
    /// Delimiter of a CSV file; none: found out among `,` `;` tab and `|`.
    pub delimiter: Option<u8>,
    /// Name of the encoding of a text file; none: found out.
    pub encoding: Option<String>,
}

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// A header line and delimited rows.
    Csv {
        /// What stands between two cells.
        delimiter: u8,
    },
    /// One JSON object a line, a row each.
    NdJson,
    /// One JSON object a line, each a record as the REST API takes it.
    Records,
    /// Apache Parquet.
    Parquet,
}

/// A file that has been opened: its columns are known, its rows have not been read.
#[derive(Debug)]
pub struct FileSource {
    path: PathBuf,
    reader: Reader,
    progress: Progress,
}

#[derive(Debug)]
enum Reader {
    Csv(Csv),
    NdJson(NdJson),
    Parquet(Parquet),
}

impl FileSource {
    /// Opens a file and finds out its format by its first bytes and its name, and its columns.
    ///
    /// # Errors
    /// It cannot be read, is empty, or is no format that is known here.
    pub fn open(path: &Path, options: &SourceOptions) -> Result<Self> {
        let mut start = [0; 4];
        let size = File::open(path)
            .and_then(|mut file| {
                let _short_files_are_not_parquet = file.read(&mut start)?;
                file.metadata()
            })
            .map_err(|e| unreadable(path, &e))?
            .len();
        let progress = Progress::new(size);
        let reader = if &start == b"PAR1" {
            Reader::Parquet(Parquet::open(path)?)
        } else {
            let text = TextFile::open(path, options.encoding.as_deref())?;
            if is_json(path, &text)? {
                Reader::NdJson(NdJson::open(path, text)?)
            } else {
                Reader::Csv(Csv::open(path, text, options.delimiter)?)
            }
        };
        Ok(Self { path: path.to_owned(), reader, progress })
    }

    /// Its format.
    pub fn format(&self) -> FileFormat {
        match &self.reader {
            Reader::Csv(csv) => FileFormat::Csv { delimiter: csv.delimiter() },
            Reader::NdJson(json) if json.is_records() => FileFormat::Records,
            Reader::NdJson(_) => FileFormat::NdJson,
            Reader::Parquet(_) => FileFormat::Parquet,
        }
    }

    /// Names of its columns, in file order.
    pub fn columns(&self) -> &[String] {
        match &self.reader {
            Reader::Csv(csv) => csv.columns(),
            Reader::NdJson(json) => json.columns(),
            Reader::Parquet(parquet) => parquet.columns(),
        }
    }

    /// What a person should know of how it is read.
    pub fn note(&self) -> Option<&str> {
        match &self.reader {
            Reader::Csv(csv) => csv.note(),
            Reader::NdJson(json) => json.note(),
            Reader::Parquet(_) => None,
        }
    }

    /// How far the reading is.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// An NDJSON file whose lines may be whole records: take them as they are, in one column of JSON. Nothing happens to
    /// another file.
    pub(super) fn take_whole_records(&mut self, fields: &[&str], nested: Option<&str>) {
        if let Reader::NdJson(json) = &mut self.reader {
            json.take_whole_records(fields, nested);
        }
    }

    /// Reads the columns of these positions.
    ///
    /// # Errors
    /// The file cannot be opened again; in the iterator: it cannot be read on, and where.
    pub fn rows(&self, wanted: &[usize]) -> Result<Rows> {
        match &self.reader {
            Reader::Csv(csv) => csv.rows(wanted, &self.progress),
            Reader::NdJson(json) => json.rows(wanted, &self.progress),
            Reader::Parquet(parquet) => parquet.rows(&self.path, wanted, &self.progress),
        }
    }
}

/// NDJSON begins with `{`; the name decides for a file that begins with nothing.
fn is_json(path: &Path, text: &TextFile) -> Result<bool> {
    let mut reader = text.reader(&Progress::new(0))?;
    loop {
        let block = reader.fill_buf().map_err(|e| unreadable(path, &e))?;
        if block.is_empty() {
            return Err(Error::invalid("import_empty", format!("{} is empty", path.display())));
        }
        match block.iter().find(|b| !b.is_ascii_whitespace()) {
            Some(b'{') => return Ok(true),
            Some(b'[') => {
                return Err(Error::invalid(
                    "import_format",
                    format!(
                        "{0} is a JSON array; write one object a line: jq -c '.[]' {0} > rows.ndjson",
                        path.display()
                    ),
                ));
            }
            Some(_) => return Ok(false),
            None => {
                let length = block.len();
                reader.consume(length);
            }
        }
    }
}
