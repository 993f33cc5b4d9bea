//! What it costs to ask: a message costs little and a talk somebody's time, and both cost goodwill of those who are asked too often.

use super::{
    facts::Facts,
    kind::Kind,
    numbers::money,
    recommendation::Recommendation,
    settings::{AskingCosts, Settings},
};

/// The costs of asking in a shop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Costs {
    /// An average order, in ten-thousandths.
    order: f64,
    shares: AskingCosts,
}

impl Costs {
    /// Those of a shop: shares of its average order, so that they are of its size in any currency.
    #[must_use]
    pub fn of(facts: &Facts, settings: &Settings) -> Self {
        let revenue: f64 = facts.customers.iter().map(|customer| customer.revenue.max(0) as f64).sum();
        let orders: f64 = facts.customers.iter().map(|customer| f64::from(customer.orders)).sum();
        Self { order: revenue / orders.max(1.0), shares: settings.costs }
    }

    /// What it costs to ask all whom a recommendation names, in ten-thousandths.
    #[must_use]
    pub fn asking(&self, one: &Recommendation) -> i128 {
        let each = match one.why.kind() {
            Kind::AtRiskKeyCustomer => self.shares.talk,
            Kind::WinBack | Kind::SecondPurchase | Kind::ReorderDue | Kind::CrossSellBundle => self.shares.message,
            Kind::StockOut | Kind::PriceLeak | Kind::PromoteProduct | Kind::DropProduct | Kind::BestContactTime => 0.0,
        };
        money(each * self.order * one.customers.len() as f64)
    }

    /// What a recommendation ranks by: expected money times confidence, less the cost of asking.
    #[must_use]
    pub fn weight(&self, one: &Recommendation) -> f64 {
        one.effect.value as f64 * one.confidence - self.asking(one) as f64
    }
}
