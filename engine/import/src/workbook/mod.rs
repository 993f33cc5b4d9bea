//! Workbooks of Excel and OpenOffice: their first visible worksheet, or the one that is named, rewritten as CSV, which is then
//! read as such. A sheet of XLSX is streamed; XLS and ODS are held in memory, as they have to be.

mod table;
mod value;

#[cfg(test)]
mod tests;

use std::{
    fs::File,
    io::{BufReader, Read},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use calamine::{
    Data, Ods, OdsError, Range, Reader, Sheet, SheetType, SheetVisible, Xls, XlsError, Xlsx, XlsxError, open_workbook,
};
use kupets_core::Result;
use tempfile::NamedTempFile;

use super::error::unreadable;
pub(super) use spreadsheetml::is_spreadsheetml;
use table::Table;
use value::Value;

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

/// A worksheet as CSV with `,`, and what a person should know of it.
#[derive(Debug)]
pub(super) struct Worksheet {
    pub(super) csv: NamedTempFile,
    pub(super) notes: Vec<String>,
    /// Names of all worksheets, in the order in which the workbook shows them.
    pub(super) sheets: Vec<String>,
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

fn empty(wanted: Option<&str>) -> String {
    match wanted {
        Some(wanted) => format!("its worksheet {wanted:?} is empty: choose another one with --sheet"),
        None => "no worksheet of the workbook has a cell".to_owned(),
    }
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

/// The worksheet that is wanted, or all in the order in which they are tried.
///
/// # Errors
/// There is none of that name or number; the message lists those that there are.
fn tried<'a>(sheets: &'a [Sheet], wanted: Option<&str>) -> Result<Vec<&'a Sheet>, String> {
    let Some(wanted) = wanted.map(str::trim) else { return Ok(in_order(sheets).collect()) };
    let shown: Vec<&Sheet> = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet).collect();
    let lower = wanted.to_lowercase();
    let named = |is: &dyn Fn(&str) -> bool| shown.iter().find(|sheet| is(&sheet.name)).copied();
    let counted = || shown.get(wanted.parse::<usize>().ok()?.checked_sub(1)?).copied();
    let found = named(&|name| name == wanted).or_else(|| named(&|name| name.trim().to_lowercase() == lower));
    found.or_else(counted).map(|sheet| vec![sheet]).ok_or_else(|| {
        let list: Vec<String> =
            shown.iter().enumerate().map(|(at, sheet)| format!("{} {:?}", at + 1, sheet.name)).collect();
        format!("it has no worksheet {wanted:?}: say --sheet with the name or the number of one: {}", list.join(", "))
    })
}

/// Worksheets as they are tried: the visible ones first.
fn in_order(sheets: &[Sheet]) -> impl Iterator<Item = &Sheet> {
    let of = |visible: bool| {
        sheets.iter().filter(move |s| s.typ == SheetType::WorkSheet && (s.visible == SheetVisible::Visible) == visible)
    };
    of(true).chain(of(false))
}

/// Tells which sheet has been read, and which have not.
fn finish(table: Table, read: &Sheet, sheets: &[Sheet]) -> Result<Worksheet, String> {
    let shown = |sheet: &Sheet| match sheet.visible {
        SheetVisible::Visible => format!("{:?}", sheet.name),
        SheetVisible::Hidden | SheetVisible::VeryHidden => format!("{:?} (hidden)", sheet.name),
    };
    let others: Vec<String> = in_order(sheets).filter(|s| s.name != read.name).map(shown).collect();
    let mut note = format!("worksheet {} of a workbook; rows that a filter hides are read too", shown(read));
    if !others.is_empty() {
        note.push_str(&format!(
            "; not read: {}. To read another one, name it with --sheet (`sheet` over HTTP)",
            others.join(", ")
        ));
    }
    let (csv, told) = table.finish()?;
    let worksheets = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let sheets = worksheets.map(|sheet| sheet.name.clone()).collect();
    Ok(Worksheet { csv, notes: std::iter::once(note).chain(told).collect(), sheets })
}

