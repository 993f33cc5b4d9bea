//! The rows of a result, as an answer reads them.

use kupets_semantic::compile::{Column, Role};

use super::decimal::Decimal;

/// One value of a result.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// An exact number.
    Number(Decimal),
    /// A text, a day or a time.
    Text(String),
}

/// A result.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// The place of the first column of that role.
    pub fn place(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|column| column.role == role)
    }

    /// The number in that row and column.
    pub fn number(&self, row: usize, column: usize) -> Option<Decimal> {
        match self.rows.get(row)?.get(column)? {
            Cell::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The number of the first column of that role.
    pub fn figure(&self, row: usize, role: Role) -> Option<Decimal> {
        self.number(row, self.place(role)?)
    }

    /// The text in that row and column.
    pub fn text(&self, row: usize, column: usize) -> Option<String> {
        match self.rows.get(row)?.get(column)? {
            Cell::Text(text) => Some(text.clone()),
            Cell::Number(number) => Some(super::format::number(*number, number.scale, crate::language::Language::En)),
            Cell::Null => None,
        }
    }

    /// All its numbers.
    pub fn numbers(&self) -> impl Iterator<Item = Decimal> {
        self.rows.iter().flatten().filter_map(|cell| match cell {
            Cell::Number(number) => Some(*number),
            _ => None,
        })
    }
}
