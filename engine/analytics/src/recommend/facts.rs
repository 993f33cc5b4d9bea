//! What the rules look at, prepared by the caller as of one day.

use crate::baskets::Counts;

/// Money in ten-thousandths of the currency's unit, as stored in `DECIMAL(18, 4)`. All of one currency.
pub type Money = i64;

/// The segment of who has not ordered for longer than is looked back: nobody asks them back.
pub const NO_SEGMENT: u32 = u32::MAX;

/// The facts of a shop as of a day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The day on which they are looked at. What is dated later is left out.
    pub today: i32,
    /// The customers; recommendations name them by index.
    pub customers: Vec<Customer>,
    /// The products; recommendations name them by index.
    pub products: Vec<Product>,
    /// Who buys what again and again.
    pub reorders: Vec<Reorder>,
    /// What is bought together.
    pub pairs: Vec<Pair>,
    /// Orders by hour of the week, in the shop's zone: `weekday * 24 + hour`, Monday first. Empty if unknown.
    pub hours: Vec<u32>,
    /// The days of the present period, and of the equally long one before it, that products' facts speak of.
    pub period_days: u32,
}

/// A customer.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Customer {
    /// What they are known by for ever, see [`super::stable_id`].
    pub id: u64,
    /// Orders that were kept.
    pub orders: u32,
    /// What they paid for them, less refunds.
    pub revenue: Money,
    /// The day of the last order.
    pub last_day: i32,
    /// The usual days between two orders, from two orders on: their median, or another middle that is no shorter.
    pub every_days: Option<f64>,
    /// The days from the first to the second order, if there is one.
    pub second_after: Option<u32>,
    /// Revenue expected of them within [`super::Settings::days`], by a model of customer value.
    pub expected_value: Option<Money>,
    /// A number for their segment, for ever the same; [`NO_SEGMENT`] for who is in none.
    pub segment: u32,
}

impl Customer {
    /// Days since the last order; none for a customer without one, or with one in the future.
    pub(super) fn silent(&self, today: i32) -> Option<f64> {
        let days = i64::from(today) - i64::from(self.last_day);
        (self.orders > 0 && days >= 0).then_some(days as f64)
    }

    /// The usual days between orders, at least one.
    pub(super) fn rhythm(&self) -> Option<f64> {
        self.every_days.filter(|days| days.is_finite() && *days >= 0.0).map(|days| days.max(1.0))
    }

    /// What an order of theirs brings on average; nothing if refunds ate it up.
    pub(super) fn mean_order(&self) -> f64 {
        self.revenue.max(0) as f64 / f64::from(self.orders.max(1))
    }
}

/// A product, now and before: two equally long periods.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Product {
    /// What it is known by for ever, see [`super::stable_id`].
    pub id: u64,
    /// Revenue after discounts, now.
    pub revenue: Money,
    /// Revenue before.
    pub revenue_before: Money,
    /// Units, now.
    pub units: u32,
    /// Units before.
    pub units_before: u32,
    /// The revenue of the present units at list price: what discounts are taken from. 0 if unknown.
    pub list_revenue: Money,
    /// The same for before.
    pub list_revenue_before: Money,
    /// Customers who ever bought it.
    pub buyers: u32,
    /// Of these, who bought it on two days or more.
    pub repeat_buyers: u32,
    /// Baskets with it in the days before its silence, see `silent_days`.
    pub sales: u32,
    /// The days in which these were counted.
    pub sale_days: u32,
    /// Of these days, those with a sale.
    pub sold_days: u32,
    /// The most full days in a row among them without one.
    pub longest_gap: u32,
    /// Full days without a sale up to today.
    pub silent_days: u32,
    /// The shop's baskets a day during the silence, relative to the days before it; 1 is unchanged.
    pub shop_pace: f64,
    /// The same of the other products of its category; none where there are hardly any.
    pub category_pace: Option<f64>,
    /// How it sold itself a year ago in the days of the silence, relative to the days before; none where it hardly sold then.
    pub season_pace: Option<f64>,
    /// Days since its first sale, of those that are looked at.
    pub known_days: u32,
    /// Whether it fell to less than half a year ago as it did now, so that its season is over.
    pub falls_each_year: bool,
    /// Whether it is of an occasion of the year: what nobody has seen a year ago of it is not judged.
    pub of_an_occasion: bool,
}

/// A customer who buys a product again and again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reorder {
    /// Index of the customer.
    pub customer: u32,
    /// Index of the product.
    pub product: u32,
    /// How many times it was bought.
    pub times: u32,
    /// The median days between two times.
    pub every_days: f64,
    /// The day of the last one.
    pub last_day: i32,
    /// What they spend on it each time.
    pub spend: Money,
}

/// Two products bought together.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Index of the product that customers have.
    pub first: u32,
    /// Index of the product to offer with it.
    pub second: u32,
    /// Counts of the rule "who has the first has the second".
    pub counts: Counts,
    /// What the second brings when it is bought.
    pub spend: Money,
    /// Indices of customers who bought the first and never the second.
    pub customers: Vec<u32>,
}
