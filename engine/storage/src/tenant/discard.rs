//! Deleting records of an open tenant: an interaction that a person takes back, a purchase that never was, an import that was a
//! mistake.
//!
//! Unlike erasure it is an ordinary change of the lake: older snapshots hold the rows until they expire, and the files until they are
//! rewritten.

use std::sync::Arc;

use kupets_core::{Error, Result, schema::Table};

use super::{state::State, store::TenantStore};
use crate::keys::hash;

impl TenantStore {
    /// Deletes the record of that id, with all of its rows. When it returns, no answer shows it, and that is durable. Whether there
    /// was one. A customer who asks for it is erased instead: [`Self::erase`].
    ///
    /// # Errors
    /// The storage refuses; nothing is deleted then, or the next call finds it gone.
    pub async fn delete_record(self: &Arc<Self>, table: Table, id: &str) -> Result<bool> {
        Ok(self.delete_records(table, &[id]).await? > 0)
    }

    /// Deletes the records of these ids in one commit. How many there were.
    ///
    /// # Errors
    /// As [`Self::delete_record`].
    pub async fn delete_records(self: &Arc<Self>, table: Table, ids: &[impl AsRef<str>]) -> Result<usize> {
        self.check_open()?;
        self.touch();
        // What was accepted before reaches the lake first; what comes after is another record of that id.
        self.load_keys().await?;
        let _writing = self.own_lake().await?;
        self.state().check_keys()?;
        self.flush_all_owned().await?;
        let Some((lake, before)) = self.state().lake.clone() else { return Ok(0) };
        let keys = self.state().keys.clone();
        let keys = keys.ok_or_else(|| Error::internal("keys are loaded before rows are deleted"))?;
        let (found, deleted) = self.sure(keys[table.index()].deleting(ids.iter().map(|id| hash(id.as_ref()))))?;
        if found == 0 {
            return Ok(0);
        }
        let outcome = lake.delete_rows(&before, table, deleted.clone()).await;
        match outcome {
            Ok(after) => {
                let mut state = self.state();
                let State { lake: open, keys, version, .. } = &mut *state;
                for (file_id, positions) in deleted {
                    if let Some(keys) = keys.as_mut() {
                        Arc::make_mut(keys)[table.index()].delete(file_id, positions);
                    }
                }
                *open = Some((lake.clone(), after));
                *version += 1;
                Ok(found)
            }
            Err(error) => {
                self.settle(&lake, &error).await;
                Err(error)
            }
        }
    }

    /// Deletes the records of some tables that an import made and nothing else has changed since, in one commit. When it returns, no
    /// answer shows them, and that is durable. It can be repeated.
    ///
    /// # Errors
    /// The storage refuses; nothing is deleted then, or the next call finds it gone.
    pub async fn delete_imported(self: &Arc<Self>, tables: &[Table], import_id: &str) -> Result<()> {
        self.check_open()?;
        self.touch();
        self.load_keys().await?;
        let _writing = self.own_lake().await?;
        self.state().check_keys()?;
        self.flush_all_owned().await?;
        let Some((lake, before)) = self.state().lake.clone() else { return Ok(()) };
        let outcome = async {
            match lake.delete_imported(&before, tables, import_id).await? {
                Some(after) => self.show(&lake, after).await,
                None => Ok(()),
            }
        }
        .await;
        if let Err(error) = &outcome {
            self.settle(&lake, error).await;
        }
        outcome
    }
}
