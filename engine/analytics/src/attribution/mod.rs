//! Why did a figure change?
//!
//! [`contributions`] splits the change of a sum by the keys of a dimension, [`mix_and_rate`] that of a ratio, [`funnel`] that of
//! revenue by customers, orders and the average order: all to the last digit. [`explanations`] ranks dimensions by how well they
//! explain a change, and [`causes`] looks for the one key that does.

mod adtributor;
mod apportion;
mod cause;
mod contribution;
mod mix;
mod product;

pub use adtributor::{Explanation, explanations};
pub use apportion::apportion;
pub use cause::{Cause, Rows, causes};
pub use contribution::{Contributions, Part, contributions};
pub use mix::{MixChange, MixRate, Ratio, mix_and_rate};
pub use product::{factors, funnel};
