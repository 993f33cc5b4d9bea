//! What is bought together: frequent itemsets, rules between them, and pairs.
//!
//! Every threshold is compared in whole numbers: a floating-point support loses itemsets that stand exactly on it.

mod counts;
mod itemsets;
mod pairs;
mod ranked;
mod rules;
mod share;
mod stopped;
mod table;

pub use counts::Counts;
pub use itemsets::{Itemsets, Limits, itemsets};
pub use pairs::{PairRule, Pairs, pairs};
pub use rules::{Rule, RuleLimits, Rules, rules};
pub use share::{Share, ShareError};
pub use stopped::Stopped;
pub use table::{Baskets, BasketsError, MAX_ITEMS};
