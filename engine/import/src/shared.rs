//! What the lines of one purchase say together of a field of the purchase.

use super::{
    cells::Cells,
    columns::{Address, Columns},
    fault::Fault,
    rows::shown as shown_row,
    value::{plain_text, write_typed},
};

/// The first row that has the cell.
pub(super) fn first(at: usize, store: &[Columns], rows: &[Address]) -> Option<Address> {
    rows.iter().copied().find(|address| {
        let (columns, row) = address.columns(store);
        !columns.cells[at].is_absent(row)
    })
}

/// All different values of a cell with `, ` between them; none if there are not several.
pub(super) fn joined(at: usize, store: &[Columns], rows: &[Address]) -> Option<String> {
    let mut values: Vec<String> = Vec::new();
    for address in rows {
        let (columns, row) = address.columns(store);
        let cell = &columns.cells[at];
        if let Some(text) = (!cell.is_absent(row)).then(|| plain_text(cell, row).ok()).flatten()
            && !values.contains(&text)
        {
            values.push(text);
        }
    }
    (values.len() > 1).then(|| values.join(", "))
}

/// A JSON list of the values of a cell, null where it is not there; none if all that are there agree.
pub(super) fn of_each(at: usize, store: &[Columns], rows: &[Address]) -> Option<Vec<u8>> {
    let mut values: Vec<Vec<u8>> = Vec::with_capacity(rows.len());
    for address in rows {
        let (columns, row) = address.columns(store);
        let cell = &columns.cells[at];
        let mut value = Vec::new();
        if cell.is_absent(row) || write_typed(&mut value, cell, row).is_err() {
            value = b"null".to_vec();
        }
        values.push(value);
    }
    let mut there = values.iter().filter(|value| value.as_slice() != b"null");
    let first = there.next()?;
    if there.all(|value| value == first) {
        return None;
    }
    let mut list = vec![b'['];
    list.extend_from_slice(&values.join(&b','));
    list.push(b']');
    Some(list)
}

/// The first row that has the cell; it is a fault if another row has another value.
pub(super) fn agreed(
    at: usize,
    name: &str,
    store: &[Columns],
    rows: &[Address],
    faults: &mut Vec<Fault>,
) -> Option<Address> {
    let mut first: Option<Address> = None;
    for &address in rows {
        let (columns, row) = address.columns(store);
        let cell = &columns.cells[at];
        if cell.is_absent(row) {
            continue;
        }
        let Some(known) = first else {
            first = Some(address);
            continue;
        };
        let (known_columns, known_row) = known.columns(store);
        let known_cell = &known_columns.cells[at];
        if !cell.same(row, known_cell, known_row) {
            let shown = |cell: &Cells, row: usize| {
                let mut text = Vec::new();
                let _not_worth_a_second_fault = write_typed(&mut text, cell, row);
                String::from_utf8_lossy(&text).into_owned()
            };
            let (a, b) = (shown(known_cell, known_row), shown(cell, row));
            let here = address.number(store);
            let (from, to) = (shown_row(known.number(store)), shown_row(here));
            let message = format!("lines of one purchase disagree: {a} in row {from}, {b} in row {to}");
            faults.push(Fault::new(here, name, message));
            break;
        }
    }
    first
}
