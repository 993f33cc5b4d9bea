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

/// The lines that figures count, and those of them that are goods; the second reads the first.
pub const SALES_VIEWS: [(&str, &str); 2] = [
    ("sales", include_str!("../../../queries/views/sales.sql")),
    ("goods", include_str!("../../../queries/views/goods.sql")),
];
