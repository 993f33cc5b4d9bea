//! Lines of one purchase brought together, wherever they stand in the file.

use std::{borrow::Cow, collections::HashMap};

use arrow::array::{Array, RecordBatch, StringArray, StringBuilder};

use super::{
    cells::Cells,
    columns::{Address, Columns},
    value::write_as_text,
};
use kupets_core::Result;

/// Rows by purchase: purchases in the order of their first lines, the lines of each in file order.
#[derive(Debug)]
pub(super) struct Groups {
    pub(super) store: Vec<Columns>,
    order: Vec<Address>,
    /// Where each group ends in `order`.
    ends: Vec<usize>,
}

impl Groups {
    /// Groups all rows of these batches by a cell; a row where it is absent is a group of its own.
    ///
    /// # Errors
    /// A batch that no source of ours makes.
    pub(super) fn new(batches: &[RecordBatch], key: usize) -> Result<Self> {
        let store = batches.iter().map(Columns::new).collect::<Result<Vec<_>>>()?;
        let keys: Vec<Cow<'_, StringArray>> = store.iter().map(|columns| keys(&columns.cells[key])).collect();
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let mut sizes: Vec<usize> = Vec::new();
        let mut of_row: Vec<u32> = Vec::with_capacity(store.iter().map(Columns::len).sum());
        // Files mostly have the lines of a purchase side by side: the last key saves most look-ups.
        let mut last: Option<(&str, u32)> = None;
        for keys in &keys {
            for at in 0..keys.len() {
                // Fewer than 2^32 rows fit into the memory that a store may take.
                #[allow(clippy::cast_possible_truncation)]
                let next = sizes.len() as u32;
                let key = (!keys.is_null(at)).then(|| keys.value(at)).filter(|k| !k.is_empty());
                let group = match (key, last) {
                    (None, _) => next,
                    (Some(key), Some((same, group))) if key == same => group,
                    (Some(key), _) => {
                        let group = *numbers.entry(key).or_insert(next);
                        last = Some((key, group));
                        group
                    }
                };
                if group == next {
                    sizes.push(0);
                }
                sizes[group as usize] += 1;
                of_row.push(group);
            }
        }
        drop(numbers);
        drop(keys);

        let mut starts: Vec<usize> = Vec::with_capacity(sizes.len());
        let mut ends = Vec::with_capacity(sizes.len());
        let mut sum = 0;
        for size in &sizes {
            starts.push(sum);
            sum += size;
            ends.push(sum);
        }
        let mut order = vec![Address { batch: 0, row: 0 }; of_row.len()];
        let addresses =
            store.iter().enumerate().flat_map(|(batch, columns)| (0..columns.len()).map(move |row| (batch, row)));
        for ((batch, row), group) in addresses.zip(of_row) {
            let place = &mut starts[group as usize];
            #[allow(clippy::cast_possible_truncation)] // as above
            let address = Address { batch: batch as u32, row: row as u32 };
            order[*place] = address;
            *place += 1;
        }
        Ok(Self { store, order, ends })
    }

    /// How many groups.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The rows of a group.
    pub(super) fn rows(&self, group: usize) -> &[Address] {
        let start = if group == 0 { 0 } else { self.ends[group - 1] };
        &self.order[start..self.ends[group]]
    }
}

/// The cells of a key as the text that is sent: two ways to store one id are one id.
pub(super) fn keys(cells: &Cells) -> Cow<'_, StringArray> {
    if let Cells::Text(text) = cells {
        return Cow::Borrowed(text);
    }
    let length = match cells {
        Cells::Text(a) | Cells::Json(a) => a.len(),
        Cells::Int(a) => a.len(),
        Cells::Float(a) => a.len(),
        Cells::Bool(a) => a.len(),
        Cells::Instant(a) | Cells::Local(a) => a.len(),
        Cells::Date(a) => a.len(),
    };
    let mut text = StringBuilder::with_capacity(length, length * 8);
    let mut cell = Vec::new();
    for row in 0..length {
        cell.clear();
        // A cell that cannot be written is refused when its record is put together.
        let written = !cells.is_absent(row) && write_as_text(&mut cell, cells, row).is_ok();
        text.append_option(std::str::from_utf8(&cell).ok().filter(|_| written));
    }
    Cow::Owned(text.finish())
}
