//! Exports of shops, payment services and CRMs that are known by their headers: each with its own rules of money, discounts,
//! refunds and orders that are none.

mod amazon;
mod commerceml;
mod crm;
mod group;
mod marketplace;
mod order;
mod payment;
mod shopify;
mod webtoffee;
mod woo;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod variants;

pub(super) use group::{ColumnKind, Group, Preset};
pub(super) use order::Composed;

use super::header::plain;
use group::Column;

/// All of them.
static PRESETS: [&Preset; 16] = [
    &shopify::ORDERS,
    &amazon::ORDERS,
    &payment::STRIPE,
    &payment::STRIPE_BALANCE,
    &payment::SQUARE,
    &payment::PAYPAL,
    &marketplace::OZON,
    &marketplace::WILDBERRIES,
    &woo::ANALYTICS,
    &woo::ADVANCED,
    &webtoffee::CELLS,
    &webtoffee::COLUMNS,
    &webtoffee::ROWS,
    &crm::BITRIX24,
    &crm::AMOCRM,
    &commerceml::ORDERS,
];

/// The export that has such a header: one of whose needed columns none is missing, and of several the one of which the most
/// columns are there.
pub(super) fn recognise(columns: &[String]) -> Option<&'static Preset> {
    let has = |column: &Column| columns.iter().any(|header| column.is_called(header));
    let fits = |preset: &&&Preset| preset.columns.iter().filter(|c| c.needed).all(has);
    let score = |preset: &&&Preset| preset.columns.iter().filter(|c| has(c)).count();
    PRESETS.iter().filter(fits).max_by_key(score).copied()
}

/// The export of this title.
pub(super) fn titled(title: &str) -> Option<&'static Preset> {
    PRESETS.iter().find(|preset| preset.title == title).copied()
}

/// The titles of all exports.
pub(super) fn titles() -> impl Iterator<Item = &'static str> {
    PRESETS.iter().map(|preset| preset.title)
}

/// Names of the columns of all exports, as [`plain`] leaves them.
pub(super) fn usual_names() -> Vec<String> {
    let columns = PRESETS.iter().flat_map(|preset| preset.columns);
    columns.flat_map(|column| column.names).map(|name| plain(name)).collect()
}
