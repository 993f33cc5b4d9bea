//! Customer value: how often each customer will order, for how much, when next, and who is being lost.
//!
//! [`histories`] boils orders down, [`ValueModel::fit`] fits the models of a shop, [`ValueModel::values`] says what each
//! customer is expected to do, and [`calibrate`] how good such predictions were the last time. Time goes in as whole days;
//! the models count in weeks, as their papers do.

pub mod bg_nbd;
mod calibration;
mod churn;
mod correlation;
mod customer_value;
pub mod gamma_gamma;
mod history;
mod likelihood;
mod minimize;
mod model;
mod next_order;
pub mod pareto_nbd;
mod reason;
mod regularity;
mod special;

pub use calibration::{Calibration, Frequency, calibrate};
pub use churn::ChurnScale;
pub use customer_value::{CustomerValue, SpendModel, ValueModel};
pub use history::{Group, History, MONEY, Order, WEEK, group, histories};
pub use likelihood::{Fitted, Prior};
pub use model::{Model, OrderModel};
pub use next_order::next_order;
pub use reason::Reason;
pub use regularity::regularity;
