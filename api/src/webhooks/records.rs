//! Records on their way in, as messages tell of them.

use chrono::{DateTime, SecondsFormat};
use kupets_core::{Result, TenantContext};
use kupets_engine::{
    Engine,
    record::{Change, CustomerPatch, Ingested, Purchase, Records},
    schema::Table,
};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};

use super::{
    Webhooks,
    event::{Occurrence, WebhookEvent},
};

/// Records of one request that are told one by one; more are told as a number.
const ONE_BY_ONE: usize = 100;

/// What a request is going to change, known before it is stored.
#[derive(Debug)]
pub enum Arrived {
    /// Each of them.
    Each(Vec<Occurrence>),
    /// Too many: how many there are of that table.
    Count(Table),
}

impl Webhooks {
    /// What is to be told of these records once they are stored; none: nobody wants to know.
    ///
    /// # Errors
    /// The control database or the lake does not answer.
    pub async fn arriving(
        &self,
        engine: &Engine,
        tenant: &TenantContext,
        records: &Records,
    ) -> Result<Option<Arrived>> {
        use WebhookEvent::{CustomerCreated, CustomerUpdated, PurchaseCreated};
        let (table, events): (_, &[_]) = match records {
            Records::Customers(_) => (Table::Customers, &[CustomerCreated, CustomerUpdated]),
            Records::Purchases(_) => (Table::Purchases, &[PurchaseCreated, CustomerCreated]),
            Records::Interactions(_) => return Ok(None),
        };
        if records.is_empty() || !self.wants(tenant.id(), events).await? {
            return Ok(None);
        }
        if records.len() > ONE_BY_ONE {
            return Ok(Some(Arrived::Count(table)));
        }
        let each = match records {
            Records::Customers(customers) => changed_customers(engine, tenant, customers).await?,
            Records::Purchases(purchases) => new_purchases(engine, tenant, purchases).await?,
            Records::Interactions(_) => Vec::new(),
        };
        Ok(Some(Arrived::Each(each)))
    }
}

impl Arrived {
    /// What there is to tell, now that the records are stored.
    pub fn told(self, done: &Ingested) -> Vec<Occurrence> {
        match self {
            Self::Each(each) => each,
            Self::Count(table) => counts(table, done),
        }
    }
}

fn counts(table: Table, done: &Ingested) -> Vec<Occurrence> {
    let new = done.accepted.saturating_sub(done.replaced);
    let told = match table {
        Table::Customers => vec![(WebhookEvent::CustomerCreated, new), (WebhookEvent::CustomerUpdated, done.replaced)],
        _ => vec![(WebhookEvent::PurchaseCreated, new)],
    };
    let occurrence = |(event, count)| Occurrence { event, customer_id: None, data: json!({"count": count}) };
    told.into_iter().filter(|(_, count)| *count > 0).map(occurrence).collect()
}

async fn changed_customers(
    engine: &Engine,
    tenant: &TenantContext,
    customers: &[CustomerPatch],
) -> Result<Vec<Occurrence>> {
    let ids = customers.iter().map(|customer| customer.customer_id.clone()).collect();
    let mut known = engine.known_ids(tenant, Table::Customers, ids).await?;
    let told = customers.iter().map(|customer| {
        let event = match known.insert(customer.customer_id.clone()) {
            true => WebhookEvent::CustomerCreated,
            false => WebhookEvent::CustomerUpdated,
        };
        let data = json!({"customer_id": customer.customer_id, "customer": customer_json(customer)});
        Occurrence { event, customer_id: Some(customer.customer_id.clone()), data }
    });
    Ok(told.collect())
}

