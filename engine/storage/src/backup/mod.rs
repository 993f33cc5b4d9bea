//! Backups: everything that a server keeps, in one file, and back from it.
//!
//! The file is a ZIP archive (with ZIP64 where it is large) that is laid out as a data folder, so that it can be looked at, and even put
//! back, by any program that reads one:
//!
//! | entry | what |
//! |---|---|
//! | `kupets.db` | the control database with the journal: one version of it |
//! | `lake/tenants/ID/catalog.sqlite` | a workspace's catalog: one version of it |
//! | `lake/tenants/ID/main/TABLE/FILE` | the data files that this catalog names, as they are |
//! | `manifest.json` | the last entry: [`Manifest`], with the size and SHA-256 of every other one |
//!
//! What the manifest does not name does not count. A version of this format that is not [`FORMAT`] is not restored.

mod archive_reader;
mod archive_writer;
mod restore;
mod take;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use kupets_core::TenantId;
use serde::{Deserialize, Serialize};

pub use archive_reader::ArchiveReader;
pub use archive_writer::ArchiveWriter;
pub use restore::Target;
pub use take::{Lakes, Taken};

/// The version of the layout that this program writes and reads.
pub const FORMAT: u32 = 1;
/// The entry of the control database.
pub const CONTROL: &str = "kupets.db";
/// The entry that tells of all others.
const MANIFEST: &str = "manifest.json";
/// Where the lakes stand.
const LAKE: &str = "lake/tenants";

/// What an archive holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the layout: [`FORMAT`].
    pub format: u32,
    /// Version of the program that has made it.
    pub program: String,
    /// When it was begun: what was acknowledged before is in it.
    pub taken_at: DateTime<Utc>,
    /// Workspaces that the control database knows; one without an entry in `files` had no lake yet.
    pub workspaces: usize,
    /// Every entry but the manifest.
    pub files: Vec<Entry>,
}

/// An entry of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its name in the archive.
    pub name: String,
    /// Its size when it is unpacked, bytes.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
}

/// What an entry is, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Control,
    /// A file of a workspace: its path below the workspace's folder.
    Lake(TenantId, String),
}

impl Place {
    /// Reads a name; none if nothing of that name is ever written, so that no name leads out of the folder it is for.
    fn of(name: &str) -> Option<Self> {
        if name == CONTROL {
            return Some(Self::Control);
        }
        let (tenant, path) = name.strip_prefix(LAKE)?.strip_prefix('/')?.split_once('/')?;
        let plain = |part: &str| {
            !part.is_empty()
                && !part.starts_with('.')
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'=' | b'+'))
        };
        if !path.split('/').all(plain) {
            return None;
        }
        Some(Self::Lake(TenantId::parse(tenant)?, path.to_owned()))
    }
}

/// The name of a workspace's file in an archive.
fn entry_of(tenant: &TenantId, path: &str) -> String {
    format!("{LAKE}/{tenant}/{path}")
}
