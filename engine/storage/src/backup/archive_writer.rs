//! Writing an archive: entry by entry, as the bytes come, and never half under its own name.
//!
//! It is written by a command, not by a server: its calls wait for the disk.

use std::{
    collections::HashMap,
    fs::{File, OpenOptions},
    io::{BufWriter, Read as _, Write as _},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use kupets_core::{Error, Kind, Result};
use sha2::{Digest as _, Sha256};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use super::{Entry, FORMAT, MANIFEST, Manifest};

/// Bytes that are copied at once.
const BLOCK: usize = 1 << 18;

/// An archive that is being written. It stands under its name when [`Self::finish`] has returned; until then it is a file beside it that
/// ends in `.part` and goes when this is dropped.
pub struct ArchiveWriter {
    path: PathBuf,
    part: PathBuf,
    /// None when it is finished.
    zip: Option<ZipWriter<BufWriter<File>>>,
    /// The entry that is being written.
    open: Option<(String, u64, Sha256)>,
    written: HashMap<String, Entry>,
}

impl std::fmt::Debug for ArchiveWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ArchiveWriter").field("path", &self.path).finish_non_exhaustive()
    }
}

impl ArchiveWriter {
    /// Begins the file, readable by its owner alone.
    ///
    /// # Errors
    /// There is a file of that name already, or it cannot be made.
    pub fn create(path: &Path) -> Result<Self> {
        if path.exists() {
            return Err(taken(path, "is there already: a backup never takes the place of another file"));
        }
        let mut part = path.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&part).map_err(|e| match e.kind() {
            std::io::ErrorKind::AlreadyExists => {
                taken(&part, "is there: another backup is writing it, or one was killed. Delete it if none runs")
            }
            _ => refused(&part, e),
        })?;
        let zip = Some(ZipWriter::new(BufWriter::with_capacity(BLOCK, file)));
        Ok(Self { path: path.to_owned(), part, zip, open: None, written: HashMap::new() })
    }

    /// Whether an entry of that name is in it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.written.contains_key(name)
    }

    /// Begins an entry; the one before it has ended. `packed` says whether its bytes are compressed already.
    ///
    /// # Errors
    /// The disk refuses.
    pub(super) fn begin(&mut self, name: &str, packed: bool) -> Result<()> {
        self.end();
        let method = if packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default().compression_method(method).large_file(true).unix_permissions(0o600);
        let started = self.zip()?.start_file(name, options);
        started.map_err(|e| refused(&self.part, e.into()))?;
        self.open = Some((name.to_owned(), 0, Sha256::new()));
        Ok(())
    }

    /// Goes on with the entry.
    ///
    /// # Errors
    /// The disk refuses.
    pub(super) fn data(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.zip()?.write_all(bytes);
        written.map_err(|e| refused(&self.part, e))?;
        if let Some((_, size, sum)) = &mut self.open {
            *size += bytes.len() as u64;
            sum.update(bytes);
        }
        Ok(())
    }

    /// Adds a file of this machine, whole.
    ///
    /// # Errors
    /// It cannot be read, or the disk refuses.
    pub fn add(&mut self, name: &str, file: &Path) -> Result<()> {
        let unread = |e| Error::unavailable(format!("{} cannot be read: {e}", file.display()));
        let mut from = File::open(file).map_err(unread)?;
        self.begin(name, false)?;
        let mut block = vec![0; BLOCK];
        loop {
            match from.read(&mut block).map_err(unread)? {
                0 => break,
                read => self.data(&block[..read])?,
            }
        }
        self.end();
        Ok(())
    }

    /// Ends the entry.
    pub(super) fn end(&mut self) {
        if let Some((name, bytes, sum)) = self.open.take() {
            let entry = Entry { name: name.clone(), bytes, sha256: hex::encode(sum.finalize()) };
            self.written.insert(name, entry);
        }
    }

    /// Ends the archive with its manifest, in which `names` stand and nothing else. When it returns, the file is whole and on the disk.
    ///
    /// # Errors
    /// The disk refuses; nothing of it stays then.
    pub fn finish(
        mut self,
        program: &str,
        taken_at: DateTime<Utc>,
        workspaces: usize,
        names: &[String],
    ) -> Result<Manifest> {
        self.end();
        let files = names
            .iter()
            .map(|name| self.written.get(name).cloned())
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| Error::internal("an archive lacks what its manifest names"))?;
        let manifest = Manifest { format: FORMAT, program: program.to_owned(), taken_at, workspaces, files };
        let text = serde_json::to_vec_pretty(&manifest).map_err(|e| Error::internal(e.to_string()))?;
        self.begin(MANIFEST, false)?;
        self.data(&text)?;
        let Some(zip) = self.zip.take() else { return Err(ended()) };
        let done = || {
            let file = zip.finish()?.into_inner().map_err(std::io::IntoInnerError::into_error)?;
            file.sync_all()?;
            std::fs::rename(&self.part, &self.path)?;
            let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
            File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
        };
        if let Err(error) = done() {
            self.discard();
            return Err(refused(&self.path, error));
        }
        Ok(manifest)
    }

    fn zip(&mut self) -> Result<&mut ZipWriter<BufWriter<File>>> {
        self.zip.as_mut().ok_or_else(ended)
    }

    fn discard(&self) {
        // It may have been renamed, or be gone.
        let _ = std::fs::remove_file(&self.part);
    }
}

impl Drop for ArchiveWriter {
    fn drop(&mut self) {
        if self.zip.take().is_some() {
            self.discard();
        }
    }
}

fn ended() -> Error {
    Error::internal("an archive was written to after its end")
}

fn taken(path: &Path, why: &str) -> Error {
    Error::new(Kind::Conflict, "archive_exists", format!("{} {why}", path.display()))
}

fn refused(path: &Path, error: std::io::Error) -> Error {
    Error::unavailable(format!("{} cannot be written: {error}", path.display())).with_source(error)
}
