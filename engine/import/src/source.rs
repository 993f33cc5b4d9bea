//! A file of rows, whatever its format: its columns, and its rows as Arrow batches.

use std::{
    fs::File,
    io::{BufRead, Read},
    path::{Path, PathBuf},
};

use arrow::datatypes::DataType;

use super::{
    archive::{self, Archive},
    commerceml,
    csv::Csv,
    error::unreadable,
    header::HeaderOptions,
    html, json_lines, magic, names,
    ndjson::NdJson,
    parquet::Parquet,
    progress::Progress,
    rows::Rows,
    text::TextFile,
    workbook::{self, Kind},
};
use kupets_core::{Error, Result};
use tempfile::NamedTempFile;

/// Bytes at the start of a file by which it is told what it is.
const START: u64 = 1_024;
/// How a ZIP file begins.
const ZIP: &[u8] = b"PK\x03\x04";
/// How a file begins that gzip has made.
const GZIP: &[u8] = b"\x1f\x8b";
/// How a document of Office begins that is older than 2007.
const OLE: &[u8] = b"\xd0\xcf\x11\xe0";

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
    /// The worksheet of a workbook, by its name or its number from 1; none: the first visible one that has cells.
    pub sheet: Option<String>,
    /// Bytes that the files of an archive, or all that a workbook is made of, may come to; none: as many as a command line may take.
    pub max_unpacked: Option<u64>,
}

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileFormat {
    /// A header line and delimited rows; worksheets and tables of HTML are rewritten so.
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
pub(super) struct FileSource {
    reader: Reader,
    progress: Progress,
    /// Where it is read from; temporary files vanish with this.
    content: Content,
    /// What it is called in the archive that it was taken out of; none if it is the file itself, or the only one there.
    name: Option<String>,
    /// Names of the worksheets, where it is a workbook.
    sheets: Vec<String>,
}

#[derive(Debug)]
enum Reader {
    Csv(Csv),
    NdJson(NdJson),
    Parquet(Parquet),
}

/// A file that is going to be read, which may not be the one that a person has given.
#[derive(Debug)]
struct Content {
    path: PathBuf,
    start: Vec<u8>,
    /// Temporary files that it stands in.
    kept: Vec<NamedTempFile>,
    notes: Vec<String>,
}

impl Content {
    fn of(path: &Path) -> Result<Self> {
        let (kept, notes) = (Vec::new(), Vec::new());
        Ok(Self { path: path.to_owned(), start: start(path).map_err(|e| unreadable(path, &e))?, kept, notes })
    }

    /// A file that was taken out of an archive.
    fn unpacked(file: NamedTempFile, notes: Vec<String>) -> Result<Self> {
        let path = file.path().to_owned();
        Ok(Self { start: start(&path).map_err(|e| unreadable(&path, &e))?, path, kept: vec![file], notes })
    }

    /// Takes off what compresses it, where it is read by more than its text.
    fn unwrap(&mut self, path: &Path, most: u64) -> Result<()> {
        if !self.start.starts_with(GZIP) {
            return Ok(());
        }
        let reader =
            || File::open(&self.path).map(|file| flate2::read::MultiGzDecoder::new(std::io::BufReader::new(file)));
        let mut inner = Vec::new();
        let read = reader().and_then(|gz| gz.take(START).read_to_end(&mut inner));
        let text = inner.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&inner).trim_ascii_start();
        let is_marked = text.starts_with(b"<") || [ZIP, OLE, b"PAR1"].iter().any(|mark| inner.starts_with(mark));
        // What is wrong with it is told when it is read.
        if read.is_err() || !is_marked {
            return Ok(());
        }
        let mut file = NamedTempFile::new().map_err(|e| unreadable(path, &format!("no temporary file: {e}")))?;
        let mut gz = reader().map_err(|e| unreadable(path, &e))?.take(most.saturating_add(1));
        let size = std::io::copy(&mut gz, &mut file).map_err(|e| unreadable(path, &e))?;
        if size > most {
            return Err(unreadable(path, &"what is in it is too large"));
        }
        self.replace(file, [])
    }

    /// Goes on with a temporary file that was made of it.
    fn replace(&mut self, file: NamedTempFile, note: impl IntoIterator<Item = String>) -> Result<()> {
        self.path = file.path().to_owned();
        self.start = start(&self.path).map_err(|e| unreadable(&self.path, &e))?;
        self.kept.push(file);
        self.notes.extend(note);
        Ok(())
    }
}

/// The first bytes of a file, by which it is told what it is.
fn start(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut start = Vec::new();
    File::open(path)?.take(START).read_to_end(&mut start)?;
    Ok(start)
}