/// Workbooks of Excel 2003 in XML ("XML Spreadsheet 2003"), which shop systems write and mostly call `.xls`: streamed.
mod spreadsheetml {
    use std::{borrow::Cow, io::BufRead, path::Path};

    use calamine::{Sheet, SheetType, SheetVisible};
    use quick_xml::{
        Reader, XmlVersion,
        events::{BytesStart, Event},
    };

    use super::{
        super::{
            commerceml::{character, declared_encoding},
            progress::Progress,
            text::TextFile,
        },
        Worksheet, empty, finish,
        table::Table,
        tried,
        value::Value,
    };

    /// What names such a workbook.
    const SPACE: &[u8] = b"urn:schemas-microsoft-com:office:spreadsheet";

    /// Whether an XML file is one, by its first bytes.
    pub(in super::super) fn is_spreadsheetml(start: &[u8]) -> bool {
        start.windows(SPACE.len()).any(|bytes| bytes == SPACE)
            || start.windows(20).any(|bytes| bytes == b"progid=\"Excel.Sheet\"")
    }

    /// Reads the worksheet that is wanted, else the first visible one that has cells.
    pub(super) fn read(content: &Path, start: &[u8], wanted: Option<&str>) -> Result<Worksheet, String> {
        let encoding = declared_encoding(start);
        let text = TextFile::open(content, encoding.as_deref()).map_err(|e| e.to_string())?;
        let reader = || text.reader(&Progress::new(0)).map_err(|e| e.to_string());
        // Which sheets are hidden stands behind their cells.
        let mut sheets: Vec<Sheet> = Vec::new();
        walk(reader()?.as_mut(), |event| {
            match event {
                Met::Sheet(name) => {
                    sheets.push(Sheet {
                        name: name.to_owned(),
                        typ: SheetType::WorkSheet,
                        visible: SheetVisible::Visible,
                    });
                }
                Met::Hidden => {
                    sheets.iter_mut().last().into_iter().for_each(|sheet| sheet.visible = SheetVisible::Hidden)
                }
                Met::Cell(..) => {}
            }
            Ok(())
        })?;
        let mut table = Table::new()?;
        for sheet in tried(&sheets, wanted)? {
            copy(reader()?.as_mut(), &sheet.name, &mut table)?;
            if table.end()? {
                if table.lacks_results() {
                    table = Table::without_results()?;
                    copy(reader()?.as_mut(), &sheet.name, &mut table)?;
                    table.end()?;
                }
                return finish(table, sheet, &sheets);
            }
        }
        Err(empty(wanted))
    }

    /// Writes the cells of a worksheet.
    fn copy(text: &mut dyn BufRead, wanted: &str, table: &mut Table) -> Result<(), String> {
        let mut is_it = false;
        walk(text, |met| {
            match met {
                Met::Sheet(name) => is_it = name == wanted,
                Met::Cell(position, kind, text, is_formula) if is_it => {
                    table.cell(position, &value(kind, text), is_formula)?;
                }
                Met::Cell(..) | Met::Hidden => {}
            }
            Ok(())
        })
    }

