//! What must be there: every record that was acknowledged, in its last version, and nobody who was erased.

use std::collections::{BTreeMap, BTreeSet};

use kupets_core::schema::Table;

use super::{Chance, TENANTS, node::Node};

/// Customers and purchases of a tenant: few, so that the same ones are sent again and again.
const CUSTOMERS: u64 = 6;
const PURCHASES: u64 = 40;

/// What may be found under a key; none: no such record, or a customer without a name.
type Value = Option<String>;

/// What is known of a key.
#[derive(Debug, Clone, Default)]
struct Known {
    /// Empty: it was never sent.
    allowed: BTreeSet<Value>,
}

/// What became of a key in one step, whose operations ran beside each other.
#[derive(Debug, Default)]
struct Outcome {
    /// Whether one of them was acknowledged, so that nothing of before can be there.
    sure: bool,
    values: BTreeSet<Value>,
}

impl Outcome {
    fn add(&mut self, value: Value, acknowledged: bool) {
        self.sure |= acknowledged;
        self.values.insert(value);
    }
}

impl Known {
    fn step(&mut self, outcome: Outcome) {
        if outcome.sure {
            self.allowed = outcome.values;
        } else {
            if self.allowed.is_empty() {
                self.allowed.insert(None);
            }
            self.allowed.extend(outcome.values);
        }
    }

    fn allows(&self, found: Option<&String>) -> bool {
        self.allowed.contains(&found.cloned()) || (self.allowed.is_empty() && found.is_none())
    }
}

/// Something that is asked of a tenant.
#[derive(Debug, Clone)]
pub enum Work {
    Purchase {
        id: String,
        customer: String,
        value: u64,
    },
    Customer {
        id: String,
        name: String,
    },
    Erase {
        customer: String,
    },
    /// Takes a purchase back.
    Delete {
        id: String,
    },
    /// Deletes what is too old, which is nothing.
    Expire,
    Flush,
    Compact,
    Collect,
    Reopen,
}

impl Work {
    /// Does it; whether it ended well. `leaves`: whoever asked goes away soon after.
    pub async fn run(&self, node: &Node, tenant: usize, leaves: Option<u64>) -> bool {
        match self {
            Self::Purchase { id, customer, value } => {
                node.or_leave(node.purchase(tenant, id, customer, *value), leaves).await
            }
            Self::Customer { id, name } => node.or_leave(node.customer(tenant, id, name), leaves).await,
            Self::Erase { customer } => node.erase(tenant, customer).await,
            Self::Delete { id } => node.delete(tenant, id).await,
            Self::Expire => node.expire_nothing(tenant).await,
            Self::Flush => node.flush(tenant).await,
            Self::Compact => node.compact(tenant).await,
            Self::Collect => node.collect(tenant).await,
            Self::Reopen => {
                node.reopen(tenant).await;
                true
            }
        }
    }
}

#[derive(Debug, Default)]
struct Tenant {
    purchases: BTreeMap<String, Known>,
    /// Names of customers.
    customers: BTreeMap<String, Known>,
    /// The customer of each purchase: it keeps its customer, so that an erasure takes all its versions.
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

    /// A purchase or a customer, a new one or one that was sent before.
    pub fn sending(&mut self, tenant: usize, chance: &Chance) -> Work {
        self.next += 1;
        let value = self.next;
        let customer = format!("c{}", chance.below(CUSTOMERS));
        if chance.below(4) == 0 {
            return Work::Customer { id: customer, name: format!("name {value}") };
        }
        let id = format!("p{}", chance.below(PURCHASES));
        let customer = self.tenants[tenant].of.entry(id.clone()).or_insert(customer).clone();
        Work::Purchase { id, customer, value }
    }

    pub fn erasing(chance: &Chance) -> Work {
        Work::Erase { customer: format!("c{}", chance.below(CUSTOMERS)) }
    }

    pub fn deleting(chance: &Chance) -> Work {
        Work::Delete { id: format!("p{}", chance.below(PURCHASES)) }
    }

    /// Notes what ran beside each other, and whether it ended well.
    pub fn note(&mut self, tenant: usize, done: &[(Work, bool)]) {
        let Tenant { purchases, customers, of } = &mut self.tenants[tenant];
        let mut outcomes: BTreeMap<(Table, String), Outcome> = BTreeMap::new();
        for (work, well) in done {
            match work {
                Work::Purchase { id, value, .. } => {
                    let outcome = outcomes.entry((Table::Purchases, id.clone())).or_default();
                    outcome.add(Some(value.to_string()), *well);
                }
                Work::Customer { id, name } => {
                    outcomes.entry((Table::Customers, id.clone())).or_default().add(Some(name.clone()), *well);
                }
                Work::Erase { customer } => {
                    outcomes.entry((Table::Customers, customer.clone())).or_default().add(None, *well);
                    for (id, _) in of.iter().filter(|(_, owner)| *owner == customer) {
                        outcomes.entry((Table::Purchases, id.clone())).or_default().add(None, *well);
                    }
                }
                Work::Delete { id } => {
                    outcomes.entry((Table::Purchases, id.clone())).or_default().add(None, *well);
                }
                Work::Expire | Work::Flush | Work::Compact | Work::Collect | Work::Reopen => {}
            }
        }
        for ((table, key), outcome) in outcomes {
            let known = if table == Table::Purchases { &mut *purchases } else { &mut *customers };
            known.entry(key).or_default().step(outcome);
        }
    }

    /// Holds what a node shows against what must be there.
    pub async fn check(&self, node: &Node, tenant: usize, owner: usize, seed: u64, step: usize) {
        let place = format!("seed {seed}, step {step}, tenant {tenant}, node {owner}");
        let known = &self.tenants[tenant];
        let found = node.by_key(tenant, Table::Purchases, ["purchase_id", "amount"], &place).await;
        for (id, known) in &known.purchases {
            let value = found.get(id).and_then(|value| amount(value.as_deref()));
            assert!(known.allows(value.as_ref()), "{place}: purchase {id} is {value:?}, and {known:?}");
        }
        let extra: Vec<_> = found.iter().filter(|(id, _)| !known.purchases.contains_key(*id)).collect();
        assert!(extra.is_empty(), "{place}: nobody sent {extra:?}");
        let found = node.by_key(tenant, Table::Customers, ["customer_id", "name"], &place).await;
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
