//! What is wrong with a row: for people, by row and field.

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The row's number: from 1 after the header, in NDJSON the line's.
    pub row: u64,
    /// The field; empty for the row as such.
    pub field: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Fault {
    pub(super) fn new(row: u64, field: &str, message: String) -> Self {
        Self { row, field: field.to_owned(), message }
    }

    pub(super) fn of_row(row: u64, message: &str) -> Self {
        Self::new(row, "", message.to_owned())
    }
}
