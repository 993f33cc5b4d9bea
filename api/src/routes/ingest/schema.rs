//! What sending takes and answers. Records are read by the engine's parser, which knows more than a schema: exact decimals,
//! the difference between absent and null, positions of errors. So their shapes are only described here, and the tests below
//! send every described field to the parser, and others.

use kupets_engine::FieldError;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{
    IntoParams, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ObjectBuilder, SchemaFormat, SchemaType, Type},
    },
};

/// Parameters of sending.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IngestParams {
    /// What to do with a bad record: `refuse` the whole request (422 lists every bad record; what happens without it), or
    /// `skip` it, store the others and list it in `rejected`.
    #[serde(default, deserialize_with = "on_error")]
    #[param(inline, required = false)]
    pub on_error: OnErrorParam,
}

/// What to do with a bad record.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum OnErrorParam {
    /// Nothing of the request is stored.
    #[default]
    Refuse,
    /// The others are stored.
    Skip,
}

/// The choice, with an error that names the parameter.
fn on_error<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<OnErrorParam, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.as_str() {
        "refuse" => Ok(OnErrorParam::Refuse),
        "skip" => Ok(OnErrorParam::Skip),
        _ => Err(serde::de::Error::custom(format_args!(
            "`on_error` is `{text}`; it is `refuse` (what happens without it) or `skip`"
        ))),
    }
}

/// What became of the records. All accepted ones are durable and visible.
#[derive(Debug, Serialize, ToSchema)]
pub struct Accepted {
    /// Records stored.
    pub accepted: u64,
    /// Of these, records that took the place of an earlier one of the same id.
    pub replaced: u64,
    /// Of these, purchases of erased customers that were stored as a guest's (the workspace's rule `erased_records`); absent: none.
    #[serde(skip_serializing_if = "is_zero")]
    pub guests: u64,
    /// Ids made here, for records that came without one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<AcceptedItem>,
    /// With `on_error=skip`: what was not stored, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<FieldError>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// An id made here.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptedItem {
    /// Position of the record in the request, from 0.
    pub index: usize,
    /// Its id.
    pub id: String,
}

/// How a decimal may be sent: as a number, or as a text where numbers would lose digits.
fn decimal() -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([Type::Number, Type::String, Type::Null]))
        .format(Some(SchemaFormat::Custom("decimal".to_owned())))
        .into()
}

/// One customer or many.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "a description: the engine's parser reads records")]
pub enum CustomersBody {
    One(CustomerRecord),
    Many(Vec<CustomerRecord>),
}

/// A customer. Absent fields stay as they are stored; `null` clears.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description: the engine's parser reads records")]
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
    attributes: Option<Map<String, Value>>,
    /// What the customer agreed to, by channel; replaced as a whole.
    consent: Option<Vec<ConsentRecord>>,
    /// Whether the customer wants to be left alone.
    do_not_contact: Option<bool>,
}

/// What a customer agreed to, or refused.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description: the engine's parser reads records")]
pub struct ConsentRecord {
    /// `email`, `phone`, `sms`, …
    channel: String,
    given: bool,
    /// Where it was asked for: `checkout`, `call`, …
    source: Option<String>,
    /// RFC 3339, or a date.
    at: Option<String>,
}

/// One purchase or many.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "a description: the engine's parser reads records")]
pub enum PurchasesBody {
    One(PurchaseRecord),
    Many(Vec<PurchaseRecord>),
}

/// A purchase: with `items`, or with the fields of a single line in its place.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description: the engine's parser reads records")]
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
    /// How far it is; completed unless given. Only completed purchases count in figures.
    #[schema(inline)]
    status: Option<Status>,
    /// The purchase that it takes back; it need not be known yet.
    refund_of: Option<String>,
    /// The system that the record comes from.
    source: Option<String>,
    /// The lines.
    items: Option<Vec<LineRecord>>,
    /// Anything of the app's own.
    attributes: Option<Map<String, Value>>,
    /// Of the single line.
    product_id: Option<String>,
    /// Of the single line.
    product: Option<String>,
    /// Of the single line.
    category: Option<String>,
    /// Of the single line.
    #[schema(schema_with = decimal, required = false)]
    quantity: Option<String>,
    /// Of the single line.
    #[schema(schema_with = decimal, required = false)]
    unit_price: Option<String>,
    /// Of the single line.
    #[schema(schema_with = decimal, required = false)]
    amount: Option<String>,
    /// Of the single line.
    #[schema(inline)]
    kind: Option<LineKind>,
    /// Of the single line.
    #[schema(schema_with = decimal, required = false)]
    cost: Option<String>,
    /// Of the single line.
    #[schema(schema_with = decimal, required = false)]
    discount: Option<String>,
    /// Of the single line.
    #[schema(schema_with = decimal, required = false)]
    vat_rate: Option<String>,
    /// Of the single line.
    variant: Option<String>,
}

