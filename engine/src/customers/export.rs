//! All that is kept of a customer, for the person themselves: the record with its figures, what happened, and what stands of them
//! in tables of the control database and in what people wrote.

use kupets_control::personal_data::Person;
use kupets_core::{Result, TenantContext};
use serde_json::{Map, Value};

use super::{
    card,
    model::{CustomerCard, Event},
    timeline,
};
use crate::{Engine, insight::Language};

/// Events that are read at a time.
const PAGE: usize = 500;

/// All that is kept of a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerExport {
    /// The record and its figures.
    pub card: CustomerCard,
    /// All purchases, whatever their status, and interactions, the latest first.
    pub events: Vec<Event>,
    /// What else is kept under the customer's id: an object with a list of rows a table.
    pub kept: Value,
    /// What people wrote and were told of somebody called like the customer: an object with a list of texts a table.
    pub mentions: Value,
}

/// What is kept of `id`.
pub(super) async fn export(engine: &Engine, tenant: &TenantContext, id: &str) -> Result<CustomerExport> {
    let card = card::card(engine, tenant, id, None, Language::En).await?;
    let mut events = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = timeline::page(engine, tenant, id, PAGE, cursor.as_deref()).await?;
        events.extend(page.items);
        match page.next_cursor {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    let customer = &card.row.customer;
    let (name, email, phone) = (customer.name.clone(), customer.email.clone(), customer.phone.clone());
    let registry = engine.personal_data();
    // What was merged into them is theirs too, and it may be kept under the other id, or name them by another name.
    let ids = engine.ids_of(tenant.id(), id).await?;
    let mut people = engine.former_names(tenant.id(), &ids).await?;
    people.push(Person { name, email, phone });
    let (mut kept, mut mentions) = (Value::Object(Map::new()), Value::Object(Map::new()));
    for id in &ids {
        join(&mut kept, registry.export(tenant.id(), id).await?);
    }
    for person in &people {
        join(&mut mentions, registry.export_mentions(tenant.id(), person).await?);
    }
    Ok(CustomerExport { card, events, kept, mentions })
}

/// Adds lists of rows by table to others; what stands there already is not added again.
fn join(all: &mut Value, more: Value) {
    let (Value::Object(all), Value::Object(more)) = (all, more) else { return };
    for (table, rows) in more {
        let there = all.entry(table).or_insert_with(|| Value::Array(Vec::new()));
        if let (Value::Array(there), Value::Array(rows)) = (there, rows) {
            for row in rows {
                if !there.contains(&row) {
                    there.push(row);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_are_told_once() {
        let mut all = json!({});
        join(&mut all, json!({"tasks": [{"id": 1}]}));
        join(&mut all, json!({"tasks": [{"id": 1}, {"id": 2}], "jobs": [{"id": 3}]}));
        assert_eq!(all, json!({"tasks": [{"id": 1}, {"id": 2}], "jobs": [{"id": 3}]}));
    }
}