impl FileSource {
    /// Opens a file, or all files of an archive, and finds out the format of each by its first bytes, and its columns.
    ///
    /// # Errors
    /// It cannot be read, is empty, or is no format that is known here.
    pub(super) fn open_all(path: &Path, options: &SourceOptions) -> Result<Vec<Self>> {
        let mut content = Content::of(path)?;
        let most = options.max_unpacked.unwrap_or(archive::MAX_UNPACKED);
        content.unwrap(path, most)?;
        if !content.start.starts_with(ZIP) {
            let kind = of_start(&content.start);
            return Ok(vec![Self::read(path, content, kind, None, options)?]);
        }
        let files = match archive::open(path, &content.path, most)? {
            Archive::Workbook(kind) => return Ok(vec![Self::read(path, content, Some(kind), None, options)?]),
            Archive::Files(files) => files,
        };
        let several = files.len() > 1;
        let opened = files.into_iter().map(|(file, name)| {
            let shown = if several { path.join(&name) } else { path.to_owned() };
            let content = Content::unpacked(file, vec![format!("{name} of the archive")])?;
            let kind = workbook_of(&shown, &content, most)?;
            Self::read(&shown, content, kind, several.then_some(name), options)
        });
        opened.collect()
    }

    /// Reads the header of what stands in `content` and is called `path`.
    fn read(
        path: &Path,
        mut content: Content,
        kind: Option<Kind>,
        name: Option<String>,
        options: &SourceOptions,
    ) -> Result<Self> {
        if let Some(what) = magic::foreign(&content.start) {
            return Err(Error::invalid("import_format", format!("{} is {what}", path.display())));
        }
        let header =
            HeaderOptions { row: options.header_row, named: options.columns.clone(), usual: names::usual_names() };
        let csv =
            |content: &Content| Csv::open(path, TextFile::open(&content.path, Some("utf-8"))?, Some(b','), &header);
        if let Some(sheet) = options.sheet.as_ref().filter(|_| kind.is_none()) {
            let what = format!("{} is no workbook, and has no worksheet {sheet:?}: leave --sheet out", path.display());
            return Err(Error::invalid("import_sheet", what));
        }
        let mut sheets = Vec::new();
        let reader = if content.start.starts_with(b"PAR1") {
            Reader::Parquet(Parquet::open(&content.path)?)
        } else if let Some(kind) = kind {
            let sheet = workbook::to_csv(path, &content.path, kind, options.sheet.as_deref())?;
            sheets = sheet.sheets;
            content.replace(sheet.csv, sheet.notes)?;
            Reader::Csv(csv(&content)?.with_ragged_rows())
        } else if html::is_html(&content.start) {
            let table = html_table(path, &content.path, options.encoding.as_deref())?;
            content.replace(table, ["a table of HTML, whatever the file's name".to_owned()])?;
            Reader::Csv(csv(&content)?)
        } else if commerceml::is_commerceml(&content.start) {
            let rows = commerceml::to_csv(path, &content.path, &content.start)?;
            content.replace(rows, ["documents of CommerceML, a row a line".to_owned()])?;
            Reader::Csv(csv(&content)?)
        } else {
            let text = TextFile::open(&content.path, options.encoding.as_deref())?;
            let json = json_shape(path, &text)?;
            if json == JsonShape::Other {
                let lines = lines_of_json(path, &text)?;
                content.replace(lines, ["JSON, each of its objects a row".to_owned()])?;
                Reader::NdJson(NdJson::open(path, TextFile::open(&content.path, Some("utf-8"))?)?)
            } else if json == JsonShape::Lines {
                Reader::NdJson(NdJson::open(path, text)?)
            } else {
                let csv = Csv::open(path, text, options.delimiter, &header)?;
                match csv.unquoted(&header)? {
                    None => Reader::Csv(csv),
                    Some(lines) => {
                        content.replace(lines, ["each line stands in quotes, which are taken off".to_owned()])?;
                        let text = TextFile::open(&content.path, Some("utf-8"))?;
                        Reader::Csv(Csv::open(path, text, options.delimiter, &header)?)
                    }
                }
            }
        };
        let size = std::fs::metadata(&content.path).map_err(|e| unreadable(path, &e))?.len();
        Ok(Self { reader, progress: Progress::new(size), content, name, sheets })
    }

    /// What it is called in its archive, where that has several files.
    pub(super) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Names of the worksheets, where it is a workbook.
    pub(super) fn sheets(&self) -> &[String] {
        &self.sheets
    }

    /// Its format.
    pub(super) fn format(&self) -> FileFormat {
        match &self.reader {
            Reader::Csv(csv) => FileFormat::Csv { delimiter: csv.delimiter() },
            Reader::NdJson(json) if json.is_records() => FileFormat::Records,
            Reader::NdJson(_) => FileFormat::NdJson,
            Reader::Parquet(_) => FileFormat::Parquet,
        }
    }

    /// Names of its columns, in file order.
    pub(super) fn columns(&self) -> &[String] {
        match &self.reader {
            Reader::Csv(csv) => csv.columns(),
            Reader::NdJson(json) => json.columns(),
            Reader::Parquet(parquet) => parquet.columns(),
        }
    }

    /// What a person should know of how it is read.
    pub(super) fn notes(&self) -> Vec<String> {
        let read = match &self.reader {
            Reader::Csv(csv) => csv.notes(),
            Reader::NdJson(json) => json.note().map(str::to_owned).into_iter().collect(),
            Reader::Parquet(_) => Vec::new(),
        };
        self.content.notes.iter().cloned().chain(read).collect()
    }

