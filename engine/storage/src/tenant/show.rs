//! Showing a lake that has changed, and finding out what it holds after work that failed half-way.

use std::{collections::HashMap, sync::Arc};

use kupets_core::{Error, Result, schema::Table};

use super::{state::State, store::TenantStore};
use crate::{
    keys::FileKeys,
    lake::{Lake, LakeState},
};

/// A live file of the lake as it is now.
enum FileNow {
    /// Its keys are those that are known by its name, which no other file ever has; the id may be another.
    Same(Arc<str>, i64),
    /// Its keys were read.
    Read(FileKeys),
}

impl TenantStore {
    /// Shows the lake at `after`: the keys of files that are new or have lost rows are read, and in one step the lake and its keys
    /// are exchanged and the frozen rows go, if the lake holds them. The caller owns the lake.
    pub(super) async fn show(&self, lake: &Arc<Lake>, after: LakeState) -> Result<()> {
        let mut index = Vec::with_capacity(Table::ALL.len());
        for table in Table::ALL {
            let Some(known) = self.known(table) else { continue };
            let mut files = Vec::new();
            for file in lake.files(&after, table)? {
                let path = file.file.path.as_str();
                // Rows are only ever added to those that are deleted: as many are the same.
                let deleted = usize::try_from(file.delete_count.unwrap_or(0)).ok();
                let keys = if known.get(path).copied() == deleted {
                    FileNow::Same(path.into(), file.data_file_id)
                } else {
                    FileNow::Read(lake.file_keys(&after, table, &file).await?)
                };
                files.push(keys);
            }
            index.push((table, files));
        }
        let mut state = self.state();
        let State { lake: open, keys, frozen, version, .. } = &mut *state;
        for (table, files) in index {
            let Some(keys) = keys.as_mut().map(|keys| &mut keys[table.index()]) else { continue };
            let known = std::mem::take(&mut keys.files).into_iter();
            let mut known: HashMap<Arc<str>, FileKeys> = known.map(|file| (file.path.clone(), file)).collect();
            for file in files {
                let file = match file {
                    FileNow::Read(file) => Some(file),
                    // The catalog gives the id of a file that is gone to the next one.
                    FileNow::Same(path, file_id) => known.remove(&path).map(|file| file.with_id(file_id)),
                };
                file.into_iter().for_each(|file| keys.push(file));
            }
        }
        if frozen.as_ref().is_some_and(|frozen| frozen.last_seq <= after.watermark) {
            *frozen = None;
        }
        *open = Some((lake.clone(), after));
        *version += 1;
        self.recount(&mut state);
        Ok(())
    }

    /// The files of a table whose keys are known, by name, with how many of their rows are deleted; none before keys are loaded.
    fn known(&self, table: Table) -> Option<HashMap<Arc<str>, usize>> {
        let state = self.state();
        let files = &state.keys.as_ref()?[table.index()].files;
        Some(files.iter().map(|file| (file.path.clone(), file.deleted.len())).collect())
    }

    /// After work on the lake that failed with `error`: it may have changed the lake all the same, and what is shown must be what is
    /// there. A handle that cannot find that out, or that another node has taken over, is fenced. The caller owns the lake.
    pub(super) async fn settle(&self, lake: &Arc<Lake>, error: &Error) {
        if error.code() == "fenced" {
            self.fence();
            return;
        }
        let shown = self.state().lake.as_ref().map(|(_, state)| state.snapshot);
        let settled = async {
            let after = lake.state().await?;
            if shown == Some(after.snapshot) { Ok(()) } else { self.show(lake, after).await }
        }
        .await;
        if let Err(unknown) = settled {
            tracing::warn!(tenant = %self.id, error = %unknown, "what a lake holds after a failure is not known; it is opened anew");
            self.fence();
        }
    }

    /// Whether the lake holds what is not published.
    #[cfg(test)]
    pub(crate) fn is_unpublished(&self) -> bool {
        self.state().lake.as_ref().is_some_and(|(lake, _)| lake.is_unpublished())
    }

    /// Publishes what earlier work committed and could not publish, and lets the journal forget it. The caller owns the lake.
    pub(super) async fn publish_again(&self) -> Result<()> {
        let open = self.state().lake.clone();
        let Some((lake, state)) = open.filter(|(lake, _)| lake.is_unpublished()) else { return Ok(()) };
        if let Err(error) = lake.publish_again().await {
            self.settle(&lake, &error).await;
            return Err(error);
        }
        self.shared.journal.delete(&self.id, state.watermark).await
    }
}
