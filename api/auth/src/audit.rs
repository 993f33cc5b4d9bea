//! The audit log of a workspace, for its owners and admins.

use chrono::{DateTime, Utc};
use kupets_control::audit as store;
use kupets_core::{Error, FieldError, Result};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::{action::Action, auth::Auth, caller::Caller, workspace::time};

/// Who did it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditActor {
    /// `person`, `key` or `server`.
    pub kind: String,
    /// Identity of the person or the key; null for the server, and for somebody who was not let in.
    pub id: Option<String>,
    /// What the person or the key is called now.
    pub name: Option<String>,
}

/// What it was done to.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditTarget {
    /// `person`, `key`, `invite`, `workspace`, `customer`, `erasure`, `recommendation`, `report` and so on.
    pub kind: String,
    /// Which one; null after the customer was erased.
    pub id: Option<String>,
}

/// Something that was done.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Identity; later ones sort after earlier ones.
    pub id: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub actor: AuditActor,
    /// What.
    #[schema(example = "role_changed")]
    pub action: String,
    /// To what; null where the action says it all.
    pub target: Option<AuditTarget>,
    /// Names and numbers, never values of records.
    #[schema(value_type = Option<Object>, example = json!({"role": "admin", "before": "viewer"}))]
    pub detail: Option<Map<String, Value>>,
    /// The address it came from; null: from the server's command line, or from within.
    pub address: Option<String>,
}

impl TryFrom<store::EntryRow> for AuditEntry {
    type Error = Error;

    fn try_from(row: store::EntryRow) -> Result<Self> {
        let detail = row.detail.as_deref().map(serde_json::from_str).transpose();
        let detail = detail.map_err(|e| Error::internal(format!("audit entry {}: {e}", row.id)))?;
        let id = Some(row.actor_id).filter(|id| !id.is_empty());
        Ok(Self {
            id: row.id,
            at: time(row.at)?,
            actor: AuditActor { kind: row.actor_kind, id, name: row.actor_name },
            action: row.action,
            target: row.target_kind.map(|kind| AuditTarget { kind, id: row.target_id }),
            detail,
            address: row.address,
        })
    }
}

impl Auth {
    /// What was done in the caller's workspace, and to its people's accounts, the newest first, those before the entry `before`; of
    /// one action, if one is named.
    ///
    /// # Errors
    /// There is no such action.
    pub async fn audit(
        &self,
        caller: &Caller,
        action: Option<&str>,
        before: Option<&str>,
        limit: usize,
    ) -> Result<Vec<AuditEntry>> {
        if action.is_some_and(|name| Action::ALL.iter().all(|action| action.name() != name)) {
            let names: Vec<_> = Action::ALL.iter().map(|action| action.name()).collect();
            let message = format!("one of {}", names.join(", "));
            return Err(Error::wrong_fields(vec![FieldError::of("action", message)]));
        }
        let (workspace, limit) = (caller.tenant().id().as_str(), i64::try_from(limit).unwrap_or(i64::MAX));
        // No id of hex digits is greater than `g`.
        let rows = store::list(&self.control, workspace, action, before.unwrap_or("g"), limit).await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}
