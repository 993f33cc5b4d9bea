//! The index of a table: runs of sorted hashes, of which each is at least as long as all newer ones together, so that there are few
//! of them however many data files there are.
//!
//! Each data file's keys are all in one run. Which files live and which of their rows are deleted is looked up for a hash that was found: a
//! file that is gone takes its keys along at once, and the run loses them when it next becomes one with others.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::Arc,
};

use kupets_core::Result;
use uuid::Uuid;

use super::{
    file::{FileKeys, KeyHash, RunEntry},
    row_set::RowSet,
    run::{Part, Run, merge},
    run_file::DRAFT,
};

const SUFFIX: &str = "keys";
/// The slot of a data file that is gone.
const GONE: u32 = u32::MAX;

/// Where the index of a table is kept.
#[derive(Debug, Clone)]
pub(crate) struct KeyPlace {
    /// A folder of this machine's disk, for all tables of a tenant.
    pub folder: PathBuf,
    /// The table's name.
    pub table: &'static str,
    /// So many keys are held in memory; longer runs are files.
    pub in_memory: usize,
}

/// Where a key's rows stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyRows {
    /// The data file's id in the catalog.
    pub file_id: i64,
    /// Its name.
    pub path: Arc<str>,
    pub row: u32,
    pub count: u32,
}

impl KeyRows {
    /// The rows' positions in the file.
    pub fn positions(&self) -> std::ops::Range<i64> {
        i64::from(self.row)..i64::from(self.row) + i64::from(self.count)
    }
}

/// A live data file.
#[derive(Debug, Clone)]
struct DataFile {
    file_id: i64,
    path: Arc<str>,
    deleted: Arc<RowSet>,
}

/// A run, and the slots of its data files.
#[derive(Debug, Clone)]
struct Placed {
    run: Arc<Run>,
    slots: Vec<u32>,
}

/// The keys of one table over all its live files. A copy of it is cheap, and stays as it is.
#[derive(Debug, Clone)]
pub(crate) struct TableKeys {
    place: KeyPlace,
    /// The live files by slot, a number that no two files ever have.
    files: HashMap<u32, DataFile>,
    slots: HashMap<Arc<str>, u32>,
    ids: HashMap<i64, u32>,
    next_slot: u32,
    /// The oldest and longest first.
    runs: Vec<Placed>,
}

/// Runs that become one.
#[derive(Debug)]
pub(crate) struct Tidying {
    range: std::ops::Range<usize>,
    parts: Vec<Part>,
    files: Vec<Arc<str>>,
    slots: Vec<u32>,
    /// Where the new run is written; none: it stays in memory.
    path: Option<PathBuf>,
}

impl Tidying {
    /// Does the work: it may read and write a file.
    ///
    /// # Errors
    /// A file cannot be read or written; nothing has changed then.
    pub fn run(self) -> Result<Tidied> {
        let run = merge(&self.parts, self.files, self.path.as_deref())?;
        Ok(Tidied { range: self.range, new: run.map(|run| Placed { run: Arc::new(run), slots: self.slots }) })
    }
}

/// What has become of some runs.
#[derive(Debug)]
pub(crate) struct Tidied {
    range: std::ops::Range<usize>,
    new: Option<Placed>,
}

impl TableKeys {
    /// No keys.
    pub fn new(place: KeyPlace) -> Self {
        let (files, slots, ids) = Default::default();
        Self { place, files, slots, ids, next_slot: 0, runs: Vec::new() }
    }

    /// What an earlier process has left of the keys of the `live` files (names and ids). What is damaged or of no more use is removed.
    pub fn open(place: KeyPlace, live: &[(String, i64)]) -> Self {
        let mut keys = Self::new(place);
        let ids: HashMap<&str, i64> = live.iter().map(|(path, id)| (path.as_str(), *id)).collect();
        let mut runs = keys.left_over();
        // One that has become part of another is shorter, and has nothing that the other lacks.
        runs.sort_by_key(|run| std::cmp::Reverse(run.len()));
        for run in runs {
            let slots: Vec<u32> = run
                .files
                .iter()
                .map(|path| match ids.get(path.as_ref()) {
                    Some(id) if !keys.knows(path) => keys.place_file(path.clone(), *id, RowSet::default()),
                    _ => GONE,
                })
                .collect();
            if slots.iter().all(|slot| *slot == GONE) {
                run.retire();
            } else {
                keys.runs.push(Placed { run: Arc::new(run), slots });
            }
        }
        keys
    }

