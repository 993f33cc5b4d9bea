//! What a preset is, and the rows of one order as it looks at them.

use rust_decimal::Decimal;

use super::{
    super::{
        cells::Cells,
        columns::{Address, Columns},
        fault::Fault,
        header::{self, plain},
        number,
        rows::{place, shown},
        time::When,
        value::{Reading, plain_text},
        zone::Zone,
    },
    order::{Composed, fault},
};

/// What a column of an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum ColumnKind {
    Text,
    Number,
    Time,
}

/// A column that a preset reads.
#[derive(Debug)]
pub(in super::super) struct Column {
    /// The name under which rules ask for it, and after it the other names that it has had.
    pub(in super::super) names: &'static [&'static str],
    pub(in super::super) kind: ColumnKind,
    /// The export is recognised by it.
    pub(in super::super) needed: bool,
}

pub(super) const fn need(names: &'static [&'static str], kind: ColumnKind) -> Column {
    Column { names, kind, needed: true }
}

pub(super) const fn may(names: &'static [&'static str], kind: ColumnKind) -> Column {
    Column { names, kind, needed: false }
}

/// A known export.
#[derive(Debug)]
pub(in super::super) struct Preset {
    /// What a person calls it.
    pub(in super::super) title: &'static str,
    /// The column whose equal cells make one order, by its first name.
    pub(in super::super) key: &'static str,
    pub(in super::super) columns: &'static [Column],
    /// Makes orders of the rows of one key.
    pub(in super::super) compose: fn(&Group<'_>, &mut Composed) -> Result<(), Fault>,
    /// What a person has to know of the rules.
    pub(in super::super) notes: &'static [&'static str],
    /// A row without a key is one more line of the order above it.
    pub(in super::super) continues: bool,
}

impl Column {
    /// Whether a header is one of its names. A time's may end with a zone, as in `Date (UTC)`.
    pub(in super::super) fn is_called(&self, header: &str) -> bool {
        self.place_of(header).is_some()
    }

    /// Which of its names a header is.
    fn place_of(&self, header: &str) -> Option<usize> {
        let named = |header: &str| self.names.iter().position(|name| plain(name) == plain(header));
        let zoned = self.kind == ColumnKind::Time && header::zone(header).is_some();
        let without = || header.trim().rsplit_once('(').filter(|_| zoned).and_then(|(name, _)| named(name));
        named(header).or_else(without)
    }
}

impl Preset {
    /// Where its columns stand in the file.
    pub(in super::super) fn positions(&self, columns: &[String]) -> Vec<Option<usize>> {
        let of = |column: &Column| {
            let named = columns.iter().enumerate().filter_map(|(at, header)| Some((column.place_of(header)?, at)));
            named.min().map(|(_, at)| at)
        };
        self.columns.iter().map(of).collect()
    }

    /// Place of its key among its columns.
    pub(in super::super) fn key_column(&self) -> Option<usize> {
        self.columns.iter().position(|c| c.names.first() == Some(&self.key))
    }
}

/// What no number of an export reaches.
const MAX_NUMBER: u64 = 100_000_000_000_000;

/// The rows of one order.
#[derive(Debug)]
pub(in super::super) struct Group<'a> {
    pub(in super::super) preset: &'static Preset,
    pub(in super::super) store: &'a [Columns],
    pub(in super::super) rows: &'a [Address],
    /// The cell of each column of the preset.
    pub(in super::super) cells: &'a [Option<usize>],
    pub(in super::super) reading: &'a Reading,
    /// All columns of the file with their cells, for those whose names have a number.
    pub(in super::super) names: &'a [(String, usize)],
}

