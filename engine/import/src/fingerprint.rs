//! What tells a file from another, and from itself after a change.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

use super::error::unreadable;
use kupets_core::Result;

/// Bytes at the beginning and at the end that are hashed.
const EDGE: u64 = 1 << 20;

/// Size, time of change, and a hash of both ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprint {
    /// In bytes.
    pub size: u64,
    /// When it was last changed: nanoseconds since the epoch, as text, because JSON numbers are not that long everywhere.
    pub modified: String,
    /// XXH3 of the first and the last megabyte, in hex.
    pub ends: String,
}

impl Fingerprint {
    /// Takes it of a file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub(super) fn of(path: &Path) -> Result<Self> {
        let take = || -> std::io::Result<Self> {
            let mut file = File::open(path)?;
            let data = file.metadata()?;
            let since = data.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
            let mut hash = Xxh3::new();
            let mut edge = Vec::new();
            file.by_ref().take(EDGE).read_to_end(&mut edge)?;
            hash.update(&edge);
            edge.clear();
            file.seek(SeekFrom::Start(data.len().saturating_sub(EDGE)))?;
            file.take(EDGE).read_to_end(&mut edge)?;
            hash.update(&edge);
            Ok(Self {
                size: data.len(),
                modified: since.as_nanos().to_string(),
                ends: format!("{:016x}", hash.digest()),
            })
        };
        take().map_err(|e| unreadable(path, &e))
    }

    /// Takes one of several files in their order; of one file it is the file's own.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(super) fn of_all(paths: &[PathBuf]) -> Result<Self> {
        if let [path] = paths {
            return Self::of(path);
        }
        let (mut size, mut modified, mut hash) = (0, Vec::new(), Xxh3::new());
        for path in paths {
            let one = Self::of(path)?;
            size += one.size;
            hash.update(one.ends.as_bytes());
            hash.update(&one.size.to_le_bytes());
            modified.push(one.modified);
        }
        Ok(Self { size, modified: modified.join(" "), ends: format!("{:016x}", hash.digest()) })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write;

    use super::*;

    #[test]
    fn a_change_shows() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"abc").unwrap();
        let before = Fingerprint::of(file.path()).unwrap();
        assert_eq!(before, Fingerprint::of(file.path()).unwrap());
        file.write_all(b"d").unwrap();
        let after = Fingerprint::of(file.path()).unwrap();
        assert!(after.size == 4 && after.ends != before.ends);
        let path = file.path().to_owned();
        assert_eq!(Fingerprint::of_all(std::slice::from_ref(&path)).unwrap(), after);
        let twice = Fingerprint::of_all(&[path.clone(), path]).unwrap();
        assert!(twice.size == 8 && twice.ends != after.ends);
    }
}