    /// The runs in the folder.
    fn left_over(&self) -> Vec<Run> {
        let mut runs = Vec::new();
        for entry in std::fs::read_dir(&self.place.folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if !self.is_of_table(&path) {
                continue;
            }
            let opened = path.extension().is_some_and(|suffix| suffix == SUFFIX).then(|| Run::open(&path));
            match opened {
                Some(Ok(run)) => runs.push(run),
                unusable => {
                    if let Some(Err(error)) = unusable {
                        let source = std::error::Error::source(&error).map(ToString::to_string);
                        tracing::warn!(source, "a part of an index of keys is made anew");
                    }
                    if let Err(error) = std::fs::remove_file(&path) {
                        tracing::warn!(%error, path = %path.display(), "a file of no use was not removed");
                    }
                }
            }
        }
        runs
    }

    /// Whether the file is a run of this table, or was to be one.
    fn is_of_table(&self, path: &Path) -> bool {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.split_once('-'));
        let suffix = path.extension().and_then(|suffix| suffix.to_str());
        stem.is_some_and(|(table, _)| table == self.place.table)
            && suffix.is_some_and(|suffix| [SUFFIX, DRAFT].contains(&suffix))
    }

    fn place_file(&mut self, path: Arc<str>, file_id: i64, deleted: RowSet) -> u32 {
        let slot = self.next_slot;
        self.next_slot += 1;
        self.slots.insert(path.clone(), slot);
        self.ids.insert(file_id, slot);
        self.files.insert(slot, DataFile { file_id, path, deleted: Arc::new(deleted) });
        slot
    }

    /// Whether the keys of that file are known.
    pub fn knows(&self, path: &str) -> bool {
        self.slots.contains_key(path)
    }

    /// How many rows of that file are deleted, if its keys are known.
    pub fn deleted_in(&self, path: &str) -> Option<usize> {
        self.slots.get(path).and_then(|slot| self.files.get(slot)).map(|file| file.deleted.len())
    }

    /// Where the key is now.
    ///
    /// # Errors
    /// A file of the index cannot be read or is damaged: the handle is of no more use, and the next one makes the index anew.
    pub fn find(&self, hash: KeyHash) -> Result<Option<KeyRows>> {
        for placed in self.runs.iter().rev() {
            let live = |entry: &RunEntry| {
                let slot = placed.slots.get(entry.file as usize);
                slot.and_then(|slot| self.files.get(slot)).is_some_and(|file| !file.deleted.contains(entry.row))
            };
            let Some(entry) = placed.run.find(hash, live)? else { continue };
            if let Some(file) = self.files.get(&placed.slots[entry.file as usize]) {
                let (path, row, count) = (file.path.clone(), entry.row, entry.count);
                return Ok(Some(KeyRows { file_id: file.file_id, path, row, count }));
            }
        }
        Ok(None)
    }

    /// Whether the lake holds the key.
    ///
    /// # Errors
    /// Like [`Self::find`].
    pub fn contains(&self, hash: KeyHash) -> Result<bool> {
        Ok(self.find(hash)?.is_some())
    }

    /// How many of these keys there are, and by file all rows of it that are deleted when theirs are too, ascending.
    ///
    /// # Errors
    /// Like [`Self::find`].
    pub fn deleting(&self, hashes: impl Iterator<Item = KeyHash>) -> Result<(usize, BTreeMap<i64, Vec<i64>>)> {
        let mut hashes: Vec<KeyHash> = hashes.collect();
        // In the order of the index, so that what is read of it is read once.
        hashes.sort_unstable();
        let mut found = 0;
        let mut files: BTreeMap<i64, RowSet> = BTreeMap::new();
        for hash in hashes {
            let Some(rows) = self.find(hash)? else { continue };
            found += 1;
            let file = files.entry(rows.file_id);
            file.or_insert_with(|| self.deleted(rows.file_id).collect()).extend(rows.positions());
        }
        Ok((found, files.into_iter().map(|(file, rows)| (file, rows.iter().collect())).collect()))
    }

    /// Adds files that were not known.
    pub fn add(&mut self, files: Vec<FileKeys>) {
        if files.is_empty() {
            return;
        }
        let run = Arc::new(Run::of(&files));
        let slots = files.into_iter().map(|file| self.place_file(file.path, file.file_id, file.deleted)).collect();
        self.runs.push(Placed { run, slots });
    }

    /// Marks rows of a file deleted.
    pub fn delete(&mut self, file_id: i64, positions: impl IntoIterator<Item = i64>) {
        if let Some(file) = self.ids.get(&file_id).and_then(|slot| self.files.get_mut(slot)) {
            Arc::make_mut(&mut file.deleted).extend(positions);
        }
    }

    /// Says which rows of a file are deleted.
    pub fn set_deleted(&mut self, path: &str, deleted: RowSet) {
        if let Some(file) = self.slots.get(path).and_then(|slot| self.files.get_mut(slot)) {
            file.deleted = Arc::new(deleted);
        }
    }

    /// The deleted rows of a file, ascending.
    pub(super) fn deleted(&self, file_id: i64) -> impl Iterator<Item = i64> {
        self.ids.get(&file_id).and_then(|slot| self.files.get(slot)).into_iter().flat_map(|file| file.deleted.iter())
    }

    /// These files live, under these ids, and no others: the catalog gives the id of a file that is gone to the next one.
    pub fn keep(&mut self, live: &[(Arc<str>, i64)]) {
        let now: HashMap<&str, i64> = live.iter().map(|(path, id)| (path.as_ref(), *id)).collect();
        self.files.retain(|_, file| match now.get(file.path.as_ref()) {
            Some(id) => {
                file.file_id = *id;
                true
            }
            None => false,
        });
        let files = &self.files;
        self.slots.retain(|_, slot| files.contains_key(slot));
        self.ids = files.iter().map(|(slot, file)| (file.file_id, *slot)).collect();
        self.runs.retain(|placed| {
            let lives = placed.slots.iter().any(|slot| files.contains_key(slot));
            if !lives {
                placed.run.retire();
            }
            lives
        });
    }

    /// What is to be done that look-ups stay cheap and memory stays small, if anything is. Whoever does it changes the index meanwhile
    /// in no other way.
    pub fn due(&self) -> Option<Tidying> {
        let mut from = self.runs.len().saturating_sub(1);
        let mut sum = self.runs.last().map_or(0, |newest| newest.run.len());
        while from > 0 && self.runs[from - 1].run.len() <= sum {
            from -= 1;
            sum += self.runs[from].run.len();
        }
        if self.runs.len() - from < 2 {
            // Those in memory are the newest.
            from = self.runs.iter().position(|placed| placed.run.is_in_memory())?;
            let in_memory: usize = self.runs[from..].iter().map(|placed| placed.run.len()).sum();
            if in_memory <= self.place.in_memory {
                return None;
            }
        }
        Some(self.tidying(from..self.runs.len()))
    }

    /// The next run that still has keys of files that are gone.
    pub fn with_gone(&self) -> Option<Tidying> {
        let has_gone = |placed: &Placed| placed.slots.iter().any(|slot| !self.files.contains_key(slot));
        let at = self.runs.iter().position(has_gone)?;
        Some(self.tidying(at..at + 1))
    }

    fn tidying(&self, range: std::ops::Range<usize>) -> Tidying {
        let (mut parts, mut files, mut slots) = (Vec::new(), Vec::new(), Vec::new());
        let mut keys = 0;
        for placed in &self.runs[range.clone()] {
            keys += placed.run.len();
            let places = placed.slots.iter().map(|slot| {
                let file = self.files.get(slot)?;
                files.push(file.path.clone());
                slots.push(*slot);
                u32::try_from(files.len() - 1).ok()
            });
            parts.push(Part { run: placed.run.clone(), places: places.collect() });
        }
        // No other ever has its name: whoever was given up may still be writing one.
        let name = || format!("{}-{}.{SUFFIX}", self.place.table, Uuid::new_v4().simple());
        let path = (keys > self.place.in_memory).then(|| self.place.folder.join(name()));
        Tidying { range, parts, files, slots, path }
    }

    /// Takes the new run in for the old ones.
    pub fn exchange(&mut self, tidied: Tidied) {
        self.runs.splice(tidied.range, tidied.new).for_each(|placed| placed.run.retire());
    }

    /// Whether a part of it was found damaged.
    pub fn is_damaged(&self) -> bool {
        self.runs.iter().any(|placed| placed.run.is_retired())
    }

    /// Runs of it, for tests.
    #[cfg(test)]
    pub fn run_lengths(&self) -> Vec<(usize, bool)> {
        self.runs.iter().map(|placed| (placed.run.len(), placed.run.is_in_memory())).collect()
    }
}

/// The same keys in as few runs as they should be in.
pub(crate) fn tidied(mut keys: TableKeys) -> TableKeys {
    while let Some(due) = keys.due() {
        match due.run() {
            Ok(done) => keys.exchange(done),
            Err(error) => {
                // They are all there; look-ups cost more until there is room for them.
                let source = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(source, "an index of keys was not tidied");
                break;
            }
        }
    }
    keys
}
