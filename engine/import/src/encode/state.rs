//! How far a purchase is, by all columns that say something of it.

use super::super::{
    columns::{Address, Columns},
    fault::Fault,
    time::{self, DayOrder},
    value::plain_text,
    words::{Status, is_refunded, truth},
};

/// What a column says of a purchase, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// How far it is, in words.
    Words,
    /// How far its payment is, in words, or whether it is paid.
    Payment,
    /// Whether it is cancelled, or when it was.
    Cancelled,
}

/// A cell that says how far a purchase is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Says {
    pub(super) cell: usize,
    about: About,
}

/// How far a purchase is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct State {
    /// None: nothing says it.
    pub(super) status: Option<Status>,
    /// All of it was given back.
    pub(super) refunded: bool,
}

impl Says {
    pub(super) fn of(cell: usize, name: &str) -> Self {
        let name = name.to_lowercase().replace('ё', "е");
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let about = match () {
            () if has(&["отмен", "cancel", "аннул", "void"]) => About::Cancelled,
            () if has(&["оплач", "оплат", "paid", "payment", "financial"]) => About::Payment,
            () => About::Words,
        };
        Self { cell, about }
    }
}

/// How far the purchase of a row is, by the cells that say it.
pub(super) fn of(states: &[Says], store: &[Columns], address: Address, faults: &mut Vec<Fault>) -> State {
    let (columns, row) = address.columns(store);
    let mut state = State::default();
    let mut unknown: Option<String> = None;
    for says in states {
        let cell = &columns.cells[says.cell];
        let text = if cell.is_absent(row) { String::new() } else { plain_text(cell, row).unwrap_or_default() };
        if text.trim().is_empty() {
            continue;
        }
        state.refunded |= is_refunded(&text);
        let status = match says.about {
            About::Cancelled => match truth(&text) {
                Some(false) => None,
                // A day on which it was.
                None if time::parse(&text, None, DayOrder::DayFirst)
                    .or_else(|_| time::parse(&text, None, DayOrder::MonthFirst))
                    .is_err() =>
                {
                    Status::read_loosely(&text)
                }
                Some(true) | None => Some(Status::Cancelled),
            },
            About::Payment => match truth(&text) {
                Some(true) => Some(Status::Completed),
                Some(false) => Some(Status::Pending),
                None => Status::read_loosely(&text),
            },
            About::Words => Status::read_loosely(&text),
        };
        if status.is_none() && says.about != About::Cancelled && unknown.is_none() {
            unknown = Some(text.clone());
        }
        state.status = match (state.status, status) {
            (_, Some(Status::Cancelled)) | (Some(Status::Cancelled), _) => Some(Status::Cancelled),
            (None, said) => said,
            // What was paid is sold, however new the order is.
            (Some(Status::Pending), Some(Status::Completed)) if says.about == About::Payment => Some(Status::Completed),
            (before, _) => before,
        };
    }
    if let Some(text) = unknown.filter(|_| state.status.is_none()) {
        let message = format!(
            "{text:?} is no status that is known: completed, pending or cancelled, or what shops call these; to leave the column \
             out: --map status="
        );
        faults.push(Fault::new(address.number(store), "status", message));
    }
    state
}
