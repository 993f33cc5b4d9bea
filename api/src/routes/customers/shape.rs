//! Customers as JSON.

use chrono::{DateTime, Utc};
use kupets_engine::{
    customers::{CustomerCard, CustomerExport, CustomerPage, CustomerRow, Erasure, Event, Timeline},
    record::{Interaction, Line, Purchase},
    schema::DECIMAL_SCALE,
};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Map, Number, Value, value::RawValue};
use utoipa::ToSchema;

use crate::{
    problem::{Problem, Result},
    routes::ingest::schema::ConsentRecord,
};

/// A customer with its figures.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerBody {
    customer_id: String,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    #[schema(value_type = Vec<String>)]
    tags: Box<RawValue>,
    #[schema(value_type = Map<String, Value>)]
    attributes: Box<RawValue>,
    /// What the customer agreed to, by channel.
    #[schema(value_type = Vec<ConsentRecord>)]
    consent: Box<RawValue>,
    /// Whether the customer wants to be left alone.
    do_not_contact: bool,
    created_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
    /// Purchases whose total is positive.
    orders: u64,
    /// Sum of amounts, refunds included.
    #[schema(value_type = f64, format = "decimal")]
    revenue: Number,
    /// Revenue of orders / orders; null without orders.
    #[schema(value_type = Option<f64>, format = "decimal")]
    average_order: Option<Number>,
    first_purchase_at: Option<DateTime<Utc>>,
    last_purchase_at: Option<DateTime<Utc>>,
    /// Segment of the report `rfm_segments`, by `/v1/segments/rules`; null without an order within the look-back. In a shop of fewer than
    /// 50 customers it is the stage of the lifecycle, unless the rules are the workspace's own.
    segment: Option<String>,
    /// Probability of no order within the next `churn_horizon_days`, 0 to 1; null until it can be told.
    churn_risk: Option<f64>,
    /// Over how many days ahead `churn_risk` looks: by then a usual customer of the shop who does not order is lost. Null where the risk is.
    churn_horizon_days: Option<u32>,
    /// Predicted value; null until it can be told.
    #[schema(value_type = Option<f64>, format = "decimal")]
    predicted_clv: Option<Number>,
    /// By the customer's own rhythm: new, active, cooling, lost or won_back; null without orders.
    lifecycle: Option<String>,
    /// ISO 4217 code of the figures.
    currency: String,
}

/// Customers.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerList {
    items: Vec<CustomerBody>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

/// A customer's card.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardBody {
    #[serde(flatten)]
    customer: CustomerBody,
    /// Purchases expected over the next year; null until it can be told.
    expected_purchases: Option<f64>,
    /// When the next order is expected; null until it can be told, and where none is to be expected.
    next_order_at: Option<DateTime<Utc>>,
    /// What `churn_risk` rests on, a sentence each.
    churn_reasons: Vec<String>,
}

/// What happened with a customer, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineBody {
    items: Vec<EventBody>,
    /// Where the next page begins; null at the end.
    next_cursor: Option<String>,
}

/// All that is kept of a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerExportBody {
    /// The record with its figures.
    customer: CardBody,
    /// All purchases, whatever their status, and interactions, the latest first.
    events: Vec<EventBody>,
    /// What else is kept under the customer's id (tasks, recommendations, entries of the audit log and so on): rows by table.
    #[schema(value_type = Map<String, Value>)]
    kept: Value,
    /// What people wrote and were told of somebody of the customer's name, address or number: texts by table. It may be of a namesake.
    #[schema(value_type = Map<String, Value>)]
    mentions: Value,
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventBody {
    /// A purchase.
    Purchase(PurchaseBody),
    /// An interaction.
    Interaction(InteractionBody),
}

/// A purchase.
#[derive(Debug, Serialize, ToSchema)]
pub struct PurchaseBody {
    purchase_id: String,
    occurred_at: DateTime<Utc>,
    /// Sum of the lines' amounts.
    #[schema(value_type = f64, format = "decimal")]
    amount: Number,
    currency: String,
    channel: Option<String>,
    /// `completed`, `pending` or `cancelled`: only completed ones count in figures.
    status: &'static str,
    /// The purchase that it takes back.
    refund_of: Option<String>,
    /// The system that the record came from.
    source: Option<String>,
    items: Vec<LineBody>,
    #[schema(value_type = Map<String, Value>)]
    attributes: Box<RawValue>,
}

