//! Accounts: registering and logging in.

use kupets_control::{
    audit,
    registrations::{self, Place},
    users::{self, UserRow},
    workspaces,
};
use kupets_core::{Error, Result, Role};

use crate::{
    account::{Account, NewWorkspace},
    action::{Action, Subject},
    auth::{Auth, count_failure},
    caller::Caller,
    invites::Admission,
    registration::Registration,
    sessions::NewSession,
    token,
    visitor::Visitor,
    workspace::role,
};

/// Somebody who has just been let in.
#[derive(Debug)]
pub struct LoggedIn {
    /// Who, and where.
    pub account: Account,
    /// The session.
    pub session: NewSession,
}

/// A registration whose fields have been checked.
#[derive(Debug)]
pub struct NewAccount {
    /// Full name.
    pub name: String,
    /// Address, lower-case.
    pub email: String,
    /// As typed.
    pub password: String,
    /// `en` or `ru`.
    pub locale: String,
    /// The workspace of their own, unless an invite leads into another.
    pub workspace: NewWorkspace,
    /// The token of an invite.
    pub invite: Option<String>,
}

impl Auth {
    /// Makes an account, and its first session.
    ///
    /// # Errors
    /// `registration_closed`, `invite_required`, `bad_invite`, `email_taken`; busy when one network registers too often.
    pub async fn register(&self, new: NewAccount, visitor: &Visitor) -> Result<LoggedIn> {
        self.limits.register(visitor.network())?;
        let admission = match (self.registration(), new.invite.as_deref()) {
            (Registration::Closed, _) => {
                return Err(Error::forbidden(
                    "registration_closed",
                    "nobody can register on this server; its operator makes accounts with `kupets admin create-owner`",
                ));
            }
            (_, Some(invite)) => Some(self.admission(invite, &new.email).await?),
            (Registration::Open, None) => None,
            (Registration::Invite, None) => {
                return Err(Error::forbidden(
                    "invite_required",
                    "this server lets people register by invite only: ask an owner or an admin of a workspace for a link",
                ));
            }
        };
        let password_hash = self.passwords.hash(new.password).await?;
        let now = self.now_ms();
        let user =
            UserRow { id: token::id(now)?, email: new.email, name: new.name, locale: new.locale, created_at: now };
        let own = token::id(now)?;
        let (invite, place) = match admission {
            Some(Admission { invite, place: Some(place), .. }) => (Some(invite), place),
            Some(Admission { invite, place: None, .. }) => (Some(invite), Place::Own(new.workspace.row(own, now))),
            None => (None, Place::Own(new.workspace.row(own, now))),
        };
        let (id, what) = match &place {
            Place::Own(workspace) => (workspace.id.clone(), Role::Owner),
            Place::Member { workspace_id, role: name } => (workspace_id.clone(), role(name)?),
        };
        let subject = Subject::person(user.id.clone()).with_role(what);
        let entry = self.entry_of(Some(id.clone()), &user.id, visitor.address, Action::Registered, subject)?;
        registrations::create(&self.control, &user, &password_hash, &place, invite.as_deref(), &entry).await?;
        self.begin(user, &id, visitor).await
    }

    /// Begins a session for the right password. A wrong one and an unknown address get the same answer after the same work. With an
    /// invite the person joins its workspace, and the session is there.
    ///
    /// # Errors
    /// `bad_login` for a wrong password and an unknown address; busy after too many failures; `bad_invite`; `no_workspace` for
    /// somebody who is in none.
    pub async fn login(
        &self,
        email: &str,
        password: String,
        invite: Option<&str>,
        visitor: &Visitor,
    ) -> Result<LoggedIn> {
        let found = users::by_email(&self.control, email).await?;
        let user_id = found.as_ref().map_or("", |found| found.user.id.as_str());
        let device = self.known_device(user_id, visitor).await?;
        let attempt = self.limits.login(email, visitor.network(), device)?;
        let stored = found.as_ref().map(|found| found.password_hash.clone());
        let matches = self.passwords.verify(password, stored).await?;
        let user = match found {
            Some(found) if matches => found.user,
            unknown => {
                count_failure("bad_password");
                if let Some(found) = unknown {
                    let entry = self.entry_about(&found.user.id, visitor, Action::LoginFailed)?;
                    audit::insert(&self.control, &entry).await?;
                }
                return Err(Error::unauthorized("bad_login", "the e-mail address or the password is wrong"));
            }
        };
        attempt.succeeded();
        let workspace_id = match invite {
            Some(invite) => self.join(invite, &user, visitor).await?,
            None => self.usual_workspace(&user.id).await?,
        };
        let subject = Subject::person(user.id.clone());
        let entry = self.entry_of(Some(workspace_id.clone()), &user.id, visitor.address, Action::LoggedIn, subject)?;
        audit::insert(&self.control, &entry).await?;
        self.begin(user, &workspace_id, visitor).await
    }

    /// The person and the workspace of a session.
    ///
    /// # Errors
    /// The account has gone since.
    pub async fn account(&self, caller: &Caller) -> Result<Account> {
        let found = users::by_id(&self.control, caller.user_id()?).await?;
        let found = found.ok_or_else(|| Error::unauthorized("unauthorized", "this account is gone"))?;
        Ok(Account { user: found.user.try_into()?, workspace: caller.workspace().into(), role: caller.role() })
    }

    /// The workspace that a person has been in for longest.
    async fn usual_workspace(&self, user_id: &str) -> Result<String> {
        let all = workspaces::of_user(&self.control, user_id).await?;
        // One that is going to be deleted only if there is no other.
        let usual = all.iter().find(|m| m.workspace.delete_at.is_none()).or(all.first());
        usual.map(|m| m.workspace.id.clone()).ok_or_else(|| {
            Error::forbidden(
                "no_workspace",
                "you are in no workspace now: ask for an invite and log in with it, or ask the operator for a workspace",
            )
        })
    }

    /// A session of that person in that workspace.
    async fn begin(&self, user: UserRow, workspace_id: &str, visitor: &Visitor) -> Result<LoggedIn> {
        let session = self.create_session(&user.id, workspace_id, visitor).await?;
        let membership = workspaces::membership(&self.control, &user.id, workspace_id).await?;
        let membership = membership.ok_or_else(|| Error::unauthorized("session_over", "you were removed just now"))?;
        let account = Account {
            user: user.try_into()?,
            workspace: membership.workspace.try_into()?,
            role: role(&membership.role)?,
        };
        Ok(LoggedIn { account, session })
    }
}
