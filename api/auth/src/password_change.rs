//! New passwords: by the one before, or by a link.

use kupets_control::{
    passwords::{self, NewReset},
    users,
};
use kupets_core::{Error, FieldError, Result};

use crate::{
    action::{Action, Subject},
    auth::Auth,
    caller::Caller,
    mail::reset_mail,
    token,
    visitor::Visitor,
};

/// Hours for which a link sets a new password.
pub const RESET_HOURS: i64 = 24;

impl Auth {
    /// Changes the caller's password and ends their other sessions. `device` is the token of their browser, which stays known.
    ///
    /// # Errors
    /// The present password is wrong; busy after too many failures.
    pub async fn change_password(
        &self,
        caller: &Caller,
        present: String,
        new: String,
        device: Option<&str>,
    ) -> Result<()> {
        let session = caller.session()?;
        let found = users::by_id(&self.control, &session.user_id).await?;
        let found = found.ok_or_else(|| Error::unauthorized("unauthorized", "this account is gone"))?;
        let attempt = self.limits.password(&session.user_id)?;
        if !self.passwords.verify(present, Some(found.password_hash)).await? {
            let field = FieldError::of("current_password", "this is not your present password");
            return Err(Error::invalid("wrong_password", "the present password is wrong").with_fields(vec![field]));
        }
        attempt.succeeded();
        let hash = self.passwords.hash(new).await?;
        let device = device.map(token::stored);
        let entry = self.entry(caller, Action::PasswordChanged, Subject::person(session.user_id.clone()))?;
        passwords::change(&self.control, &session.user_id, &hash, Some(&session.id), device.as_deref(), &entry).await
    }

    /// Counts a request for a link by mail.
    ///
    /// # Errors
    /// Busy when one network asks too often.
    pub fn count_reset_request(&self, visitor: &Visitor) -> Result<()> {
        self.limits.ask_reset(visitor.network())
    }

    /// Sends a link that sets a new password, if there is such an account and mail can be sent. It takes longer for an account that
    /// exists: do not let the caller wait for it.
    ///
    /// # Errors
    /// The control database or the server of mail refuses.
    pub async fn send_reset(&self, email: &str, visitor: &Visitor) -> Result<()> {
        let Some(mailer) = &self.options.mailer else {
            tracing::info!(
                "somebody asked for a new password, and no smtp_url is set: `kupets admin reset-password EMAIL` makes a link"
            );
            return Ok(());
        };
        let Some(found) = users::by_email(&self.control, email).await? else { return Ok(()) };
        if !self.limits.may_mail(email) {
            return Ok(());
        }
        let secret = token::secret()?;
        let reset = new_reset(&found.user.id, &secret, self.now_ms());
        let entry = self.entry_about(&found.user.id, visitor, Action::PasswordResetLink)?;
        passwords::insert_reset(&self.control, &reset, &entry).await?;
        let mail = reset_mail(email, &found.user.locale, &self.link("reset", &secret), RESET_HOURS);
        mailer.send(mail).await
    }

    /// Sets a password by a link, which works once. All sessions of the person end.
    ///
    /// # Errors
    /// `bad_reset`: the link was used, is over, or never was; busy after too many of those.
    pub async fn reset_password(&self, secret: &str, new: String, visitor: &Visitor) -> Result<()> {
        let attempt = self.limits.link(visitor.network())?;
        let hash = token::stored(secret);
        let user_id = passwords::reset_of(&self.control, &hash, self.now_ms()).await?.ok_or_else(bad_reset)?;
        attempt.succeeded();
        let password = self.passwords.hash(new).await?;
        let entry = self.entry_about(&user_id, visitor, Action::PasswordReset)?;
        if !passwords::reset(&self.control, &hash, &user_id, &password, self.now_ms(), &entry).await? {
            return Err(bad_reset());
        }
        Ok(())
    }
}

/// The row of a link that sets a new password.
pub(crate) fn new_reset(user_id: &str, secret: &str, now: i64) -> NewReset {
    NewReset {
        token_hash: token::stored(secret),
        user_id: user_id.to_owned(),
        created_at: now,
        expires_at: now + RESET_HOURS * 3_600_000,
    }
}

fn bad_reset() -> Error {
    Error::new(
        kupets_core::Kind::NotFound,
        "bad_reset",
        "this link was used, is over, or is not whole; ask for a new one",
    )
}
