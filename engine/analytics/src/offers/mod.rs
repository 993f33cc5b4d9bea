//! What to offer a customer next: what they may buy again, and what they never bought.
//!
//! The two are different questions and are answered apart. For both, candidates are described by a few features and ranked by
//! a logistic model of "is it in the next basket", whose weights are learnt from the shop itself: every customer's last
//! basket is predicted from those before it. With few customers the weights stay near their priors, which say what holds
//! in most shops. Nothing later than the day of the history is seen by anything here.

mod demand;
mod fresh;
mod history;
mod logistic;
mod model;
mod neighbours;
mod offer;
mod profile;
mod repeat;

pub use history::{History, HistoryError, Purchase};
pub use model::{Learnt, Model};
pub use offer::{NewReason, Offer, Offers, RepeatReason};
