//! Deleting one record of an open tenant: an interaction that a person takes back, a purchase that never was.
//!
//! Unlike erasure it is an ordinary change of the lake: older snapshots hold the row until they expire, and the file until it is
//! rewritten.

use std::{collections::BTreeMap, sync::Arc};

use kupets_core::{Error, Result, schema::Table};

use super::{state::State, store::TenantStore};
use crate::keys::hash;

impl TenantStore {
    /// Deletes the record of that id, with all of its rows. When it returns, no answer shows it, and that is durable. Whether there
    /// was one. Customers are erased instead: [`Self::erase`].
    ///
    /// # Errors
    /// The storage refuses; nothing is deleted then, or the next call finds it gone.
    pub async fn delete_record(self: &Arc<Self>, table: Table, id: &str) -> Result<bool> {
        self.check_open()?;
        self.touch();
        // What was accepted before reaches the lake first; what comes after is another record of that id.
        self.load_keys().await?;
        let _writing = self.own_lake().await?;
        self.state().check_keys()?;
        self.flush_all_owned().await?;
        let Some((lake, before)) = self.state().lake.clone() else { return Ok(false) };
        let deleted: BTreeMap<i64, Vec<i64>> = {
            let state = self.state();
            let keys = state.keys.as_ref().ok_or_else(|| Error::internal("keys are loaded before rows are deleted"))?;
            let Some((file, entry)) = keys[table.index()].find(hash(id)) else { return Ok(false) };
            let own = i64::from(entry.row)..i64::from(entry.row) + i64::from(entry.count);
            let mut positions: Vec<i64> = own.chain(file.deleted.iter().copied()).collect();
            positions.sort_unstable();
            positions.dedup();
            BTreeMap::from([(file.file_id, positions)])
        };
        let outcome = lake.delete_rows(&before, table, deleted.clone()).await;
        match outcome {
            Ok(after) => {
                let mut state = self.state();
                let State { lake: open, keys, version, .. } = &mut *state;
                for (file_id, positions) in deleted {
                    let keys = keys.as_mut().map(|keys| &mut keys[table.index()]);
                    if let Some(file) = keys.and_then(|keys| keys.file_mut(file_id)) {
                        file.delete(&positions);
                    }
                }
                *open = Some((lake.clone(), after));
                *version += 1;
                Ok(true)
            }
            Err(error) => {
                self.settle(&lake, &error).await;
                Err(error)
            }
        }
    }
}
