//! An action with all that is said of it, and what a rule answers.

use super::{
    effect::Effect,
    holdout::mix,
    kind::Kind,
    why::{Falsifier, Why},
};

/// An action that the facts speak for.
#[derive(Clone, Debug, PartialEq)]
pub struct Recommendation {
    /// The same for the same kind and subject at any time: what was dismissed stays dismissed.
    pub id: u64,
    /// Whom it is about: indices of [`Facts::customers`](super::Facts::customers), those with most at stake first.
    pub customers: Vec<u32>,
    /// What it is about: indices of [`Facts::products`](super::Facts::products).
    pub products: Vec<u32>,
    /// The kind, and the figures that speak for it.
    pub why: Why,
    /// What it may bring.
    pub effect: Effect,
    /// One minus the probability that chance looks like this, from 0 to 1; the test is named at the kind in [`Why`].
    pub confidence: f64,
    /// What would prove it wrong.
    pub falsified_by: Falsifier,
}

/// Why a kind has no recommendation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There are no facts to look at.
    NoFacts,
    /// There are facts, but too few to tell anything.
    TooFew {
        /// So many there are.
        have: u32,
        /// So many it takes.
        need: u32,
    },
    /// Nothing calls for action.
    NothingFound,
}

/// What a rule answers.
pub(super) type Answer = Result<Vec<Recommendation>, Reason>;

/// The id of a recommendation from its kind and subjects.
pub(super) fn id(kind: Kind, subjects: &[u64]) -> u64 {
    // A number of its own for each kind, for ever: the order in the source may change.
    let tag: u64 = match kind {
        Kind::WinBack => 1,
        Kind::SecondPurchase => 2,
        Kind::CrossSellBundle => 3,
        Kind::ReorderDue => 4,
        Kind::PriceLeak => 5,
        Kind::PromoteProduct => 6,
        Kind::DropProduct => 7,
        Kind::AtRiskKeyCustomer => 8,
        Kind::BestContactTime => 9,
        Kind::StockOut => 10,
    };
    subjects.iter().fold(mix(tag), |hash, &subject| mix(hash ^ mix(subject)))
}
