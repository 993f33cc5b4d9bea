//! The names in a workspace's data: products, customers, categories, channels, values of attributes. A question's words are
//! matched with them whatever their case, inflection, alphabet and small mistakes. Bounded in memory, filled step by step.

mod countries;
mod fold;
mod index;
mod matching;

pub use countries::COUNTRIES;
pub use fold::{latin, normal, words};
pub use index::{Entry, Limits, ValueIndex};
pub use matching::{Hit, Quality};
