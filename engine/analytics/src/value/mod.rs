//! Customer value: how often each customer will order, for how much, when next, and who is being lost.

pub mod bg_nbd;
pub mod history;
pub mod likelihood;
pub mod minimize;
pub mod pareto_nbd;
mod regularity;
pub mod special;

pub use history::{Group, History, Order, group, histories};
pub use regularity::regularity;
