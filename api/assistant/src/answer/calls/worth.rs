//! A row of `customer_value`, which both the risk of leaving and the worth of customers are told from.

use serde::Deserialize;

use crate::answer::decimal::Decimal;

/// What a customer is expected to do.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Worth {
    /// The customer's id.
    pub customer_id: String,
    /// The name, if there is one.
    #[serde(default)]
    pub name: Option<String>,
    /// Purchases expected.
    #[serde(default)]
    pub expected_purchases: Option<f64>,
    /// What the customer is expected to bring.
    #[serde(default)]
    pub predicted_clv: Option<Decimal>,
    /// The probability that the customer does not come back.
    #[serde(default)]
    pub churn_risk: Option<f64>,
}
