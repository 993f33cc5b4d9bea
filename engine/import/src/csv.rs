//! CSV: all cells as text. Cells are not trimmed and not interpreted here, but for the apostrophe that guards against
//! formulas; rows of totals are left out.

use std::{
    io::{BufRead, BufWriter, Read, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use arrow::{
    array::{ArrayRef, RecordBatch, StringBuilder},
    datatypes::{DataType, Field, FieldRef},
};

use super::{
    delimited::{Next, Record, Records, is_figure},
    error::unreadable,
    header::{self, HeaderOptions},
    progress::Progress,
    rows::{BATCH_ROWS, Rows, finish},
    text::TextFile,
};
use kupets_core::Result;
use tempfile::NamedTempFile;

/// Bytes at the start of a file by which its delimiter is found out.
const SAMPLE: u64 = 64 << 10;
/// Rows of the sample by which it is found out.
const SAMPLE_ROWS: usize = 200;
/// Lines above the header at most, where it is looked for.
const MAX_TITLES: usize = 40;
/// What may stand between two cells, in the order in which ties are broken.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A CSV file whose header is known.
#[derive(Debug)]
pub(super) struct Csv {
    path: PathBuf,
    text: TextFile,
    delimiter: u8,
    columns: Vec<String>,
    /// Records that the header has.
    lines: usize,
    /// Records up to the header and with it.
    skipped: usize,
    /// Column of the records' ids: a row of totals may have its word there.
    id: Option<usize>,
    /// Columns that records are made of: a row of totals lacks some of them.
    mapped: Vec<usize>,
    /// It was a worksheet, whose rows end where their last cell does.
    ragged: bool,
    totals: Arc<Mutex<Vec<u64>>>,
}

impl Csv {
    /// Reads the header.
    ///
    /// # Errors
    /// The file cannot be read, or has no such header line.
    pub(super) fn open(path: &Path, text: TextFile, delimiter: Option<u8>, options: &HeaderOptions) -> Result<Self> {
        let mut sample = Vec::new();
        text.reader(&Progress::new(0))?.take(SAMPLE).read_to_end(&mut sample).map_err(|e| unreadable(path, &e))?;
        let named = named_delimiter(&sample);
        let delimiter = delimiter.or(named).unwrap_or_else(|| sniff(&sample));
        let mut first = Vec::new();
        let mut records = Records::new(&sample[..], delimiter);
        let mut record = Record::default();
        let wanted = options.row.map_or(MAX_TITLES, |row| (row as usize).max(MAX_TITLES));
        while first.len() < wanted && records.next(&mut record).map_err(|e| unreadable(path, &e))? != Next::End {
            first.push(record.texts());
        }
        let at = header::find(&first, usize::from(named.is_some()), options)
            .map_err(|message| unreadable(path, &message))?;
        let (columns, lines) = header::columns(&first, at, options);
        Ok(Self {
            path: path.to_owned(),
            text,
            delimiter,
            columns,
            lines,
            skipped: at + lines,
            id: None,
            mapped: Vec::new(),
            ragged: false,
            totals: Arc::default(),
        })
    }

    /// Takes rows of any length: cells that a row lacks are empty, and those past the header have no column.
    pub(super) fn with_ragged_rows(self) -> Self {
        Self { ragged: true, ..self }
    }

    /// Where each line of the file stands in quotes, as one cell: the lines without them, in a temporary file. Spreadsheets write so
    /// what they have read with another delimiter.
    ///
    /// # Errors
    /// The file cannot be read, or the other one not be written.
    pub(super) fn unquoted(&self, options: &HeaderOptions) -> Result<Option<NamedTempFile>> {
        let [only] = self.columns.as_slice() else { return Ok(None) };
        let Some(delimiter) = DELIMITERS.into_iter().find(|mark| only.contains(char::from(*mark))) else {
            return Ok(None);
        };
        if options.row.is_some() {
            return Ok(None);
        }
        let of = |e: &dyn std::fmt::Display| unreadable(&self.path, &format!("no temporary file: {e}"));
        let file = NamedTempFile::new().map_err(|e| of(&e))?;
        let mut out = BufWriter::new(file.reopen().map_err(|e| of(&e))?);
        let mut records = Records::new(self.text.reader(&Progress::new(0))?, self.delimiter);
        let mut record = Record::default();
        let (mut rows, mut whole) = (0_u64, 0_u64);
        while records.next(&mut record).map_err(|e| unreadable(&self.path, &e))? != Next::End {
            let line = record.get(0).unwrap_or_default();
            rows += 1;
            whole += u64::from(record.len() == 1 && line.contains(&delimiter));
            out.write_all(line).and_then(|()| out.write_all(b"\n")).map_err(|e| of(&e))?;
            records.forget();
        }
        out.flush().map_err(|e| of(&e))?;
        drop(out);
        Ok((whole == rows).then_some(file))
    }

    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn notes(&self) -> Vec<String> {
        let at = self.skipped + 1 - self.lines;
        let titles = match self.lines {
            1 => (at > 1).then(|| format!("the header is line {at} of those that are not empty")),
            _ => Some(format!("the header has two lines, {at} and {} of those that are not empty", self.skipped)),
        };
        self.text.note.iter().cloned().chain(titles).collect()
    }

    /// Tells of which columns records are made, and which has their ids.
    pub(super) fn set_mapped(&mut self, id: Option<usize>, mapped: &[usize]) {
        (self.id, self.mapped) = (id, mapped.to_vec());
    }

    /// Rows of totals that the last reading has left out.
    pub(super) fn totals(&self) -> Vec<u64> {
        self.totals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn rows(&self, wanted: &[usize], progress: &Progress) -> Result<Rows> {
        self.totals.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let fields = wanted
            .iter()
            .map(|&at| Arc::new(Field::new(&self.columns[at], DataType::Utf8, true)) as FieldRef)
            .collect();
        let mut records = Records::new(self.text.reader(progress)?, self.delimiter);
        let mut record = Record::default();
        for _ in 0..self.skipped {
            records.next(&mut record).map_err(|e| unreadable(&self.path, &e))?;
        }
        // Lines that a quote has joined are told by their length, which says nothing of a worksheet.
        records.set_width(if self.ragged { 0 } else { self.columns.len() });
        let rows = CsvRows {
            path: self.path.clone(),
            records,
            width: self.columns.len(),
            wanted: wanted.to_vec(),
            fields,
            id: self.id,
            mapped: self.mapped.clone(),
            ragged: self.ragged,
            totals: self.totals.clone(),
            next_row: 1,
            done: false,
        };
        Ok(Box::new(rows))
    }
}

struct CsvRows {
    path: PathBuf,
    records: Records<Box<dyn BufRead + Send>>,
    width: usize,
    wanted: Vec<usize>,
    fields: Vec<FieldRef>,
    id: Option<usize>,
    mapped: Vec<usize>,
    ragged: bool,
    totals: Arc<Mutex<Vec<u64>>>,
    next_row: u64,
    done: bool,
}

impl CsvRows {
    fn batch(&mut self) -> Result<Option<RecordBatch>> {
        let mut columns: Vec<StringBuilder> = self.wanted.iter().map(|_| StringBuilder::new()).collect();
        let mut errors = StringBuilder::new();
        let mut numbers = Vec::new();
        let mut record = Record::default();
        while numbers.len() < BATCH_ROWS {
            let number = self.next_row;
            let next = self.records.next(&mut record);
            let next = next.map_err(|e| unreadable(&self.path, &format!("row {number}: {e}")))?;
            if next == Next::End {
                break;
            }
            self.next_row += 1;
            // Spreadsheets save rows of which nothing is filled.
            if next == Next::Row
                && (0..record.len()).all(|at| record.get(at).is_none_or(|cell| cell.trim_ascii().is_empty()))
            {
                continue;
            }
            if self.is_total(&record).map_err(|e| unreadable(&self.path, &e))? {
                self.totals.lock().unwrap_or_else(PoisonError::into_inner).push(number);
                continue;
            }
            let fault = self.append(&record, &mut columns);
            // Some programs end rows with a delimiter, and the header without.
            let more = || {
                (self.width..record.len()).any(|at| record.get(at).is_some_and(|cell| !cell.trim_ascii().is_empty()))
            };
            let is_wrong = record.len() < self.width || record.len() > self.width && more();
            let width = (is_wrong && !self.ragged).then(|| {
                format!(
                    "the row has {} cells and the header {}: a quote or a delimiter is missing or too many",
                    record.len(),
                    self.width
                )
            });
            let unclosed = (next == Next::Unclosed).then(|| {
                "a quote is not closed before a delimiter or the end of the line: close it, or double it if it belongs to \
                 the text"
                    .to_owned()
            });
            errors.append_option(unclosed.or(fault).or(width));
            numbers.push(number);
        }
        self.records.forget();
        if numbers.is_empty() {
            return Ok(None);
        }
        let arrays = columns.iter_mut().map(|c| Arc::new(c.finish()) as ArrayRef).collect();
        finish(self.fields.clone(), arrays, numbers.into_iter(), errors.finish()).map(Some)
    }

    /// Appends the wanted cells of a row; says what is wrong with one.
    fn append(&self, record: &Record, columns: &mut [StringBuilder]) -> Option<String> {
        let mut fault = None;
        for (column, &at) in columns.iter_mut().zip(&self.wanted) {
            match record.get(at).map(std::str::from_utf8) {
                Some(Ok(cell)) => column.append_value(unguarded(cell.trim())),
                None => column.append_null(),
                Some(Err(_)) => {
                    column.append_null();
                    fault = Some(format!(
                        "cell {} is not valid UTF-8; if the file has another encoding, pass --encoding",
                        at + 1
                    ));
                }
            }
        }
        fault
    }

    /// Whether a row sums up those above it: it begins with such a word, and is the last one or lacks something that a row
    /// has.
    fn is_total(&mut self, record: &Record) -> std::io::Result<bool> {
        let filled =
            (0..record.len()).find_map(|at| record.get(at).filter(|c| !c.trim_ascii().is_empty()).map(|c| (at, c)));
        let Some((first, cell)) = filled else { return Ok(false) };
        // Most rows are told apart by one letter.
        if !matches!(cell.trim_ascii_start().first(), Some(b't' | b'T' | b's' | b'S' | b'g' | b'G' | 0xd0)) {
            return Ok(false);
        }
        if !std::str::from_utf8(cell).is_ok_and(header::is_total_word) {
            return Ok(false);
        }
        let lacks = record.len() < self.width && !self.ragged
            || self.mapped.iter().any(|&at| record.get(at).is_none_or(<[u8]>::is_empty));
        Ok(self.id == Some(first) || lacks || self.records.is_at_end()?)
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

/// Takes off the apostrophe that exports put before what a spreadsheet would take for a formula or a number. An apostrophe
/// of a text, as in `'90s jeans`, stays.
fn unguarded(cell: &str) -> &str {
    let Some(rest) = cell.strip_prefix('\'') else { return cell };
    let figures = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '-' | '+' | '(' | ')' | '.' | ',' | ':');
    match rest.as_bytes().first() {
        Some(b'=' | b'+' | b'-' | b'@') => rest,
        Some(b'0'..=b'9') if rest.chars().all(figures) => rest,
        _ => cell,
    }
}

/// The delimiter that a first line `sep=;` names, as Excel reads it.
fn named_delimiter(sample: &[u8]) -> Option<u8> {
    let end = sample.iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(sample.len());
    match sample[..end].trim_ascii() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] => Some(*delimiter),
        // Trimmed away.
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'='] => Some(b'\t'),
        [b'"', b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter, b'"'] => Some(*delimiter),
        _ => None,
    }
}

/// The delimiter that cuts the sample into the most columns, counting only those that nearly all its rows have. Where none
/// does, there are titles above the header: those of other widths are passed over.
fn sniff(sample: &[u8]) -> u8 {
    // The last line of the sample is likely to be cut.
    let whole = sample.iter().rposition(|b| *b == b'\n').map_or(sample, |at| &sample[..at]);
    let shapes = DELIMITERS.map(|delimiter| shapes(whole, delimiter));
    // `max_by_key` keeps the last of equals, so the list is read backwards.
    let best = |score: fn(&[Shape]) -> usize| (0..DELIMITERS.len()).rev().max_by_key(|at| score(&shapes[*at]));
    let plain = best(without_titles).filter(|at| without_titles(&shapes[*at]) > 1);
    plain.or_else(|| best(below_titles)).map_or(b',', |at| DELIMITERS[at])
}

/// Cells of a row, whether one of them is a figure, which no header has, and whether the last one is empty.
type Shape = (usize, bool, bool);

fn shapes(sample: &[u8], delimiter: u8) -> Vec<Shape> {
    let mut records = Records::new(sample, delimiter);
    let mut record = Record::default();
    let mut shapes = Vec::new();
    while shapes.len() < SAMPLE_ROWS && records.next(&mut record).is_ok_and(|next| next != Next::End) {
        let figures = (0..record.len()).any(|at| record.get(at).is_some_and(is_figure));
        let open = record.len() > 1 && record.get(record.len() - 1).is_some_and(|cell| cell.trim_ascii().is_empty());
        shapes.push((record.len(), figures, open));
    }
    shapes
}

fn without_titles(shapes: &[Shape]) -> usize {
    let header = shapes.first().map_or(0, |(width, ..)| *width);
    let agreeing = shapes
        .iter()
        .filter(|(width, _, open)| *width == header || header > 1 && *open && *width == header + 1)
        .count();
    if agreeing * 10 >= shapes.len() * 9 { header } else { 1 }
}

fn below_titles(shapes: &[Shape]) -> usize {
    let count = |width: usize| shapes.iter().filter(|(w, ..)| *w == width).count();
    let usual = shapes.iter().map(|(width, ..)| *width).max_by_key(|w| (count(*w), *w)).unwrap_or(1);
    let titles = shapes.iter().take_while(|(width, ..)| *width != usual).count();
    let rows = shapes.len() - titles;
    let header = shapes.get(titles).is_some_and(|(_, figures, _)| !figures);
    let agreeing = count(usual) * 10 >= rows * 9 || count(usual) + 2 >= rows;
    if header && titles < MAX_TITLES && agreeing { usual } else { 1 }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write;

    use arrow::array::AsArray;

    use super::*;

    fn open(text: &[u8]) -> (NamedTempFile, Result<Csv>) {
        let mut file = NamedTempFile::new().unwrap();
        file.write_all(text).unwrap();
        let csv =
            TextFile::open(file.path(), None).and_then(|t| Csv::open(file.path(), t, None, &HeaderOptions::default()));
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
    fn what_stands_around_the_table_is_not_of_it() {
        let (columns, cells, errors) = read(b"sep=;\na;b\n1;2\n");
        assert_eq!(
            (columns, cells),
            (vec!["a".to_owned(), "b".to_owned()], vec![vec!["1".to_owned(), "2".to_owned()]])
        );
        assert_eq!(errors, [None]);
        assert_eq!(read(b"\"sep=,\"\r\na,b\r\n1;,2\r\n").1, [["1;", "2"]]);
        let text = "Отчет о продажах\nс 1 по 31 марта, все склады\n\nНомер;Дата;Сумма\n1;01.03.2026;2,50\n2;02.03.2026;3,50\n\
                    Итого;;6,00\n";
        let (columns, cells, errors) = read(text.as_bytes());
        assert_eq!(columns, ["Номер", "Дата", "Сумма"]);
        assert_eq!(cells, [["1", "01.03.2026", "2,50"], ["2", "02.03.2026", "3,50"]]);
        assert_eq!(errors, [None, None]);
        // A product may be called so.
        assert_eq!(read(b"name,price\nTotal,5\nTotals 2,6\n").1.len(), 2);
    }

    #[test]
    fn apostrophes_that_guard_are_taken_off() {
        let (_, cells, _) = read(b"a,b,c,d,e\n'02110,'+1 555,'-5.00,'90s jeans,'tis\n");
        assert_eq!(cells, [["02110", "+1 555", "-5.00", "'90s jeans", "'tis"]]);
    }

    #[test]
    fn a_row_with_an_unclosed_quote_is_named_and_the_next_one_read() {
        let (_, cells, errors) = read(b"a;b;c\n1;\"x;2\n3;5\" y;4\n");
        assert!(errors[0].as_ref().unwrap().contains("quote is not closed"), "{errors:?}");
        assert_eq!((&errors[1], &cells[1][..]), (&None, &["3".to_owned(), "5\" y".to_owned(), "4".to_owned()][..]));
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
