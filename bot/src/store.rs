//! What must outlive the process: one file of keys and JSON values, for its owner only.
//!
//! It is a [`redb`] database: a commit is on the disk when it returns, and a crash at any place leaves the last commit. Keys are
//! texts with a prefix for what they name (`user/17`, `button/Xk…`), so that a kind is listed by its prefix.

use std::{fs, path::Path, sync::Arc, time::Duration};

use redb::{Database, Durability, ReadableDatabase as _, TableDefinition, backends::FileBackend};
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::{Mutex, watch};

const TABLE: TableDefinition<'_, &str, &str> = TableDefinition::new("state");
const FILE: &str = "bot.redb";

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the bot's state ({FILE} in its data folder): {0}")]
pub struct StoreError(String);

impl StoreError {
    fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }

    /// Without the values that the reader quotes.
    fn of_json(error: serde_json::Error) -> Self {
        Self(crate::api::json_error(&error))
    }
}

type Result<T> = std::result::Result<T, StoreError>;

/// One change of a commit.
#[derive(Debug)]
pub(crate) enum Change {
    Put(String, String),
    Remove(String),
}

impl Change {
    /// Puts a value as JSON.
    pub(crate) fn put(key: impl Into<String>, value: &impl Serialize) -> Result<Self> {
        Ok(Self::Put(key.into(), serde_json::to_string(value).map_err(StoreError::of_json)?))
    }
}

/// The state; clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Store(Arc<Open>);

/// The open file. Fields are dropped in their order: who watches is told when the lock is gone.
#[derive(Debug)]
struct Open {
    database: Database,
    // Writes go one after another anyway: a thread of its own for each that waits would only take memory.
    turn: Arc<Mutex<()>>,
    closed: watch::Sender<()>,
}

/// Tells when the last handle of a state is gone, and with it the lock on its file.
pub(crate) struct Watch(watch::Receiver<()>);

impl Watch {
    /// Waits until the state is closed, and for no longer than this; whether it is.
    pub(crate) async fn closed(mut self, limit: Duration) -> bool {
        tokio::time::timeout(limit, self.0.changed()).await.is_ok()
    }
}

impl Store {
    pub(crate) fn watch(&self) -> Watch {
        Watch(self.0.closed.subscribe())
    }

