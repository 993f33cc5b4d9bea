//! Showing a lake that has changed, and finding out what it holds after work that failed half-way.

use std::sync::Arc;

use kupets_core::{Error, Result, schema::Table};

use super::{state::State, store::TenantStore};
use crate::{
    keys::{FileKeys, RowSet, TableKeys, Tidying},
    lake::{Lake, LakeState},
};

/// What is not known yet of a table's files.
#[derive(Default)]
struct News {
    /// The live files: their names, which no other files ever have, and their ids, which may be others than before.
    live: Vec<(Arc<str>, i64)>,
    /// Rows that are deleted of files whose keys are known.
    deleted: Vec<(Arc<str>, RowSet)>,
    /// Keys of files that were not known.
    new: Vec<FileKeys>,
}

impl TenantStore {
    /// Shows the lake at `after`: the keys of files that are new or have lost rows are read, and in one step the lake and its keys
    /// are exchanged and the frozen rows go, if the lake holds them. The caller owns the lake.
    pub(super) async fn show(&self, lake: &Arc<Lake>, after: LakeState) -> Result<()> {
        let mut index = Vec::with_capacity(Table::ALL.len());
        for table in Table::ALL {
            let Some(known) = self.state().keys.clone() else { continue };
            let known = &known[table.index()];
            let mut news = News::default();
            for file in lake.files(&after, table)? {
                let path: Arc<str> = file.file.path.as_str().into();
                news.live.push((path.clone(), file.data_file_id));
                // Rows are only ever added to those that are deleted: as many are the same.
                let deleted = usize::try_from(file.delete_count.unwrap_or(0)).ok();
                match known.deleted_in(&path) {
                    None => news.new.push(lake.file_keys(&after, table, &file).await?),
                    same if same == deleted => {}
                    Some(_) => news.deleted.push((path, lake.deleted_rows(&after, table, &file).await?)),
                }
            }
            index.push((table, news));
        }
        self.exchange(lake, after, index);
        self.tidy_keys().await;
        Ok(())
    }

    /// Shows the lake at `after`, in one step.
    fn exchange(&self, lake: &Arc<Lake>, after: LakeState, index: Vec<(Table, News)>) {
        let mut state = self.state();
        let State { lake: open, keys, frozen, version, .. } = &mut *state;
        for (table, news) in index {
            let Some(keys) = keys.as_mut().map(|keys| &mut Arc::make_mut(keys)[table.index()]) else { continue };
            keys.keep(&news.live);
            news.deleted.into_iter().for_each(|(path, rows)| keys.set_deleted(&path, rows));
            keys.add(news.new);
        }
        if frozen.as_ref().is_some_and(|frozen| frozen.last_seq <= after.watermark) {
            *frozen = None;
        }
        *open = Some((lake.clone(), after));
        *version += 1;
        self.recount(&mut state);
    }

    /// Makes few runs of the index's many. The caller owns the lake. What fails costs look-ups more, and is tried again.
    pub(super) async fn tidy_keys(&self) {
        while self.tidy_with(TableKeys::due).await {}
    }

    /// Takes the keys of files that are gone out of the index. The caller owns the lake.
    pub(super) async fn forget_gone_keys(&self) {
        while self.tidy_with(TableKeys::with_gone).await {}
    }

    /// One step of work on the index, the first that `next` names; whether there was one. The work itself is done outside the lock.
    async fn tidy_with(&self, next: impl Fn(&TableKeys) -> Option<Tidying>) -> bool {
        let found = self.state().keys.as_ref().and_then(|keys| {
            Table::ALL.into_iter().find_map(|table| next(&keys[table.index()]).map(|work| (table, work)))
        });
        let Some((table, work)) = found else { return false };
        let done = tokio::task::spawn_blocking(move || work.run()).await;
        let mut state = self.state();
        let Some(keys) = state.keys.as_mut().map(|keys| &mut Arc::make_mut(keys)[table.index()]) else { return false };
        match done.unwrap_or_else(|e| Err(Error::internal(format!("it broke: {e}")))) {
            Ok(done) => {
                keys.exchange(done);
                true
            }
            Err(error) => {
                let source = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(tenant = %self.id, %error, source, "an index of keys was not tidied; it is tried again");
                if keys.is_damaged() {
                    self.fence();
                }
                false
            }
        }
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