impl Group<'_> {
    /// How many rows; at least one.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Number of a row in the file.
    pub(super) fn number_of(&self, row: usize) -> u64 {
        self.rows[row].number(self.store)
    }

    /// Which of several files a row is of.
    pub(super) fn file_of(&self, row: usize) -> Option<usize> {
        place(self.number_of(row)).0
    }

    /// Whether the file has this column.
    pub(super) fn has(&self, column: &str) -> bool {
        self.cell(column).is_some()
    }

    fn cell(&self, column: &str) -> Option<usize> {
        let at = self.preset.columns.iter().position(|c| c.names.first() == Some(&column))?;
        self.cells.get(at).copied().flatten()
    }

    fn text_of(&self, row: usize, cell: usize) -> String {
        let (columns, row) = self.rows[row].columns(self.store);
        match &columns.cells[cell] {
            cells if cells.is_absent(row) => String::new(),
            Cells::Text(texts) => texts.value(row).trim().to_owned(),
            cells => plain_text(cells, row).unwrap_or_default().trim().to_owned(),
        }
    }

    /// A cell as text; empty if it or its column is not there.
    pub(super) fn text(&self, row: usize, column: &str) -> String {
        self.cell(column).map(|cell| self.text_of(row, cell)).unwrap_or_default()
    }

    /// The first of these columns that is filled in a row.
    pub(super) fn any(&self, row: usize, columns: &[&str]) -> String {
        columns.iter().map(|column| self.text(row, column)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// Texts of the columns whose names begin so, in file order.
    pub(super) fn numbered(&self, row: usize, prefix: &str) -> Vec<String> {
        let cells = self.names.iter().filter(|(name, _)| name.starts_with(prefix));
        cells.map(|(_, cell)| self.text_of(row, *cell)).filter(|text| !text.is_empty()).collect()
    }

    /// The cell of the column of exactly this name, one of those that are numbered; none if there is no such column.
    pub(super) fn named(&self, row: usize, name: &str) -> Option<String> {
        let (_, cell) = self.names.iter().find(|(column, _)| column == name)?;
        Some(self.text_of(row, *cell))
    }

    /// Passes if all rows have one value in each of these columns, as far as they have any: an order that stands in several exports may
    /// have changed between them, and is not to be counted twice.
    ///
    /// # Errors
    /// Two rows have two.
    pub(super) fn agreed(&self, columns: &[&str]) -> Result<(), Fault> {
        for column in columns {
            let mut first: Option<(usize, String)> = None;
            for row in 0..self.len() {
                let text = self.text(row, column);
                match &first {
                    _ if text.is_empty() => {}
                    Some((other, known)) if *known != text => {
                        let (row, other) = (self.number_of(row), shown(self.number_of(*other)));
                        return Err(fault(row, column, twice(&format!("{text:?}, and {known:?} in row {other}"))));
                    }
                    Some(_) => {}
                    None => first = Some((row, text)),
                }
            }
        }
        Ok(())
    }

    /// Passes if there is but one row, as in an export with a row an order.
    ///
    /// # Errors
    /// There are more.
    pub(super) fn alone(&self) -> Result<(), Fault> {
        if self.len() < 2 {
            return Ok(());
        }
        let other = format!("it has a row of its own, and another one is row {}", shown(self.number_of(0)));
        Err(fault(self.number_of(1), self.preset.key, twice(&other)))
    }

    /// A number; none if it or its column is not there.
    ///
    /// # Errors
    /// It is no number.
    pub(super) fn number(&self, row: usize, column: &str) -> Result<Option<Decimal>, Fault> {
        let text = self.text(row, column);
        if text.is_empty() {
            return Ok(None);
        }
        self.decimal(row, column, &text).map(Some)
    }

    /// Text as a number of a column.
    ///
    /// # Errors
    /// It is none.
    pub(super) fn decimal(&self, row: usize, column: &str, text: &str) -> Result<Decimal, Fault> {
        let mut out = Vec::new();
        let of = |message: String| fault(self.number_of(row), column, message);
        let numbers = self.cell(column).map_or(self.reading.numbers, |cell| self.reading.of(cell).numbers);
        number::write_text(&mut out, text, numbers).map_err(of)?;
        let number: Decimal =
            String::from_utf8_lossy(&out).parse().map_err(|e: rust_decimal::Error| of(e.to_string()))?;
        // Products of two such numbers can be reckoned with.
        if number.abs() >= Decimal::from(MAX_NUMBER) {
            return Err(of(format!("{text} has more than 14 digits before the point")));
        }
        Ok(number)
    }

    /// A number that has to be there.
    ///
    /// # Errors
    /// It is not there, or no number.
    pub(super) fn required(&self, row: usize, column: &str) -> Result<Decimal, Fault> {
        self.number(row, column)?.ok_or_else(|| fault(self.number_of(row), column, "it is empty"))
    }

    /// The time of a row, from a column or from two; `zone` is the one that the export is in without saying so.
    ///
    /// # Errors
    /// It is not there, or no time.
    pub(super) fn time(&self, row: usize, columns: &[&str], zone: Option<Zone>) -> Result<When, Fault> {
        let text: Vec<String> =
            columns.iter().map(|column| self.text(row, column)).filter(|text| !text.is_empty()).collect();
        let column = columns.first().copied().unwrap_or_default();
        if text.is_empty() {
            let message = "it is empty, and a record without a time would be one of this moment";
            return Err(fault(self.number_of(row), column, message));
        }
        let when = self.reading.time_of_text(&text.join(" "));
        let when = when.map_err(|message| fault(self.number_of(row), column, message))?;
        // What the header says is surer than what the export is known for.
        let named = self.cell(column).and_then(|cell| header::zone(&self.names[cell].0));
        Ok(named.or(zone).or(self.reading.zone).map_or(when, |zone| when.in_zone(zone)))
    }

    /// The zone that a column names; none if it is empty.
    ///
    /// # Errors
    /// It names none.
    pub(super) fn zone(&self, row: usize, column: &str) -> Result<Option<Zone>, Fault> {
        let text = self.text(row, column);
        if text.is_empty() {
            return Ok(None);
        }
        Zone::named(&text).map(Some).map_err(|message| fault(self.number_of(row), column, message))
    }
}

/// What is told of an order that stands twice in two states.
fn twice(what: &str) -> String {
    format!("{what}: the order stands in the files in two states; leave the older export out")
}
