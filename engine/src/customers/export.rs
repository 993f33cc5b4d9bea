//! All that is kept of a customer, for the person themselves: the record with its figures, what happened, and what stands of them
//! in tables of the control database and in what people wrote.

use kupets_control::personal_data::Person;
use kupets_core::{Result, TenantContext};
use serde_json::Value;

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
    let kept = registry.export(tenant.id(), id).await?;
    let mentions = registry.export_mentions(tenant.id(), &Person { name, email, phone }).await?;
    Ok(CustomerExport { card, events, kept, mentions })
}
