//! Why did a figure change?
//!
//! [`contributions`] splits the change of a sum by the keys of a dimension, [`mix_and_rate`] that of a ratio, [`funnel`] that of
//! revenue by customers, orders and the average order: all to the last digit. [`explanations`] ranks dimensions by how well they
//! explain a change, and [`causes`] looks for the one key that does. [`stories`] tells what did otherwise than the whole, each thing once;
//! [`known_orders`] splits revenue by its factors, and [`calendar_part`] and [`season_part`] say what weekdays and the season did.

mod adtributor;
mod apportion;
mod calendar;
mod cause;
mod contribution;
mod mix;
mod product;
mod story;
mod tree;

pub use adtributor::{Explanation, explanations};
pub use apportion::apportion;
pub use calendar::{DayKind, calendar_part, season_part};
pub use cause::{Cause, Rows, causes};
pub use contribution::{Contributions, Part, contributions};
pub use mix::{MixChange, MixRate, Ratio, mix_and_rate};
pub use product::{factors, funnel};
pub use story::{Search, Story, stories};
pub use tree::{Factors, Ordered, known_orders};
