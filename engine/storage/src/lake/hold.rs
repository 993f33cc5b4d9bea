//! A hold on the files of a storage: whoever copies lakes elsewhere has it, and as long as it lasts no file is deleted because nothing
//! needs it any more.
//!
//! It is a file of the storage itself, so that it binds every server on it, wherever the copy is made. It ends by itself: one that was
//! killed holds nothing up for long.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use futures::TryStreamExt as _;
use kupets_core::{Result, clock::Clock};
use object_store::{Error as StoreError, ObjectMeta, ObjectStoreExt as _, PutPayload, path::Path as StorePath};

use super::{fault::error_at, storage::Storage};

/// The folder of holds beside the lakes.
const HOLDS: &str = "holds";
/// How long a hold lasts when nobody renews it.
const LASTS: Duration = Duration::from_secs(1_800);
/// How often it is renewed.
const RENEWED_EVERY: Duration = Duration::from_secs(60);

/// A hold. [`Self::renew`] it while it is needed, and [`Self::release`] it.
#[derive(Debug)]
pub(crate) struct Hold {
    storage: Storage,
    path: StorePath,
    clock: Arc<dyn Clock>,
    renewed: DateTime<Utc>,
}

impl Hold {
    /// Takes a hold, and removes those that have ended.
    ///
    /// # Errors
    /// The storage refuses.
    pub async fn take(storage: &Storage, clock: &Arc<dyn Clock>) -> Result<Self> {
        let now = clock.now();
        for (path, until) in holds(storage).await? {
            if until.is_none_or(|until| until <= now) {
                match storage.store.delete(&path).await {
                    Ok(()) | Err(StoreError::NotFound { .. }) => {}
                    Err(e) => return Err(error_at(path.as_ref(), e)),
                }
            }
        }
        let path = folder(storage).join(uuid::Uuid::new_v4().simple().to_string());
        let hold = Self { storage: storage.clone(), path, clock: clock.clone(), renewed: now };
        hold.write(now).await?;
        Ok(hold)
    }

    /// Makes it last, if it is time to.
    ///
    /// # Errors
    /// The storage refuses.
    pub async fn renew(&mut self) -> Result<()> {
        let now = self.clock.now();
        if (now - self.renewed).to_std().is_ok_and(|since| since < RENEWED_EVERY) {
            return Ok(());
        }
        self.write(now).await?;
        self.renewed = now;
        Ok(())
    }

    /// Ends it. One that cannot be removed ends by itself.
    pub async fn release(self) {
        if let Err(error) = self.storage.store.delete(&self.path).await {
            tracing::warn!(%error, path = %self.path, "a hold on files was not removed; it ends by itself");
        }
    }

    async fn write(&self, now: DateTime<Utc>) -> Result<()> {
        let until = (now + LASTS).to_rfc3339();
        let put = self.storage.store.put(&self.path, PutPayload::from(until.into_bytes())).await;
        put.map(|_| ()).map_err(|e| error_at(self.path.as_ref(), e))
    }
}

/// Whether somebody holds the files of the storage now.
///
/// # Errors
/// The storage does not say.
pub(super) async fn is_held(storage: &Storage, now: DateTime<Utc>) -> Result<bool> {
    // A clock that is ahead must not make a hold that lasts for ever.
    let lasts = |until: DateTime<Utc>| until > now && until <= now + LASTS * 2;
    Ok(holds(storage).await?.into_iter().any(|(_, until)| until.is_some_and(lasts)))
}

fn folder(storage: &Storage) -> StorePath {
    storage.root.clone().join(HOLDS)
}

/// The holds, with the time at which each ends; none where it cannot be read.
async fn holds(storage: &Storage) -> Result<Vec<(StorePath, Option<DateTime<Utc>>)>> {
    let folder = folder(storage);
    let found: Vec<ObjectMeta> =
        storage.store.list(Some(&folder)).try_collect().await.map_err(|e| error_at(folder.as_ref(), e))?;
    let mut holds = Vec::with_capacity(found.len());
    for path in found.into_iter().map(|object| object.location) {
        let failed = |e: StoreError| error_at(path.as_ref(), e);
        let bytes = match storage.store.get(&path).await {
            Ok(answer) => answer.bytes().await.map_err(failed)?,
            // Released meanwhile.
            Err(StoreError::NotFound { .. }) => continue,
            Err(e) => return Err(failed(e)),
        };
        let until = std::str::from_utf8(&bytes).ok().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        holds.push((path, until.map(|time| time.to_utc())));
    }
    Ok(holds)
}
