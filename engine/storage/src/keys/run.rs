//! A run of the index: the keys of some data files, sorted by their hashes, in memory or in a file.
//!
//! It never changes, as its data files do not: which of them live, and which of their rows are deleted, is known outside of it.

use std::{cmp::Reverse, collections::BinaryHeap, path::Path, sync::Arc};

use kupets_core::Result;

use super::{
    file::{FileKeys, KeyHash, RunEntry},
    run_file::{RunFile, RunWriter},
};

/// Entries in order.
type Scan<'a> = Box<dyn Iterator<Item = Result<RunEntry>> + 'a>;

/// Where the entries are.
#[derive(Debug)]
enum Entries {
    Memory(Vec<RunEntry>),
    Disk(RunFile),
}

/// All keys of some data files.
#[derive(Debug)]
pub(super) struct Run {
    /// Names of the data files.
    pub files: Vec<Arc<str>>,
    entries: Entries,
}

impl Run {
    /// A run in memory.
    pub fn of(files: &[FileKeys]) -> Self {
        let mut entries = Vec::with_capacity(files.iter().map(|file| file.entries.len()).sum());
        for (file, at) in files.iter().zip(0u32..) {
            let own = file.entries.iter();
            entries.extend(own.map(|e| RunEntry { hash: e.hash, file: at, row: e.row, count: e.count }));
        }
        entries.sort_unstable();
        Self { files: files.iter().map(|file| file.path.clone()).collect(), entries: Entries::Memory(entries) }
    }

    /// A run that an earlier process has left.
    ///
    /// # Errors
    /// The file is none of ours, or damaged.
    pub fn open(path: &Path) -> Result<Self> {
        let (file, files) = RunFile::open(path)?;
        Ok(Self { files, entries: Entries::Disk(file) })
    }

    /// Keys of it, those of files that are gone included.
    pub fn len(&self) -> usize {
        match &self.entries {
            Entries::Memory(entries) => entries.len(),
            Entries::Disk(file) => file.len(),
        }
    }

    /// Whether it takes memory for each key.
    pub fn is_in_memory(&self) -> bool {
        matches!(self.entries, Entries::Memory(_))
    }

    /// Deletes its file when nobody reads it any more.
    pub fn retire(&self) {
        if let Entries::Disk(file) = &self.entries {
            file.retire();
        }
    }

    /// Whether its file goes, because another has its keys or because it is damaged.
    pub fn is_retired(&self) -> bool {
        matches!(&self.entries, Entries::Disk(file) if file.is_retired())
    }

    /// The first entry of that hash which `is_live` says to be there.
    ///
    /// # Errors
    /// Its file cannot be read, or is damaged.
    pub fn find(&self, hash: KeyHash, is_live: impl FnMut(&RunEntry) -> bool) -> Result<Option<RunEntry>> {
        match &self.entries {
            Entries::Memory(entries) => {
                let from = entries.partition_point(|entry| entry.hash < hash);
                Ok(entries[from..].iter().take_while(|entry| entry.hash == hash).copied().find(is_live))
            }
            Entries::Disk(file) => file.find(hash, is_live),
        }
    }

    /// Its entries in order.
    fn scan(&self) -> Scan<'_> {
        match &self.entries {
            Entries::Memory(entries) => Box::new(entries.iter().copied().map(Ok)),
            Entries::Disk(file) => Box::new(file.scan()),
        }
    }
}

/// One of the runs that become one, with what becomes of its files: their place in the new run, or none if they are gone.
#[derive(Debug)]
pub(super) struct Part {
    pub run: Arc<Run>,
    pub places: Vec<Option<u32>>,
}

/// Makes one run of several: in a file if `path` names one, else in memory. None is made of nothing.
///
/// # Errors
/// A file cannot be read or written.
pub(super) fn merge(parts: &[Part], files: Vec<Arc<str>>, path: Option<&Path>) -> Result<Option<Run>> {
    if files.is_empty() {
        return Ok(None);
    }
    let most = parts.iter().map(|part| part.run.len()).sum();
    let mut entries = Merged::new(parts)?;
    let Some(path) = path else {
        let entries = Entries::Memory(entries.collect::<Result<Vec<_>>>()?);
        return Ok(Some(Run { files, entries }));
    };
    let mut writer = RunWriter::create(path, most)?;
    entries.try_for_each(|entry| writer.push(entry?))?;
    let file = writer.finish(&files)?;
    Ok(Some(Run { files, entries: Entries::Disk(file) }))
}

/// The entries of several runs in order, without those of files that are gone.
struct Merged<'a> {
    scans: Vec<(Scan<'a>, &'a [Option<u32>])>,
    next: BinaryHeap<Reverse<(RunEntry, usize)>>,
}

impl<'a> Merged<'a> {
    fn new(parts: &'a [Part]) -> Result<Self> {
        let scans = parts.iter().map(|part| (part.run.scan(), part.places.as_slice())).collect();
        let mut merged = Self { scans, next: BinaryHeap::new() };
        (0..parts.len()).try_for_each(|at| merged.advance(at))?;
        Ok(merged)
    }

    /// Takes the next living entry of a run into the heap.
    fn advance(&mut self, at: usize) -> Result<()> {
        let (scan, places) = &mut self.scans[at];
        for entry in scan {
            let entry = entry?;
            let place = places.get(entry.file as usize).copied().flatten();
            if let Some(file) = place {
                self.next.push(Reverse((RunEntry { file, ..entry }, at)));
                break;
            }
        }
        Ok(())
    }
}

impl Iterator for Merged<'_> {
    type Item = Result<RunEntry>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse((entry, at)) = self.next.pop()?;
        Some(self.advance(at).map(|()| entry))
    }
}
