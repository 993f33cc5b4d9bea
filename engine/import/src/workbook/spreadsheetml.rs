//! Workbooks of Excel 2003 in XML ("XML Spreadsheet 2003"), which shop systems write and mostly call `.xls`: streamed.

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
    table::Table,
    value::Value,
    worksheet::{Worksheet, empty, finish, tried},
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
                sheets.push(Sheet { name: name.to_owned(), typ: SheetType::WorkSheet, visible: SheetVisible::Visible });
            }
            Met::Hidden => sheets.iter_mut().last().into_iter().for_each(|sheet| sheet.visible = SheetVisible::Hidden),
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
