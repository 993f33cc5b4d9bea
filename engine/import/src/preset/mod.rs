//! Exports of shops, payment services and CRMs that are known by their headers: each with its own rules of money, discounts,
//! refunds and orders that are none.

mod crm;
mod group;
mod marketplace;
mod order;
mod payment;
mod shopify;
mod woo;

#[cfg(test)]
mod tests;

pub(super) use group::Group;
pub(super) use order::Composed;

use super::{fault::Fault, header::plain};

/// What a column of an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnKind {
    Text,
    Number,
    Time,
}

/// A column that a preset reads.
#[derive(Debug)]
pub(super) struct Column {
    /// The name under which rules ask for it, and after it the other names that it has had.
    pub(super) names: &'static [&'static str],
    pub(super) kind: ColumnKind,
    /// The export is recognised by it.
    pub(super) needed: bool,
}

const fn need(names: &'static [&'static str], kind: ColumnKind) -> Column {
    Column { names, kind, needed: true }
}

const fn may(names: &'static [&'static str], kind: ColumnKind) -> Column {
    Column { names, kind, needed: false }
}

/// A known export.
#[derive(Debug)]
pub(super) struct Preset {
    /// What a person calls it.
    pub(super) title: &'static str,
    /// The column whose equal cells make one order, by its first name.
    pub(super) key: &'static str,
    pub(super) columns: &'static [Column],
    /// Makes orders of the rows of one key.
    pub(super) compose: fn(&Group<'_>, &mut Composed) -> Result<(), Fault>,
    /// What a person has to know of the rules.
    pub(super) notes: &'static [&'static str],
}

/// All of them.
static PRESETS: [&Preset; 11] = [
    &shopify::ORDERS,
    &payment::STRIPE,
    &payment::SQUARE,
    &payment::PAYPAL,
    &marketplace::OZON,
    &marketplace::WILDBERRIES,
    &woo::ANALYTICS,
    &woo::ADVANCED,
    &woo::WEBTOFFEE,
    &crm::BITRIX24,
    &crm::AMOCRM,
];

/// The export that has such a header: one of whose needed columns none is missing, and of several the one of which the most
/// columns are there.
pub(super) fn recognise(columns: &[String]) -> Option<&'static Preset> {
    let header: Vec<String> = columns.iter().map(|c| plain(c)).collect();
    let has = |column: &Column| column.names.iter().any(|name| header.contains(&plain(name)));
    let fits = |preset: &&&Preset| preset.columns.iter().filter(|c| c.needed).all(has);
    let score = |preset: &&&Preset| preset.columns.iter().filter(|c| has(c)).count();
    PRESETS.iter().filter(fits).max_by_key(score).copied()
}

/// The export of this title.
pub(super) fn titled(title: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.title == title).copied()
}

/// Names of the columns of all exports, as [`plain`] leaves them.
pub(super) fn usual_names() -> Vec<String> {
    let columns = PRESETS.iter().flat_map(|preset| preset.columns);
    columns.flat_map(|column| column.names).map(|name| plain(name)).collect()
}

impl Preset {
    /// Where its columns stand in the file.
    pub(super) fn positions(&self, columns: &[String]) -> Vec<Option<usize>> {
        let header: Vec<String> = columns.iter().map(|c| plain(c)).collect();
        let position = |name: &&str| header.iter().position(|h| *h == plain(name));
        self.columns.iter().map(|column| column.names.iter().find_map(position)).collect()
    }

    /// Place of its key among its columns.
    pub(super) fn key_column(&self) -> Option<usize> {
        self.columns.iter().position(|c| c.names.first() == Some(&self.key))
    }
}
