//! Reports: one file a report in `queries/`, SQL under a header that describes it.
//!
//! [`header`] reads a file, [`catalogue()`] holds them all, [`prepare`] turns the text of a query string into bound values.
//! What runs is the file as it stands: values are bound to its `$name`s, never spliced into it.

pub mod header;

mod catalogue;
mod common_parameters;
mod parameters;
mod period;
mod saved;

#[cfg(test)]
mod tests;

pub use catalogue::{catalogue, find};
pub use header::{Locale, Report};
pub(crate) use parameters::currency_code;
pub use parameters::{Prepared, prepare};
pub use period::NAMES as PERIODS;
pub(crate) use period::{Period, named};
pub use saved::{RESERVED, SavedParameter, SavedReport, SavedType};

/// The body of the view `orders` (one row a purchase), which every session of a tenant has beside its tables.
pub const ORDERS_VIEW: &str = include_str!("../../../queries/views/orders.sql");

/// The lines that figures count, those of them that are goods, and the orders that were taken back whole; the others read the first.
pub const SALES_VIEWS: [(&str, &str); 3] = [
    ("sales", include_str!("../../../queries/views/sales.sql")),
    ("goods", include_str!("../../../queries/views/goods.sql")),
    (TAKEN_BACK, include_str!("../../../queries/views/taken_back.sql")),
];

/// The name of the view of orders that were taken back whole.
pub(crate) const TAKEN_BACK: &str = "taken_back";

/// The body of that view where no refund names an order. The planner sees that it is empty: what is joined with it costs nothing.
pub(crate) const NOTHING_TAKEN_BACK: &str = "SELECT CAST(NULL AS VARCHAR) AS purchase_id, \
     arrow_cast(NULL, 'Timestamp(Microsecond, Some(\"UTC\"))') AS taken_back_at WHERE FALSE";
