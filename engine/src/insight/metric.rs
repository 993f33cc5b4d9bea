//! The metrics of the contract, as expressions over the lines of purchases.
use kupets_core::{Error, Result};

/// A metric; its definition is the contract's and the same in every report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Metric {
    /// Sum of amounts, refunds included.
    Revenue,
    /// Sum of positive amounts.
    Gross,
    /// Minus the sum of negative amounts.
    Refunds,
    /// Purchases whose total is positive.
    Orders,
    /// Sum of quantities.
    Units,
    /// Distinct known customers with an order.
    Customers,
    /// Revenue of orders / orders.
    AverageOrder,
    /// Customers whose first order ever is in the period.
    NewCustomers,
    /// Customers with two or more orders in the period / customers.
    RepeatRate,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Revenue,
        Self::Gross,
        Self::Refunds,
        Self::Orders,
        Self::Units,
        Self::Customers,
        Self::AverageOrder,
        Self::NewCustomers,
        Self::RepeatRate,
    ];

    /// Its name in requests and answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Revenue => "revenue",
            Self::Gross => "gross",
            Self::Refunds => "refunds",
            Self::Orders => "orders",
            Self::Units => "units",
            Self::Customers => "customers",
            Self::AverageOrder => "average_order",
            Self::NewCustomers => "new_customers",
            Self::RepeatRate => "repeat_rate",
        }
    }

    /// The metric of that name.
    ///
    /// # Errors
    /// There is none; the message lists those there are.
    pub fn parse(name: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|m| m.name() == name).ok_or_else(|| {
            let names = Self::ALL.map(Self::name).join(", ");
            Error::invalid("bad_parameter", format!("There is no metric `{name}`. There are: {names}."))
        })
    }

    /// What one of it is: the currency for money, else a noun or `ratio`.
    pub fn unit(self, currency: &str) -> String {
        match self {
            Self::Revenue | Self::Gross | Self::Refunds | Self::AverageOrder => currency.to_owned(),
            Self::Orders => "orders".to_owned(),
            Self::Units => "units".to_owned(),
            Self::Customers | Self::NewCustomers => "customers".to_owned(),
            Self::RepeatRate => "ratio".to_owned(),
        }
    }

    /// Whether it is a quotient of two sums.
    pub fn is_ratio(self) -> bool {
        matches!(self, Self::AverageOrder | Self::RepeatRate)
    }

    /// Whether the values of days add up to that of their period.
    pub fn adds_up(self) -> bool {
        !self.is_ratio() && self != Self::Customers
    }

    /// Whether it can be below zero: refunds may outweigh sales.
    pub fn can_be_negative(self) -> bool {
        matches!(self, Self::Revenue | Self::Units)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_name_leads_back_to_its_metric() {
        for metric in Metric::ALL {
            assert_eq!(Metric::parse(metric.name()).unwrap(), metric);
        }
        let message = Metric::parse("profit").unwrap_err().to_string();
        assert!(message.contains("revenue, gross") && message.contains("repeat_rate"), "{message}");
    }
}
