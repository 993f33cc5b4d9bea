//! Known exports, whose rules make the orders of the rows.

use super::{
    columns::{Address, Columns, row_faults},
    fault::Fault,
    preset::{ColumnKind, Composed, Group, Preset},
    survey::Role,
    value::Reading,
};

/// How columns begin that a known export has as many of as its largest order has lines.
const NUMBERED: [&str; 2] = ["line_item_", "Product Item "];

fn is_numbered(column: &str) -> bool {
    NUMBERED.iter().any(|prefix| column.starts_with(prefix))
}

/// A known export, applied to the columns of a file.
#[derive(Debug)]
pub(super) struct Applied {
    preset: &'static Preset,
    /// The cell of each of its columns.
    cells: Vec<Option<usize>>,
    /// Names of all cells.
    names: Vec<(String, usize)>,
}

impl Applied {
    /// Its rules for a file with these columns, and the positions of those that they want as cells.
    pub(super) fn new(preset: &'static Preset, columns: &[String]) -> (Self, Vec<usize>) {
        let positions = preset.positions(columns);
        let numbered = columns.iter().enumerate().filter(|(_, name)| is_numbered(name)).map(|(at, _)| at);
        let mut wanted: Vec<usize> = positions.iter().copied().flatten().chain(numbered).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let cell = |at: usize| wanted.binary_search(&at).ok();
        let cells: Vec<Option<usize>> = positions.iter().map(|at| at.and_then(cell)).collect();
        let names = wanted.iter().enumerate().map(|(cell, at)| (columns[*at].clone(), cell)).collect();
        (Self { preset, cells, names }, wanted)
    }

    /// The cell whose equal values make one order.
    pub(super) fn key(&self) -> Option<usize> {
        self.preset.key_column().and_then(|at| self.cells[at])
    }

    /// Whether a row without a key is one more line of the order above it.
    pub(super) fn continues(&self) -> bool {
        self.preset.continues
    }

    /// Adds what its cells are read for.
    pub(super) fn roles(&self, roles: &mut [Role]) {
        for (column, cell) in self.preset.columns.iter().zip(&self.cells) {
            let Some(role) = cell.and_then(|cell| roles.get_mut(cell)) else { continue };
            role.decimal |= column.kind == ColumnKind::Number;
            role.time |= column.kind == ColumnKind::Time;
        }
    }

    /// Orders of these rows.
    ///
    /// # Errors
    /// All that is wrong with the rows.
    pub(super) fn orders(
        &self,
        store: &[Columns],
        rows: &[Address],
        reading: &Reading,
    ) -> Result<Composed, Vec<Fault>> {
        let faults = row_faults(store, rows);
        if !faults.is_empty() {
            return Err(faults);
        }
        let group = Group { preset: self.preset, store, rows, cells: &self.cells, reading, names: &self.names };
        let mut composed = Composed::default();
        (self.preset.compose)(&group, &mut composed).map_err(|fault| vec![fault])?;
        if composed.orders.iter().any(|order| order.id.is_empty()) {
            return Err(vec![Fault::new(rows[0].number(store), self.preset.key, "it is empty".to_owned())]);
        }
        Ok(composed)
    }
}
