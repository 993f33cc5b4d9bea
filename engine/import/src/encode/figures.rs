//! Currencies that stand beside the figures of a file that has no column for them.

use std::collections::BTreeSet;

use super::super::{
    columns::{Address, Columns},
    currency::{self, Currency},
    fault::Fault,
    value::plain_text,
};

/// What the figures of a file say of their currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) enum Figures {
    /// Nothing, or no more than the workspace knows itself.
    #[default]
    None,
    /// They are all in this one.
    One(&'static str),
    /// Some are in one, some in another.
    Several,
}

impl Figures {
    /// What these currencies, which were met beside figures or in the headers above them, say together.
    pub(in super::super) fn of(met: &BTreeSet<Currency>) -> Self {
        let codes: BTreeSet<&'static str> = met.iter().map(|currency| currency.code).collect();
        let mut codes = codes.into_iter();
        match (codes.next(), codes.next()) {
            (Some(_), Some(_)) => Self::Several,
            (Some(code), None) if met.iter().any(|currency| currency.is_sure) => Self::One(code),
            _ => Self::None,
        }
    }

    /// Whether purchases get their currency from their figures.
    pub(super) fn name_it(self) -> bool {
        self != Self::None
    }

    /// The currency of a purchase by its `figures`: cells, and the fields that they feed.
    pub(super) fn currency<'a>(
        self,
        figures: impl Iterator<Item = (usize, &'a str)> + Clone,
        store: &[Columns],
        rows: &[Address],
        faults: &mut Vec<Fault>,
    ) -> Option<&'static str> {
        match self {
            Figures::None => return None,
            Figures::One(code) => return Some(code),
            Figures::Several => {}
        }
        let mut found: Option<&'static str> = None;
        for address in rows {
            let (columns, row) = address.columns(store);
            for (cell, name) in figures.clone() {
                let cell = &columns.cells[cell];
                let text = if cell.is_absent(row) { continue } else { plain_text(cell, row).unwrap_or_default() };
                match (currency::beside(&text), found) {
                    (Some(own), Some(other)) if own.code != other => {
                        let message = format!("one purchase is in {other} and in {}", own.code);
                        faults.push(Fault::new(address.number(store), name, message));
                    }
                    (Some(own), _) => found = Some(own.code),
                    (None, _) => {}
                }
            }
        }
        if found.is_none()
            && let Some(address) = rows.first()
        {
            let message =
                "figures of this file are in several currencies, and this one names none: map a column, as in --map \
                           currency=COLUMN"
                    .to_owned();
            faults.push(Fault::new(address.number(store), "currency", message));
        }
        found
    }
}
