//! What must outlive the process: one file of keys and JSON values, for its owner only.
//!
//! It is a [`redb`] database: a commit is on the disk when it returns, and a crash at any place leaves the last commit. Keys are
//! texts with a prefix for what they name (`user/17`, `button/Xk…`), so that a kind is listed by its prefix.
//!
//! Pages that are free hold what stood there until they are used again. So the file is written anew at each start and end, and now and
//! then between them: what was removed is in none of it.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard},
    time::Duration,
};

use redb::{Database, Durability, ReadOnlyTable, ReadableDatabase as _, TableDefinition, backends::FileBackend};
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::{Mutex, watch};

const TABLE: TableDefinition<'_, &str, &str> = TableDefinition::new("state");
const FILE: &str = "bot.redb";
/// The same, while it is written anew.
const NEXT: &str = "bot.redb.next";
/// In which form values are.
const FORMAT: &str = "format";

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
    // Written only when the file is put in place of the one before.
    database: RwLock<Database>,
    folder: PathBuf,
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

    /// Opens the state in a folder, which is made where it is missing. What an earlier format kept under `outdated` prefixes goes.
    pub(crate) fn open(folder: &Path, format: u32, outdated: &[&str]) -> Result<Self> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(StoreError::of)?;
        let path = folder.join(FILE);
        let (database, locked) = open(&path)?;
        // Another bot may have put a new file in its place since it was found.
        if fs::metadata(&path).map_err(StoreError::of)?.ino() != locked {
            return Err(StoreError("another bot uses it".to_owned()));
        }
        let database = RwLock::new(database);
        let (folder, turn, closed) = (folder.to_owned(), Arc::default(), watch::Sender::new(()));
        let store = Self(Arc::new(Open { database, folder, turn, closed }));
        let known = store.get::<u32>(FORMAT)?;
        store.renew_now(|key| known == Some(format) || !outdated.iter().any(|prefix| key.starts_with(prefix)))?;
        if known != Some(format) {
            store.write_now(vec![Change::put(FORMAT, &format)?], Durability::Immediate)?;
        }
        Ok(store)
    }

    /// Writes the file anew, so that nothing is left in it of what was removed.
    pub(crate) async fn renew(&self) -> Result<()> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.renew_now(|_| true)).await.map_err(StoreError::of)?
    }

    fn renew_now(&self, stays: impl Fn(&str) -> bool) -> Result<()> {
        // Nobody reads or writes meanwhile.
        let mut database = self.0.database.write().unwrap_or_else(PoisonError::into_inner);
        let next = self.0.folder.join(NEXT);
        match fs::remove_file(&next) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(StoreError::of(error)),
            _ => {}
        }
        let (renewed, _) = open(&next)?;
        let write = renewed.begin_write().map_err(StoreError::of)?;
        {
            let mut to = write.open_table(TABLE).map_err(StoreError::of)?;
            for entry in table(&database)?.range::<&str>(..).map_err(StoreError::of)? {
                let (key, value) = entry.map_err(StoreError::of)?;
                if stays(key.value()) {
                    drop(to.insert(key.value(), value.value()).map_err(StoreError::of)?);
                }
            }
        }
        write.commit().map_err(StoreError::of)?;
        fs::rename(&next, self.0.folder.join(FILE)).map_err(StoreError::of)?;
        File::open(&self.0.folder).and_then(|folder| folder.sync_all()).map_err(StoreError::of)?;
        *database = renewed;
        Ok(())
    }

    fn database(&self) -> RwLockReadGuard<'_, Database> {
        self.0.database.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// A value; nothing where there is none.
    pub(crate) fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>> {
        let database = self.database();
        let table = table(&database)?;
        let Some(found) = table.get(key).map_err(StoreError::of)? else { return Ok(None) };
        serde_json::from_str(found.value()).map(Some).map_err(StoreError::of_json)
    }

    /// What lies under a prefix, by key, at most so many.
    pub(crate) fn list<T: DeserializeOwned>(&self, prefix: &str, most: usize) -> Result<Vec<(String, T)>> {
        let database = self.database();
        let table = table(&database)?;
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
        let database = self.database();
        let table = table(&database)?;
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
        let database = self.database();
        let mut write = database.begin_write().map_err(StoreError::of)?;
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

/// Opens a file, or makes it, and keeps others out of it; with its number on the disk.
fn open(path: &Path) -> Result<(Database, u64)> {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    let file = options.open(path).map_err(StoreError::of)?;
    // A file that was copied here may be open to others: it holds credentials.
    file.set_permissions(fs::Permissions::from_mode(0o600)).map_err(StoreError::of)?;
    let number = file.metadata().map_err(StoreError::of)?.ino();
    let database = Database::builder()
        .set_cache_size(16 << 20)
        .create_with_backend(FileBackend::new(file).map_err(StoreError::of)?)
        .map_err(StoreError::of)?;
    let write = database.begin_write().map_err(StoreError::of)?;
    write.open_table(TABLE).map_err(StoreError::of)?;
    write.commit().map_err(StoreError::of)?;
    Ok((database, number))
}

/// All there is at this moment.
fn table(database: &Database) -> Result<ReadOnlyTable<&'static str, &'static str>> {
    database.begin_read().map_err(StoreError::of)?.open_table(TABLE).map_err(StoreError::of)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn opened(folder: &Path) -> Result<Store> {
        Store::open(folder, 2, &["old/"])
    }

    #[tokio::test]
    async fn what_was_committed_is_there_again_and_only_the_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let store = opened(&folder.path().join("bot")).unwrap();
        store.commit(vec![Change::put("user/1", &"a").unwrap(), Change::put("user/2", &"b").unwrap()]).await.unwrap();
        store.commit(vec![Change::Remove("user/1".to_owned()), Change::put("users", &"c").unwrap()]).await.unwrap();
        drop(store);
        let store = opened(&folder.path().join("bot")).unwrap();
        assert_eq!(store.list::<String>("user/", 9).unwrap(), [("user/2".to_owned(), "b".to_owned())]);
        assert_eq!(store.get::<String>("user/1").unwrap(), None);
        let mode = fs::metadata(folder.path().join("bot").join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[tokio::test]
    async fn who_watches_is_told_when_the_file_is_free_and_not_before() {
        let folder = tempfile::tempdir().unwrap();
        let store = opened(folder.path()).unwrap();
        let (early, late, other) = (store.watch(), store.watch(), store.clone());
        drop(store);
        assert!(!early.closed(Duration::ZERO).await, "a handle is left");
        drop(other);
        assert!(late.closed(Duration::from_secs(60)).await);
        assert!(opened(folder.path()).is_ok());
    }

    #[test]
    fn two_bots_cannot_share_one_folder() {
        let folder = tempfile::tempdir().unwrap();
        let first = opened(folder.path()).unwrap();
        assert!(opened(folder.path()).is_err());
        first.renew_now(|_| true).unwrap();
        assert!(opened(folder.path()).is_err());
    }

    fn holds(folder: &Path, text: &str) -> bool {
        let bytes = fs::read(folder.join(FILE)).unwrap();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    }

    #[tokio::test]
    async fn what_was_removed_is_nowhere_in_a_file_that_was_written_anew() {
        let folder = tempfile::tempdir().unwrap();
        let store = opened(folder.path()).unwrap();
        store.commit(vec![Change::put("pending/1", &"Иванова").unwrap()]).await.unwrap();
        store
            .note(vec![Change::Remove("pending/1".to_owned()), Change::put("user/1", &"kept").unwrap()])
            .await
            .unwrap();
        assert!(holds(folder.path(), "Иванова"));
        store.renew().await.unwrap();
        assert!(!holds(folder.path(), "Иванова") && holds(folder.path(), "kept"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        // It goes on in the new file.
        store.commit(vec![Change::put("user/2", &"too").unwrap()]).await.unwrap();
        drop(store);
        assert_eq!(opened(folder.path()).unwrap().list::<String>("user/", 9).unwrap().len(), 2);
    }

    #[tokio::test]
    async fn what_an_earlier_format_kept_goes_at_the_first_start() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), 1, &[]).unwrap();
        store
            .commit(vec![Change::put("old/1", &"Иванова").unwrap(), Change::put("user/1", &"a").unwrap()])
            .await
            .unwrap();
        drop(store);
        let store = opened(folder.path()).unwrap();
        assert!(!holds(folder.path(), "Иванова"));
        assert_eq!(store.get::<String>("user/1").unwrap().as_deref(), Some("a"));
        store.commit(vec![Change::put("old/2", &"b").unwrap()]).await.unwrap();
        drop(store);
        assert_eq!(opened(folder.path()).unwrap().get::<String>("old/2").unwrap().as_deref(), Some("b"));
    }
}