/// A line of a purchase. Decimals are exact, as numbers or strings, up to 4 fraction digits. `quantity` is 1 unless given, or -1
/// where a given `amount` is negative; `amount` is `quantity * unit_price` unless given; it is negative for a refund. Where both are given for a product or a
/// service, opposite signs are refused.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description: the engine's parser reads records")]
pub struct LineRecord {
    product_id: Option<String>,
    product: Option<String>,
    category: Option<String>,
    #[schema(schema_with = decimal, required = false)]
    quantity: Option<String>,
    #[schema(schema_with = decimal, required = false)]
    unit_price: Option<String>,
    /// What is paid for the line, after discount.
    #[schema(schema_with = decimal, required = false)]
    amount: Option<String>,
    /// What it is of; goods unless given.
    #[schema(inline)]
    kind: Option<LineKind>,
    /// What the line cost the shop.
    #[schema(schema_with = decimal, required = false)]
    cost: Option<String>,
    /// What was taken off the line; `amount` is what is left.
    #[schema(schema_with = decimal, required = false)]
    discount: Option<String>,
    /// Per cent: 22 is 22 %.
    #[schema(schema_with = decimal, required = false)]
    vat_rate: Option<String>,
    /// Size, colour, … of the product.
    variant: Option<String>,
}

/// What a line of a purchase is of.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "a description: the engine's parser reads records")]
pub enum LineKind {
    /// Goods.
    Product,
    /// Work, rent, a warranty.
    Service,
    /// Delivery.
    Shipping,
    /// Money off; its amount is negative.
    Discount,
    /// What is paid for the payment, the packing, the handling.
    Fee,
    /// Tax that stands as a line of its own.
    Tax,
    /// A gift card.
    GiftCard,
    /// Anything else.
    Other,
}

/// How far a purchase is.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "a description: the engine's parser reads records")]
pub enum Status {
    /// It took place, and counts in figures.
    Completed,
    /// It is not paid, or not confirmed.
    Pending,
    /// It did not take place.
    Cancelled,
}

/// Who began it.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "a description: the engine's parser reads records")]
pub enum Direction {
    /// The customer.
    In,
    /// The shop.
    Out,
}

/// One interaction or many.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "a description: the engine's parser reads records")]
pub enum InteractionsBody {
    One(InteractionRecord),
    Many(Vec<InteractionRecord>),
}

