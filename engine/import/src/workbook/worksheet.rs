//! A worksheet of a workbook: which one is read, and what is told of it.

use calamine::{Sheet, SheetType, SheetVisible};
use tempfile::NamedTempFile;

use super::table::Table;

/// A worksheet as CSV with `,`, and what a person should know of it.
#[derive(Debug)]
pub(in super::super) struct Worksheet {
    pub(in super::super) csv: NamedTempFile,
    pub(in super::super) notes: Vec<String>,
    /// Names of all worksheets, in the order in which the workbook shows them.
    pub(in super::super) sheets: Vec<String>,
}

/// The worksheet that is wanted, or all in the order in which they are tried.
///
/// # Errors
/// There is none of that name or number; the message lists those that there are.
pub(super) fn tried<'a>(sheets: &'a [Sheet], wanted: Option<&str>) -> Result<Vec<&'a Sheet>, String> {
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
pub(super) fn finish(table: Table, read: &Sheet, sheets: &[Sheet]) -> Result<Worksheet, String> {
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

/// That there is nothing to read.
pub(super) fn empty(wanted: Option<&str>) -> String {
    match wanted {
        Some(wanted) => format!("its worksheet {wanted:?} is empty: choose another one with --sheet"),
        None => "no worksheet of the workbook has a cell".to_owned(),
    }
}
