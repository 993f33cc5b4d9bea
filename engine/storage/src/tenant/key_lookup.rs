//! Looking up keys, once for a group and outside the state's lock: what the index has on the disk is read for it.

use kupets_core::{Result, schema::Table};

use super::{
    existing::{Existing, Wanted},
    store::TenantStore,
};
use crate::keys::KeyHash;

impl TenantStore {
    /// Which of the keys exist. The keys of the lake are loaded before it is called.
    ///
    /// # Errors
    /// The index of the lake's keys cannot be read; the handle is fenced, and the next one makes it anew.
    pub(super) fn existing(&self, wanted: Wanted) -> Result<Existing> {
        let mut existing = Existing::default();
        let mut below: Wanted = Wanted::default();
        let (keys, erased) = {
            let state = self.state();
            existing.unsure = state.unread[Table::Customers.index()].is_some();
            for table in Table::ALL {
                for hash in &wanted[table.index()] {
                    let frozen = || state.frozen.as_ref().is_some_and(|frozen| frozen.table(table).contains(*hash));
                    if state.active.table(table).contains(*hash) {
                        existing.stored[table.index()].insert(*hash);
                        if table == Table::Customers {
                            existing.known.insert(*hash);
                        }
                    } else if frozen() {
                        existing.stored[table.index()].insert(*hash);
                    } else {
                        below[table.index()].push(*hash);
                    }
                }
            }
            (state.keys.clone(), state.erased.clone())
        };
        for (table, hashes) in Table::ALL.into_iter().zip(below) {
            let Some(keys) = keys.as_ref().map(|keys| &keys[table.index()]) else { continue };
            for hash in hashes {
                if self.sure(keys.contains(hash))? {
                    existing.stored[table.index()].insert(hash);
                }
            }
        }
        let stored = existing.stored[Table::Customers.index()].iter();
        existing.known.extend(stored.filter(|hash| !erased.contains(hash)));
        Ok(existing)
    }

    /// The same for keys of one table.
    ///
    /// # Errors
    /// As of [`Self::existing`].
    pub(super) fn existing_of(&self, table: Table, hashes: Vec<KeyHash>) -> Result<Existing> {
        let mut wanted = Wanted::default();
        wanted[table.index()] = hashes;
        self.existing(wanted)
    }

    /// What the index of keys says. One that cannot be read makes the handle of no more use: the next one makes the index anew.
    pub(super) fn sure<T>(&self, looked_up: Result<T>) -> Result<T> {
        looked_up.inspect_err(|error| {
            let source = std::error::Error::source(error).map(ToString::to_string);
            tracing::error!(tenant = %self.id(), source, "the keys of a lake cannot be looked up; the workspace is opened anew");
            self.fence();
        })
    }
}