    /// Opens the state in a folder, which is made where it is missing.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(StoreError::of)?;
        let mut options = fs::OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false).mode(0o600);
        let file = options.open(folder.join(FILE)).map_err(StoreError::of)?;
        // A file that was copied here may be open to others: it holds credentials.
        file.set_permissions(fs::Permissions::from_mode(0o600)).map_err(StoreError::of)?;
        let database = Database::builder()
            .set_cache_size(16 << 20)
            .create_with_backend(FileBackend::new(file).map_err(StoreError::of)?)
            .map_err(StoreError::of)?;
        let write = database.begin_write().map_err(StoreError::of)?;
        write.open_table(TABLE).map_err(StoreError::of)?;
        write.commit().map_err(StoreError::of)?;
        Ok(Self(Arc::new(Open { database, turn: Arc::default(), closed: watch::Sender::new(()) })))
    }

    /// A value; nothing where there is none.
    pub(crate) fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let read = self.0.database.begin_read().map_err(StoreError::of)?;
        let table = read.open_table(TABLE).map_err(StoreError::of)?;
        let Some(found) = table.get(key).map_err(StoreError::of)? else { return Ok(None) };
        serde_json::from_str(found.value()).map(Some).map_err(StoreError::of_json)
    }

    /// What lies under a prefix, by key, at most so many.
    pub(crate) fn list<T: DeserializeOwned>(&self, prefix: &str, most: usize) -> Result<Vec<(String, T)>> {
        let read = self.0.database.begin_read().map_err(StoreError::of)?;
        let table = read.open_table(TABLE).map_err(StoreError::of)?;
        let mut found = Vec::new();
        for entry in table.range(prefix..).map_err(StoreError::of)? {
            let (key, value) = entry.map_err(StoreError::of)?;
            if !key.value().starts_with(prefix) || found.len() == most {
                break;
            }
            found.push((key.value().to_owned(), serde_json::from_str(value.value()).map_err(StoreError::of_json)?));
        }
        Ok(found)
    }

    /// Keys under a prefix whose values are as asked; values are looked at one by one.
    pub(crate) fn keys<T: DeserializeOwned>(&self, prefix: &str, wanted: impl Fn(&T) -> bool) -> Result<Vec<String>> {
        let read = self.0.database.begin_read().map_err(StoreError::of)?;
        let table = read.open_table(TABLE).map_err(StoreError::of)?;
        let mut found = Vec::new();
        for entry in table.range(prefix..).map_err(StoreError::of)? {
            let (key, value) = entry.map_err(StoreError::of)?;
            if !key.value().starts_with(prefix) {
                break;
            }
            // What an earlier version wrote and this one cannot read is of no use either.
            if serde_json::from_str(value.value()).map_or(true, |value| wanted(&value)) {
                found.push(key.value().to_owned());
            }
        }
        Ok(found)
    }

    /// Commits changes together; they are on the disk when it returns.
    pub(crate) async fn commit(&self, changes: Vec<Change>) -> Result<()> {
        self.write(changes, Durability::Immediate).await
    }

    /// Commits changes that may be lost by a crash: the next durable commit takes them along.
    pub(crate) async fn note(&self, changes: Vec<Change>) -> Result<()> {
        self.write(changes, Durability::None).await
    }

    async fn write(&self, changes: Vec<Change>, durability: Durability) -> Result<()> {
        let store = self.clone();
        let turn = Arc::clone(&self.0.turn).lock_owned().await;
        // A synced commit takes as long as the disk does; it goes on where nobody waits for it any more.
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            store.write_now(changes, durability)
        });
        done.await.map_err(StoreError::of)?
    }

    fn write_now(&self, changes: Vec<Change>, durability: Durability) -> Result<()> {
        let mut write = self.0.database.begin_write().map_err(StoreError::of)?;
        write.set_durability(durability).map_err(StoreError::of)?;
        {
            let mut table = write.open_table(TABLE).map_err(StoreError::of)?;
            for change in &changes {
                match change {
                    Change::Put(key, value) => {
                        drop(table.insert(key.as_str(), value.as_str()).map_err(StoreError::of)?)
                    }
                    Change::Remove(key) => drop(table.remove(key.as_str()).map_err(StoreError::of)?),
                }
            }
        }
        write.commit().map_err(StoreError::of)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[tokio::test]
    async fn what_was_committed_is_there_again_and_only_the_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("bot")).unwrap();
        store.commit(vec![Change::put("user/1", &"a").unwrap(), Change::put("user/2", &"b").unwrap()]).await.unwrap();
        store.commit(vec![Change::Remove("user/1".to_owned()), Change::put("users", &"c").unwrap()]).await.unwrap();
        drop(store);
        let store = Store::open(&folder.path().join("bot")).unwrap();
        assert_eq!(store.list::<String>("user/", 9).unwrap(), [("user/2".to_owned(), "b".to_owned())]);
        assert_eq!(store.get::<String>("user/1").unwrap(), None);
        let mode = fs::metadata(folder.path().join("bot").join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[tokio::test]
    async fn who_watches_is_told_when_the_file_is_free_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        let (early, late, other) = (store.watch(), store.watch(), store.clone());
        drop(store);
        assert!(!early.closed(Duration::ZERO).await, "a handle is left");
        drop(other);
        assert!(late.closed(Duration::from_secs(60)).await);
        assert!(Store::open(folder.path()).is_ok());
    }

    #[test]
    fn two_bots_cannot_share_one_folder() {
        let folder = tempfile::tempdir().unwrap();
        let _first = Store::open(folder.path()).unwrap();
        assert!(Store::open(folder.path()).is_err());
    }
}
