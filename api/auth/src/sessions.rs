//! Sessions: a random token in a cookie, its hash in the control database, where deleting it ends the session at once; and the
//! token of a device, by which a browser is known again when its session is over.

use std::{net::IpAddr, sync::Arc};

use chrono::{DateTime, Utc};
use kupets_control::{audit, sessions as store, users, workspaces};
use kupets_core::{Actor, Error, Result};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    account::Account,
    action::{Action, Subject},
    auth::{Auth, count_failure},
    caller::{Caller, Credential, SessionEntry},
    token::{self, Hash},
    visitor::Visitor,
    workspace::{WorkspaceInfo, role, time},
};

const DAY_MS: i64 = 86_400_000;
/// Days for which a browser is known.
pub const DEVICE_DAYS: u32 = 365;

/// A session that has just been made.
#[derive(Debug)]
pub struct NewSession {
    /// The token for the session's cookie.
    pub token: String,
    /// Days until it ends.
    pub days: u32,
    /// A token for the device's cookie, unless the browser has one that is known.
    pub device: Option<String>,
}

/// A session as its person's list shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionView {
    /// Identity, for ending it.
    pub id: String,
    /// The workspace it is in.
    pub workspace: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, up to a minute behind.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// The address from where it began.
    pub address: Option<String>,
    /// What the browser called itself.
    pub user_agent: Option<String>,
    /// Whether it is the one that asks.
    pub current: bool,
}

impl Auth {
    /// Begins a session. Always a new token: one from before the login would be known to whoever planted it.
    pub(crate) async fn create_session(
        &self,
        user_id: &str,
        workspace_id: &str,
        visitor: &Visitor,
    ) -> Result<NewSession> {
        let secret = token::secret()?;
        let now = self.now_ms();
        let session = store::NewSession {
            token_hash: token::stored(&secret),
            id: token::id(now)?,
            user_id: user_id.to_owned(),
            workspace_id: workspace_id.to_owned(),
            created_at: now,
            expires_at: now + i64::from(self.options.session_days) * DAY_MS,
            address: visitor.address_text(),
            user_agent: visitor.browser(),
        };
        store::insert(&self.control, &session).await?;
        let device = match self.known_device(user_id, visitor).await? {
            Some(_) => None,
            None => {
                let device = token::secret()?;
                let until = now + i64::from(DEVICE_DAYS) * DAY_MS;
                store::insert_device(&self.control, &token::stored(&device), user_id, now, until).await?;
                Some(device)
            }
        };
        Ok(NewSession { token: secret, days: self.options.session_days, device })
    }

    /// The hash of the visitor's device, if this very person has logged in with it before.
    pub(crate) async fn known_device(&self, user_id: &str, visitor: &Visitor) -> Result<Option<Hash>> {
        let Some(device) = &visitor.device else { return Ok(None) };
        let hash = token::hash(device);
        // Asked for an unknown account too, so that the time of an answer does not tell whether there is one.
        let known = store::is_known_device(&self.control, &hex::encode(hash), user_id, self.now_ms()).await?;
        Ok(known.then_some(hash))
    }

    /// Who the token belongs to.
    ///
    /// # Errors
    /// `session_over`: it has ended, or its person has left the workspace.
    pub async fn session(&self, secret: &str, address: Option<IpAddr>) -> Result<Caller> {
        let row = store::find(&self.control, &token::stored(secret), self.now_ms()).await?;
        let Some(row) = row else {
            count_failure("bad_session");
            return Err(Error::unauthorized("session_over", "this session is over; log in again"));
        };
        self.see(&row.session_id);
        let workspace = WorkspaceInfo::try_from(row.workspace)?;
        let tenant = self.grant(&workspace, Actor::person(row.user_id.as_str(), role(&row.role)?));
        let session = SessionEntry { id: row.session_id, user_id: row.user_id, workspace, tenant };
        Ok(Caller::new(Credential::Session(Arc::new(session)), address))
    }

    /// Ends the session of that token, if there is one.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn log_out(&self, secret: &str) -> Result<()> {
        store::end(&self.control, &token::stored(secret)).await
    }

    /// The live sessions of the caller, in all workspaces, the newest first.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn sessions(&self, caller: &Caller) -> Result<Vec<SessionView>> {
        let current = &caller.session()?.id;
        let rows = store::list(&self.control, caller.user_id()?, self.now_ms()).await?;
        let seen = self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        rows.into_iter()
            .map(|row| {
                let last_seen = seen.get(&row.id).copied().max(row.last_seen_at);
                Ok(SessionView {
                    current: row.id == *current,
                    id: row.id,
                    workspace: row.workspace_name,
                    created_at: time(row.created_at)?,
                    last_seen_at: last_seen.map(time).transpose()?,
                    expires_at: time(row.expires_at)?,
                    address: row.address,
                    user_agent: row.user_agent,
                })
            })
            .collect()
    }

    /// Ends a session of the caller. When this returns, no request passes with it any more.
    ///
    /// # Errors
    /// The caller has no such session.
    pub async fn end_session(&self, caller: &Caller, id: &str) -> Result<()> {
        if !store::end_by_id(&self.control, caller.user_id()?, id).await? {
            return Err(Error::not_found("you have no such session"));
        }
        let entry = self.entry(caller, Action::SessionEnded, Subject::person(caller.user_id()?))?;
        audit::insert(&self.control, &entry).await
    }

    /// Takes the caller's session into another workspace of theirs: from the next request on it is there.
    ///
    /// # Errors
    /// They are not in it.
    pub async fn switch(&self, caller: &Caller, workspace_id: &str) -> Result<Account> {
        let session = caller.session()?;
        let found = workspaces::membership(&self.control, &session.user_id, workspace_id).await?;
        let found = found.ok_or_else(|| Error::not_found("you are in no such workspace"))?;
        store::switch(&self.control, &session.id, workspace_id).await?;
        let user = users::by_id(&self.control, &session.user_id).await?;
        let user = user.ok_or_else(|| Error::unauthorized("unauthorized", "this account is gone"))?.user;
        Ok(Account { user: user.try_into()?, workspace: found.workspace.try_into()?, role: role(&found.role)? })
    }
}