async fn new_purchases(engine: &Engine, tenant: &TenantContext, purchases: &[Purchase]) -> Result<Vec<Occurrence>> {
    let ids = purchases.iter().map(|purchase| purchase.purchase_id.clone()).collect();
    let mut known = engine.known_ids(tenant, Table::Purchases, ids).await?;
    let buyers = purchases.iter().filter_map(|purchase| purchase.customer_id.clone()).collect();
    let mut known_customers = engine.known_ids(tenant, Table::Customers, buyers).await?;
    let mut told = Vec::new();
    for purchase in purchases {
        // A purchase makes its customer where there was none.
        if let Some(id) = purchase.customer_id.as_ref().filter(|id| known_customers.insert((*id).clone())) {
            let data = json!({"customer_id": id, "customer": {"customer_id": id}});
            told.push(Occurrence { event: WebhookEvent::CustomerCreated, customer_id: Some(id.clone()), data });
        }
        if known.insert(purchase.purchase_id.clone()) {
            let data = json!({
                "purchase_id": purchase.purchase_id,
                "customer_id": purchase.customer_id,
                "purchase": purchase_json(purchase),
            });
            let customer_id = purchase.customer_id.clone();
            told.push(Occurrence { event: WebhookEvent::PurchaseCreated, customer_id, data });
        }
    }
    Ok(told)
}

/// A customer as it was sent: what is not in it has not changed.
fn customer_json(customer: &CustomerPatch) -> Value {
    fn put<T>(object: &mut Map<String, Value>, name: &str, change: &Change<T>, value: impl Fn(&T) -> Value) {
        match change {
            Change::Keep => {}
            Change::Clear => drop(object.insert(name.to_owned(), Value::Null)),
            Change::Set(new) => drop(object.insert(name.to_owned(), value(new))),
        }
    }
    let mut object = Map::from_iter([("customer_id".to_owned(), json!(customer.customer_id))]);
    for (name, change) in [("name", &customer.name), ("email", &customer.email), ("phone", &customer.phone)] {
        put(&mut object, name, change, |text| json!(text));
    }
    put(&mut object, "tags", &customer.tags, |tags| json!(tags));
    put(&mut object, "attributes", &customer.attributes, |attributes| Value::Object(attributes.clone()));
    put(&mut object, "created_at", &customer.created_at, |us| time(*us));
    put(&mut object, "consent", &customer.consent, |text| serde_json::from_str(text).unwrap_or(Value::Null));
    put(&mut object, "do_not_contact", &customer.do_not_contact, |flag| json!(flag));
    Value::Object(object)
}

/// A purchase in the shape in which it is sent.
fn purchase_json(purchase: &Purchase) -> Value {
    let items: Vec<_> = purchase
        .lines
        .iter()
        .map(|line| {
            json!({
                "product_id": line.product_id,
                "product": line.product,
                "category": line.category,
                "quantity": decimal(line.quantity),
                "unit_price": line.unit_price.map(decimal),
                "amount": decimal(line.amount),
                "kind": line.kind.name(),
                "cost": line.cost.map(decimal),
                "discount": line.discount.map(decimal),
                "vat_rate": line.vat_rate.map(decimal),
                "variant": line.variant,
            })
        })
        .collect();
    let attributes: Option<Value> = purchase.attributes.as_deref().and_then(|text| serde_json::from_str(text).ok());
    json!({
        "purchase_id": purchase.purchase_id,
        "customer_id": purchase.customer_id,
        "occurred_at": time(purchase.occurred_at),
        "currency": purchase.currency,
        "channel": purchase.channel,
        "status": purchase.status.name(),
        "refund_of": purchase.refund_of,
        "source": purchase.source,
        "items": items,
        "attributes": attributes.unwrap_or_else(|| json!({})),
    })
}

fn time(us: i64) -> Value {
    DateTime::from_timestamp_micros(us).map_or(Value::Null, |at| json!(at.to_rfc3339_opts(SecondsFormat::AutoSi, true)))
}

/// Ten-thousandths as an exact number.
fn decimal(value: i64) -> Value {
    let text = Decimal::new(value, 4).normalize().to_string();
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_exact() {
        assert_eq!(decimal(153_000).to_string(), "15.3");
        assert_eq!(decimal(-1).to_string(), "-0.0001");
        assert_eq!(decimal(0).to_string(), "0");
        assert_eq!(decimal(i64::MAX).to_string(), "922337203685477.5807");
    }

    #[test]
    fn many_are_told_as_a_number() {
        let done = Ingested { accepted: 500, replaced: 200, ..Ingested::default() };
        let told = counts(Table::Customers, &done);
        assert_eq!(told.iter().map(|one| one.data["count"].as_u64()).collect::<Vec<_>>(), [Some(300), Some(200)]);
        assert_eq!(counts(Table::Purchases, &Ingested { accepted: 3, replaced: 3, ..Ingested::default() }), []);
    }
}
