//! How far an import has come, in a small file, so that it can go on where it stopped.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use kupets_import::Fingerprint;
use serde::{Deserialize, Serialize};

/// What makes two imports the same one: only then may one go on where the other stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// `customers`, `purchases` or `interactions`.
    pub records: String,
    /// The file.
    pub file: Fingerprint,
    /// The server's address and the workspace's id.
    pub target: (String, String),
    /// All that decides which record goes into which batch.
    pub options: String,
}

/// What has been done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Rows of records that are stored.
    pub rows: u64,
    /// Records stored.
    pub accepted: u64,
    /// Of these, records that took the place of an earlier one.
    pub replaced: u64,
    /// Records refused, here or by the server.
    pub rejected: u64,
    /// Orders that do not count and were not sent, as they are no sale.
    #[serde(default)]
    pub left_out: u64,
    /// Lines that are stored with the kind `other`, as their quantity and amount have opposite signs.
    #[serde(default)]
    pub as_other: u64,
    /// Purchases of erased customers, stored as a guest's.
    #[serde(default)]
    pub guests: u64,
}

/// The state of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Which import.
    pub job: Job,
    /// Batches from the first on that need not be sent again.
    pub batches: u64,
    /// What these amount to.
    pub totals: Totals,
    /// Length of the errors file that belongs to them.
    pub errors_bytes: u64,
}

/// The file that keeps a [`State`].
#[derive(Debug, Clone)]
pub struct StateFile(PathBuf);

impl StateFile {
    /// `NAME.kupets-import.json` in a folder, for the import of a file of this name.
    pub fn beside(folder: &Path, name: &str) -> Self {
        Self(folder.join(format!("{name}.kupets-import.json")))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The state that was left by an import of the same job; else a new one. A file that cannot be understood counts as
    /// none: sending again what is stored already changes nothing.
    pub fn load(&self, job: Job) -> State {
        fs::read(&self.0)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<State>(&bytes).ok())
            .filter(|state| state.job == job)
            .unwrap_or(State { job, batches: 0, totals: Totals::default(), errors_bytes: 0 })
    }

    /// Writes the state; a reader sees the old one or the new one.
    ///
    /// # Errors
    /// The folder refuses.
    pub fn save(&self, state: &State) -> io::Result<()> {
        let new = self.0.with_extension("json.new");
        fs::write(&new, serde_json::to_vec(state)?)?;
        fs::rename(&new, &self.0)
    }

    /// Forgets the state: the import is done.
    ///
    /// # Errors
    /// The folder refuses.
    pub fn remove(&self) -> io::Result<()> {
        match fs::remove_file(&self.0) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn job(workspace: &str) -> Job {
        Job {
            records: "purchases".to_owned(),
            file: Fingerprint { size: 1, modified: "2".to_owned(), ends: "3".to_owned() },
            target: ("http://localhost:8080".to_owned(), workspace.to_owned()),
            options: "o".to_owned(),
        }
    }

    #[test]
    fn only_the_same_job_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let file = StateFile::beside(folder.path(), "sales.csv");
        let mut state = file.load(job("a"));
        assert_eq!(state.batches, 0);
        state.batches = 7;
        state.totals.accepted = 5;
        file.save(&state).unwrap();
        assert_eq!(file.load(job("a")), state);
        assert_eq!(file.load(job("b")).batches, 0, "another workspace has nothing yet");
        fs::write(file.path(), b"{torn").unwrap();
        assert_eq!(file.load(job("a")).batches, 0);
        file.remove().unwrap();
        file.remove().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
