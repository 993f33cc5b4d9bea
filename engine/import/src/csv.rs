//! CSV: all cells as text. Cells are not trimmed and not interpreted here.

use std::{
    collections::HashSet,
    io::{BufRead, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, RecordBatch, StringBuilder},
    datatypes::{DataType, Field, FieldRef},
};

use super::{
    error::unreadable,
    progress::Progress,
    rows::{BATCH_ROWS, Rows, finish},
    text::TextFile,
};
use kupets_core::{Error, Result};

/// Bytes at the start of a file by which its delimiter is found out.
const SAMPLE: u64 = 64 << 10;
/// What may stand between two cells, in the order in which ties are broken.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A CSV file whose header is known.
#[derive(Debug)]
pub(super) struct Csv {
    path: PathBuf,
    text: TextFile,
    delimiter: u8,
    columns: Vec<String>,
}

impl Csv {
    /// Reads the header.
    ///
    /// # Errors
    /// The file cannot be read, or two columns have one name.
    pub(super) fn open(path: &Path, text: TextFile, delimiter: Option<u8>) -> Result<Self> {
        let mut sample = Vec::new();
        text.reader(&Progress::new(0))?.take(SAMPLE).read_to_end(&mut sample).map_err(|e| unreadable(path, &e))?;
        let delimiter = delimiter.unwrap_or_else(|| sniff(&sample));
        let mut reader = builder(delimiter).from_reader(text.reader(&Progress::new(0))?);
        let header = reader.byte_headers().map_err(|e| unreadable(path, &e))?;
        let columns: Vec<String> = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        let mut seen = HashSet::new();
        if let Some(twice) = columns.iter().find(|name| !name.is_empty() && !seen.insert(name.as_str())) {
            let message =
                format!("{}: two columns are called {twice:?}; rename one in the header line", path.display());
            return Err(Error::invalid("import_header", message));
        }
        Ok(Self { path: path.to_owned(), text, delimiter, columns })
    }

    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn note(&self) -> Option<&str> {
        self.text.note.as_deref()
    }

    pub(super) fn rows(&self, wanted: &[usize], progress: &Progress) -> Result<Rows> {
        let fields = wanted
            .iter()
            .map(|&at| Arc::new(Field::new(&self.columns[at], DataType::Utf8, true)) as FieldRef)
            .collect();
        let rows = CsvRows {
            path: self.path.clone(),
            reader: builder(self.delimiter).from_reader(self.text.reader(progress)?),
            width: self.columns.len(),
            wanted: wanted.to_vec(),
            fields,
            next_row: 1,
            done: false,
        };
        Ok(Box::new(rows))
    }
}

fn builder(delimiter: u8) -> csv::ReaderBuilder {
    let mut builder = csv::ReaderBuilder::new();
    builder.delimiter(delimiter).flexible(true).buffer_capacity(256 << 10);
    builder
}

struct CsvRows {
    path: PathBuf,
    reader: csv::Reader<Box<dyn BufRead + Send>>,
    width: usize,
    wanted: Vec<usize>,
    fields: Vec<FieldRef>,
    next_row: u64,
    done: bool,
}

impl CsvRows {
    fn batch(&mut self) -> Result<Option<RecordBatch>> {
        let mut columns: Vec<StringBuilder> = self.wanted.iter().map(|_| StringBuilder::new()).collect();
        let mut errors = StringBuilder::new();
        let first_row = self.next_row;
        let mut record = csv::ByteRecord::new();
        let mut rows = 0;
        while rows < BATCH_ROWS {
            match self.reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(e) => return Err(unreadable(&self.path, &format!("row {}: {e}", self.next_row))),
            }
            let mut error = (record.len() != self.width).then(|| {
                format!(
                    "the row has {} cells and the header {}: a quote or a delimiter is missing or too many",
                    record.len(),
                    self.width
                )
            });
            for (column, &at) in columns.iter_mut().zip(&self.wanted) {
                match record.get(at).map(std::str::from_utf8) {
                    Some(Ok(cell)) => column.append_value(cell),
                    None => column.append_null(),
                    Some(Err(_)) => {
                        column.append_null();
                        error = Some(format!(
                            "cell {} is not valid UTF-8; if the file has another encoding, pass --encoding",
                            at + 1
                        ));
                    }
                }
            }
            errors.append_option(error);
            rows += 1;
            self.next_row += 1;
        }
        if rows == 0 {
            return Ok(None);
        }
        let arrays = columns.iter_mut().map(|c| Arc::new(c.finish()) as ArrayRef).collect();
        finish(self.fields.clone(), arrays, first_row.., errors.finish()).map(Some)
    }
}

impl Iterator for CsvRows {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let batch = self.batch().transpose();
        self.done = !matches!(batch, Some(Ok(_)));
        batch
    }
}

