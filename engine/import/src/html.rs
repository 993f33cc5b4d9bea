//! Tables of HTML, which some programs write and call `.xls`: rewritten as CSV, which is then read as such.

use std::{
    fs::File,
    io::{self, BufRead, BufWriter, Write},
};

/// Bytes of a tag or an entity at most: past them a `<` or `&` is text.
const MAX_MARK: usize = 4_096;

/// Whether a file that begins with `<` is HTML, by its first bytes.
pub(super) fn is_html(start: &[u8]) -> bool {
    let lower = start.to_ascii_lowercase();
    let has = |word: &[u8]| lower.windows(word.len()).any(|w| w == word);
    // A workbook in XML has tables as well.
    let is_workbook =
        has(b"urn:schemas-microsoft-com:office:spreadsheet\"") && !has(b"<html") || has(b"progid=\"excel.sheet\"");
    !is_workbook && (has(b"<html") || has(b"<table") || has(b"<!doctype html") || has(b"<meta") || has(b"<head"))
}

/// Writes the rows of the first table as CSV with `,`; none if there is no table.
///
/// # Errors
/// The text cannot be read, or the file not be written.
pub(super) fn to_csv(text: &mut dyn BufRead, out: File) -> io::Result<bool> {
    let mut reader = Reader { text, held: None };
    let mut table = Table { out: BufWriter::new(out), depth: 0, found: false, cell: None, cells: 0 };
    while let Some(byte) = reader.next()? {
        match byte {
            b'<' => {
                let tag = reader.until(b'>')?;
                if tag.starts_with(b"!--") {
                    reader.skip_comment(&tag)?;
                } else if table.tag(&tag)? {
                    break;
                }
            }
            b'&' if table.cell.is_some() => {
                let entity = reader.entity()?;
                table.text(entity.as_bytes());
            }
            other => table.text(&[other]),
        }
    }
    table.end_row()?;
    table.out.flush()?;
    Ok(table.found)
}

struct Reader<'a> {
    text: &'a mut dyn BufRead,
    held: Option<u8>,
}

impl Reader<'_> {
    fn next(&mut self) -> io::Result<Option<u8>> {
        if let Some(held) = self.held.take() {
            return Ok(Some(held));
        }
        let byte = self.text.fill_buf()?.first().copied();
        self.text.consume(usize::from(byte.is_some()));
        Ok(byte)
    }

    /// What stands before the next byte of this kind.
    fn until(&mut self, end: u8) -> io::Result<Vec<u8>> {
        let mut read = Vec::new();
        while read.len() < MAX_MARK {
            match self.next()? {
                Some(byte) if byte != end => read.push(byte),
                _ => break,
            }
        }
        Ok(read)
    }

    fn skip_comment(&mut self, begun: &[u8]) -> io::Result<()> {
        let mut last = [0, 0];
        if begun.len() >= 5 && begun.ends_with(b"--") {
            return Ok(());
        }
        while let Some(byte) = self.next()? {
            if last == *b"--" && byte == b'>' {
                break;
            }
            last = [last[1], byte];
        }
        Ok(())
    }

    /// The character that an entity stands for; the entity itself if it is unknown.
    fn entity(&mut self) -> io::Result<String> {
        let mut name = String::new();
        while name.len() < 10 {
            match self.next()? {
                Some(b';') => return Ok(character(&name).unwrap_or_else(|| format!("&{name};"))),
                Some(byte) if byte.is_ascii_alphanumeric() || byte == b'#' => name.push(char::from(byte)),
                other => {
                    self.held = other;
                    break;
                }
            }
        }
        Ok(format!("&{name}"))
    }
}

fn character(name: &str) -> Option<String> {
    let known = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "laquo" => '«',
        "raquo" => '»',
        "mdash" => '—',
        "ndash" => '–',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some(known.to_string())
}

struct Table {
    out: BufWriter<File>,
    /// Tables that are open; those within a cell are its text.
    depth: usize,
    found: bool,
    /// The cell that is open.
    cell: Option<Vec<u8>>,
    /// Cells of the row that have been written.
    cells: usize,
}

impl Table {
    /// Takes a tag, without its brackets; true at the end of the table.
    fn tag(&mut self, tag: &[u8]) -> io::Result<bool> {
        let (closing, tag) = tag.strip_prefix(b"/").map_or((false, tag), |tag| (true, tag));
        let end = tag.iter().position(|b| b.is_ascii_whitespace() || *b == b'/').unwrap_or(tag.len());
        match (tag[..end].to_ascii_lowercase().as_slice(), closing, self.depth) {
            (b"table", false, _) => {
                (self.depth, self.found) = (self.depth + 1, true);
            }
            (b"table", true, 1) => return Ok(true),
            (b"table", true, _) => self.depth = self.depth.saturating_sub(1),
            (b"tr", _, 1) => self.end_row()?,
            (b"td" | b"th", _, 1) => {
                self.end_cell()?;
                self.cell = (!closing).then(Vec::new);
            }
            (b"br" | b"p" | b"div", _, _) => self.text(b" "),
            _ => {}
        }
        Ok(false)
    }

    fn text(&mut self, text: &[u8]) {
        if let Some(cell) = &mut self.cell {
            cell.extend_from_slice(text);
        }
    }

    fn end_cell(&mut self) -> io::Result<()> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        if self.cells > 0 {
            self.out.write_all(b",")?;
        }
        self.cells += 1;
        self.out.write_all(b"\"")?;
        let mut space = false;
        for &byte in cell.trim_ascii() {
            // Line ends and runs of spaces are how the text is laid out, not what it says.
            let blank = byte.is_ascii_whitespace();
            match byte {
                _ if blank && space => {}
                _ if blank => self.out.write_all(b" ")?,
                b'"' => self.out.write_all(b"\"\"")?,
                _ => self.out.write_all(&[byte])?,
            }
            space = blank;
        }
        self.out.write_all(b"\"")
    }

    fn end_row(&mut self) -> io::Result<()> {
        self.end_cell()?;
        if self.cells > 0 {
            self.out.write_all(b"\n")?;
        }
        self.cells = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn csv(html: &str) -> Option<String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        let found = to_csv(&mut html.as_bytes(), file.reopen().unwrap()).unwrap();
        found.then(|| std::fs::read_to_string(file.path()).unwrap())
    }

    #[test]
    fn the_first_table_becomes_csv() {
        let html = "<html><head><meta charset=utf-8></head><body><!-- a > b --><p>Deals</p><table border=1><thead><tr>\
                    <th>ID</th><th>Название &quot;сделки&quot;</th></tr></thead>\n<tr><td>1<td>a &amp; b,<br>\n c</tr>\
                    <TR><TD></TD><TD>&#1071;&x; <b>жирно</b></TD></TR></table><table><tr><td>x</td></tr></table>";
        assert_eq!(csv(html).unwrap(), "\"ID\",\"Название \"\"сделки\"\"\"\n\"1\",\"a & b, c\"\n\"\",\"Я&x; жирно\"\n");
        assert_eq!(csv("<p>no table</p>"), None);
    }

    #[test]
    fn html_is_told_from_other_marks() {
        assert!(is_html(b"<!DOCTYPE html><body>") && is_html(b"\xef\xbb\xbf<table>"));
        assert!(!is_html(b"<?xml version=\"1.0\"?><Workbook>"));
    }
}
