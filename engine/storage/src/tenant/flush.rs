//! Moving a tail to the lake: freeze it, write it, commit it with its watermark, and show the new lake in the same step in
//! which the frozen rows go, so that a row is never invisible and never counted twice.

use std::sync::Arc;

use super::{
    state::{OpenLake, State},
    store::TenantStore,
};
use kupets_core::{Error, Result, schema::Table};

use crate::{
    keys::{Entry, FileKeys, RowSet, runs},
    lake::{FlushTable, Lake},
    layout::sorted,
    memtable::{Memtable, MemtableSnapshot},
};

/// What one flush writes for a table, and where its keys will stand.
struct Prepared {
    share: FlushTable,
    entries: Vec<Entry>,
}

impl TenantStore {
    /// Moves to the lake what the tail holds now; what comes meanwhile may stay.
    pub async fn flush_all(self: &Arc<Self>) -> Result<()> {
        let accepted = self.accepted();
        while self.in_lake() < accepted {
            let _writing = self.own_lake().await?;
            if !self.flush_owned().await? {
                break;
            }
        }
        Ok(())
    }

    /// The same for whoever owns the lake. What was moved before and could not be published is published first: who goes on with what
    /// the lake holds takes it for durable.
    pub(super) async fn flush_all_owned(&self) -> Result<()> {
        self.publish_again().await?;
        let accepted = self.accepted();
        while self.in_lake() < accepted && self.flush_owned().await? {}
        Ok(())
    }

    /// Moves what the tail holds now to the lake, when the flush or merge that runs has ended.
    pub async fn flush_once(self: &Arc<Self>) -> Result<()> {
        let _writing = self.own_lake().await?;
        self.flush_owned().await.map(|_| ())
    }

    /// The journal's number of the last record that was accepted.
    fn accepted(&self) -> i64 {
        let state = self.state();
        state.frozen.as_ref().map_or(0, |frozen| frozen.last_seq).max(state.active.last_seq)
    }

    /// The journal's number up to which the lake has everything.
    pub(super) fn in_lake(&self) -> i64 {
        self.state().lake.as_ref().map_or(0, |(_, lake)| lake.watermark)
    }

    /// Moves one part of the tail to the lake, a part that an earlier flush left frozen first. Whether there was one. The caller owns
    /// the lake.
    pub(super) async fn flush_owned(&self) -> Result<bool> {
        self.state().check_keys()?;
        self.publish_again().await?;
        let started = std::time::Instant::now();
        let started_us = self.shared.clock.now().timestamp_micros();
        let Some((part, lake)) = self.freeze() else { return Ok(false) };
        let rows = part.rows;
        let outcome = self.move_to_lake(&part, lake).await;
        metrics::histogram!("kupets_flush_seconds").record(started.elapsed().as_secs_f64());
        match &outcome {
            Ok(()) => {
                let mut state = self.state();
                state.oldest_us = (!state.active.is_empty()).then_some(started_us);
                drop(state);
                metrics::counter!("kupets_flush_rows_total").increment(rows as u64);
                tracing::debug!(tenant = %self.id, rows, ms = started.elapsed().as_millis() as u64, "flushed");
            }
            Err(error) => {
                metrics::counter!("kupets_flush_failures_total").increment(1);
                let lake = self.state().lake.as_ref().map(|(lake, _)| lake.clone());
                match lake {
                    Some(lake) => self.settle(&lake, error).await,
                    // Its first flush did not even make the lake.
                    None if error.code() == "fenced" => self.fence(),
                    None => {}
                }
            }
        }
        outcome.map(|()| true)
    }

    /// Freezes the active part; a part left frozen by a flush that failed comes first.
    pub(super) fn freeze(&self) -> Option<(MemtableSnapshot, Option<OpenLake>)> {
        let mut state = self.state();
        if state.frozen.is_none() {
            if state.active.is_empty() {
                return None;
            }
            let last_seq = state.active.last_seq;
            let part = std::mem::replace(&mut state.active, Memtable::after(last_seq));
            state.frozen = Some(part);
        }
        state.frozen.as_ref().map(|part| (part.snapshot(), state.lake.clone()))
    }