/// The delimiter that cuts the sample into the most columns, counting only those that nearly all its rows have.
fn sniff(sample: &[u8]) -> u8 {
    // The last line of the sample is likely to be cut.
    let whole = sample.iter().rposition(|b| *b == b'\n').map_or(sample, |at| &sample[..at]);
    let score = |delimiter: u8| {
        let mut widths = csv::ReaderBuilder::new();
        let widths: Vec<usize> = widths
            .delimiter(delimiter)
            .flexible(true)
            .has_headers(false)
            .from_reader(whole)
            .byte_records()
            .take(200)
            .map_while(std::result::Result::ok)
            .map(|r| r.len())
            .collect();
        let header = widths.first().copied().unwrap_or(0);
        let agreeing = widths.iter().filter(|w| **w == header).count();
        if agreeing * 10 >= widths.len() * 9 { header } else { 1 }
    };
    // `max_by_key` keeps the last of equals, so the list is read backwards.
    DELIMITERS.into_iter().rev().max_by_key(|d| score(*d)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write;

    use arrow::array::AsArray;

    use super::*;

    fn open(text: &[u8]) -> (tempfile::NamedTempFile, Result<Csv>) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text).unwrap();
        let csv = TextFile::open(file.path(), None).and_then(|t| Csv::open(file.path(), t, None));
        (file, csv)
    }

    /// All cells, and the error of each row.
    fn read(text: &[u8]) -> (Vec<String>, Vec<Vec<String>>, Vec<Option<String>>) {
        let (_file, csv) = open(text);
        let csv = csv.unwrap();
        let wanted: Vec<usize> = (0..csv.columns.len()).collect();
        let (mut cells, mut errors) = (Vec::new(), Vec::new());
        for batch in csv.rows(&wanted, &Progress::new(1)).unwrap() {
            let batch = batch.unwrap();
            for row in 0..batch.num_rows() {
                cells.push(
                    wanted
                        .iter()
                        .map(|&c| batch.column(c).as_string::<i32>())
                        .map(|c| c.value(row).to_owned())
                        .collect(),
                );
            }
            errors.extend(batch.columns().last().unwrap().as_string::<i32>().iter().map(|e| e.map(str::to_owned)));
        }
        (csv.columns, cells, errors)
    }

    #[test]
    fn delimiters_are_found_out() {
        for (delimiter, name) in [(',', b','), (';', b';'), ('\t', b'\t'), ('|', b'|')] {
            let text = "id,name,note\n1,\"a, b; c | d\",x\n2,\"two\nlines\",y\n".replace("\",", "\"\u{1}");
            let text = text
                .replace("id,name,note", "id\u{1}name\u{1}note")
                .replace("1,\"", "1\u{1}\"")
                .replace("2,\"", "2\u{1}\"");
            let text = text.replace('\u{1}', &delimiter.to_string());
            let (_file, csv) = open(text.as_bytes());
            assert_eq!(csv.unwrap().delimiter, name);
            let (columns, cells, errors) = read(text.as_bytes());
            assert_eq!(columns, ["id", "name", "note"]);
            assert_eq!(cells, [["1", "a, b; c | d", "x"], ["2", "two\nlines", "y"]]);
            assert_eq!(errors, [None, None]);
        }
    }

    #[test]
    fn decimal_commas_do_not_win_over_the_delimiter() {
        let (_file, csv) = open("код;цена;число\n1;2,50;3,0\n2;3,75;4,0\n".as_bytes());
        assert_eq!(csv.unwrap().delimiter, b';');
    }

    #[test]
    fn rows_of_another_width_are_named_and_the_others_read() {
        let (_, cells, errors) = read(b"a,b,c\r\n1,2,3\r\n\r\n4,5\r\n6,7,8,9\r\n10,11,12");
        assert_eq!(cells[0], ["1", "2", "3"]);
        assert_eq!(cells[1], ["4", "5", ""]);
        assert_eq!(cells[3], ["10", "11", "12"]);
        assert!(errors[1].as_ref().unwrap().contains("2 cells and the header 3"));
        assert!(errors[2].is_some() && errors[0].is_none() && errors[3].is_none());
    }

    #[test]
    fn a_cell_of_damaged_bytes_is_named() {
        let mut text = "имя,город\nАнна Каренина,Казань\n".as_bytes().to_vec();
        text.extend_from_slice(b"\xff,x\n");
        let (_, _, errors) = read(&text);
        assert!(errors[1].as_ref().unwrap().contains("cell 1"));
    }

    #[test]
    fn one_column_and_one_row_are_enough() {
        let (columns, cells, _) = read(b"customer_id\n17850");
        assert_eq!((columns, cells), (vec!["customer_id".to_owned()], vec![vec!["17850".to_owned()]]));
        assert_eq!(read(b"a,b\n").1.len(), 0);
    }

    #[test]
    fn two_columns_of_one_name_are_refused() {
        let (_file, csv) = open(b"a,b,a\n1,2,3\n");
        assert!(csv.unwrap_err().to_string().contains("\"a\""));
    }

    #[test]
    fn rows_are_numbered_through_all_batches() {
        let text = format!("a\n{}", "x\n".repeat(BATCH_ROWS + 5));
        let (_file, csv) = open(text.as_bytes());
        let last = csv.unwrap().rows(&[0], &Progress::new(1)).unwrap().last().unwrap().unwrap();
        let rows = last.column(1).as_primitive::<arrow::datatypes::UInt64Type>();
        assert_eq!((rows.value(0), last.num_rows()), (BATCH_ROWS as u64 + 1, 5));
    }
}
