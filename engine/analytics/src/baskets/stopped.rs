//! Which limit a search met.

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
