//! What is answered: products to offer, and why each.

/// What may be offered to one customer, the best first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Offers {
    /// Products bought before.
    pub repeat: Vec<Offer<RepeatReason>>,
    /// Products never bought.
    pub new: Vec<Offer<NewReason>>,
}

/// A product to offer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Offer<Reason> {
    /// The item's number.
    pub item: u32,
    /// The probability that the customer's next basket has it, from 0 to 1.
    pub score: f64,
    /// Why.
    pub reason: Reason,
}

/// Why a product may be bought again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RepeatReason {
    /// In how many of their baskets it was.
    pub times: u32,
    /// How many baskets they had.
    pub baskets: u32,
    /// The day it was last bought.
    pub last_day: i32,
    /// The median days between two purchases of it, from two purchases on.
    pub every_days: Option<f64>,
}

/// Why a product may be bought for the first time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NewReason {
    /// Customers who bought a product of theirs bought this one too.
    BoughtWith {
        /// The product they have.
        item: u32,
        /// Customers who bought both.
        customers: u32,
        /// How much oftener than by chance: above 1 they attract.
        lift: f64,
    },
    /// It sells well to everybody.
    Popular {
        /// Baskets that had it.
        baskets: u32,
        /// In so many days before today.
        days: u32,
    },
}
