//! API keys: made, listed, revoked, and checked.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    Auth, Caller, Scopes, WorkspaceInfo,
    authority::{WorkspaceRow, time},
    key_cache::KeyEntry,
    token,
};
use crate::problem::{Problem, Result};

/// Live keys that a workspace may have.
const MAX_KEYS: i64 = 200;
/// Characters of a key that lists show: `kp_` and eight more.
const PREFIX_LEN: usize = 11;

/// A key as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Its identity.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Its first characters.
    pub prefix: String,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last opened a request.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A key that has just been made.
#[derive(Debug)]
pub struct NewKey {
    /// How lists will show it.
    pub row: KeyRow,
    /// The key itself; nothing can show it again.
    pub key: String,
}

#[derive(Debug, sqlx::FromRow)]
struct ListRow {
    id: String,
    name: String,
    prefix: String,
    scopes: String,
    created_at: i64,
    last_used_at: Option<i64>,
}

#[derive(Debug, sqlx::FromRow)]
struct CheckRow {
    id: String,
    name: String,
    scopes: String,
    #[sqlx(flatten)]
    workspace: WorkspaceRow,
}

impl Auth {
    /// Makes a key for the workspace of a session.
    ///
    /// # Errors
    /// 409 when the workspace has as many keys as it may.
    pub async fn create_key(&self, caller: &Caller, user_id: &str, name: &str, scopes: Scopes) -> Result<NewKey> {
        let workspace_id = caller.tenant().id().as_str();
        let count: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM api_keys WHERE workspace_id = $1 AND revoked_at IS NULL")
                .bind(workspace_id)
                .fetch_one(&self.control)
                .await?;
        if count >= MAX_KEYS {
            return Err(Problem::new(
                actix_web::http::StatusCode::CONFLICT,
                "too_many_keys",
                format!("a workspace has at most {MAX_KEYS} keys; revoke one first"),
            ));
        }
        let now = self.now_ms();
        let key = format!("kp_{}", token::secret()?);
        let row = KeyRow {
            id: token::id(now)?,
            name: name.to_owned(),
            prefix: key.chars().take(PREFIX_LEN).collect(),
            scopes,
            created_at: time(now)?,
            last_used_at: None,
        };
        sqlx::query(
            "INSERT INTO api_keys (id, workspace_id, created_by, name, prefix, key_hash, scopes, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&row.id)
        .bind(workspace_id)
        .bind(user_id)
        .bind(&row.name)
        .bind(&row.prefix)
        .bind(hex::encode(token::hash(&key)))
        .bind(scopes.to_text())
        .bind(now)
        .execute(&self.control)
        .await?;
        Ok(NewKey { row, key })
    }

    /// The workspace's live keys, the newest first, those before the key `before`.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn list_keys(&self, caller: &Caller, before: Option<&str>, limit: usize) -> Result<Vec<KeyRow>> {
        let rows: Vec<ListRow> = sqlx::query_as(
            "SELECT id, name, prefix, scopes, created_at, last_used_at FROM api_keys
             WHERE workspace_id = $1 AND revoked_at IS NULL AND id < $2 ORDER BY id DESC LIMIT $3",
        )
        .bind(caller.tenant().id().as_str())
        // No id of hex digits is greater than this.
        .bind(before.unwrap_or("g"))
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&self.control)
        .await?;
        rows.into_iter()
            .map(|row| {
                let last_used = self.cache.last_used(&row.id).max(row.last_used_at);
                Ok(KeyRow {
                    scopes: Scopes::from_text(&row.scopes),
                    created_at: time(row.created_at)?,
                    last_used_at: last_used.map(time).transpose()?,
                    id: row.id,
                    name: row.name,
                    prefix: row.prefix,
                })
            })
            .collect()
    }

    /// Revokes a key of the caller's workspace. When this returns, no request passes with it any more.
    ///
    /// # Errors
    /// 404 when the workspace has no such live key.
    pub async fn revoke_key(&self, caller: &Caller, id: &str) -> Result<()> {
        let done = sqlx::query(
            "UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND workspace_id = $3 AND revoked_at IS NULL",
        )
        .bind(self.now_ms())
        .bind(id)
        .bind(caller.tenant().id().as_str())
        .execute(&self.control)
        .await?;
        if done.rows_affected() == 0 {
            return Err(Problem::not_found("no such API key in this workspace"));
        }
        self.cache.revoke(id);
        Ok(())
    }

    /// The live key `key`, from memory: `Err` holds what to bring to [`Auth::load_key`].
    pub(super) fn cached_key(&self, key: &str) -> Result<Arc<KeyEntry>, (token::Hash, u64)> {
        let hash = token::hash(key);
        let entry = self.cache.get(&hash).map_err(|epoch| (hash, epoch))?;
        entry.touch(self.now_ms());
        Ok(entry)
    }

    /// The live key of that hash, from the control database.
    pub(super) async fn load_key(&self, hash: token::Hash, epoch: u64) -> Result<Option<Arc<KeyEntry>>> {
        let row: Option<CheckRow> = sqlx::query_as(
            "SELECT k.id, k.name, k.scopes, w.id AS workspace_id, w.name AS workspace_name,
                    w.locale AS workspace_locale, w.time_zone, w.currency, w.segment_rules,
                    w.created_at AS workspace_created_at
             FROM api_keys k JOIN workspaces w ON w.id = k.workspace_id
             WHERE k.key_hash = $1 AND k.revoked_at IS NULL",
        )
        .bind(hex::encode(hash))
        .fetch_optional(&self.control)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let workspace = Arc::new(WorkspaceInfo::try_from(row.workspace)?);
        let tenant = self.grant(&workspace);
        let entry = Arc::new(KeyEntry::new(row.id, row.name, Scopes::from_text(&row.scopes), workspace, tenant));
        entry.touch(self.now_ms());
        self.cache.insert(hash, Arc::clone(&entry), epoch);
        Ok(Some(entry))
    }

    /// Writes down when keys were last used.
    pub(super) async fn write_key_use(&self) -> Result<()> {
        self.write_use_of(self.cache.unwritten()).await
    }

    /// Writes down these uses of keys, in milliseconds since the epoch.
    pub(super) async fn write_use_of(&self, uses: Vec<(Arc<KeyEntry>, i64)>) -> Result<()> {
        for (entry, used_ms) in uses {
            sqlx::query("UPDATE api_keys SET last_used_at = $1 WHERE id = $2")
                .bind(used_ms)
                .bind(&entry.id)
                .execute(&self.control)
                .await?;
            entry.written(used_ms);
        }
        Ok(())
    }
}
