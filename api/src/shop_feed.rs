//! The records of a believable shop as bodies for the ingest endpoints.

use kupets_data::{Attributes, Facts, Item, Record, Shop};
use serde_json::Value;

/// Size of a body.
const BODY_BYTES: usize = 1 << 20;

/// A body for one endpoint.
#[derive(Debug)]
pub struct Body {
    /// `customers`, `purchases` or `interactions`.
    pub records: &'static str,
    /// A record a line.
    pub ndjson: Vec<u8>,
    /// What has been told with it and before it.
    pub facts: Facts,
}

/// Writes the records of a shop into bodies, one kind each, in the order of time, so that a customer's changes arrive in their order.
/// Ids begin with `prefix`, if there is one. `send` says whether there is sense in more. Returns what has been told in all.
///
/// # Errors
/// None that can happen: records are JSON.
pub fn bodies(
    shop: &Shop,
    prefix: Option<&str>,
    mut send: impl FnMut(Body) -> bool,
) -> Result<Facts, serde_json::Error> {
    let mut bodies: [(&'static str, Vec<u8>); 3] =
        [("customers", Vec::new()), ("purchases", Vec::new()), ("interactions", Vec::new())];
    let mut events = shop.events();
    while let Some(mut event) = events.next() {
        if let Some(prefix) = prefix {
            rename(&mut event.record, prefix);
        }
        let of = match &event.record {
            Record::Customer(_) => 0,
            Record::Purchase(_) => 1,
            Record::Interaction(_) => 2,
        };
        let (records, body) = &mut bodies[of];
        serde_json::to_writer(&mut *body, &event.record)?;
        body.push(b'\n');
        if body.len() >= BODY_BYTES {
            let full = Body { records, ndjson: std::mem::take(body), facts: events.facts() };
            if !send(full) {
                return Ok(events.facts());
            }
        }
    }
    for (records, ndjson) in bodies {
        if !ndjson.is_empty() && !send(Body { records, ndjson, facts: events.facts() }) {
            break;
        }
    }
    Ok(events.facts())
}

/// Puts a prefix before all ids of a record.
fn rename(record: &mut Record, prefix: &str) {
    let put = |id: &mut String| id.insert_str(0, prefix);
    match record {
        Record::Customer(customer) => put(&mut customer.customer_id),
        Record::Interaction(interaction) => {
            put(&mut interaction.interaction_id);
            put(&mut interaction.customer_id);
        }
        Record::Purchase(purchase) => {
            put(&mut purchase.purchase_id);
            if let Some(id) = &mut purchase.customer_id {
                put(id);
            }
            purchase.items.iter_mut().for_each(|item: &mut Item| {
                item.product_id = format!("{prefix}{}", item.product_id).into();
            });
            let attributes: &mut Attributes = &mut purchase.attributes;
            if let Some(Value::String(of)) = attributes.get_mut("refund_of") {
                put(of);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeMap;

    use chrono::NaiveDate;
    use kupets_data::{Locale, ShopConfig};

    use super::*;

    fn shop() -> Shop {
        let to = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        Shop::new(ShopConfig::new(1, 1_000, to, Locale::Ru)).unwrap()
    }

    #[test]
    fn every_record_is_in_a_body_of_its_kind() {
        let mut lines = BTreeMap::new();
        let facts = bodies(&shop(), None, |body| {
            *lines.entry(body.records).or_insert(0) += body.ndjson.iter().filter(|b| **b == b'\n').count() as u64;
            true
        })
        .unwrap();
        assert_eq!(lines["customers"], facts.customers + facts.customer_updates);
        assert_eq!(lines["purchases"], facts.purchases + facts.resends);
        assert_eq!(lines["interactions"], facts.interactions);
    }

    #[test]
    fn ids_have_the_prefix_wherever_they_stand() {
        let mut ids = 0;
        bodies(&shop(), Some("sample-"), |body| {
            for line in body.ndjson.split(|b| *b == b'\n').filter(|line| !line.is_empty()) {
                let record: Value = serde_json::from_slice(line).unwrap();
                let named = ["customer_id", "purchase_id", "interaction_id"].map(|name| record.get(name).cloned());
                let refund = record["attributes"].get("refund_of").cloned();
                for id in named.into_iter().flatten().chain(refund) {
                    assert!(id.as_str().unwrap().starts_with("sample-"), "{record}");
                    ids += 1;
                }
            }
            true
        })
        .unwrap();
        assert!(ids > 1_000);
    }
}
