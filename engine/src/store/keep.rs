//! Upkeep of an open tenant's lake: the files change, the rows stay.

use std::{
    collections::HashSet,
    sync::{Arc, atomic::Ordering},
};

use super::{State, TenantStore};
use crate::{
    Result,
    lake::upkeep::{UpkeepOptions, UpkeepReport},
    schema::Table,
};

impl TenantStore {
    /// One round of upkeep with the usual options.
    pub async fn keep(self: &Arc<Self>) -> Result<()> {
        // The semaphore is never closed.
        let Ok(_permit) = self.shared.background.acquire().await else { return Ok(()) };
        let options = UpkeepOptions::default();
        self.compact(&options).await?;
        self.clean(&options).await?;
        Ok(())
    }

    /// Merges and rewrites files as the options call for, and shows the new files in one step.
    pub async fn compact(self: &Arc<Self>, options: &UpkeepOptions) -> Result<UpkeepReport> {
        self.check_open()?;
        let _writing = self.writing.lock().await;
        let Some((lake, before)) = self.state().lake.clone() else { return Ok(UpkeepReport::default()) };
        let started = std::time::Instant::now();
        let outcome = async {
            // Taken before: a merged file is listed in the snapshots of its sources too. By path, as the catalog gives the id of a
            // file that is gone to the next one.
            let mut old: Vec<HashSet<String>> = Vec::with_capacity(3);
            for table in Table::ALL {
                old.push(lake.files(&before, table)?.into_iter().map(|f| f.file.path).collect());
            }
            let report = lake.compact(options).await?;
            if !report.moved_rows() {
                return Ok(report);
            }
            let after = lake.state().await?;
            let with_keys = self.state().keys.is_some();
            let mut changes = Vec::with_capacity(3);
            for table in Table::ALL {
                let old = &old[table.index()];
                let files = lake.files(&after, table)?;
                let kept: HashSet<i64> =
                    files.iter().filter(|f| old.contains(&f.file.path)).map(|f| f.data_file_id).collect();
                let mut new = Vec::new();
                for file in files.iter().filter(|f| with_keys && !kept.contains(&f.data_file_id)) {
                    new.push(lake.file_keys(&after, table, file).await?);
                }
                changes.push((table, kept, new));
            }
            let mut state = self.state();
            let State { lake: open, keys, version, .. } = &mut *state;
            if let Some(keys) = keys {
                for (table, kept, new) in changes {
                    let keys = &mut keys[table.index()];
                    keys.files.retain(|f| kept.contains(&f.file_id));
                    new.into_iter().for_each(|file| keys.push(file));
                }
            }
            *open = Some((lake.clone(), after));
            *version += 1;
            Ok(report)
        }
        .await;
        match &outcome {
            Ok(report) if report.moved_rows() => {
                metrics::histogram!("kupets_upkeep_seconds").record(started.elapsed().as_secs_f64());
                metrics::counter!("kupets_upkeep_files_total")
                    .increment((report.files_merged + report.files_rewritten) as u64);
                tracing::debug!(tenant = %self.id, ?report, ms = started.elapsed().as_millis() as u64, "compacted");
            }
            Ok(_) => {}
            // The catalog may have moved on while this copy of it has not: open the tenant anew.
            Err(_) => self.fenced.store(true, Ordering::Release),
        }
        outcome
    }

    /// Expires old snapshots and deletes files that nothing needs any more.
    pub async fn clean(self: &Arc<Self>, options: &UpkeepOptions) -> Result<UpkeepReport> {
        self.check_open()?;
        let _writing = self.writing.lock().await;
        let Some((lake, _)) = self.state().lake.clone() else { return Ok(UpkeepReport::default()) };
        lake.clean(options, self.shared.clock.now()).await
    }
}
