//! API keys: made, listed, revoked, and checked.

use std::{net::IpAddr, sync::Arc};

use chrono::{DateTime, Utc};
use kupets_control::keys as store;
use kupets_core::{Actor, Error, FieldError, Result, Role, TenantId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    action::{Action, Subject},
    auth::{Auth, count_failure},
    caller::{Caller, Credential},
    key_cache::KeyEntry,
    scope::{Scope, Scopes},
    token,
    workspace::{WorkspaceInfo, role, time},
};

/// Live keys that a workspace may have.
const MAX_KEYS: i64 = 200;
/// Characters of a key that lists show: `kp_` and eight more.
pub(crate) const PREFIX_LEN: usize = 11;

/// Why a key that is not revoked opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stopped {
    /// The person it stands for has been removed from the workspace, or has left.
    MakerGone,
    /// Its time is over.
    Expired,
}

/// An API key as lists show it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ApiKey {
    /// Identity, for revoking it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its first characters.
    #[schema(example = "kp_3xAmPl3x")]
    pub prefix: String,
    /// What it was made for.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Up to a minute behind.
    pub last_used_at: Option<DateTime<Utc>>,
    /// From when on it opens nothing; null: never.
    pub expires_at: Option<DateTime<Utc>>,
    /// The name of the person it stands for.
    pub made_by: String,
    /// What that person is in the workspace now; null: nobody. A key may what its scopes and this role both allow.
    #[schema(schema_with = crate::schema::role)]
    pub role: Option<Role>,
    /// Why it opens nothing, if it does not.
    pub stopped: Option<Stopped>,
}

/// An API key that has just been made.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NewApiKey {
    /// The key itself. It is shown here and never again.
    #[schema(example = "kp_3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3xAmPl3x")]
    pub key: String,
    /// How lists will show it.
    #[serde(flatten)]
    pub row: ApiKey,
}

impl ApiKey {
    /// A stored key at a moment; `used_ms` is when it was used since that was written down.
    pub(crate) fn of(row: store::KeyRow, used_ms: Option<i64>, now: i64) -> Result<Self> {
        let stopped = if row.stopped_at.is_some() || row.maker_role.is_none() {
            Some(Stopped::MakerGone)
        } else if row.expires_at.is_some_and(|at| at <= now) {
            Some(Stopped::Expired)
        } else {
            None
        };
        Ok(Self {
            scopes: Scopes::from_text(&row.scopes).iter().collect(),
            created_at: time(row.created_at)?,
            last_used_at: used_ms.max(row.last_used_at).map(time).transpose()?,
            expires_at: row.expires_at.map(time).transpose()?,
            role: row.maker_role.as_deref().map(role).transpose()?,
            made_by: row.maker_name,
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            stopped,
        })
    }
}

impl Auth {
    /// Makes a key for the caller's workspace, which stands for the caller.
    ///
    /// # Errors
    /// The time is past; the workspace has as many keys as it may.
    pub async fn create_key(
        &self,
        caller: &Caller,
        name: &str,
        scopes: Scopes,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<NewApiKey> {
        let workspace_id = caller.tenant().id().as_str();
        if store::count(&self.control, workspace_id).await? >= MAX_KEYS {
            let message = format!("a workspace has at most {MAX_KEYS} keys; revoke one first");
            return Err(Error::conflict("too_many_keys", message));
        }
        let now = self.now_ms();
        let expires_at = expires_at.map(|at| at.timestamp_millis());
        if expires_at.is_some_and(|at| at <= now) {
            return Err(Error::wrong_fields(vec![FieldError::of("expires_at", "a time to come")]));
        }
        let key = token::key()?;
        let new = store::NewKey {
            id: token::id(now)?,
            workspace_id: workspace_id.to_owned(),
            created_by: caller.user_id()?.to_owned(),
            name: name.to_owned(),
            prefix: key.chars().take(PREFIX_LEN).collect(),
            key_hash: token::stored(&key),
            scopes: scopes.to_text(),
            created_at: now,
            expires_at,
        };
        let subject = Subject::of("key", new.id.clone()).with(serde_json::json!({"scopes": new.scopes}));
        store::insert(&self.control, &new, &self.entry(caller, Action::KeyMade, subject)?).await?;
        let row = store::one(&self.control, &new.id).await?;
        let row = row.ok_or_else(|| Error::conflict("revoked", "the key was revoked as soon as it was made"))?;
        Ok(NewApiKey { row: ApiKey::of(row, None, now)?, key })
    }

    /// The workspace's keys that are not revoked, the newest first, those before the key `before`.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn list_keys(&self, caller: &Caller, before: Option<&str>, limit: usize) -> Result<Vec<ApiKey>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let workspace = caller.tenant().id().as_str();
        // No id of hex digits is greater than `g`.
        let rows = store::list(&self.control, workspace, before.unwrap_or("g"), limit).await?;
        let now = self.now_ms();
        rows.into_iter()
            .map(|row| {
                let used = self.cache.last_used(&row.id);
                ApiKey::of(row, used, now)
            })
            .collect()
    }

