//! What is asked of the customer base, and what it answers.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kupets_core::{Error, Kind};
use kupets_storage::record::{Customer, Interaction, Purchase};
use rust_decimal::Decimal;

/// How a filter compares a field with its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Equal; for `tags`, one of the tags.
    Equal,
    /// Not equal, or absent.
    NotEqual,
    /// Less.
    Less,
    /// Less or equal.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or equal.
    GreaterOrEqual,
    /// The text contains the value, whatever the case.
    Contains,
}

/// One condition on a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// A field of the record, a figure, or `attributes.NAME`.
    pub field: String,
    /// How it is compared.
    pub comparison: Comparison,
    /// With what, as text; read by the field's type.
    pub value: String,
}

/// Which customers, in which order, how many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerQuery {
    /// Words looked for in name, e-mail, phone and id.
    pub search: Option<String>,
    /// A segment of `rfm_segments`.
    pub segment: Option<String>,
    /// Groups of conditions: of every group at least one must hold.
    pub filters: Vec<Vec<Filter>>,
    /// Field or figure to sort by; none means `customer_id`.
    pub sort: Option<String>,
    /// From the greatest down.
    pub descending: bool,
    /// Customers at most, at least 1.
    pub limit: usize,
    /// Where the previous page ended.
    pub cursor: Option<String>,
    /// ISO 4217 code of the figures; none means the workspace's.
    pub currency: Option<String>,
}

/// What a customer comes to, in one currency.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Figures {
    /// Purchases whose total is positive.
    pub orders: u64,
    /// Sum of amounts, refunds included.
    pub revenue: Decimal,
    /// Revenue of orders / orders; none without orders.
    pub average_order: Option<Decimal>,
    /// Time of the first purchase.
    pub first_purchase_at: Option<DateTime<Utc>>,
    /// Time of the last purchase.
    pub last_purchase_at: Option<DateTime<Utc>>,
    /// Segment of `rfm_segments`; none without an order within the look-back.
    pub segment: Option<String>,
    /// Probability of no order within the next `churn_horizon_days`, 0 to 1; none until it can be told.
    pub churn_risk: Option<f64>,
    /// Over how many days ahead the risk looks, by the shop's own rhythm; none without a risk.
    pub churn_horizon_days: Option<u32>,
    /// Predicted value; none until it can be told.
    pub predicted_clv: Option<Decimal>,
    /// Where the customer stands by the own rhythm: new, active, cooling, lost, won_back; none without orders.
    pub lifecycle: Option<String>,
}

/// A customer with its figures.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CustomerRow {
    /// The record.
    pub customer: Customer,
    /// Its figures.
    pub figures: Figures,
}

/// A page of the customer list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CustomerPage {
    /// The customers.
    pub items: Vec<CustomerRow>,
    /// Where the next page begins; none at the end.
    pub next_cursor: Option<String>,
    /// ISO 4217 code of the figures.
    pub currency: Arc<str>,
}

/// A customer's card.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CustomerCard {
    /// The record and the list's figures.
    pub row: CustomerRow,
    /// ISO 4217 code of the figures.
    pub currency: Arc<str>,
    /// Purchases expected over the next year; none until it can be told.
    pub expected_purchases: Option<f64>,
    /// When the next order is expected; none until it can be told, and where none is to be expected.
    pub next_order_at: Option<DateTime<Utc>>,
    /// What `churn_risk` rests on, a sentence each.
    pub churn_reasons: Vec<String>,
}

/// One thing that happened with a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A purchase with its lines.
    Purchase(Purchase),
    /// An interaction.
    Interaction(Interaction),
}

/// A page of a customer's history, the latest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    /// The events.
    pub items: Vec<Event>,
    /// Where the next page begins; none at the end.
    pub next_cursor: Option<String>,
}

/// A person's removal: what is left of it holds no personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// Its identity.
    pub id: String,
    /// When it was asked for; no query has seen the person since.
    pub requested_at: DateTime<Utc>,
    /// By when files and old snapshots hold nothing of the person.
    pub complete_by: DateTime<Utc>,
    /// When they did; none while it is under way.
    pub completed_at: Option<DateTime<Utc>>,
    /// Purchases removed, or made anonymous.
    pub purchases: u64,
    /// Interactions removed.
    pub interactions: u64,
}

pub(crate) fn no_such_customer() -> Error {
    Error::new(Kind::NotFound, "unknown_customer", "There is no such customer in this workspace.")
}
