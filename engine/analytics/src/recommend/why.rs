//! The figures behind an action, and those that would prove it wrong.

use super::{facts::Money, kind::Kind};

/// The figures behind an action.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// Test: silence under exponential gaps of each customer's own median; the mean over the customers.
    WinBack {
        /// The segment they are in.
        segment: u32,
        /// Customers.
        customers: u32,
        /// The median of their days of silence.
        silent_days: f64,
        /// The median of their usual days between orders.
        every_days: f64,
        /// The sum of their mean orders.
        orders_value: i128,
    },
    /// Test: whether more than half of those who come back do so within the window, binomial, normal approximation.
    SecondPurchase {
        /// Customers with one order, in the window.
        customers: u32,
        /// Of all customers, how many have a second order.
        came_back: u32,
        /// All customers.
        of: u32,
        /// The median days from the first to the second order.
        median_days: f64,
    },
    /// Test: the two in one basket against independence, normal approximation of the hypergeometric.
    CrossSellBundle {
        /// Counts of the rule "who has the first product has the second".
        counts: crate::baskets::Counts,
        /// Customers who have bought the first and never the second.
        customers: u32,
    },
    /// Test: none; confidence is `(times - 1) / (times + 1)`, Laplace's rule for "the next gap is like the others", the mean.
    ReorderDue {
        /// Customers who are due.
        customers: u32,
        /// The median of their usual days between purchases of the product.
        every_days: f64,
        /// The median days since the last one.
        silent_days: f64,
    },
    /// Test: that the units sold rose too little to pay for the discount; Poisson, normal approximation.
    PriceLeak {
        /// The discount now, a share of the list price from 0 to 1.
        discount: f64,
        /// The discount before.
        discount_before: f64,
        /// Units sold now.
        units: u32,
        /// Units sold in the equally long period before.
        units_before: u32,
    },
    /// Test: the share of its buyers who bought again against that of all products; binomial, normal approximation.
    PromoteProduct {
        /// Customers who bought it.
        buyers: u32,
        /// Of these, who bought it again.
        repeat_buyers: u32,
        /// The share of buyers who buy again, of all products together.
        usual_share: f64,
    },
    /// Test: that it sells less than half of before; Poisson, normal approximation.
    DropProduct {
        /// Its revenue now.
        revenue: Money,
        /// Its revenue in the equally long period before.
        revenue_before: Money,
        /// Its share of all revenue now.
        share: f64,
    },
    /// Test: silence under exponential gaps of the customer's own median.
    AtRiskKeyCustomer {
        /// What they spent so far.
        revenue: Money,
        /// Their share of all revenue.
        share: f64,
        /// Days since the last order.
        silent_days: f64,
        /// The usual days between orders.
        every_days: f64,
    },
    /// Test: orders in the best hour against the mean of hours with orders; Poisson, corrected for choosing among 168.
    BestContactTime {
        /// From 0, Monday.
        weekday: u8,
        /// From 0.
        hour: u8,
        /// Orders in that hour of the week.
        orders: u32,
        /// All orders.
        of: u32,
    },
    /// Test: no sale for so long at the rate of before, times the least of how the shop and the category sold meanwhile and of how the
    /// product did in these days a year ago; Gamma-Poisson, corrected for looking at every product.
    StockOut {
        /// Days without a sale until today.
        silent_days: u32,
        /// Sales (baskets) a day before.
        rate: f64,
        /// The shop's sales a day in the silent days, relative to before.
        shop: f64,
        /// The same of the other products of its category, if known.
        category: Option<f64>,
        /// Its own sales a day in these days a year ago, relative to the days before them, if known.
        season: Option<f64>,
        /// The probability of the silence by chance, for this product alone.
        probability: f64,
    },
}

impl Why {
    /// The kind of action.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::WinBack { .. } => Kind::WinBack,
            Self::SecondPurchase { .. } => Kind::SecondPurchase,
            Self::CrossSellBundle { .. } => Kind::CrossSellBundle,
            Self::ReorderDue { .. } => Kind::ReorderDue,
            Self::PriceLeak { .. } => Kind::PriceLeak,
            Self::PromoteProduct { .. } => Kind::PromoteProduct,
            Self::DropProduct { .. } => Kind::DropProduct,
            Self::AtRiskKeyCustomer { .. } => Kind::AtRiskKeyCustomer,
            Self::BestContactTime { .. } => Kind::BestContactTime,
            Self::StockOut { .. } => Kind::StockOut,
        }
    }
}

/// What would prove a recommendation wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Falsifier {
    /// More than this share of its customers order within so many days although nobody asks them.
    OrderUnasked {
        /// From 0 to 1.
        share: f64,
        /// Days from today.
        days: u32,
    },
    /// In new baskets the lift of the pair is not above 1.
    LiftVanishes {
        /// The lift as it is now.
        lift: f64,
    },
    /// The units of a period reach this number: then the discount pays.
    UnitsReach {
        /// Units in a period as long as the one looked at.
        units: u32,
    },
    /// The share of buyers who buy again falls to this.
    RepeatShareFalls {
        /// From 0 to 1.
        share: f64,
    },
    /// The revenue of a period reaches this.
    RevenueReaches {
        /// In a period as long as the one looked at.
        revenue: Money,
    },
    /// The best hour of the next orders is another, or has no more than this share of them.
    HourShareFalls {
        /// From 0 to 1.
        share: f64,
    },
    /// The product is on the shelf, or sells within so many days although nobody did anything.
    SoldAgain {
        /// Days from today.
        days: u32,
    },
}
