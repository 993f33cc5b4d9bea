//! What to do next: rules that find actions in facts, each with whom, why, what it may bring, and what would prove it wrong.
//!
//! A rule tells facts that it found from effects that it expects. Confidence speaks of the finding: it is one minus the
//! probability that chance alone looks like this, by the test that the rule names. The effect is an estimate with its method;
//! where nothing was measured yet, it is the assumed response of customers in [`Settings`], and says so. Once
//! recommendations were accepted, [`lift()`] measures them against customers [`held_out`] at random, and the caller puts what
//! was measured in place of the assumption.
//!
//! Texts are made elsewhere: here are only figures.

mod assortment;
mod bundle;
mod contact;
mod cost;
mod effect;
mod facts;
mod goods;
mod holdout;
mod key_customer;
mod kind;
mod lift;
mod numbers;
mod occasion;
mod price;
mod recommendation;
mod reorder;
mod response;
mod rules;
mod second_purchase;
mod settings;
mod silence;
mod stock_out;
mod why;
mod win_back;

pub use assortment::have_fallen;
pub use bundle::{FEWEST as BUNDLE_FEWEST, LIFT as BUNDLE_LIFT};
pub use cost::Costs;
pub use effect::{Effect, Method};
pub use facts::{Customer, Facts, Money, NO_SEGMENT, Pair, Product, Reorder};
pub use goods::is_no_goods;
pub use holdout::{held_out, hold_out, stable_id};
pub use key_customer::least_revenue as key_revenue;
pub use kind::{KINDS, Kind};
pub use lift::{FEWEST as LIFT_FEWEST, Lift, LiftError, lift};
pub use occasion::is_of_an_occasion;
pub use recommendation::{Reason, Recommendation};
pub use reorder::{FEWEST as REORDER_FEWEST, FROM as REORDER_FROM, UNTIL as REORDER_UNTIL};
pub use response::{MEASURED_FEWEST, Response, Responses};
pub use rules::{Found, recommend};
pub use second_purchase::{FROM as SECOND_FROM, UNTIL as SECOND_UNTIL};
pub use settings::{AskingCosts, Settings};
pub use stock_out::seem_missing;
pub use why::{Falsifier, Why};
pub use win_back::{FROM as WIN_BACK_FROM, UNTIL as WIN_BACK_UNTIL};
