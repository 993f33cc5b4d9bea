//! What a word or phrase of a question can say.

use kupets_semantic::catalogue::{Dimension, Metric};
use kupets_semantic::plan::{Intent, Operator};

/// Things that are counted in one question and listed in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    /// Customers.
    Customer,
    /// Products.
    Product,
    /// Orders.
    Order,
    /// "Sales": money, unless it is said otherwise.
    Sales,
}

/// What a word or phrase says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Concept {
    /// A metric.
    Metric(Metric),
    /// One metric divided by another.
    Ratio(Metric, Metric),
    /// Something that is not in the data, by its place in the catalogue.
    Absent(usize),
    /// A thing.
    Noun(Noun),
    /// What figures are cut by.
    Dimension(Dimension),
    /// An attribute by what people call it: its place in the catalogue.
    Attribute(usize),
    /// New or returning customers.
    Kind(&'static str),
    /// A segment of customers by the default names.
    Segment(&'static str),
    /// A kind of interactions.
    Talk(&'static str),
    /// Something that is answered in a way of its own.
    Intent(Intent),
    /// The best first.
    Top,
    /// The worst first.
    Worst,
    /// Why something changed.
    Why,
    /// A share of the whole.
    Share,
    /// Beside another period, or two names beside each other.
    Compare,
    /// A change, up or down or either.
    Change(Option<bool>),
    /// Over time.
    Course,
    /// A bound on a number.
    Bound(Operator),
    /// How many.
    HowMany,
    /// How much.
    HowMuch,
    /// Which one.
    Which,
    /// Who.
    Who,
    /// By, in the cut of.
    By,
    /// Each.
    Each,
    /// Money that something brought, unless another figure is named.
    Worth,
    /// Bringing in: money, unless another figure is named.
    Brings,
    /// All but.
    Not,
    /// Of other countries than one's own, which must be named.
    Foreign,
    /// Of one's own country.
    Domestic,
    /// All but, said after the name.
    Aside,
    /// Whole units with the running one, or without it.
    Running(bool),
    /// And, or, a comma.
    And,
    /// Only.
    Only,
    /// Selling.
    Sold,
    /// Buying.
    Bought,
    /// Spending.
    Spent,
    /// Money, after a number.
    Money,
    /// Times, after a number.
    Times,
    /// An average of what follows.
    Average,
    /// Beside what there is: "add Spain".
    Add,
    /// Not any more: "drop the country filter".
    Remove,
    /// What a figure is, and how it is worked out.
    Define,
    /// "And what about".
    Follow,
    /// All of them, without the filters of before.
    Everything,
    /// From the other end.
    Reverse,
    /// The last ones, of records.
    Latest,
    /// Guests.
    Guest,
    /// "Them", "these": what was spoken of.
    These,
    /// Speech that is no question, such as a statement of SQL.
    Alien,
    /// Known, and no part of any plan: a median, a moving average.
    Odd,
    /// At which time.
    When,
    /// At which place.
    Where,
    /// How things stand: the revenue, unless another figure is named.
    State,
    /// Says nothing.
    Fluff,
}