/// A line of a purchase.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineBody {
    product_id: Option<String>,
    product: Option<String>,
    category: Option<String>,
    #[schema(value_type = f64, format = "decimal")]
    quantity: Number,
    #[schema(value_type = Option<f64>, format = "decimal")]
    unit_price: Option<Number>,
    #[schema(value_type = f64, format = "decimal")]
    amount: Number,
    /// `product`, `service`, `shipping`, `discount`, `fee`, `tax`, `gift_card` or `other`.
    kind: &'static str,
    /// What the line cost.
    #[schema(value_type = Option<f64>, format = "decimal")]
    cost: Option<Number>,
    /// What was taken off the line; `amount` is what is left.
    #[schema(value_type = Option<f64>, format = "decimal")]
    discount: Option<Number>,
    /// Per cent.
    #[schema(value_type = Option<f64>, format = "decimal")]
    vat_rate: Option<Number>,
    /// Size, colour, … of the product.
    variant: Option<String>,
}

/// An interaction.
#[derive(Debug, Serialize, ToSchema)]
pub struct InteractionBody {
    interaction_id: String,
    occurred_at: DateTime<Utc>,
    kind: String,
    channel: Option<String>,
    direction: Option<String>,
    subject: Option<String>,
    body: Option<String>,
    outcome: Option<String>,
    agent: Option<String>,
    #[schema(value_type = Map<String, Value>)]
    attributes: Box<RawValue>,
}

/// An erasure: it holds no personal data.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasureBody {
    id: String,
    /// No answer has shown the person since.
    requested_at: DateTime<Utc>,
    /// By then no file and no old snapshot holds the person.
    complete_by: DateTime<Utc>,
    /// Null while it is under way.
    completed_at: Option<DateTime<Utc>>,
    /// Purchases removed, or made anonymous.
    purchases: u64,
    /// Interactions removed.
    interactions: u64,
}

/// Fields to change; an absent one stays, `null` clears.
// It is read by the engine's parser; `ingest::schema` has the test that both agree.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description: the engine's parser reads the fields")]
#[schema(example = json!({"phone": "+7 900 000-00-00", "tags": ["vip"], "attributes": {"city": "Казань"}}))]
pub struct CustomerPatchBody {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    created_at: Option<String>,
    tags: Option<Vec<String>>,
    attributes: Option<Map<String, Value>>,
    consent: Option<Vec<ConsentRecord>>,
    do_not_contact: Option<bool>,
}

fn json(text: Option<String>, absent: &str) -> Result<Box<RawValue>> {
    RawValue::from_string(text.unwrap_or_else(|| absent.to_owned())).map_err(Problem::internal)
}

fn micros(time: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_micros(time).ok_or_else(|| Problem::internal(format!("{time} is not a time")))
}

/// The exact number, without trailing zeros.
fn number(value: Decimal) -> Result<Number> {
    value.normalize().to_string().parse().map_err(Problem::internal)
}

fn stored(ten_thousandths: i64) -> Result<Number> {
    number(Decimal::new(ten_thousandths, DECIMAL_SCALE.unsigned_abs().into()))
}

fn customer(row: CustomerRow, currency: &str) -> Result<CustomerBody> {
    let CustomerRow { customer, figures } = row;
    Ok(CustomerBody {
        customer_id: customer.customer_id,
        name: customer.name,
        email: customer.email,
        phone: customer.phone,
        tags: json(customer.tags, "[]")?,
        attributes: json(customer.attributes, "{}")?,
        consent: json(customer.consent, "[]")?,
        do_not_contact: customer.do_not_contact.unwrap_or_default(),
        created_at: customer.created_at.map(micros).transpose()?,
        updated_at: micros(customer.updated_at)?,
        orders: figures.orders,
        revenue: number(figures.revenue)?,
        average_order: figures.average_order.map(number).transpose()?,
        first_purchase_at: figures.first_purchase_at,
        last_purchase_at: figures.last_purchase_at,
        segment: figures.segment,
        churn_risk: figures.churn_risk,
        churn_horizon_days: figures.churn_horizon_days,
        predicted_clv: figures.predicted_clv.map(number).transpose()?,
        lifecycle: figures.lifecycle,
        currency: currency.to_owned(),
    })
}

impl TryFrom<CustomerPage> for CustomerList {
    type Error = Problem;

    fn try_from(page: CustomerPage) -> Result<Self> {
        let items = page.items.into_iter().map(|row| customer(row, &page.currency)).collect::<Result<_>>()?;
        Ok(Self { items, next_cursor: page.next_cursor })
    }
}

impl TryFrom<CustomerCard> for CardBody {
    type Error = Problem;

