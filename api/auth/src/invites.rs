//! Invites: an owner or an admin makes a link, and whoever has it registers or logs in with it, once.

use chrono::{DateTime, Duration, Utc};
use kupets_control::{
    invites as store,
    registrations::{self, Place},
    users::{self, UserRow},
    workspaces,
};
use kupets_core::{Error, FieldError, Result, Role};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    action::{Action, Subject},
    auth::Auth,
    caller::{Caller, require},
    registration::Registration,
    token,
    visitor::Visitor,
    workspace::{role, time},
};

/// Days for which an invite lets somebody in, unless another time is said.
pub const INVITE_DAYS: i64 = 7;
/// Days at most.
pub const MAX_INVITE_DAYS: i64 = 90;
/// Invites of a workspace that can be used at a time.
const MAX_INVITES: i64 = 200;

/// An invite as lists show it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Invite {
    /// Identity, for taking it back.
    pub id: String,
    /// What the person will be.
    #[schema(schema_with = crate::schema::role)]
    pub role: Role,
    /// Whom it is for; null: whoever has the link.
    pub email: Option<String>,
    /// The name of the person who made it.
    pub invited_by: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it lets nobody in.
    pub expires_at: DateTime<Utc>,
}

/// An invite that has just been made. The link is shown here and never again.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NewInvite {
    /// The invite.
    #[serde(flatten)]
    pub invite: Invite,
    /// The link to hand on.
    pub url: String,
    /// What `invite` of registering and logging in takes: the link's last part.
    pub token: String,
}

/// Where an invite leads.
#[derive(Debug)]
pub(crate) struct Admission {
    /// The invite.
    pub invite: String,
    /// The place it leads to; `None`: a workspace of the person's own.
    pub place: Option<Place>,
}

impl Auth {
    /// Makes an invite into the caller's workspace.
    ///
    /// # Errors
    /// Only owners invite owners; the time is past or too far; the workspace has as many invites as it may.
    pub async fn invite(
        &self,
        caller: &Caller,
        role: Role,
        email: Option<String>,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<NewInvite> {
        if role == Role::Owner {
            caller.require(Role::Owner)?;
        }
        let now = self.clock.now();
        let expires_at = expires_at.unwrap_or(now + Duration::days(INVITE_DAYS));
        if expires_at <= now || expires_at > now + Duration::days(MAX_INVITE_DAYS) {
            let message = format!("a time to come, {MAX_INVITE_DAYS} days from now at most");
            return Err(Error::wrong_fields(vec![FieldError::of("expires_at", message)]));
        }
        let (workspace, now) = (caller.tenant().id().as_str(), now.timestamp_millis());
        if store::count(&self.control, workspace, now).await? >= MAX_INVITES {
            let message = format!("a workspace has at most {MAX_INVITES} invites at a time; take one back first");
            return Err(Error::conflict("too_many_invites", message));
        }
        let secret = token::secret()?;
        let user_id = caller.user_id()?;
        let row = store::NewInvite {
            id: token::id(now)?,
            workspace_id: Some(workspace.to_owned()),
            role: role.name().to_owned(),
            email: email.clone(),
            token_hash: token::stored(&secret),
            created_by: Some(user_id.to_owned()),
            created_at: now,
            expires_at: expires_at.timestamp_millis(),
        };
        let subject = Subject::of("invite", row.id.clone()).with_role(role);
        store::insert(&self.control, &row, &self.entry(caller, Action::InviteMade, subject)?).await?;
        let maker = users::by_id(&self.control, user_id).await?.map(|found| found.user.name);
        let (created_at, expires_at) = (time(row.created_at)?, time(row.expires_at)?);
        let invite = Invite { id: row.id, role, email, invited_by: maker, created_at, expires_at };
        Ok(NewInvite { invite, url: self.link("invite", &secret), token: secret })
    }

    /// Invites of the caller's workspace that can be used, the newest first, those before the invite `before`.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn list_invites(&self, caller: &Caller, before: Option<&str>, limit: usize) -> Result<Vec<Invite>> {
        let workspace = caller.tenant().id().as_str();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        // No id of hex digits is greater than `g`.
        let rows = store::list(&self.control, workspace, self.now_ms(), before.unwrap_or("g"), limit).await?;
        rows.into_iter()
            .map(|row| {
                Ok(Invite {
                    role: role(&row.role)?,
                    created_at: time(row.created_at)?,
                    expires_at: time(row.expires_at)?,
                    id: row.id,
                    email: row.email,
                    invited_by: row.maker_name,
                })
            })
            .collect()
    }

