//! The records that a shop sends, as plain structs whose JSON is the body of the ingest endpoints.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;

/// Custom attributes of a record, by name.
pub type Attributes = BTreeMap<&'static str, Value>;

/// A record and the moment at which the shop sends it.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// When it is sent. It is the time of the record itself, except for a customer's later change and a purchase sent again.
    pub at: DateTime<Utc>,
    /// What is sent.
    pub record: Record,
}

/// What is sent. Serialises as the record alone, without a tag.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Record {
    /// A new customer, or a change of one: only what changes beside the id.
    Customer(Customer),
    /// A purchase, or a refund with negative amounts.
    Purchase(Purchase),
    /// A call, e-mail, visit or chat.
    Interaction(Interaction),
}

/// A customer as sent to `/v1/customers`. Absent fields are left out of the JSON: what is stored stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Customer {
    /// The shop's own id.
    pub customer_id: String,
    /// First and last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// An address at example.com, which nobody owns (RFC 2606).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A number of a range that is never assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// When the customer registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_at: Option<DateTime<Utc>>,
    /// For example `b2b`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<Vec<&'static str>>,
    /// `city`, `source`, `birth_month` (1 to 12), `loyalty` (`basic`, `silver`, `gold`).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: Attributes,
}

/// A purchase as sent to `/v1/purchases`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Purchase {
    /// The shop's own id.
    pub purchase_id: String,
    /// Who bought; none for a guest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<String>,
    /// When, in UTC, to the second.
    pub occurred_at: DateTime<Utc>,
    /// ISO 4217 code.
    pub currency: Arc<str>,
    /// `web`, `app`, `shop` or `marketplace`.
    pub channel: &'static str,
    /// At least one.
    pub items: Vec<Item>,
    /// `promotion` with its code on purchases that hold discounted lines; `refund_of` with a purchase's id on refunds.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: Attributes,
}

/// A line of a purchase: `amount` is exactly `quantity * unit_price`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// The shop's own id of the product.
    pub product_id: Arc<str>,
    /// The product's name, different from every other product's.
    pub product: Arc<str>,
    /// The category's name.
    pub category: Arc<str>,
    /// How many; negative when returned.
    pub quantity: i64,
    /// Price paid for one, in the purchase's currency, with two fraction digits.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub unit_price: Decimal,
    /// What the line comes to; negative when returned.
    #[serde(with = "rust_decimal::serde::arbitrary_precision")]
    pub amount: Decimal,
}

/// An interaction as sent to `/v1/interactions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Interaction {
    /// The shop's own id.
    pub interaction_id: String,
    /// With whom.
    pub customer_id: String,
    /// `call`, `email`, `visit` or `chat`.
    pub kind: &'static str,
    /// When, in UTC, to the second.
    pub occurred_at: DateTime<Utc>,
    /// `phone`, `email`, `shop` or `web`.
    pub channel: &'static str,
    /// `in` from the customer, `out` from the shop.
    pub direction: &'static str,
    /// Subject line.
    pub subject: &'static str,
    /// Text.
    pub body: &'static str,
    /// How it ended.
    pub outcome: &'static str,
    /// Who of the shop's people took part; none for mailings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<&'static str>,
}
