//! Whose ids they are, as it was at one moment.

use std::{collections::HashSet, sync::Arc};

use kupets_control::customer_merges::Aliases;
use kupets_core::{Result, schema::Table};

use super::store::TenantStore;
use crate::keys::hash;

/// Aliases, and who of those that are being parted is there again.
pub(super) struct Persons {
    aliases: Arc<Aliases>,
    back: HashSet<String>,
}

impl Persons {
    /// Whose id it is: its own customer's, or the person's into whom that one was merged.
    pub fn of<'a>(&'a self, id: &'a str) -> &'a str {
        self.aliases.person(id, |id| self.back.contains(id))
    }

    /// From whom the customer of an alias is being parted, whether they are there again or not.
    pub fn parted_from<'a>(&'a self, alias: &'a str) -> &'a str {
        self.aliases.person(alias, |id| id != alias && self.back.contains(id))
    }

    /// Whether nobody is merged.
    pub fn are_all_themselves(&self) -> bool {
        self.aliases.is_empty()
    }
}

impl TenantStore {
    /// Whose ids they are by these aliases. The keys of the lake are loaded before it is called.
    ///
    /// # Errors
    /// The index of the lake's keys cannot be read.
    pub(super) fn persons(&self, aliases: Arc<Aliases>) -> Result<Persons> {
        let undoing: Vec<&str> = aliases.undoing().collect();
        let existing = self.existing_of(Table::Customers, undoing.iter().map(|id| hash(id)).collect())?;
        let is_back = |id: &&str| existing.has(Table::Customers, hash(id));
        let back = undoing.into_iter().filter(is_back).map(str::to_owned).collect();
        Ok(Persons { aliases, back })
    }
}