    /// Takes an invite of the caller's workspace back.
    ///
    /// # Errors
    /// The workspace has no such invite that can be used.
    pub async fn revoke_invite(&self, caller: &Caller, id: &str) -> Result<()> {
        let entry = self.entry(caller, Action::InviteRevoked, Subject::of("invite", id))?;
        if store::revoke(&self.control, caller.tenant().id().as_str(), id, &entry).await? {
            return Ok(());
        }
        Err(Error::not_found("this workspace has no such invite; it may have been used"))
    }

    /// The link of the server's first account, where one is needed: nobody has an account, and registering takes an invite.
    ///
    /// # Errors
    /// The control database refuses.
    pub async fn first_invite(&self) -> Result<Option<NewInvite>> {
        if self.registration() != Registration::Invite || users::any(&self.control).await? {
            return Ok(None);
        }
        let (secret, now) = (token::secret()?, self.now_ms());
        let row = store::NewInvite {
            id: token::id(now)?,
            workspace_id: None,
            role: Role::Owner.name().to_owned(),
            email: None,
            token_hash: token::stored(&secret),
            created_by: None,
            created_at: now,
            expires_at: now + INVITE_DAYS * 86_400_000,
        };
        store::replace_first(&self.control, &row).await?;
        let (created_at, expires_at) = (time(now)?, time(row.expires_at)?);
        let invite = Invite { id: row.id, role: Role::Owner, email: None, invited_by: None, created_at, expires_at };
        Ok(Some(NewInvite { invite, url: self.link("invite", &secret), token: secret }))
    }

    /// Where an invite leads the person of that address.
    ///
    /// # Errors
    /// `bad_invite`, which says why.
    pub(crate) async fn admission(&self, secret: &str, email: &str) -> Result<Admission> {
        let open = store::find(&self.control, &token::stored(secret), self.now_ms()).await?;
        let open = open.ok_or_else(|| bad_invite("this invite was used, taken back, is over, or is not whole"))?;
        if open.email.as_deref().is_some_and(|whom| whom != email) {
            return Err(bad_invite("this invite is for another e-mail address"));
        }
        let Some(workspace_id) = open.workspace_id else {
            if users::any(&self.control).await? {
                return Err(bad_invite("this link was for the first account, which has been made"));
            }
            return Ok(Admission { invite: open.id, place: None });
        };
        // It says what its maker may say now: somebody who was removed or has another role lets nobody in any more.
        let maker = open.maker_role.as_deref().map(role).transpose()?;
        let needed = role(&open.role)?.max(Role::Admin);
        if maker.is_none_or(|maker| require(maker, needed).is_err()) {
            return Err(bad_invite("whoever made this invite may not invite you any more"));
        }
        Ok(Admission { invite: open.id, place: Some(Place::Member { workspace_id, role: open.role }) })
    }

    /// Lets a person who has proved who they are into the workspace of an invite. The workspace's identity.
    ///
    /// # Errors
    /// `bad_invite`.
    pub(crate) async fn join(&self, secret: &str, user: &UserRow, visitor: &Visitor) -> Result<String> {
        let admission = self.admission(secret, &user.email).await?;
        let Some(place @ Place::Member { .. }) = admission.place else {
            return Err(bad_invite("this link is for a new account: register with it"));
        };
        let Place::Member { workspace_id, role: name } = &place else { return Err(bad_invite("it leads nowhere")) };
        if workspaces::membership(&self.control, &user.id, workspace_id).await?.is_some() {
            // They are in it already: the invite stays for somebody else.
            return Ok(workspace_id.clone());
        }
        let subject = Subject::person(user.id.clone()).with_role(role(name)?);
        let id = Some(workspace_id.clone());
        let entry = self.entry_of(id, &user.id, visitor.address, Action::MemberJoined, subject)?;
        registrations::join(&self.control, &user.id, &place, &admission.invite, self.now_ms(), &entry).await?;
        Ok(workspace_id.clone())
    }
}

fn bad_invite(why: &str) -> Error {
    Error::forbidden("bad_invite", format!("{why}; ask for a new link"))
}
