//! What words of a question mean: pure functions over text, calendar and clock. No I/O, no storage, no model.
//!
//! - [`text`] cuts a question into words and numbers and forgives typing mistakes;
//! - [`find`] finds periods, comparisons, weekday filters and grains in those words, in Russian and English;
//! - [`period`] is the typed meaning of a period and what it resolves to at a moment in a zone;
//! - [`grain`] is the step by which a figure is cut in time;
//! - [`catalogue`] is what can be asked: metrics and dimensions, and what is not there;
//! - [`plan`] is the typed plan of a question, and [`compile`] makes one statement of it;
//! - [`values`] finds the names in the data: products, customers, cities.

pub mod catalogue;
pub mod compile;
pub mod find;
pub mod grain;
pub mod period;
pub mod plan;
pub mod text;
pub mod values;
