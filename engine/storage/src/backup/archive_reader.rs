//! Reading an archive: what it says it holds, whether it is that, and the bytes.

use std::{
    fs::File,
    io::{BufReader, Read, Write},
    path::{Path, PathBuf},
};

use kupets_core::{Error, Kind, Result};
use sha2::{Digest as _, Sha256};
use zip::{ZipArchive, read::ZipFile};

use super::{CONTROL, Entry, FORMAT, MANIFEST, Manifest, Place};

/// Bytes that are read at once.
const BLOCK: usize = 1 << 18;
/// Damaged entries that a message names.
const NAMED: usize = 10;

/// An archive that was opened.
pub struct ArchiveReader {
    path: PathBuf,
    zip: ZipArchive<BufReader<File>>,
    manifest: Manifest,
}

impl std::fmt::Debug for ArchiveReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ArchiveReader").field("path", &self.path).finish_non_exhaustive()
    }
}

impl ArchiveReader {
    /// Opens an archive and reads its manifest.
    ///
    /// # Errors
    /// There is no such file; it is no backup, not whole, or of a later format.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => Error::not_found(format!("{} is not there", path.display())),
            _ => unread(path, e),
        })?;
        let broken = |why: &dyn std::fmt::Display| {
            damaged(format!("{} is no backup, or not the whole of one: {why}. Take another one", path.display()))
        };
        let mut zip = ZipArchive::new(BufReader::with_capacity(BLOCK, file)).map_err(|e| broken(&e))?;
        let text = whole(&mut zip, MANIFEST).map_err(|e| broken(&format_args!("{MANIFEST}: {e}")))?;
        let manifest: Manifest = serde_json::from_slice(&text).map_err(|e| broken(&format_args!("{MANIFEST}: {e}")))?;
        if manifest.format != FORMAT {
            return Err(Error::invalid(
                "archive_format",
                format!(
                    "{} has format {} (of Kupets {}), and this program reads {FORMAT}: use the program that has made it",
                    path.display(),
                    manifest.format,
                    manifest.program
                ),
            ));
        }
        let names = || manifest.files.iter().map(|entry| entry.name.as_str());
        if let Some(stray) = names().find(|name| Place::of(name).is_none()) {
            return Err(broken(&format_args!("it holds {stray:?}, which no backup does")));
        }
        if !names().any(|name| name == CONTROL) {
            return Err(broken(&format_args!("it holds no {CONTROL}")));
        }
        Ok(Self { path: path.to_owned(), zip, manifest })
    }

    /// What it says it holds.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Reads all of it and compares every entry with its sum.
    ///
    /// # Errors
    /// Entries that are damaged or not there, by their names.
    pub fn verify(&mut self) -> Result<()> {
        let mut wrong = Vec::new();
        for entry in self.manifest.files.clone() {
            if let Err(error) = self.copy(&entry, &mut std::io::sink()) {
                if error.kind() != Kind::Corrupt {
                    return Err(error);
                }
                wrong.push(entry.name);
            }
        }
        if wrong.is_empty() {
            return Ok(());
        }
        let more = wrong.len().saturating_sub(NAMED);
        wrong.truncate(NAMED);
        let others = if more == 0 { String::new() } else { format!(" and {more} others") };
        Err(damaged(format!(
            "{} is damaged at {}{others}. Nothing was restored: take another copy of it, or another backup",
            self.path.display(),
            wrong.join(", ")
        )))
    }

    /// Copies an entry and compares it with its sum.
    ///
    /// # Errors
    /// It is damaged; `to` may have got a part of it then. Or `to` refuses.
    pub(super) fn copy(&mut self, entry: &Entry, to: &mut impl Write) -> Result<()> {
        let mut reading = self.reading(entry)?;
        while let Some(piece) = reading.next_piece()? {
            to.write_all(piece)
                .map_err(|e| Error::unavailable(format!("{} cannot be written: {e}", entry.name)).with_source(e))?;
        }
        Ok(())
    }

    /// Begins to read an entry.
    ///
    /// # Errors
    /// It is not there, or not where the archive says.
    pub(super) fn reading<'a>(&'a mut self, entry: &'a Entry) -> Result<Reading<'a>> {
        let path = self.path.clone();
        let file = self.zip.by_name(&entry.name).map_err(|e| wrong(&path, entry, &e))?;
        Ok(Reading { path, file, entry, block: vec![0; BLOCK], size: 0, sum: Sha256::new() })
    }

    /// Puts an entry into a new file of this machine, on the disk when it returns, readable by its owner alone.
    ///
    /// # Errors
    /// It is damaged, the file is there already, or the disk refuses.
    pub fn unpack(&mut self, name: &str, to: &Path) -> Result<()> {
        let refused = |e| Error::unavailable(format!("{} cannot be written: {e}", to.display()));
        let Some(entry) = self.manifest.files.iter().find(|entry| entry.name == name).cloned() else {
            return Err(Error::internal(format!("{name} is not in the archive")));
        };
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(to).map_err(refused)?;
        self.copy(&entry, &mut file)?;
        file.sync_all().map_err(refused)
    }
}

/// An entry that is being read.
pub(super) struct Reading<'a> {
    path: PathBuf,
    file: ZipFile<'a, BufReader<File>>,
    entry: &'a Entry,
    block: Vec<u8>,
    size: u64,
    sum: Sha256,
}

impl Reading<'_> {
    /// The next bytes. There are none more when the entry has ended, and is what was written.
    ///
    /// # Errors
    /// It is damaged.
    pub fn next_piece(&mut self) -> Result<Option<&[u8]>> {
        // What the disk refuses reads like damage here: either way it is no copy to restore from.
        let read = self.file.read(&mut self.block).map_err(|e| wrong(&self.path, self.entry, &e))?;
        self.size += read as u64;
        self.sum.update(&self.block[..read]);
        if read > 0 && self.size <= self.entry.bytes {
            return Ok(Some(&self.block[..read]));
        }
        let sum = hex::encode(std::mem::take(&mut self.sum).finalize());
        if self.size != self.entry.bytes || sum != self.entry.sha256 {
            return Err(wrong(&self.path, self.entry, &"its bytes are not the ones that were written"));
        }
        Ok(None)
    }
}

fn wrong(path: &Path, entry: &Entry, why: &dyn std::fmt::Display) -> Error {
    damaged(format!("{} in {} is damaged: {why}", entry.name, path.display()))
}

fn whole(zip: &mut ZipArchive<BufReader<File>>, name: &str) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    zip.by_name(name)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unread(path: &Path, error: std::io::Error) -> Error {
    Error::unavailable(format!("{} cannot be read: {error}", path.display())).with_source(error)
}

fn damaged(message: String) -> Error {
    Error::new(Kind::Corrupt, "damaged_backup", message)
}
