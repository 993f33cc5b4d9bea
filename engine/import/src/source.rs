//! A file of rows, whatever its format: its columns, and its rows as Arrow batches.

use std::{
    fs::File,
    io::{BufRead, Read},
    path::{Path, PathBuf},
};

use super::{
    csv::Csv, error::unreadable, header::HeaderOptions, html, magic, ndjson::NdJson, parquet::Parquet,
    progress::Progress, propose, rows::Rows, text::TextFile,
};
use kupets_core::{Error, Result};
use tempfile::NamedTempFile;

/// How a file is to be read, where the file itself does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceOptions {
    /// Delimiter of a CSV file; none: found out among `,` `;` tab and `|`.
    pub delimiter: Option<u8>,
    /// Name of the encoding of a text file; none: found out.
    pub encoding: Option<String>,
    /// Number of the header of a table among the lines that are not empty, from 1; none: found out.
    pub header_row: Option<u32>,
    /// Columns that the header has, by which it is found below titles.
    pub columns: Vec<String>,
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
    /// The CSV that a table of another format was rewritten as; it vanishes with this.
    converted: Option<NamedTempFile>,
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
        let mut start = [0; 512];
        let size = File::open(path)
            .and_then(|mut file| {
                let _short_files_are_not_parquet = file.read(&mut start)?;
                file.metadata()
            })
            .map_err(|e| unreadable(path, &e))?
            .len();
        let progress = Progress::new(size);
        if let Some(what) = magic::foreign(&start) {
            return Err(Error::invalid("import_format", format!("{} is {what}", path.display())));
        }
        let header =
            HeaderOptions { row: options.header_row, named: options.columns.clone(), usual: propose::usual_names() };
        let mut converted = None;
        let reader = if start.starts_with(b"PAR1") {
            Reader::Parquet(Parquet::open(path)?)
        } else if html::is_html(&start) {
            let table = html_table(path, options.encoding.as_deref())?;
            let text = TextFile::open(table.path(), Some("utf-8"))?;
            converted = Some(table);
            Reader::Csv(Csv::open(path, text, Some(b','), &header)?)
        } else {
            let text = TextFile::open(path, options.encoding.as_deref())?;
            if is_json(path, &text)? {
                Reader::NdJson(NdJson::open(path, text)?)
            } else {
                Reader::Csv(Csv::open(path, text, options.delimiter, &header)?)
            }
        };
        Ok(Self { path: path.to_owned(), reader, progress, converted })
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
    pub fn notes(&self) -> Vec<String> {
        let html = self.converted.iter().map(|_| "a table of HTML, whatever the file's name".to_owned());
        let read = match &self.reader {
            Reader::Csv(csv) => csv.notes(),
            Reader::NdJson(json) => json.note().map(str::to_owned).into_iter().collect(),
            Reader::Parquet(_) => Vec::new(),
        };
        html.chain(read).collect()
    }

    /// Tells of which columns records are made, and which has their ids.
    pub(super) fn set_mapped(&mut self, id: Option<usize>, mapped: &[usize]) {
        if let Reader::Csv(csv) = &mut self.reader {
            csv.set_mapped(id, mapped);
        }
    }

    /// Rows of totals that the last reading has left out.
    pub(super) fn totals(&self) -> Vec<u64> {
        match &self.reader {
            Reader::Csv(csv) => csv.totals(),
            Reader::NdJson(_) | Reader::Parquet(_) => Vec::new(),
        }
    }

    /// Whether a column holds text: values of other types say themselves what they are.
    pub(super) fn is_text(&self, column: usize) -> bool {
        match &self.reader {
            Reader::Csv(_) | Reader::NdJson(_) => true,
            Reader::Parquet(parquet) => parquet.is_text(column),
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

/// The first table of an HTML file, as CSV in a temporary file.
fn html_table(path: &Path, encoding: Option<&str>) -> Result<NamedTempFile> {
    let text = TextFile::open(path, encoding)?;
    let mut reader = text.reader(&Progress::new(0))?;
    let table = NamedTempFile::new().map_err(|e| unreadable(path, &format!("no temporary file: {e}")))?;
    let out = table.reopen().map_err(|e| unreadable(path, &e))?;
    if html::to_csv(reader.as_mut(), out).map_err(|e| unreadable(path, &e))? {
        return Ok(table);
    }
    Err(Error::invalid("import_format", format!("{} is HTML without a table", path.display())))
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