    /// Revokes a key of the caller's workspace. When this returns, no request passes with it any more.
    ///
    /// # Errors
    /// The workspace has no such key.
    pub async fn revoke_key(&self, caller: &Caller, id: &str) -> Result<()> {
        let entry = self.entry(caller, Action::KeyRevoked, Subject::of("key", id))?;
        if !store::revoke(&self.control, caller.tenant().id().as_str(), id, self.now_ms(), &entry).await? {
            return Err(Error::not_found("no such API key in this workspace"));
        }
        self.cache.revoke(id);
        Ok(())
    }

    /// Who the key belongs to, from memory: `Err` holds what to bring to [`Auth::load_key`].
    pub fn cached_key(&self, key: &str, address: Option<IpAddr>) -> Result<Result<Caller>, (token::Hash, u64)> {
        let hash = token::hash(key);
        let entry = self.cache.get(&hash).map_err(|epoch| (hash, epoch))?;
        Ok(self.use_key(entry, address))
    }

    /// Who the key of that hash belongs to, from the control database.
    ///
    /// # Errors
    /// `bad_key`, `key_expired`.
    pub async fn load_key(&self, hash: token::Hash, epoch: u64, address: Option<IpAddr>) -> Result<Caller> {
        let Some(row) = store::find(&self.control, &hex::encode(hash)).await? else {
            count_failure("bad_key");
            let message = "this API key is not known, has been revoked, or stands for a person who has gone";
            return Err(Error::unauthorized("bad_key", message));
        };
        let workspace = Arc::new(WorkspaceInfo::try_from(row.workspace)?);
        let role = role(&row.maker_role)?;
        let tenant = self.grant(&workspace, Actor::key(row.key_id.as_str(), role));
        let entry = Arc::new(KeyEntry {
            id: row.key_id,
            name: row.key_name,
            scopes: Scopes::from_text(&row.scopes),
            role,
            expires_ms: row.expires_at,
            workspace,
            tenant,
            uses: Default::default(),
        });
        self.cache.insert(hash, Arc::clone(&entry), epoch);
        self.use_key(entry, address)
    }

    fn use_key(&self, entry: Arc<KeyEntry>, address: Option<IpAddr>) -> Result<Caller> {
        let now = self.now_ms();
        if entry.expires_ms.is_some_and(|at| at <= now) {
            count_failure("expired_key");
            return Err(Error::unauthorized("key_expired", "the time of this API key is over; use another"));
        }
        entry.uses.touch(now);
        Ok(Caller::new(Credential::Key(entry), address))
    }

    /// Drops what is in memory of a workspace that has changed.
    pub(crate) async fn forget(&self, workspace: &TenantId) {
        let forgotten = self.cache.forget_workspace(workspace);
        if let Err(error) = self.write_use_of(forgotten).await {
            // The change itself is made; a key's last use is a help for people.
            tracing::warn!(%error, "when keys were last used could not be written down");
        }
    }

    /// Drops what is in memory of a workspace that has changed, by its identity as text.
    pub(crate) async fn forget_id(&self, workspace: &str) {
        if let Some(id) = TenantId::parse(workspace) {
            self.forget(&id).await;
        }
    }

    /// Writes down these uses of keys, in milliseconds since the epoch.
    pub(crate) async fn write_use_of(&self, uses: Vec<(Arc<KeyEntry>, i64)>) -> Result<()> {
        for (entry, used_ms) in uses {
            store::used(&self.control, &entry.id, used_ms).await?;
            entry.uses.written(used_ms);
        }
        Ok(())
    }
}

/// Counts a text that cannot be a key, and says so.
pub fn not_a_key(message: &'static str) -> Error {
    count_failure("bad_key");
    Error::unauthorized("bad_key", message)
}
