//! Periods: the typed meaning of the words ([`Expr`]), the interval it is at a moment in a zone ([`resolve`]), and what a
//! period is compared with ([`previous`], [`year_before`], [`back`]).

mod alternatives;
mod bounds;
mod calendar;
mod compare;
mod expr;
mod hours;
mod label;
mod named;
mod part;
mod range;
mod resolve;
mod resolved;
mod span;
mod unclear;
mod yearly;

pub use bounds::between;
pub use calendar::{Calendar, DateOrder, Unit, utc};
pub use compare::{Comparison, back, compare, previous, year_before};
pub use expr::{Expr, Future, Part, Rule, Season, Slot, Vague, WeekdayOf, Weekdays, WeekendOf, Which, YearOf};
pub use hours::Hours;
pub use label::{Text, dates};
pub use named::{NAMES, named};
pub use resolve::resolve;
pub use resolved::{Alternative, Resolved, Shape};
pub use unclear::{Choice, Reason, Unclear};
