//! Delimited text cut into records. A quote that is not closed must never carry a cell of one row into another: such a row
//! is refused, and reading goes on with the line after it.

use std::io::{self, BufRead, Write};

/// Bytes that one record may take: past it a quote counts as not closed, so that memory is bounded.
const MAX_RECORD: usize = 8 << 20;

/// One record: its cells without their quotes.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    data: Vec<u8>,
    ends: Vec<usize>,
}

impl Record {
    /// How many cells.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// A cell.
    pub(super) fn get(&self, at: usize) -> Option<&[u8]> {
        let end = *self.ends.get(at)?;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        self.data.get(start..end)
    }

    /// All cells as text; bytes that are not UTF-8 are replaced.
    pub(super) fn texts(&self) -> Vec<String> {
        let cells = (0..self.len()).filter_map(|at| self.get(at));
        cells.map(|c| String::from_utf8_lossy(c).trim().to_owned()).collect()
    }

    fn clear(&mut self) {
        self.data.clear();
        self.ends.clear();
    }

    fn end_cell(&mut self) {
        self.ends.push(self.data.len());
    }
}

/// How the reading of a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// The record holds a row.
    Row,
    /// The record holds what stands before a quote that is not closed, and the rest of that line as one cell.
    Unclosed,
    /// There are no more.
    End,
}

/// Reads records one after the other.
pub(super) struct Records<R> {
    reader: R,
    delimiter: u8,
    /// Cells of a row, once the header is known.
    width: usize,
    buffer: Vec<u8>,
    /// Where the next line begins in `buffer`.
    at: usize,
    ended: bool,
}

impl<R: BufRead> Records<R> {
    /// Of a text whose cells are separated by `delimiter`.
    pub(super) fn new(reader: R, delimiter: u8) -> Self {
        Self { reader, delimiter, width: 0, buffer: Vec::new(), at: 0, ended: false }
    }

    /// Tells how many cells a row has, by which lines that a quote has joined are recognised.
    pub(super) fn set_width(&mut self, width: usize) {
        self.width = width;
    }

    /// Reads the next record that is not an empty line.
    ///
    /// # Errors
    /// The text cannot be read.
    pub(super) fn next(&mut self, record: &mut Record) -> io::Result<Next> {
        loop {
            let Some((end, next)) = self.line(self.at)? else { return Ok(Next::End) };
            let start = self.at;
            if end == start {
                self.at = next;
                continue;
            }
            record.clear();
            if !self.buffer[start..end].contains(&b'"') {
                split(&self.buffer[start..end], self.delimiter, record);
                self.at = next;
                return Ok(Next::Row);
            }
            return match self.quoted(start, record)? {
                Some(after) if after <= next || !self.is_joined(start, after)? => {
                    self.at = after;
                    Ok(Next::Row)
                }
                _ => {
                    self.before_the_quote(start, end, record);
                    self.at = next;
                    Ok(Next::Unclosed)
                }
            };
        }
    }

    /// The end of the line that begins at `from`, and where the next one begins.
    fn line(&mut self, from: usize) -> io::Result<Option<(usize, usize)>> {
        let mut seen = from;
        loop {
            if let Some(at) = self.buffer[seen..].iter().position(|b| matches!(b, b'\n' | b'\r')) {
                let end = seen + at;
                if self.buffer[end] == b'\n' {
                    return Ok(Some((end, end + 1)));
                }
                let newline = self.byte(end + 1)? == Some(b'\n');
                return Ok(Some((end, end + 1 + usize::from(newline))));
            }
            seen = self.buffer.len();
            if !self.fill()? {
                return Ok((seen > from).then_some((seen, seen)));
            }
        }
    }

    fn byte(&mut self, at: usize) -> io::Result<Option<u8>> {
        while at >= self.buffer.len() {
            if !self.fill()? {
                return Ok(None);
            }
        }
        Ok(Some(self.buffer[at]))
    }

