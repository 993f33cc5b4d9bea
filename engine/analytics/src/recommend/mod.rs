//! What to do next: rules that find actions in facts, each with whom, why, what it may bring, and what would prove it wrong.
//!
//! A rule tells facts that it found from effects that it expects. Confidence speaks of the finding: it is one minus the
//! probability that chance alone looks like this, by the test that the rule names. The effect is an estimate with its method;
//! where nothing was measured yet, it is the assumed response of customers in [`Settings`], and says so. Once
//! recommendations were accepted, [`lift()`] measures them against customers [`held_out`] at random, and the caller puts what
//! was measured in place of the assumption.
//!
//! Texts are made elsewhere: here are only figures.

mod bundle;
mod contact;
mod facts;
mod holdout;
mod key_customer;
mod lift;
mod price;
mod range;
mod reorder;
mod response;
mod second;
mod stock_out;
mod why;
mod win_back;

use crate::normal;

pub use bundle::{FEWEST as BUNDLE_FEWEST, LIFT as BUNDLE_LIFT};
pub use facts::{Customer, Facts, Money, Pair, Product, Reorder};
pub use holdout::{held_out, hold_out, stable_id};
pub use key_customer::least_revenue as key_revenue;
pub use lift::{Lift, LiftError, lift};
pub use reorder::{FEWEST as REORDER_FEWEST, FROM as REORDER_FROM, UNTIL as REORDER_UNTIL};
pub use response::{MEASURED_FEWEST, Response, Responses, Settings};
pub use second::{FROM as SECOND_FROM, UNTIL as SECOND_UNTIL};
pub use why::{Falsifier, Why};
pub use win_back::{FROM as WIN_BACK_FROM, UNTIL as WIN_BACK_UNTIL};

/// An action that the facts speak for.
#[derive(Clone, Debug, PartialEq)]
pub struct Recommendation {
    /// The same for the same kind and subject at any time: what was dismissed stays dismissed.
    pub id: u64,
    /// Whom it is about: indices of [`Facts::customers`], those with most at stake first.
    pub customers: Vec<u32>,
    /// What it is about: indices of [`Facts::products`].
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

/// The kinds of actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Call back customers who are silent much longer than they use to be.
    WinBack,
    /// Ask new customers back while most come.
    SecondPurchase,
    /// Offer two products together.
    CrossSellBundle,
    /// Remind of a product that is used up.
    ReorderDue,
    /// Stop discounts that do not pay.
    PriceLeak,
    /// Show a product that its few buyers come back for.
    PromoteProduct,
    /// Take a product out.
    DropProduct,
    /// Talk to a customer who matters and stays away.
    AtRiskKeyCustomer,
    /// Write when people buy.
    BestContactTime,
    /// Look whether a product is missing on the shelf.
    StockOut,
}

impl Kind {
    /// Its name in requests, answers and stored decisions, for ever the same.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::WinBack => "win_back",
            Self::SecondPurchase => "second_purchase",
            Self::CrossSellBundle => "cross_sell_bundle",
            Self::ReorderDue => "reorder_due",
            Self::PriceLeak => "price_leak",
            Self::PromoteProduct => "promote_product",
            Self::DropProduct => "drop_product",
            Self::AtRiskKeyCustomer => "at_risk_key_customer",
            Self::BestContactTime => "best_contact_time",
            Self::StockOut => "stock_out",
        }
    }
}

/// All kinds, in the order in which their rules run.
pub const KINDS: [Kind; 10] = [
    Kind::AtRiskKeyCustomer,
    Kind::WinBack,
    Kind::SecondPurchase,
    Kind::ReorderDue,
    Kind::CrossSellBundle,
    Kind::StockOut,
    Kind::PriceLeak,
    Kind::PromoteProduct,
    Kind::DropProduct,
    Kind::BestContactTime,
];

/// Additional revenue that is expected of the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The lower end of the 95 % interval.
    pub lower: i128,
    /// What is expected.
    pub value: i128,
    /// The upper end of the 95 % interval.
    pub upper: i128,
    /// Over so many days.
    pub days: u32,
    /// How it was estimated.
    pub method: Method,
}

/// How an effect was estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Customers times their value times an assumed response, with binomial variation.
    AssumedResponse,
    /// The same with a response that was measured against a hold-out.
    MeasuredResponse,
    /// The discount given beyond that of before, less what the additional units brought.
    Accounting,
    /// The rate of sales before, with its Poisson interval.
    SalesRate,
    /// Only bounds are known: dropping a product can cost what it earns now.
    Bounds,
    /// It is not a matter of money, or nothing is known about it.
    None,
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

/// All recommendations, and why some kinds have none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The highest expected money times confidence first; of equal ones, the surest, then by id.
    pub recommendations: Vec<Recommendation>,
    /// The kinds without any, with the reason.
    pub none: Vec<(Kind, Reason)>,
}

/// Runs all rules. Each subject is named once a kind. A customer is in at most one of the lists that ask silent customers back,
/// and a product that seems to be missing on the shelf is neither promoted nor dropped.
#[must_use]
pub fn recommend(facts: &Facts, settings: &Settings) -> Found {
    let mut found = Found::default();
    for kind in KINDS {
        let answer = match kind {
            Kind::AtRiskKeyCustomer => key_customer::find(facts, settings),
            Kind::WinBack => win_back::find(facts, settings),
            Kind::SecondPurchase => second::find(facts, settings),
            Kind::ReorderDue => reorder::find(facts, settings),
            Kind::CrossSellBundle => bundle::find(facts, settings),
            Kind::StockOut => stock_out::find(facts, settings),
            Kind::PriceLeak => price::leaks(facts, settings),
            Kind::PromoteProduct => range::promote(facts, settings),
            Kind::DropProduct => range::drop(facts, settings),
            Kind::BestContactTime => contact::find(facts, settings),
        };
        match answer {
            Ok(list) if list.is_empty() => found.none.push((kind, Reason::NothingFound)),
            Ok(list) => found.recommendations.extend(list),
            Err(reason) => found.none.push((kind, reason)),
        }
    }
    let weight = |item: &Recommendation| item.effect.value as f64 * item.confidence;
    found.recommendations.sort_by(|a, b| {
        weight(b).total_cmp(&weight(a)).then(b.confidence.total_cmp(&a.confidence)).then(a.id.cmp(&b.id))
    });
    let mut seen = std::collections::BTreeSet::new();
    found.recommendations.retain(|item| seen.insert(item.id));
    found
}

/// The id of a recommendation from its kind and subjects.
fn id(kind: Kind, subjects: &[u64]) -> u64 {
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
    subjects.iter().fold(holdout::mix(tag), |hash, &subject| holdout::mix(hash ^ holdout::mix(subject)))
}

type Answer = Result<Vec<Recommendation>, Reason>;