    async fn move_to_lake(&self, part: &MemtableSnapshot, lake: Option<OpenLake>) -> Result<()> {
        let (lake, before) = match lake {
            Some(open) => open,
            None => {
                let home = self.shared.home();
                let lake = match Lake::open(&home, &self.id).await? {
                    // Another node made it meanwhile: it may hold any of these keys, and this handle knows none of them.
                    Some(lake) => match lake.foreign() {
                        Some(fenced) => return Err(fenced),
                        None => lake,
                    },
                    None => Lake::create(&home, &self.id).await?,
                };
                let lake = Arc::new(lake);
                let state = lake.state().await?;
                self.state().lake = Some((lake.clone(), state.clone()));
                (lake, state)
            }
        };
        let mut prepared = Vec::with_capacity(3);
        for table in Table::ALL {
            prepared.extend(self.prepare(part, table)?);
        }
        let known: Vec<Vec<i64>> = Table::ALL
            .iter()
            .map(|t| Ok(lake.files(&before, *t)?.iter().map(|f| f.data_file_id).collect()))
            .collect::<Result<_>>()?;
        let (shares, entries): (Vec<_>, Vec<_>) =
            prepared.into_iter().map(|p| ((p.share.table, p.share.deleted.clone(), p.share), p.entries)).unzip();
        let mut changes = Vec::with_capacity(3);
        let mut tables = Vec::with_capacity(3);
        for ((table, deleted, share), entries) in shares.into_iter().zip(entries) {
            changes.push((table, deleted, entries));
            tables.push(share);
        }
        let after = lake.commit(&before, tables, part.last_seq).await?;
        let mut files = Vec::with_capacity(changes.len());
        for (table, deleted, entries) in changes {
            let new: Vec<_> = lake
                .files(&after, table)?
                .into_iter()
                .filter(|f| !known[table.index()].contains(&f.data_file_id))
                .collect();
            let written: i64 = new.iter().filter_map(|f| f.max_row_count).sum();
            let keys = if usize::try_from(written) == Ok(entries.iter().map(|e| e.count as usize).sum()) {
                place(&new, entries)?
            } else {
                // An earlier try had committed before its answer was lost: the files say what it wrote.
                let mut keys = Vec::with_capacity(new.len());
                for file in &new {
                    keys.push(lake.file_keys(&after, table, file).await?);
                }
                keys
            };
            files.push((table, deleted, keys));
        }
        {
            let mut state = self.state();
            let State { lake: open, keys, frozen, version, .. } = &mut *state;
            if let Some(keys) = keys {
                let keys = Arc::make_mut(keys);
                for (table, deleted, new) in files {
                    let keys = &mut keys[table.index()];
                    for (file_id, positions) in deleted {
                        keys.delete(file_id, positions);
                    }
                    keys.add(new);
                }
            }
            *open = Some((lake.clone(), after));
            *frozen = None;
            *version += 1;
            self.recount(&mut state);
        }
        self.shared.flushed.notify_waiters();
        self.tidy_keys().await;
        self.shared.journal.delete(&self.id, part.last_seq).await
    }

    fn prepare(&self, part: &MemtableSnapshot, table: Table) -> Result<Option<Prepared>> {
        let tail = part.table(table);
        let live = tail.live()?;
        let sorted = if live.is_empty() { None } else { Some(sorted(table, &live)?) };
        // Whoever owns the lake alone changes the keys: what is looked up outside the lock stays true.
        let keys = self.state().keys.clone();
        let keys = keys.ok_or_else(|| Error::internal("keys are loaded before rows are accepted"))?;
        let (_, deleted) = self.sure(keys[table.index()].deleting(tail.tombstones().iter().copied()))?;
        let entries = sorted.as_ref().map(runs).transpose()?.unwrap_or_default();
        let rows = sorted.filter(|rows| rows.num_rows() > 0);
        if rows.is_none() && deleted.is_empty() {
            return Ok(None);
        }
        Ok(Some(Prepared { share: FlushTable { table, rows, deleted }, entries }))
    }
}

/// Distributes the runs of a sorted batch over the files that it was written to, in order.
fn place(files: &[datafusion_ducklake::DuckLakeTableFile], entries: Vec<Entry>) -> Result<Vec<FileKeys>> {
    let mut files: Vec<_> = files.iter().collect();
    files.sort_unstable_by_key(|f| f.data_file_id);
    let mut placed = Vec::with_capacity(files.len());
    let mut entries = entries.into_iter().peekable();
    let mut start: u32 = 0;
    for file in files {
        let end = start
            + u32::try_from(file.max_row_count.unwrap_or_default())
                .map_err(|_| Error::internal("a data file has more rows than can be counted"))?;
        let mut own = Vec::new();
        while let Some(entry) = entries.next_if(|e| e.row < end) {
            if entry.row + entry.count > end {
                return Err(Error::internal("the lines of a purchase were written to two files"));
            }
            own.push(Entry { row: entry.row - start, ..entry });
        }
        let path = file.file.path.as_str().into();
        placed.push(FileKeys { file_id: file.data_file_id, path, entries: own, deleted: RowSet::default() });
        start = end;
    }
    if entries.next().is_some() {
        return Err(Error::internal("a commit wrote fewer rows than it was given"));
    }
    Ok(placed)
}