    fn try_from(card: CustomerCard) -> Result<Self> {
        Ok(Self {
            customer: customer(card.row, &card.currency)?,
            expected_purchases: card.expected_purchases,
            next_order_at: card.next_order_at,
            churn_reasons: card.churn_reasons,
        })
    }
}

impl TryFrom<CustomerExport> for CustomerExportBody {
    type Error = Problem;

    fn try_from(export: CustomerExport) -> Result<Self> {
        Ok(Self {
            customer: export.card.try_into()?,
            events: events(export.events)?,
            kept: export.kept,
            mentions: export.mentions,
        })
    }
}

fn events(events: Vec<Event>) -> Result<Vec<EventBody>> {
    let event = |event| match event {
        Event::Purchase(purchase) => Ok(EventBody::Purchase(purchase.try_into()?)),
        Event::Interaction(interaction) => Ok(EventBody::Interaction(interaction.try_into()?)),
    };
    events.into_iter().map(event).collect()
}

impl TryFrom<Timeline> for TimelineBody {
    type Error = Problem;

    fn try_from(timeline: Timeline) -> Result<Self> {
        let items = events(timeline.items)?;
        Ok(Self { items, next_cursor: timeline.next_cursor })
    }
}

impl TryFrom<Purchase> for PurchaseBody {
    type Error = Problem;

    fn try_from(purchase: Purchase) -> Result<Self> {
        // Each amount fits 18 digits, and a decimal of 28 holds the sum of any request's lines.
        let total = purchase.lines.iter().map(|l| Decimal::new(l.amount, DECIMAL_SCALE.unsigned_abs().into())).sum();
        Ok(Self {
            purchase_id: purchase.purchase_id,
            occurred_at: micros(purchase.occurred_at)?,
            amount: number(total)?,
            currency: purchase.currency.to_string(),
            channel: purchase.channel,
            status: purchase.status.name(),
            refund_of: purchase.refund_of,
            source: purchase.source,
            items: purchase.lines.into_iter().map(TryInto::try_into).collect::<Result<_>>()?,
            attributes: json(purchase.attributes, "{}")?,
        })
    }
}

impl TryFrom<Line> for LineBody {
    type Error = Problem;

    fn try_from(line: Line) -> Result<Self> {
        Ok(Self {
            product_id: line.product_id,
            product: line.product,
            category: line.category,
            quantity: stored(line.quantity)?,
            unit_price: line.unit_price.map(stored).transpose()?,
            amount: stored(line.amount)?,
            kind: line.kind.name(),
            cost: line.cost.map(stored).transpose()?,
            discount: line.discount.map(stored).transpose()?,
            vat_rate: line.vat_rate.map(stored).transpose()?,
            variant: line.variant,
        })
    }
}

impl TryFrom<Interaction> for InteractionBody {
    type Error = Problem;

    fn try_from(interaction: Interaction) -> Result<Self> {
        Ok(Self {
            interaction_id: interaction.interaction_id,
            occurred_at: micros(interaction.occurred_at)?,
            kind: interaction.kind,
            channel: interaction.channel,
            direction: interaction.direction,
            subject: interaction.subject,
            body: interaction.body,
            outcome: interaction.outcome,
            agent: interaction.agent,
            attributes: json(interaction.attributes, "{}")?,
        })
    }
}

impl From<Erasure> for ErasureBody {
    fn from(erasure: Erasure) -> Self {
        Self {
            id: erasure.id,
            requested_at: erasure.requested_at,
            complete_by: erasure.complete_by,
            completed_at: erasure.completed_at,
            purchases: erasure.purchases,
            interactions: erasure.interactions,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn money_is_exact_in_json() {
        assert_eq!(stored(97_477_479_340).unwrap().to_string(), "9747747.934");
        assert_eq!(stored(-153_000).unwrap().to_string(), "-15.3");
        assert_eq!(stored(0).unwrap().to_string(), "0");
    }

    #[test]
    fn a_purchase_sums_its_lines() {
        let line = |amount| Line { quantity: 10_000, amount, ..Line::default() };
        let purchase = Purchase { lines: vec![line(10_001), line(-1)], currency: "EUR".into(), ..Purchase::default() };
        let text = serde_json::to_value(EventBody::Purchase(purchase.try_into().unwrap())).unwrap();
        assert_eq!(text["type"], "purchase");
        assert_eq!(text["amount"].to_string(), "1");
        assert_eq!(text["attributes"].to_string(), "{}");
    }
}
