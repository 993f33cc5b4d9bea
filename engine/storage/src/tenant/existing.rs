//! Which records of a group exist already.

use std::collections::HashSet;

use kupets_core::schema::Table;

use crate::{
    keys::{KeyHash, hash},
    record::Records,
};

/// Keys that exist, as it was at one moment. While the group is committed nobody else adds any; what a flush moves stays.
#[derive(Debug, Default)]
pub(super) struct Existing {
    /// By table: keys of rows in the tail or the lake.
    pub(super) stored: [HashSet<KeyHash>; 3],
    /// Customers whom whoever sends something of them need not make.
    pub(super) known: HashSet<KeyHash>,
    /// Not all customers can be told: nobody is made up who would take the place of who is there.
    pub(super) unsure: bool,
}

impl Existing {
    /// Whether a record of that key was there.
    pub fn has(&self, table: Table, hash: KeyHash) -> bool {
        self.stored[table.index()].contains(&hash)
    }

    /// Whether that customer existed, for who sends something of it.
    pub fn knows_customer(&self, hash: KeyHash) -> bool {
        self.unsure || self.known.contains(&hash)
    }
}

/// Keys by table.
pub(super) type Wanted = [Vec<KeyHash>; 3];

/// The keys that a group of requests names.
pub(super) fn named<'a>(group: impl Iterator<Item = &'a Records>) -> Wanted {
    let mut wanted = Wanted::default();
    let [customers, purchases, interactions] = &mut wanted;
    for records in group {
        match records {
            Records::Customers(patches) => customers.extend(patches.iter().map(|patch| hash(&patch.customer_id))),
            Records::Purchases(records) => {
                purchases.extend(records.iter().map(|purchase| hash(&purchase.purchase_id)));
                customers.extend(records.iter().filter_map(|purchase| purchase.customer_id.as_deref().map(hash)));
            }
            Records::Interactions(records) => {
                interactions.extend(records.iter().map(|interaction| hash(&interaction.interaction_id)));
                customers.extend(records.iter().filter_map(|record| record.customer_id.as_deref().map(hash)));
            }
        }
    }
    for hashes in &mut wanted {
        hashes.sort_unstable();
        hashes.dedup();
    }
    wanted
}