    /// What stands in a cell of this kind.
    fn value<'a>(kind: &str, text: &'a str) -> Value<'a> {
        match kind {
            _ if text.is_empty() => Value::Empty,
            "Number" => text.trim().parse().map_or(Value::Text(text), Value::Float),
            "DateTime" => {
                let moment = text.trim();
                let moment = moment.strip_suffix(".000").unwrap_or(moment);
                // A time of day alone is one of the day before the first.
                moment.strip_prefix("1899-12-31T").map_or(Value::Iso(moment), Value::Text)
            }
            "Boolean" => Value::Bool(text.trim() == "1"),
            "Error" => Value::Error(text.to_owned()),
            _ => Value::Text(text),
        }
    }

    /// What is met in a workbook, in its order.
    enum Met<'a> {
        /// A worksheet of this name begins.
        Sheet(&'a str),
        /// Row and column from 0, the type and the text of a cell, and whether it has a formula.
        Cell((u32, u32), &'a str, &'a str, bool),
        /// The worksheet is hidden.
        Hidden,
    }

    /// The place and the content of the cell that is open.
    #[derive(Debug, Default)]
    struct Open {
        row: u32,
        column: u32,
        is_formula: bool,
        kind: String,
        text: String,
    }

    /// Calls a function with what is met.
    fn walk(text: &mut dyn BufRead, mut met: impl FnMut(Met<'_>) -> Result<(), String>) -> Result<(), String> {
        let mut xml = Reader::from_reader(text);
        let mut buffer = Vec::new();
        let mut open = Open::default();
        // The row and the column after the last ones, from 0.
        let (mut next_row, mut next_column) = (0_u32, 0_u32);
        let (mut in_data, mut in_comment, mut in_visible) = (false, false, false);
        loop {
            buffer.clear();
            let event = xml.read_event_into(&mut buffer).map_err(|e| e.to_string())?;
            let (is_start, is_end) =
                (matches!(event, Event::Start(_) | Event::Empty(_)), matches!(event, Event::End(_) | Event::Empty(_)));
            match &event {
                Event::Start(tag) | Event::Empty(tag) if is_start => match tag.local_name().as_ref() {
                    "Worksheet" => {
                        (next_row, next_column) = (0, 0);
                        met(Met::Sheet(&attribute(tag, "Name").unwrap_or_default()))?;
                    }
                    "Row" => {
                        open.row = index(tag).unwrap_or(next_row);
                        next_row = open.row.saturating_add(1).saturating_add(number(tag, "Span"));
                        next_column = 0;
                    }
                    "Cell" => {
                        let (row, column) = (open.row, index(tag).unwrap_or(next_column));
                        let (across, is_formula) = (number(tag, "MergeAcross"), attribute(tag, "Formula").is_some());
                        open = Open { row, column, is_formula, ..Open::default() };
                        next_column = column.saturating_add(1).saturating_add(across);
                    }
                    "Data" if !in_comment => {
                        open.kind = attribute(tag, "Type").unwrap_or_default();
                        in_data = !is_end;
                    }
                    "Comment" => in_comment = !is_end,
                    "Visible" => in_visible = !is_end,
                    _ => {}
                },
                Event::Text(text) if in_data => open.text.push_str(&text.xml10_content()),
                Event::Text(text) if in_visible && text.xml10_content().trim() != "SheetVisible" => met(Met::Hidden)?,
                Event::CData(text) if in_data => open.text.push_str(&text.xml10_content()),
                Event::GeneralRef(entity) if in_data => open.text.push_str(&character(entity)),
                Event::Eof => return Ok(()),
                _ => {}
            }
            if let (true, Event::End(tag)) = (is_end, &event) {
                match tag.local_name().as_ref() {
                    "Cell" => met(Met::Cell((open.row, open.column), &open.kind, &open.text, open.is_formula))?,
                    "Data" => in_data = false,
                    "Comment" => in_comment = false,
                    "Visible" => in_visible = false,
                    _ => {}
                }
            }
        }
    }

    /// An attribute, whatever the prefix of its name.
    fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
        let found = tag.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
        found.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
    }

    fn number(tag: &BytesStart<'_>, name: &str) -> u32 {
        attribute(tag, name).and_then(|value| value.trim().parse().ok()).unwrap_or_default()
    }

    /// The place that a row or a cell names, from 0.
    fn index(tag: &BytesStart<'_>) -> Option<u32> {
        attribute(tag, "Index")?.trim().parse::<u32>().ok()?.checked_sub(1)
    }
}
