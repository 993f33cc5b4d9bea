//! Shapes of records for the OpenAPI document. What reads them is the engine's parser, which knows more: exact decimals,
//! the difference between absent and null, positions of errors.
#![allow(dead_code)]

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Parameters of sending.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct IngestParams {
    /// What to do with a bad record: `refuse` the whole request (422 lists every bad record; what happens without it), or
    /// `skip` it, store the others and list it in `rejected`.
    #[param(inline)]
    on_error: Option<OnErrorParam>,
}

/// What to do with a bad record.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnErrorParam {
    Refuse,
    Skip,
}

/// What became of the records. All accepted ones are durable and visible.
#[derive(ToSchema)]
pub struct Accepted {
    /// Records stored.
    accepted: u64,
    /// Of these, records that took the place of an earlier one of the same id.
    replaced: u64,
    /// Ids made here, for records that came without one.
    #[schema(required = false)]
    items: Option<Vec<AcceptedItem>>,
    /// With `on_error=skip`: what was not stored, and why.
    #[schema(required = false)]
    rejected: Option<Vec<crate::problem_schema::WrongField>>,
}

/// An id made here.
#[derive(ToSchema)]
pub struct AcceptedItem {
    /// Position of the record in the request, from 0.
    index: usize,
    /// Its id.
    id: String,
}

/// One customer or many.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub enum CustomersBody {
    One(CustomerRecord),
    Many(Vec<CustomerRecord>),
}

/// A customer. Absent fields stay as they are stored; `null` clears.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"customer_id": "17850", "name": "Анна Петрова", "email": "anna@example.com", "phone": "+7 900 000-00-00",
    "created_at": "2026-01-15", "tags": ["vip"], "attributes": {"city": "Казань"}}))]
pub struct CustomerRecord {
    /// The app's own id.
    customer_id: String,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    /// RFC 3339, or a date: midnight in the workspace's zone.
    created_at: Option<String>,
    tags: Option<Vec<String>>,
    /// Anything of the app's own; merged by key.
    attributes: Option<serde_json::Map<String, serde_json::Value>>,
}

/// One purchase or many.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub enum PurchasesBody {
    One(PurchaseRecord),
    Many(Vec<PurchaseRecord>),
}

/// A purchase: with `items`, or with the fields of a single line in its place.
#[derive(Deserialize, ToSchema)]
#[schema(examples(
    json!({"purchase_id": "536365", "customer_id": "17850", "occurred_at": "2010-12-01T08:26:00Z", "currency": "GBP", "channel": "web",
        "items": [{"product_id": "85123A", "product": "White hanging heart", "category": "decor", "quantity": 6, "unit_price": 2.55}]}),
    json!({"customer_id": "17850", "product": "Чай", "amount": 15.30, "occurred_at": "2026-03-01"}),
))]
pub struct PurchaseRecord {
    /// The app's own id; made here unless given.
    purchase_id: Option<String>,
    /// Who bought; absent for a guest.
    customer_id: Option<String>,
    /// RFC 3339, or a date; now unless given.
    occurred_at: Option<String>,
    /// ISO 4217; the workspace's unless given.
    currency: Option<String>,
    /// `web`, `shop`, …
    channel: Option<String>,
    /// The lines.
    items: Option<Vec<LineRecord>>,
    /// Anything of the app's own.
    attributes: Option<serde_json::Map<String, serde_json::Value>>,
    /// Of the single line.
    product_id: Option<String>,
    /// Of the single line.
    product: Option<String>,
    /// Of the single line.
    category: Option<String>,
    /// Of the single line.
    quantity: Option<f64>,
    /// Of the single line.
    unit_price: Option<f64>,
    /// Of the single line.
    amount: Option<f64>,
}

/// A line of a purchase. Decimals are exact, as numbers or strings, up to 4 fraction digits.
#[derive(Deserialize, ToSchema)]
pub struct LineRecord {
    product_id: Option<String>,
    product: Option<String>,
    category: Option<String>,
    /// 1 unless given.
    quantity: Option<f64>,
    unit_price: Option<f64>,
    /// `quantity * unit_price` unless given; negative for a refund.
    amount: Option<f64>,
}

/// One interaction or many.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
pub enum InteractionsBody {
    One(InteractionRecord),
    Many(Vec<InteractionRecord>),
}

/// An interaction.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"interaction_id": "c-1", "customer_id": "17850", "kind": "call", "occurred_at": "2026-03-01T10:00:00+03:00",
    "channel": "phone", "direction": "in", "subject": "Доставка", "outcome": "resolved", "agent": "Ольга"}))]
pub struct InteractionRecord {
    /// The app's own id; made here unless given.
    interaction_id: Option<String>,
    /// With whom.
    customer_id: Option<String>,
    /// `call`, `email`, `visit`, …
    kind: String,
    /// RFC 3339, or a date; now unless given.
    occurred_at: Option<String>,
    /// Over what.
    channel: Option<String>,
    /// `in` or `out`.
    direction: Option<String>,
    subject: Option<String>,
    body: Option<String>,
    outcome: Option<String>,
    /// Who of yours.
    agent: Option<String>,
    /// Anything of the app's own.
    attributes: Option<serde_json::Map<String, serde_json::Value>>,
}
