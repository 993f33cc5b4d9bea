//! Cells of a worksheet written as CSV, and what is remarkable about them.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
};

use tempfile::NamedTempFile;

use super::{super::delimited::write_cell, value::Value};

/// Columns that a worksheet has at most.
const MAX_COLUMNS: u32 = 16_384;

/// Something that was met in cells: how often, and where first.
#[derive(Debug, Default)]
struct Met {
    times: u64,
    first: String,
}

impl Met {
    fn at(&mut self, position: (u32, u32)) {
        if self.times == 0 {
            self.first = address(position);
        }
        self.times += 1;
    }
}

/// A CSV file that is being written.
#[derive(Debug)]
pub(super) struct Table {
    file: NamedTempFile,
    out: BufWriter<File>,
    /// The row that is being collected.
    row: u32,
    cells: Vec<String>,
    /// Cells of the row that have been given.
    width: usize,
    rows: u64,
    /// Formulas, and those of them that have no result.
    formulas: u64,
    blank: Met,
    errors: Met,
    long: Met,
    /// Formulas that come to nothing are left empty: the program that wrote the workbook has left out what they come to.
    without_results: bool,
}

impl Table {
    pub(super) fn new() -> Result<Self, String> {
        let file = NamedTempFile::new().map_err(|e| no_room(&e))?;
        let out = BufWriter::new(file.reopen().map_err(|e| no_room(&e))?);
        Ok(Self {
            file,
            out,
            row: 0,
            cells: Vec::new(),
            width: 0,
            rows: 0,
            formulas: 0,
            blank: Met::default(),
            errors: Met::default(),
            long: Met::default(),
            without_results: false,
        })
    }

    /// A file of a workbook in which no formula has a result.
    pub(super) fn without_results() -> Result<Self, String> {
        Ok(Self { without_results: true, ..Self::new()? })
    }

    /// Whether there are formulas, and none of them has a result.
    pub(super) fn lacks_results(&self) -> bool {
        !self.without_results && self.formulas > 0 && self.blank.times == self.formulas
    }

    /// Takes a cell, by its row and column from 0; rows come in their order.
    ///
    /// # Errors
    /// They do not, or the file cannot be written.
    pub(super) fn cell(&mut self, position: (u32, u32), value: &Value<'_>, is_formula: bool) -> Result<(), String> {
        let (row, column) = position;
        if row != self.row {
            self.end_row().map_err(|e| no_room(&e))?;
            if row < self.row {
                return Err(format!("the rows of the worksheet are not in their order at {}", address(position)));
            }
            self.row = row;
        }
        if column >= MAX_COLUMNS {
            return Err(format!("the worksheet has more than {MAX_COLUMNS} columns"));
        }
        self.formulas += u64::from(is_formula);
        if is_formula && value.is_nothing() {
            self.blank.at(position);
        }
        if matches!(value, Value::Error(_)) {
            self.errors.at(position);
        }
        if value.is_too_long() {
            self.long.at(position);
        }
        let at = column as usize;
        if self.cells.len() <= at {
            self.cells.resize_with(at + 1, String::new);
        }
        self.width = self.width.max(at + 1);
        self.cells[at].clear();
        if !(self.without_results && is_formula) {
            value.write(&mut self.cells[at]);
        }
        Ok(())
    }

    /// Ends a worksheet; tells whether it had any cells.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn end(&mut self) -> Result<bool, String> {
        self.end_row().and_then(|()| self.out.flush()).map_err(|e| no_room(&e))?;
        self.row = 0;
        Ok(self.rows > 0)
    }

    /// The file, and what a person should know of its cells.
    ///
    /// # Errors
    /// It cannot be written.
    pub(super) fn finish(mut self) -> Result<(NamedTempFile, Vec<String>), String> {
        self.out.flush().map_err(|e| no_room(&e))?;
        let mut notes = Vec::new();
        if self.without_results {
            notes.push(format!(
                "none of {} formulas has a result, the first in {}: their cells are empty here, as the program that wrote the workbook has \
                 left them out; open it in a spreadsheet program and save it to have them",
                self.formulas, self.blank.first
            ));
        } else if self.blank.times > 0 {
            notes.push(format!(
                "{} of {} formulas have no result or 0, the first in {}: programs that write workbooks leave results out; \
                 open it in a spreadsheet program and save it if these are not 0",
                self.blank.times, self.formulas, self.blank.first
            ));
        }
        if self.errors.times > 0 {
            notes.push(format!(
                "cells with errors such as #N/A, which are read as text: {}, the first in {}",
                self.errors.times, self.errors.first
            ));
        }
        if self.long.times > 0 {
            notes.push(format!(
                "whole numbers of which a workbook does not keep the last digits: {}, the first in {}; ids so long have to \
                 be text",
                self.long.times, self.long.first
            ));
        }
        Ok((self.file, notes))
    }

    /// Writes the row that has been collected, but for empty cells at its end; an empty row is none.
    fn end_row(&mut self) -> io::Result<()> {
        let given = &mut self.cells[..self.width];
        if let Some(last) = given.iter().rposition(|cell| !cell.trim().is_empty()) {
            for (at, cell) in given[..=last].iter().enumerate() {
                if at > 0 {
                    self.out.write_all(b",")?;
                }
                write_cell(&mut self.out, cell)?;
            }
            self.out.write_all(b"\n")?;
            self.rows += 1;
        }
        given.iter_mut().for_each(String::clear);
        self.width = 0;
        Ok(())
    }
}

fn no_room(e: &io::Error) -> String {
    format!("no temporary file: {e}")
}

/// `C5` of a row and a column from 0.
fn address((row, column): (u32, u32)) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or_default()));
        rest /= 26;
    }
    let letters: String = letters.iter().rev().collect();
    format!("{letters}{}", u64::from(row) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_spreadsheets() {
        assert_eq!((address((4, 2)), address((0, 26)), address((9, 701))), ("C5".into(), "AA1".into(), "ZZ10".into()));
    }
}
