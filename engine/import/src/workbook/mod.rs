//! Workbooks of Excel and OpenOffice: their first visible worksheet, or the one that is named, rewritten as CSV, which is then
//! read as such. A sheet of XLSX is streamed; XLS and ODS are held in memory, as they have to be.

mod spreadsheetml;
mod table;
mod value;
mod worksheet;

#[cfg(test)]
mod tests;

use std::{
    fs::File,
    io::{BufReader, Read},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use calamine::{Data, Ods, OdsError, Range, Reader, Sheet, Xls, XlsError, Xlsx, XlsxError, open_workbook};
use kupets_core::Result;

use super::error::unreadable;
pub(super) use spreadsheetml::is_spreadsheetml;
use table::Table;
use value::Value;
pub(super) use worksheet::Worksheet;
use worksheet::{empty, finish, tried};

/// Which program's workbook it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Excel since 2007.
    Xlsx,
    /// Excel before that.
    Xls,
    /// OpenOffice and LibreOffice.
    Ods,
    /// Excel 2003 in XML.
    Xml,
}

/// Rewrites the worksheet that `wanted` names or counts from 1, else the first visible one that has cells. `path` is what a
/// person calls the file that stands in `content`.
///
/// # Errors
/// It is protected, damaged or empty, has no such worksheet, or there is no room for the temporary file.
pub(super) fn to_csv(path: &Path, content: &Path, kind: Kind, wanted: Option<&str>) -> Result<Worksheet> {
    // A damaged workbook may bring its reader to a panic, which must not take the server along.
    let read = catch_unwind(AssertUnwindSafe(|| match kind {
        Kind::Xlsx => xlsx(content, wanted),
        Kind::Xls => xls(content, wanted),
        Kind::Ods => ods(content, wanted),
        Kind::Xml => xml(content, wanted),
    }));
    let read = read.unwrap_or_else(|_| {
        Err("the workbook is damaged: open it in a spreadsheet program and save it anew".to_owned())
    });
    read.map_err(|why| unreadable(path, &why))
}

const PROTECTED: &str = "the workbook is protected by a password: save it without one";

fn xlsx(content: &Path, wanted: Option<&str>) -> Result<Worksheet, String> {
    let book: Result<Xlsx<BufReader<File>>, XlsxError> = open_workbook(content);
    let mut book = book.map_err(|e| match e {
        XlsxError::Password => PROTECTED.to_owned(),
        other => other.to_string(),
    })?;
    let sheets = book.sheets_metadata().to_vec();
    let mut table = Table::new()?;
    for sheet in tried(&sheets, wanted)? {
        if xlsx_sheet(&mut book, &sheet.name, &mut table)? {
            if table.lacks_results() {
                table = Table::without_results()?;
                xlsx_sheet(&mut book, &sheet.name, &mut table)?;
            }
            return finish(table, sheet, &sheets);
        }
    }
    Err(empty(wanted))
}

/// Reads a worksheet into a table; tells whether it has cells.
fn xlsx_sheet(book: &mut Xlsx<BufReader<File>>, name: &str, table: &mut Table) -> Result<bool, String> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|e| e.to_string())?;
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|e| e.to_string())? {
        table.cell(cell.pos, &Value::from(&cell.value), cell.formula.is_some())?;
    }
    table.end()
}

fn xls(content: &Path, wanted: Option<&str>) -> Result<Worksheet, String> {
    let book: Result<Xls<BufReader<File>>, XlsError> = open_workbook(content);
    let mut book = book.map_err(|e| {
        // A protected XLSX stands in the same kind of container.
        let xlsx: Result<Xlsx<BufReader<File>>, XlsxError> = open_workbook(content);
        if matches!(xlsx, Err(XlsxError::Password)) { PROTECTED.to_owned() } else { e.to_string() }
    })?;
    let sheets = book.sheets_metadata().to_vec();
    whole(&sheets, wanted, |name| book.worksheet_range(name).map_err(|e| e.to_string()))
}

fn ods(content: &Path, wanted: Option<&str>) -> Result<Worksheet, String> {
    let book: Result<Ods<BufReader<File>>, OdsError> = open_workbook(content);
    let mut book = book.map_err(|e| match e {
        OdsError::Password => PROTECTED.to_owned(),
        other => other.to_string(),
    })?;
    let sheets = book.sheets_metadata().to_vec();
    whole(&sheets, wanted, |name| book.worksheet_range(name).map_err(|e| e.to_string()))
}

fn xml(content: &Path, wanted: Option<&str>) -> Result<Worksheet, String> {
    let mut start = Vec::new();
    let file = File::open(content).map_err(|e| e.to_string())?;
    file.take(512).read_to_end(&mut start).map_err(|e| e.to_string())?;
    spreadsheetml::read(content, &start, wanted)
}

/// Writes a sheet with cells of a workbook that is held in memory.
fn whole(
    sheets: &[Sheet],
    wanted: Option<&str>,
    mut range_of: impl FnMut(&str) -> Result<Range<Data>, String>,
) -> Result<Worksheet, String> {
    let mut table = Table::new()?;
    for sheet in tried(sheets, wanted)? {
        let range = range_of(&sheet.name)?;
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, value) in range.used_cells() {
            let position = (top.saturating_add(index(row)), left.saturating_add(index(column)));
            table.cell(position, &Value::from(value), false)?;
        }
        if table.end()? {
            return finish(table, sheet, sheets);
        }
    }
    Err(empty(wanted))
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
