//! Rows of one order that stand in several files, as in exports whose periods overlap: each is one row, not two.

use std::collections::HashMap;

use super::{
    columns::{Address, Columns},
    rows::place,
    value::write_typed,
};

/// The rows of an order without those that an earlier file has had already; none if there are none such. Two rows of one file
/// that are alike are two: of equal rows as many are taken as the file has that has the most of them.
pub(super) fn once(store: &[Columns], rows: &[Address]) -> Option<Vec<Address>> {
    let file = |address: &Address| place(address.number(store)).0;
    let first = file(rows.first()?);
    if rows.iter().all(|address| file(address) == first) {
        return None;
    }
    let mut met: HashMap<(Vec<u8>, Option<usize>), u64> = HashMap::new();
    let mut taken: HashMap<Vec<u8>, u64> = HashMap::new();
    let kept: Vec<Address> = rows
        .iter()
        .filter(|address| {
            let content = content(store, **address);
            let here = met.entry((content.clone(), file(address))).or_default();
            *here += 1;
            let taken = taken.entry(content).or_default();
            let is_new = *here > *taken;
            *taken += u64::from(is_new);
            is_new
        })
        .copied()
        .collect();
    (kept.len() < rows.len()).then_some(kept)
}

/// What stands in a row, for comparing it.
fn content(store: &[Columns], address: Address) -> Vec<u8> {
    let (columns, row) = address.columns(store);
    let mut content = Vec::new();
    for cells in &columns.cells {
        let start = content.len();
        if !cells.is_absent(row) && write_typed(&mut content, cells, row).is_err() {
            content.truncate(start);
        }
        content.push(0x1f);
    }
    content
}
