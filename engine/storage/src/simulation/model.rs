//! What must be there: every record that was acknowledged, in its last version, and nobody who was erased.

use std::collections::BTreeMap;

use kupets_core::schema::Table;

use super::{Chance, TENANTS, node::Node};

/// What is known of a key.
#[derive(Debug, Clone, Default)]
struct Known {
    /// The value that was acknowledged last; none: it was erased, or never acknowledged.
    sure: Option<String>,
    /// Values that were sent since and not acknowledged: they may have been stored or not.
    maybe: Vec<Option<String>>,
}

impl Known {
    fn sent(&mut self, value: &str, acknowledged: bool) {
        if acknowledged {
            *self = Self { sure: Some(value.to_owned()), maybe: Vec::new() };
        } else {
            self.maybe.push(Some(value.to_owned()));
        }
    }

    fn erased(&mut self, sure: bool) {
        if sure {
            *self = Self::default();
        } else {
            self.maybe.push(None);
        }
    }

    fn allows(&self, found: Option<&String>) -> bool {
        found == self.sure.as_ref() || self.maybe.iter().any(|maybe| found == maybe.as_ref())
    }
}

#[derive(Debug, Default)]
struct Tenant {
    purchases: BTreeMap<String, Known>,
    /// Names of customers.
    customers: BTreeMap<String, Known>,
    /// The customer of each purchase.
    of: BTreeMap<String, String>,
}

pub struct Model {
    tenants: [Tenant; TENANTS],
    next: u64,
}

impl Model {
    pub fn new(seed: u64) -> Self {
        Self { tenants: Default::default(), next: seed % 1_000 }
    }

    /// Sends a purchase or a customer, a new one or one that was sent before.
    pub async fn send(&mut self, node: &Node, tenant: usize, chance: &Chance) {
        self.next += 1;
        let value = self.next;
        let customer = format!("c{}", chance.below(6));
        let known = &mut self.tenants[tenant];
        if chance.below(4) == 0 {
            let name = format!("name {value}");
            let body = format!("{{\"customer_id\":\"{customer}\",\"name\":\"{name}\"}}");
            let done = node.send(tenant, Table::Customers, &body).await;
            known.customers.entry(customer).or_default().sent(&name, done);
            return;
        }
        // A purchase keeps its customer, so that an erasure takes all its versions.
        let id = format!("p{}", chance.below(40));
        let customer = known.of.entry(id.clone()).or_insert(customer).clone();
        let body = format!(
            "{{\"purchase_id\":\"{id}\",\"customer_id\":\"{customer}\",\"amount\":{value},\"product\":\"x\",\"occurred_at\":\"2026-01-01\"}}"
        );
        let done = node.send(tenant, Table::Purchases, &body).await;
        known.purchases.entry(id).or_default().sent(&value.to_string(), done);
    }

    /// Erases a customer.
    pub async fn erase(&mut self, node: &Node, tenant: usize, chance: &Chance) {
        let customer = format!("c{}", chance.below(6));
        let sure = node.erase(tenant, &customer).await;
        let Tenant { purchases, customers, of } = &mut self.tenants[tenant];
        if let Some(known) = customers.get_mut(&customer) {
            known.erased(sure);
        }
        for (_, known) in purchases.iter_mut().filter(|(id, _)| of.get(*id) == Some(&customer)) {
            known.erased(sure);
        }
    }

    /// Holds what a node shows against what must be there.
    pub async fn check(&self, node: &Node, tenant: usize, owner: usize, seed: u64, step: usize) {
        let place = format!("seed {seed}, step {step}, tenant {tenant}, node {owner}");
        let known = &self.tenants[tenant];
        let found = node.by_key(tenant, Table::Purchases, ["purchase_id", "amount"], seed, step).await;
        for (id, known) in &known.purchases {
            let value = found.get(id).and_then(|value| amount(value.as_deref()));
            assert!(known.allows(value.as_ref()), "{place}: purchase {id} is {value:?}, and {known:?}");
        }
        let extra: Vec<_> = found.iter().filter(|(id, _)| !known.purchases.contains_key(*id)).collect();
        assert!(extra.is_empty(), "{place}: nobody sent {extra:?}");
        let found = node.by_key(tenant, Table::Customers, ["customer_id", "name"], seed, step).await;
        for (id, known) in &known.customers {
            // One that is there only because a purchase names it has no name.
            let name = found.get(id).cloned().flatten();
            assert!(known.allows(name.as_ref()), "{place}: customer {id} is {name:?}, and {known:?}");
        }
    }
}

/// A decimal without the zeros behind its point.
fn amount(text: Option<&str>) -> Option<String> {
    text.map(|text| match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole.to_owned(),
        _ => text.to_owned(),
    })
}
