//! Maintenance of an open tenant's lake: the files change, the rows stay.

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use super::store::TenantStore;
use kupets_core::Result;

use crate::lake::maintenance::{MaintenanceOptions, MaintenanceReport};

/// How long maintenance that failed waits before it is tried again, at first and at most.
const FIRST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_secs(3_600);

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

impl TenantStore {
    /// One round of maintenance with the usual options. A lake that nothing has changed is left alone: a node may hold thousands.
    pub async fn maintain(self: &Arc<Self>) -> Result<()> {
        let options = self.maintenance_options();
        let Some(snapshot) = self.lake_snapshot() else { return Ok(()) };
        self.look_through().await?;
        let now_us = self.shared.clock.now().timestamp_micros();
        let mut kept = *self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let _writing = self.own_lake().await?;
            self.publish_again().await?;
        }
        let waiting = kept.wait_until_us > now_us;
        if kept.snapshot != snapshot {
            kept.changed_us = now_us;
        }
        let every = self.shared.limits.collect_every();
        let quiet_us = now_us.saturating_sub(kept.changed_us);
        let settled = quiet_us > micros(options.keep_all_snapshots + options.delete_after + every * 2);
        let clean = !settled && now_us.saturating_sub(kept.cleaned_us) >= micros(every);
        if (kept.snapshot != snapshot || clean) && !self.keeps_lake().await? {
            return Ok(());
        }
        if kept.snapshot != snapshot && !waiting {
            let done = async {
                // Each step under a permit and a lock of its own: others take their turns between them.
                while self.maintenance_step(&options).await?.moved_rows() {}
                Ok(())
            }
            .await;
            if let Err(error) = done {
                // What fails once fails again: it is tried later and later, and takes no turns from others meanwhile.
                kept.wait_us = (kept.wait_us * 2).clamp(micros(FIRST_WAIT), micros(LONGEST_WAIT));
                kept.wait_until_us = now_us.saturating_add(kept.wait_us);
                *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = kept;
                return Err(error);
            }
            kept.wait_us = 0;
        }
        if clean {
            // It is closed when the server stops.
            let Ok(_permit) = self.shared.maintenance.acquire().await else { return Ok(()) };
            self.collect_garbage(&options).await?;
            kept.cleaned_us = now_us;
        }
        if !waiting {
            kept.snapshot = self.lake_snapshot().unwrap_or(snapshot);
        }
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = kept;
        Ok(())
    }

    /// Looks at all files of a lake that nobody has looked at yet, in its turn: a node may open many at once.
    async fn look_through(&self) -> Result<()> {
        let lake = self.state().lake.as_ref().map(|(lake, _)| lake.clone());
        let Some(lake) = lake.filter(|lake| !lake.is_looked_through()) else { return Ok(()) };
        // It is closed when the server stops.
        let Ok(_permit) = self.shared.maintenance.acquire().await else { return Ok(()) };
        lake.damaged().await.map(drop)
    }

    /// Whether it is this node that keeps the lake in order: on remote storage the one that flushed to it last. Another that merged
    /// and deleted would take files from under the queries of that one.
    pub(crate) async fn keeps_lake(&self) -> Result<bool> {
        let lake = self.state().lake.as_ref().map(|(lake, _)| lake.clone());
        match lake {
            Some(lake) => lake.is_ours().await,
            None => Ok(false),
        }
    }

    /// How its lake is kept.
    pub fn maintenance_options(&self) -> MaintenanceOptions {
        self.shared.limits.maintenance()
    }

    /// Looks at all files of the lake, if nobody has yet; the names of those that are damaged.
    ///
    /// # Errors
    /// The storage does not answer.
    pub async fn look_for_damage(&self) -> Result<Vec<String>> {
        let lake = self.state().lake.as_ref().map(|(lake, _)| lake.clone());
        match lake {
            Some(lake) => Ok(lake.damaged().await?.iter().cloned().collect()),
            None => Ok(Vec::new()),
        }
    }

    fn lake_snapshot(&self) -> Option<i64> {
        self.state().lake.as_ref().map(|(_, state)| state.snapshot)
    }

    async fn maintenance_step(self: &Arc<Self>, options: &MaintenanceOptions) -> Result<MaintenanceReport> {
        // It is closed when the server stops.
        let Ok(_permit) = self.shared.maintenance.acquire().await else { return Ok(MaintenanceReport::default()) };
        self.compact_step(options).await
    }

    /// Merges and rewrites files until the options call for no more.
    pub async fn compact(self: &Arc<Self>, options: &MaintenanceOptions) -> Result<()> {
        while self.compact_step(options).await?.moved_rows() {}
        Ok(())
    }

    /// One step of merging and rewriting; the new files are shown at once.
    async fn compact_step(self: &Arc<Self>, options: &MaintenanceOptions) -> Result<MaintenanceReport> {
        let _writing = self.own_lake().await?;
        self.publish_again().await?;
        let Some((lake, _)) = self.state().lake.clone() else { return Ok(MaintenanceReport::default()) };
        let started = std::time::Instant::now();
        let outcome = async {
            let report = lake.compact(options).await?;
            if report.moved_rows() {
                self.show(&lake, lake.state().await?).await?;
            }
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
            Err(error) => self.settle(&lake, error).await,
        }
        outcome
    }

    /// Expires old snapshots and deletes files that nothing needs any more.
    pub async fn collect_garbage(self: &Arc<Self>, options: &MaintenanceOptions) -> Result<MaintenanceReport> {
        let _writing = self.own_lake().await?;
        self.publish_again().await?;
        let Some((lake, _)) = self.state().lake.clone() else { return Ok(MaintenanceReport::default()) };
        let outcome = lake.collect_garbage(options, self.shared.clock.now()).await;
        match &outcome {
            Ok(report) => {
                metrics::counter!("kupets_collected_files_total").increment(report.files_deleted as u64);
            }
            Err(error) => self.settle(&lake, error).await,
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::{
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        time::Duration,
    };

    use crate::simulation::{Chance, TestClock, node::Node, store::FaultyStore};

    async fn node() -> (Arc<TestClock>, Arc<FaultyStore>, Node) {
        let clock = TestClock::starting_now();
        let store = Arc::new(FaultyStore::new(clock.clone(), Arc::new(Chance::new(1))));
        let node = Node::open(&store, &clock).await;
        (clock, store, node)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_lake_that_nothing_has_changed_for_long_costs_nothing() {
        let (clock, objects, node) = node().await;
        for round in 0..12 {
            assert!(node.purchase(0, &format!("p{round}"), "c", round).await && node.flush(0).await);
        }
        for _ in 0..40 {
            clock.advance_s(300);
            node.tenants.maintain().await;
        }
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        objects.refuse(move |_, _| {
            counted.fetch_add(1, Ordering::Relaxed);
            false
        });
        for _ in 0..10 {
            clock.advance_s(300);
            node.tenants.maintain().await;
        }
        assert_eq!(calls.load(Ordering::Relaxed), 0);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_flush_does_not_wait_for_the_maintenance_of_others() {
        let (_, _, node) = node().await;
        assert!(node.purchase(0, "p", "c", 1).await);
        let store = node.store(0).await.unwrap();
        let all = u32::try_from(store.shared.maintenance.available_permits()).unwrap();
        let _busy = store.shared.maintenance.acquire_many(all).await.unwrap();
        store.flush_in_background();
        let flushed = async {
            while store.tail_size().0 > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), flushed).await.unwrap();
    }
}
