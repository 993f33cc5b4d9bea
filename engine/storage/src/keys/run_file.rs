//! A run of the index in a file: pages of sorted entries, each with its checksum, and behind them what is kept in memory: the first hash
//! of each page, and a filter. A look-up that passes the filter reads one page.
//!
//! It is a copy of what the data files say: nothing is synced, and one that is damaged is deleted and made anew from them.

use std::{
    fs::File,
    io::{BufWriter, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use kupets_core::{Error, Result};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::{
    file::{KeyHash, RunEntry},
    filter::Filter,
};

const MAGIC: &[u8; 8] = b"KUPKEYS1";
/// Bytes of a page: the checksum of the rest, then entries, then zeros.
const PAGE: usize = 4096;
const SUM: usize = 8;
/// Bytes of an entry: hash, file, row, count.
const ENTRY: usize = 28;
const PAGE_ENTRIES: usize = (PAGE - SUM) / ENTRY;
/// Bytes of the footer: magic, entries, pages, bytes of the filter, bytes of the names, and the checksum of all behind the pages.
const FOOTER: usize = 48;
/// Pages that a scan reads at once.
const SCAN_PAGES: usize = 64;
/// What a file is called while it is written.
pub(super) const DRAFT: &str = "draft";

/// A run in a file.
#[derive(Debug)]
pub(super) struct RunFile {
    path: PathBuf,
    file: File,
    len: usize,
    /// The high half of the first hash of each page.
    fences: Vec<u64>,
    filter: Filter,
    /// The file goes with this.
    retired: AtomicBool,
}

fn high(hash: KeyHash) -> u64 {
    (hash >> 64) as u64
}

fn io_error(path: &Path, what: &dyn std::fmt::Display) -> Error {
    Error::unavailable("the index of this workspace's keys cannot be used now: nothing was stored. Send again")
        .with_source(format!("{}: {what}", path.display()))
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

impl RunFile {
    /// Opens a file, and reads the names of its data files.
    ///
    /// # Errors
    /// It cannot be read, or is not as it was written.
    pub fn open(path: &Path) -> Result<(Self, Vec<Arc<str>>)> {
        let io = |e: std::io::Error| io_error(path, &e);
        let unlike = || io_error(path, &"it is not as it was written");
        let file = File::open(path).map_err(io)?;
        let bytes = file.metadata().map_err(io)?.len();
        let at = bytes.checked_sub(FOOTER as u64).ok_or_else(unlike)?;
        let mut footer = [0; FOOTER];
        file.read_exact_at(&mut footer, at).map_err(io)?;
        let word = |at: usize| number(&footer[at..at + 8]);
        let (len, pages, filter, names, sum) = (word(8), word(16), word(24), word(32), word(40));
        let fences = pages.checked_mul(8).ok_or_else(unlike)?;
        let parts = [pages.checked_mul(PAGE as u64), Some(fences), Some(filter), Some(names)];
        let whole = parts.into_iter().try_fold(0u64, |sum, part| sum.checked_add(part?));
        if &footer[..8] != MAGIC || whole != Some(at) || len > pages.saturating_mul(PAGE_ENTRIES as u64) {
            return Err(unlike());
        }
        let size = |part: u64| usize::try_from(part).map_err(|_| unlike());
        let mut tail = vec![0; size(fences + filter + names)?];
        file.read_exact_at(&mut tail, pages * PAGE as u64).map_err(io)?;
        let mut hasher = Xxh3::new();
        hasher.update(&tail);
        hasher.update(&footer[..40]);
        if hasher.digest() != sum {
            return Err(unlike());
        }
        let (fence_bytes, rest) = tail.split_at(size(fences)?);
        let (filter_bytes, name_bytes) = rest.split_at(size(filter)?);
        let filter = Filter::from_bytes(filter_bytes).ok_or_else(unlike)?;
        let names = std::str::from_utf8(name_bytes).map_err(|_| unlike())?;
        let opened = Self {
            path: path.to_owned(),
            file,
            len: size(len)?,
            fences: fence_bytes.chunks_exact(8).map(number).collect(),
            filter,
            retired: AtomicBool::new(false),
        };
        Ok((opened, names.lines().map(Arc::from).collect()))
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// Deletes the file when nobody reads it any more.
    pub fn retire(&self) {
        self.retired.store(true, Ordering::Relaxed);
    }

    /// Whether the file goes.
    pub fn is_retired(&self) -> bool {
        self.retired.load(Ordering::Relaxed)
    }

    /// The first entry of that hash which `is_live` says to be there.
    pub fn find(&self, hash: KeyHash, mut is_live: impl FnMut(&RunEntry) -> bool) -> Result<Option<RunEntry>> {
        if !self.filter.may_contain(hash) {
            return Ok(None);
        }
        // Entries of one high half may begin in the page before the first that begins with it.
        let from = self.fences.partition_point(|fence| *fence < high(hash)).saturating_sub(1);
        let mut bytes = [0; PAGE];
        for (page, fence) in self.fences.iter().enumerate().skip(from) {
            if *fence > high(hash) {
                break;
            }
            self.read(page, &mut bytes)?;
            let entries = self.entries_of(page);
            let first = first_from(&bytes, entries, hash);
            for at in first..entries {
                let entry = entry_at(&bytes, at);
                if entry.hash != hash {
                    break;
                }
                if is_live(&entry) {
                    return Ok(Some(entry));
                }
            }
        }
        Ok(None)
    }

    /// All entries in order.
    pub fn scan(&self) -> impl Iterator<Item = Result<RunEntry>> + '_ {
        let steps = (0..self.fences.len()).step_by(SCAN_PAGES);
        steps.flat_map(move |from| match self.read_many(from) {
            Ok(entries) => entries.into_iter().map(Ok).collect::<Vec<_>>(),
            Err(error) => vec![Err(error)],
        })
    }

    fn read_many(&self, from: usize) -> Result<Vec<RunEntry>> {
        let pages = SCAN_PAGES.min(self.fences.len() - from);
        let mut bytes = vec![0; pages * PAGE];
        self.file.read_exact_at(&mut bytes, (from * PAGE) as u64).map_err(|e| io_error(&self.path, &e))?;
        let mut entries = Vec::with_capacity(pages * PAGE_ENTRIES);
        for (page, bytes) in (from..).zip(bytes.chunks_exact(PAGE)) {
            self.check(bytes)?;
            entries.extend((0..self.entries_of(page)).map(|at| entry_at(bytes, at)));
        }
        Ok(entries)
    }

    fn read(&self, page: usize, bytes: &mut [u8; PAGE]) -> Result<()> {
        self.file.read_exact_at(bytes, (page * PAGE) as u64).map_err(|e| io_error(&self.path, &e))?;
        self.check(bytes)
    }

    /// A page that is not as it was written takes the file along: the next opening makes the index anew.
    fn check(&self, page: &[u8]) -> Result<()> {
        if number(&page[..SUM]) == xxh3_64(&page[SUM..]) {
            return Ok(());
        }
        self.retire();
        Err(io_error(&self.path, &"it is damaged, and is made anew from the data files"))
    }

    fn entries_of(&self, page: usize) -> usize {
        self.len.saturating_sub(page * PAGE_ENTRIES).min(PAGE_ENTRIES)
    }
}

impl Drop for RunFile {
    fn drop(&mut self) {
        if *self.retired.get_mut()
            && let Err(error) = std::fs::remove_file(&self.path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, path = %self.path.display(), "a part of an index of keys was not removed; the next opening removes it");
        }
    }
}

/// Where the entries of at least that hash begin in a page of so many.
fn first_from(page: &[u8], entries: usize, hash: KeyHash) -> usize {
    let (mut from, mut to) = (0, entries);
    while from < to {
        let middle = usize::midpoint(from, to);
        if hash_at(page, middle) < hash {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    from
}

fn bytes_at(page: &[u8], at: usize) -> &[u8] {
    &page[SUM + at * ENTRY..SUM + (at + 1) * ENTRY]
}

fn hash_at(page: &[u8], at: usize) -> KeyHash {
    let bytes = bytes_at(page, at);
    (KeyHash::from(number(&bytes[8..16])) << 64) | KeyHash::from(number(&bytes[..8]))
}

fn entry_at(page: &[u8], at: usize) -> RunEntry {
    let bytes = bytes_at(page, at);
    let word = |from: usize| number(&bytes[from..from + 4]) as u32;
    RunEntry { hash: hash_at(page, at), file: word(16), row: word(20), count: word(24) }
}

/// Writes a run, entry by entry, beside its place; it is there when it is whole.
pub(super) struct RunWriter {
    path: PathBuf,
    draft: PathBuf,
    out: BufWriter<File>,
    page: Vec<u8>,
    fences: Vec<u64>,
    filter: Filter,
    len: usize,
    finished: bool,
}

impl RunWriter {
    /// Begins a file of at most so many entries.
    pub fn create(path: &Path, most: usize) -> Result<Self> {
        let draft = path.with_extension(DRAFT);
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        let file = std::fs::create_dir_all(folder).and_then(|()| File::create(&draft));
        let out = BufWriter::with_capacity(SCAN_PAGES * PAGE, file.map_err(|e| io_error(&draft, &e))?);
        let (page, fences, filter) = (Vec::with_capacity(PAGE), Vec::new(), Filter::for_keys(most));
        Ok(Self { path: path.to_owned(), draft, out, page, fences, filter, len: 0, finished: false })
    }

    /// Adds an entry; they come in order.
    pub fn push(&mut self, entry: RunEntry) -> Result<()> {
        if self.page.is_empty() {
            self.fences.push(high(entry.hash));
            self.page.extend([0; SUM]);
        }
        self.page.extend(entry.hash.to_le_bytes());
        for word in [entry.file, entry.row, entry.count] {
            self.page.extend(word.to_le_bytes());
        }
        self.filter.insert(entry.hash);
        self.len += 1;
        if self.len.is_multiple_of(PAGE_ENTRIES) {
            self.end_page()?;
        }
        Ok(())
    }

    fn end_page(&mut self) -> Result<()> {
        self.page.resize(PAGE, 0);
        let sum = xxh3_64(&self.page[SUM..]).to_le_bytes();
        self.page[..SUM].copy_from_slice(&sum);
        self.out.write_all(&self.page).map_err(|e| io_error(&self.draft, &e))?;
        self.page.clear();
        Ok(())
    }

    /// Ends the file with the names of its data files.
    pub fn finish(mut self, files: &[Arc<str>]) -> Result<RunFile> {
        if !self.page.is_empty() {
            self.end_page()?;
        }
        let mut tail: Vec<u8> = self.fences.iter().flat_map(|fence| fence.to_le_bytes()).collect();
        let filter = self.filter.to_bytes();
        let names = files.join("\n");
        tail.extend(&filter);
        tail.extend(names.as_bytes());
        let mut footer = MAGIC.to_vec();
        for word in [self.len, self.fences.len(), filter.len(), names.len()] {
            footer.extend((word as u64).to_le_bytes());
        }
        let mut hasher = Xxh3::new();
        hasher.update(&tail);
        hasher.update(&footer);
        footer.extend(hasher.digest().to_le_bytes());
        let written = self.out.write_all(&tail).and_then(|()| self.out.write_all(&footer));
        let written = written.and_then(|()| self.out.flush()).and_then(|()| std::fs::rename(&self.draft, &self.path));
        written.map_err(|e| io_error(&self.draft, &e))?;
        self.finished = true;
        RunFile::open(&self.path).map(|(file, _)| file)
    }
}

impl Drop for RunWriter {
    fn drop(&mut self) {
        if !self.finished {
            // What cannot be removed now is removed by the next opening.
            let _ = std::fs::remove_file(&self.draft);
        }
    }
}