/// An interaction.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description: the engine's parser reads records")]
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
    #[schema(inline)]
    direction: Option<Direction>,
    subject: Option<String>,
    body: Option<String>,
    outcome: Option<String>,
    /// Who of yours.
    agent: Option<String>,
    /// Anything of the app's own.
    attributes: Option<Map<String, Value>>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use std::collections::BTreeSet;

    use chrono::{DateTime, Utc};
    use kupets_engine::{
        record::{self, Framing, IdSource, OnError, ParseOptions},
        schema::Table,
    };
    use serde_json::json;
    use utoipa::PartialSchema;

    use super::*;
    use crate::routes::customers::shape::CustomerPatchBody;

    fn parse(table: Table, record: &Value) -> Result<(), Vec<FieldError>> {
        let options = ParseOptions {
            table,
            time_zone: "UTC".parse().unwrap(),
            currency: "RUB".into(),
            now: DateTime::<Utc>::UNIX_EPOCH,
            idempotency_key: None,
            ids: IdSource::random(),
            on_error: OnError::Refuse,
        };
        let text = serde_json::to_vec(record).unwrap();
        record::parse(&text, Framing::Json, &options).map(drop).map_err(|error| error.fields().to_vec())
    }

    fn schema<T: PartialSchema>() -> Value {
        serde_json::to_value(T::schema()).unwrap()
    }

    /// Whether a schema says that a value of this type may be sent.
    fn takes(schema: &Value, kind: &str) -> bool {
        match &schema["type"] {
            Value::String(one) => one == kind,
            Value::Array(several) => several.iter().any(|one| one == kind),
            _ => schema["oneOf"].as_array().is_some_and(|of| of.iter().any(|one| takes(one, kind))),
        }
    }

    /// A value of each type that the description of a field allows.
    fn values(name: &str, schema: &Value) -> Vec<Value> {
        let mut values = Vec::new();
        if takes(schema, "string") {
            values.push(match name {
                "occurred_at" | "created_at" => json!("2026-03-01"),
                "currency" => json!("EUR"),
                "email" => json!("anna@example.com"),
                "direction" => json!("in"),
                "kind" if schema["oneOf"].is_array() => json!("shipping"),
                "status" => json!("pending"),
                "quantity" | "unit_price" | "amount" | "cost" | "discount" | "vat_rate" => json!("2.5"),
                _ => json!("x"),
            });
        }
        if takes(schema, "number") {
            values.push(json!(2.5));
        }
        if takes(schema, "array") {
            values.push(match name {
                "items" => json!([{"product": "x", "amount": 1}]),
                "consent" => json!([{"channel": "email", "given": true, "source": null, "at": "2026-03-01"}]),
                _ => json!(["x"]),
            });
        }
        if takes(schema, "object") {
            values.push(json!({"x": 1}));
        }
        if takes(schema, "boolean") {
            values.push(json!(true));
        }
        if takes(schema, "null") {
            values.push(Value::Null);
        }
        assert!(!values.is_empty(), "{name}: {schema}");
        values
    }

    /// Sends each described field with each type of value that it may have, and fields that are not described.
    fn agrees(described: &Value, known: &[&str], least: &Value, send: impl Fn(&Value) -> Result<(), Vec<FieldError>>) {
        let fields = described["properties"].as_object().unwrap();
        let names: BTreeSet<&str> = fields.keys().map(String::as_str).collect();
        assert_eq!(names, known.iter().copied().collect(), "described, and known to the parser");
        let with = |name: &str, value: Value| {
            let mut record = least.clone();
            record[name] = value;
            record
        };
        send(least).unwrap();
        for (name, field) in fields {
            let required = described["required"].as_array().is_some_and(|of| of.contains(&json!(name)));
            assert_eq!(required, least.get(name).is_some() && !takes(field, "null"), "{name}");
            for value in values(name, field) {
                let mut record = with(name, value.clone());
                if name == "items" && !value.is_null() {
                    record.as_object_mut().unwrap().remove("amount");
                }
                if name == "amount" && value.is_null() {
                    record["unit_price"] = json!(1);
                }
                send(&record).unwrap_or_else(|errors| panic!("{name} = {value}: {errors:?}"));
            }
            if required {
                let mut record = least.clone();
                record.as_object_mut().unwrap().remove(name);
                assert_eq!(send(&record).unwrap_err()[0].field, *name);
            }
        }
        let refused = send(&with("favourite_colour", json!("red"))).unwrap_err();
        assert!(refused[0].field.contains("favourite_colour"), "{refused:?}");
    }

    #[test]
    fn customers_are_described_as_they_are_read() {
        let known = record::fields(Table::Customers);
        let send = |record: &Value| parse(Table::Customers, record);
        agrees(&schema::<CustomerRecord>(), known, &json!({"customer_id": "c"}), send);
    }

    #[test]
    fn edits_are_described_as_they_are_read() {
        let known: Vec<&str> =
            record::fields(Table::Customers).iter().copied().filter(|name| *name != "customer_id").collect();
        let send = |edit: &Value| {
            let mut record = edit.clone();
            record["customer_id"] = json!("c");
            parse(Table::Customers, &record)
        };
        agrees(&schema::<CustomerPatchBody>(), &known, &json!({}), send);
    }

    #[test]
    fn purchases_are_described_as_they_are_read() {
        let known = record::fields(Table::Purchases);
        let send = |record: &Value| parse(Table::Purchases, record);
        agrees(&schema::<PurchaseRecord>(), known, &json!({"amount": 1}), send);
    }

    #[test]
    fn lines_are_described_as_they_are_read() {
        let send = |line: &Value| parse(Table::Purchases, &json!({"items": [line]}));
        agrees(&schema::<LineRecord>(), record::LINE_FIELDS, &json!({"amount": 1}), send);
    }

    #[test]
    fn interactions_are_described_as_they_are_read() {
        let known = record::fields(Table::Interactions);
        let send = |record: &Value| parse(Table::Interactions, record);
        agrees(&schema::<InteractionRecord>(), known, &json!({"kind": "call"}), send);
    }
}
