//! Maintenance of an open tenant's lake: the files change, the rows stay.

use std::{
    collections::HashSet,
    sync::{Arc, PoisonError, atomic::Ordering},
    time::Duration,
};

use super::{
    state::{MaintenanceState, State},
    store::TenantStore,
};
use kupets_core::{Result, schema::Table};

use crate::lake::maintenance::{MaintenanceOptions, MaintenanceReport};

/// How often files and snapshots that are of no more use are looked for.
const CLEAN_EVERY: Duration = Duration::from_secs(300);

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

impl TenantStore {
    /// One round of maintenance with the usual options. A lake that nothing has changed is left alone: a node may hold thousands.
    pub async fn maintain(self: &Arc<Self>) -> Result<()> {
        let options = MaintenanceOptions::default();
        let Some(snapshot) = self.lake_snapshot() else { return Ok(()) };
        let now_us = self.shared.clock.now().timestamp_micros();
        let mut kept = *self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.snapshot != snapshot {
            kept = MaintenanceState { changed_us: now_us, ..kept };
            // Each step under a permit and a lock of its own: others take their turns between them.
            while self.maintenance_step(&options).await?.moved_rows() {}
        }
        let quiet_us = now_us.saturating_sub(kept.changed_us);
        let settled = quiet_us > micros(options.keep_all_snapshots + options.delete_after + CLEAN_EVERY * 2);
        if !settled && now_us.saturating_sub(kept.cleaned_us) >= micros(CLEAN_EVERY) {
            // The semaphore is never closed.
            let Ok(_permit) = self.shared.background.acquire().await else { return Ok(()) };
            self.collect_garbage(&options).await?;
            kept.cleaned_us = now_us;
        }
        kept.snapshot = self.lake_snapshot().unwrap_or(snapshot);
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        Ok(())
    }

    fn lake_snapshot(&self) -> Option<i64> {
        self.state().lake.as_ref().map(|(_, state)| state.snapshot)
    }

    async fn maintenance_step(self: &Arc<Self>, options: &MaintenanceOptions) -> Result<MaintenanceReport> {
        // The semaphore is never closed.
        let Ok(_permit) = self.shared.background.acquire().await else { return Ok(MaintenanceReport::default()) };
        self.compact_step(options).await
    }

    /// Merges and rewrites files until the options call for no more.
    pub async fn compact(self: &Arc<Self>, options: &MaintenanceOptions) -> Result<()> {
        while self.compact_step(options).await?.moved_rows() {}
        Ok(())
    }

    /// One step of merging and rewriting; the new files are shown at once.
    async fn compact_step(self: &Arc<Self>, options: &MaintenanceOptions) -> Result<MaintenanceReport> {
        self.check_open()?;
        let _writing = self.writing.lock().await;
        let Some((lake, before)) = self.state().lake.clone() else { return Ok(MaintenanceReport::default()) };
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
    pub async fn collect_garbage(self: &Arc<Self>, options: &MaintenanceOptions) -> Result<MaintenanceReport> {
        self.check_open()?;
        let _writing = self.writing.lock().await;
        let Some((lake, _)) = self.state().lake.clone() else { return Ok(MaintenanceReport::default()) };
        lake.collect_garbage(options, self.shared.clock.now()).await
    }
}
