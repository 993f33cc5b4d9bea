//! What is bought together: frequent itemsets, rules between them, and pairs.
//!
//! Every threshold is compared in whole numbers: a floating-point support loses itemsets that stand exactly on it.

mod counts;
mod itemsets;
mod pairs;
mod ranked;
mod rules;
mod share;
mod table;

pub use counts::Counts;
pub use itemsets::{Itemsets, Limits, itemsets};
pub use pairs::{PairRule, Pairs, pairs};
pub use rules::{Rule, RuleLimits, Rules, rules};
pub use share::{Share, ShareError};
pub use table::{Baskets, BasketsError, MAX_ITEMS};

/// Why an answer is not the whole one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// There are more itemsets than the limit. Every subset of a kept itemset is kept, so rules from them are right.
    Itemsets,
    /// There are more rules than the limit.
    Rules,
    /// There are more pairs than the limit. The most frequent are kept.
    Pairs,
}
