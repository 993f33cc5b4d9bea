//! Deleting what an open tenant keeps no longer.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kupets_core::{Result, schema::Table};

use super::store::TenantStore;

impl TenantStore {
    /// Deletes the purchases or interactions that happened before that time, from tail, journal and live files. When it returns no
    /// later answer shows them; superseded files and earlier snapshots hold them until [`TenantStore::collect_garbage`].
    ///
    /// What arrives while it runs stays until the next call, however old.
    ///
    /// # Errors
    /// A data file of the table is damaged, or the storage refuses: some of the rows may be gone then, and it can be repeated.
    pub async fn expire(self: &Arc<Self>, table: Table, before: DateTime<Utc>) -> Result<()> {
        self.check_open()?;
        self.touch();
        self.load_keys().await?;
        let _writing = self.own_lake().await?;
        self.state().check_keys()?;
        self.flush_all_owned().await?;
        let Some((lake, state)) = self.state().lake.clone() else { return Ok(()) };
        let outcome = async {
            match lake.expire_rows(&state, table, before).await? {
                Some(after) => {
                    self.show(&lake, after).await?;
                    self.forget_gone_keys().await;
                    Ok(())
                }
                None => Ok(()),
            }
        }
        .await;
        if let Err(error) = &outcome {
            self.settle(&lake, error).await;
        }
        outcome?;
        // A flush whose publication or clean-up failed may have left in the journal what the lake has held since.
        self.shared.journal.delete(&self.id, self.in_lake()).await
    }
}