    /// Where its bytes stand, unpacked and rewritten.
    pub(super) fn content_path(&self) -> &Path {
        &self.content.path
    }

    /// The type of a column, where the format has types.
    pub(super) fn data_type(&self, column: usize) -> Option<&DataType> {
        match &self.reader {
            Reader::Csv(_) | Reader::NdJson(_) => None,
            Reader::Parquet(parquet) => parquet.data_type(column),
        }
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
    pub(super) fn progress(&self) -> &Progress {
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
    pub(super) fn rows(&self, wanted: &[usize]) -> Result<Rows> {
        match &self.reader {
            Reader::Csv(csv) => csv.rows(wanted, &self.progress),
            Reader::NdJson(json) => json.rows(wanted, &self.progress),
            Reader::Parquet(parquet) => parquet.rows(&self.content.path, wanted, &self.progress),
        }
    }
}

/// Which kind of workbook a file of an archive is; none if it is none.
fn workbook_of(path: &Path, content: &Content, most: u64) -> Result<Option<Kind>> {
    // Some shops pack a workbook once more.
    if content.start.starts_with(ZIP) {
        return match archive::open(path, &content.path, most)? {
            Archive::Workbook(kind) => Ok(Some(kind)),
            Archive::Files(_) => {
                let what = "an archive in an archive: unpack it first";
                Err(Error::invalid("import_format", format!("{} is {what}", path.display())))
            }
        };
    }
    Ok(of_start(&content.start))
}

/// Which kind of workbook a file is that begins so, and is no ZIP.
fn of_start(start: &[u8]) -> Option<Kind> {
    let is_html = html::is_html(start);
    start
        .starts_with(OLE)
        .then_some(Kind::Xls)
        .or_else(|| (!is_html && workbook::is_spreadsheetml(start)).then_some(Kind::Xml))
}

/// The first table of an HTML file, as CSV in a temporary file.
fn html_table(path: &Path, content: &Path, encoding: Option<&str>) -> Result<NamedTempFile> {
    let text = TextFile::open(content, encoding)?;
    let mut reader = text.reader(&Progress::new(0))?;
    let table = NamedTempFile::new().map_err(|e| unreadable(path, &format!("no temporary file: {e}")))?;
    let out = table.reopen().map_err(|e| unreadable(path, &e))?;
    if html::to_csv(reader.as_mut(), out).map_err(|e| unreadable(path, &e))? {
        return Ok(table);
    }
    Err(Error::invalid("import_format", format!("{} is HTML without a table", path.display())))
}

/// What a file has of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JsonShape {
    /// It is no JSON.
    None,
    /// An object a line.
    Lines,
    /// A list, or objects over several lines.
    Other,
}

/// Bytes of a first line by which it is told whether it is an object of its own.
const MAX_LINE: u64 = 16 << 20;

/// JSON begins with `{` or `[`.
fn json_shape(path: &Path, text: &TextFile) -> Result<JsonShape> {
    let mut reader = text.reader(&Progress::new(0))?;
    loop {
        let block = reader.fill_buf().map_err(|e| unreadable(path, &e))?;
        if block.is_empty() {
            return Err(Error::invalid("import_empty", format!("{} is empty", path.display())));
        }
        match block.iter().position(|b| !b.is_ascii_whitespace()) {
            Some(at) if block[at] == b'{' => {
                reader.consume(at);
                break;
            }
            // `[12] Lamp` is a cell of a table.
            Some(at) if block[at] == b'[' => {
                let next = block[at + 1..].iter().find(|b| !b.is_ascii_whitespace());
                return Ok(if matches!(next, Some(b'{' | b']')) { JsonShape::Other } else { JsonShape::None });
            }
            Some(_) => return Ok(JsonShape::None),
            None => {
                let length = block.len();
                reader.consume(length);
            }
        }
    }
    let mut first = Vec::new();
    reader.by_ref().take(MAX_LINE).read_until(b'\n', &mut first).map_err(|e| unreadable(path, &e))?;
    let mut rest = Vec::new();
    reader.take(MAX_LINE).read_until(b'{', &mut rest).map_err(|e| unreadable(path, &e))?;
    let is_only = rest.trim_ascii().is_empty();
    Ok(if json_lines::is_lines(&first, is_only) { JsonShape::Lines } else { JsonShape::Other })
}

/// The objects of JSON that is no line an object, as NDJSON in a temporary file.
fn lines_of_json(path: &Path, text: &TextFile) -> Result<NamedTempFile> {
    let mut reader = text.reader(&Progress::new(0))?;
    let lines = NamedTempFile::new().map_err(|e| unreadable(path, &format!("no temporary file: {e}")))?;
    let mut out = lines.reopen().map_err(|e| unreadable(path, &e))?;
    json_lines::to_lines(reader.as_mut(), &mut out).map_err(|e| unreadable(path, &e))?;
    Ok(lines)
}
