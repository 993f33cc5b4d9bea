//! What people change of their own account: name and language at once, the address by their password and, where mail can be sent, by a
//! link that goes to the new one.

use kupets_control::{
    email_changes::{self, Kept, NewEmailChange},
    users,
};
use kupets_core::{Error, FieldError, Kind, Result};
use serde_json::json;

use crate::{
    action::{Action, Subject},
    auth::Auth,
    caller::Caller,
    mail::email_mail,
    token,
};

/// Hours for which a link changes an address.
pub const EMAIL_HOURS: i64 = 24;

/// What changes, checked; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct AccountChange {
    /// Full name.
    pub name: Option<String>,
    /// `en` or `ru`.
    pub locale: Option<String>,
    /// Another address.
    pub email: Option<NewEmail>,
}

/// Another address, and what lets it be changed.
#[derive(Debug, Clone)]
pub struct NewEmail {
    /// The address, lower-case.
    pub email: String,
    /// The present password.
    pub current_password: String,
}

impl Auth {
    /// Changes the caller's account. Another address ends their other sessions; where mail can be sent it holds when the link in that
    /// mail is opened, and is given back here until then. `device` is the token of their browser, which stays known.
    ///
    /// # Errors
    /// `wrong_password`; `email_taken`; busy after too many wrong passwords or mails; the server of mail refuses. The address and what
    /// was sent beside it stay then.
    pub async fn change_account(
        &self,
        caller: &Caller,
        change: AccountChange,
        device: Option<&str>,
    ) -> Result<Option<String>> {
        let AccountChange { name, locale, email } = change;
        let pending = match email {
            Some(email) => self.change_email(caller, email, device).await?,
            None => None,
        };
        let fields = [("name", &name), ("locale", &locale)];
        let fields: Vec<_> = fields.iter().filter(|(_, new)| new.is_some()).map(|(field, _)| *field).collect();
        if !fields.is_empty() {
            let user_id = &caller.session()?.user_id;
            let subject = Subject::person(user_id.clone()).with(json!({"fields": fields}));
            let entry = self.entry(caller, Action::AccountChanged, subject)?;
            users::set_profile(&self.control, user_id, name.as_deref(), locale.as_deref(), &entry).await?;
        }
        Ok(pending)
    }

    /// Changes the address, or sends the link that does; gives the address that waits for it.
    async fn change_email(&self, caller: &Caller, new: NewEmail, device: Option<&str>) -> Result<Option<String>> {
        let session = caller.session()?;
        let found = users::by_id(&self.control, &session.user_id).await?;
        let found = found.ok_or_else(|| Error::unauthorized("unauthorized", "this account is gone"))?;
        let NewEmail { email, current_password } = new;
        let attempt = self.limits.password(&session.user_id)?;
        if !self.passwords.verify(current_password, Some(found.password_hash)).await? {
            let field = FieldError::of("current_password", "this is not your present password");
            return Err(Error::invalid("wrong_password", "the present password is wrong").with_fields(vec![field]));
        }
        attempt.succeeded();
        if email == found.user.email {
            return Ok(None);
        }
        if users::by_email(&self.control, &email).await?.is_some() {
            return Err(users::email_taken());
        }
        let subject = Subject::person(session.user_id.clone());
        let Some(mailer) = &self.options.mailer else {
            let entry = self.entry(caller, Action::EmailChanged, subject)?;
            let device = device.map(token::stored);
            let kept = Kept { session_id: &session.id, device_hash: device.as_deref() };
            email_changes::set(&self.control, &session.user_id, &email, kept, &entry).await?;
            return Ok(None);
        };
        if !self.limits.may_mail(&email) {
            let message = "mail has gone to this address several times already; look there, or try again in an hour";
            return Err(Error::busy("too_many_mails", message, 3_600));
        }
        let (secret, now) = (token::secret()?, self.now_ms());
        let change = NewEmailChange {
            token_hash: token::stored(&secret),
            user_id: session.user_id.clone(),
            email: email.clone(),
            created_at: now,
            expires_at: now + EMAIL_HOURS * 3_600_000,
        };
        let entry = self.entry(caller, Action::EmailChangeLink, subject)?;
        email_changes::ask(&self.control, &change, &entry).await?;
        mailer.send(email_mail(&email, &found.user.locale, &self.link("email", &secret), EMAIL_HOURS)).await?;
        Ok(Some(email))
    }

    /// Gives the caller the address to which the link of that token was sent, and ends their other sessions.
    ///
    /// # Errors
    /// `bad_email_link`: it was used, is over, never was, or is somebody else's; `email_taken`.
    pub async fn confirm_email(&self, caller: &Caller, secret: &str, device: Option<&str>) -> Result<()> {
        let session = caller.session()?;
        let device = device.map(token::stored);
        let kept = Kept { session_id: &session.id, device_hash: device.as_deref() };
        let entry = self.entry(caller, Action::EmailChanged, Subject::person(session.user_id.clone()))?;
        let (hash, now) = (token::stored(secret), self.now_ms());
        if email_changes::confirm(&self.control, &hash, &session.user_id, now, kept, &entry).await? {
            return Ok(());
        }
        let message =
            "this link was used, is over, or is of another account; log in to that one, or ask for a new link";
        Err(Error::new(Kind::NotFound, "bad_email_link", message))
    }
}