    /// Appends a block to the buffer; false at the end. Positions stay as they are.
    fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let block = self.reader.fill_buf()?;
        let length = block.len();
        self.buffer.extend_from_slice(block);
        self.reader.consume(length);
        self.ended = length == 0;
        Ok(length > 0)
    }

    /// Whether nothing but empty lines and empty cells is left.
    ///
    /// # Errors
    /// The text cannot be read.
    pub(super) fn is_at_end(&mut self) -> io::Result<bool> {
        let mut at = self.at;
        while let Some(byte) = self.byte(at)? {
            if byte != self.delimiter && !byte.is_ascii_whitespace() {
                return Ok(false);
            }
            at += 1;
        }
        Ok(true)
    }

    /// Drops what has been read.
    pub(super) fn forget(&mut self) {
        self.buffer.drain(..self.at);
        self.at = 0;
    }

    /// Reads a record with quotes; none if one of them is not closed as it should be, else where the record ends.
    fn quoted(&mut self, start: usize, record: &mut Record) -> io::Result<Option<usize>> {
        let mut at = start;
        loop {
            if self.byte(at)? == Some(b'"') {
                at += 1;
                loop {
                    let Some(quote) = self.quote(at, start)? else { return Ok(None) };
                    record.data.extend_from_slice(&self.buffer[at..quote]);
                    at = quote + 1;
                    if self.byte(at)? != Some(b'"') {
                        break;
                    }
                    record.data.push(b'"');
                    at += 1;
                }
            } else {
                let from = at;
                while let Some(byte) = self.byte(at)? {
                    if byte == self.delimiter || matches!(byte, b'\n' | b'\r') {
                        break;
                    }
                    at += 1;
                }
                record.data.extend_from_slice(&self.buffer[from..at]);
            }
            match self.byte(at)? {
                Some(byte) if byte == self.delimiter => {
                    record.end_cell();
                    at += 1;
                }
                None => {
                    record.end_cell();
                    return Ok(Some(at));
                }
                Some(b'\n') => {
                    record.end_cell();
                    return Ok(Some(at + 1));
                }
                Some(b'\r') => {
                    record.end_cell();
                    let newline = self.byte(at + 1)? == Some(b'\n');
                    return Ok(Some(at + 1 + usize::from(newline)));
                }
                Some(_) => return Ok(None),
            }
        }
    }

    /// The next quote, if it stands within what a record may take.
    fn quote(&mut self, from: usize, start: usize) -> io::Result<Option<usize>> {
        let mut seen = from;
        loop {
            if let Some(at) = self.buffer[seen..].iter().position(|b| *b == b'"') {
                return Ok(Some(seen + at));
            }
            seen = self.buffer.len();
            if seen - start > MAX_RECORD || !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// Whether a record of several lines looks like several rows that a stray quote has joined: each of its lines has all
    /// the cells of a row, and what is a number or a date in the first is one in all.
    fn is_joined(&mut self, start: usize, after: usize) -> io::Result<bool> {
        let mut shapes: Option<Vec<bool>> = None;
        let mut at = start;
        let mut line = Record::default();
        while at < after {
            let Some((end, next)) = self.line(at)? else { break };
            line.clear();
            split(&self.buffer[at..end], self.delimiter, &mut line);
            if line.len() != self.width {
                return Ok(false);
            }
            let numbers: Vec<bool> = (0..line.len()).map(|c| line.get(c).is_some_and(is_figure)).collect();
            shapes = Some(match shapes {
                None => numbers,
                Some(before) => before.iter().zip(numbers).map(|(a, b)| *a && b).collect(),
            });
            at = next;
        }
        Ok(shapes.is_some_and(|s| s.iter().filter(|figure| **figure).count() >= 2))
    }

    /// Makes a record of what is whole before the first quote that is not closed.
    fn before_the_quote(&self, start: usize, end: usize, record: &mut Record) {
        record.clear();
        let line = &self.buffer[start..end];
        let mut at = 0;
        while at < line.len() {
            let rest = &line[at..];
            let cell = if rest[0] == b'"' {
                let closed = rest[1..].iter().position(|b| *b == b'"').map(|p| p + 1);
                closed.filter(|p| rest.get(p + 1).is_none_or(|b| *b == self.delimiter)).map(|p| (&rest[1..p], p + 1))
            } else {
                let length = rest.iter().position(|b| *b == self.delimiter).unwrap_or(rest.len());
                Some((&rest[..length], length))
            };
            let (text, length) = cell.unwrap_or((rest, rest.len()));
            record.data.extend_from_slice(text);
            record.end_cell();
            at += length + 1;
        }
    }
}

/// Digits and what stands between those of numbers, dates and times, as in `2026-03-01 10:00` and `"1 234,50"`.
pub(super) fn is_figure(cell: &[u8]) -> bool {
    cell.iter().any(u8::is_ascii_digit)
        && cell.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-' | b'/' | b':' | b' ' | b'"'))
}

/// Writes a cell of CSV with `,`, in quotes if it has to be.
///
/// # Errors
/// The file cannot be written.
pub(super) fn write_cell(out: &mut impl Write, cell: &str) -> io::Result<()> {
    if !cell.contains([',', '"', '\n', '\r']) {
        return out.write_all(cell.as_bytes());
    }
    out.write_all(b"\"")?;
    out.write_all(cell.replace('"', "\"\"").as_bytes())?;
    out.write_all(b"\"")
}

fn split(line: &[u8], delimiter: u8, record: &mut Record) {
    for cell in line.split(|b| *b == delimiter) {
        record.data.extend_from_slice(cell);
        record.end_cell();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    /// Rows as their cells, and whether each was cut at a quote; read in blocks of `block` bytes.
    fn read(text: &str, width: usize, block: usize) -> Vec<(Vec<String>, bool)> {
        let reader = io::BufReader::with_capacity(block, text.as_bytes());
        let mut records = Records::new(reader, b';');
        records.set_width(width);
        let (mut record, mut rows) = (Record::default(), Vec::new());
        loop {
            match records.next(&mut record).unwrap() {
                Next::End => return rows,
                next => rows.push((record.texts(), next == Next::Unclosed)),
            }
            records.forget();
        }
    }

    fn cells(row: &[&str]) -> Vec<String> {
        row.iter().map(|c| (*c).to_owned()).collect()
    }

    #[test]
    fn an_unclosed_quote_moves_no_cell_into_another_row() {
        for block in [1, 7, 1 << 16] {
            let text = "o1;c1;2026-03-01;\"call before 6;10,00\no2;c2;2026-03-02;5\" screws;20,00\n";
            assert_eq!(
                read(text, 5, block),
                [
                    (cells(&["o1", "c1", "2026-03-01", "\"call before 6;10,00"]), true),
                    (cells(&["o2", "c2", "2026-03-02", "5\" screws", "20,00"]), false)
                ]
            );
            // The stray quote is followed by a delimiter, as if it closed a cell of two lines.
            let text = "o1;c1;2026-03-01;\"call before 6;10,00\no2;c2;2026-03-02;lamp 5\";20,00\no3;c;2026-03-03;;1";
            let rows = read(text, 5, block);
            assert_eq!(rows.iter().map(|r| r.1).collect::<Vec<_>>(), [true, false, false]);
            assert_eq!(rows[1].0[4], "20,00");
            // Nothing closes it before the end.
            let rows = read("o1;\"a;1\no2;b;2\no3;c;3", 3, block);
            assert_eq!(rows.iter().map(|r| r.1).collect::<Vec<_>>(), [true, false, false]);
            // What stands after a closing quote.
            assert_eq!(read("\"Lamp 5\" black\";1\nb;2\n", 2, block)[1], (cells(&["b", "2"]), false));
        }
    }

    #[test]
    fn cells_of_several_lines_are_legal() {
        for block in [1, 5, 1 << 16] {
            let text = "1;\"two\nlines; and \"\"quotes\"\"\r\n\r\nand more\";5\r\n2;\"\";6\r3;x;\"7\"";
            assert_eq!(
                read(text, 3, block),
                [
                    (cells(&["1", "two\nlines; and \"quotes\"\r\n\r\nand more", "5"]), false),
                    (cells(&["2", "", "6"]), false),
                    (cells(&["3", "x", "7"]), false),
                ]
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_written_with_quotes_is_read_back(
            rows in prop::collection::vec(prop::collection::vec("[a-c;\"\n\r ]{0,6}", 3), 1..8), block in 1_usize..40
        ) {
            let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let text: String = rows.iter().map(|r| r.iter().map(quoted).collect::<Vec<_>>().join(";") + "\n").collect();
            let cells = read(&text, 3, block);
            let expected: Vec<_> =
                rows.iter().map(|r| (r.iter().map(|c| c.trim().to_owned()).collect::<Vec<_>>(), false)).collect();
            prop_assert_eq!(cells, expected);
        }
    }
}
