//! Known exports, whose rules make the orders of the rows.

use kupets_core::schema::Table;

use super::{
    super::{
        fault::Fault,
        json,
        preset::{Composed, Group, Preset},
        value::Reading,
    },
    Address, Columns, Encoder, row_faults,
};

/// How columns begin that a known export has as many of as its largest order has lines.
const NUMBERED: &str = "line_item_";

/// A known export, applied to the columns of a file.
#[derive(Debug)]
pub(super) struct Applied {
    pub(super) preset: &'static Preset,
    /// The cell of each of its columns.
    pub(super) cells: Vec<Option<usize>>,
    /// Names of all cells.
    names: Vec<(String, usize)>,
}

impl Encoder {
    /// An encoder for a known export, and the positions of the columns that it wants.
    pub(in super::super) fn known(
        preset: &'static Preset,
        columns: &[String],
        reading: Reading,
        file_name: String,
    ) -> (Self, Vec<usize>) {
        let positions = preset.positions(columns);
        let numbered = columns.iter().enumerate().filter(|(_, name)| name.starts_with(NUMBERED)).map(|(at, _)| at);
        let mut wanted: Vec<usize> = positions.iter().copied().flatten().chain(numbered).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let cell = |at: usize| wanted.binary_search(&at).ok();
        let cells: Vec<Option<usize>> = positions.iter().map(|at| at.and_then(cell)).collect();
        let names = wanted.iter().enumerate().map(|(cell, at)| (columns[*at].clone(), cell)).collect();
        let encoder = Self {
            id: preset.key_column().and_then(|at| cells[at]),
            source: wanted.iter().enumerate().map(|(cell, &at)| (json::key(&columns[at]), cell)).collect(),
            reading,
            raw: false,
            applied: Some(Applied { preset, cells, names }),
            ..Self::raw(Table::Purchases, file_name)
        };
        (encoder, wanted)
    }

    /// Orders of these rows by the rules of a known export; none if it is none.
    ///
    /// # Errors
    /// All that is wrong with the rows.
    pub(in super::super) fn orders(&self, store: &[Columns], rows: &[Address]) -> Option<Result<Composed, Vec<Fault>>> {
        let applied = self.applied.as_ref()?;
        let faults = row_faults(store, rows);
        if !faults.is_empty() {
            return Some(Err(faults));
        }
        let group = Group {
            preset: applied.preset,
            store,
            rows,
            cells: &applied.cells,
            reading: &self.reading,
            names: &applied.names,
        };
        let mut composed = Composed::default();
        let done = (applied.preset.compose)(&group, &mut composed).and_then(|()| {
            if composed.orders.iter().all(|order| !order.id.is_empty()) {
                return Ok(composed);
            }
            Err(Fault::new(rows[0].number(store), applied.preset.key, "it is empty".to_owned()))
        });
        Some(done.map_err(|fault| vec![fault]))
    }
}
