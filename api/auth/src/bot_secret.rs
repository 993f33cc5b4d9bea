//! What the bot shows to be let in as the bot: by itself it opens nobody's data, it only turns tokens of people into
//! credentials and takes what is to be sent.

use std::fmt;

use kupets_core::{Error, Result};

use crate::{
    auth::count_failure,
    token::{self, Hash},
};

/// Characters of such a secret at least.
pub const MIN_BOT_SECRET: usize = 32;

/// A secret of the bot and the server.
#[derive(Clone)]
pub struct BotSecret {
    secret: String,
    hash: Hash,
}

impl fmt::Debug for BotSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl BotSecret {
    /// One that the operator has chosen.
    pub fn chosen(secret: &str) -> Self {
        Self { secret: secret.to_owned(), hash: token::hash(secret) }
    }

    /// A new one, for a bot that lives in the server's own process.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn made() -> Result<Self> {
        Ok(Self::chosen(&token::secret()?))
    }

    /// The secret, for the bot.
    pub fn reveal(&self) -> &str {
        &self.secret
    }

    /// Passes if it is this one. Hashes are compared: how long that takes says nothing about the secret.
    ///
    /// # Errors
    /// `bad_bot_secret`.
    pub fn check(&self, shown: &str) -> Result<()> {
        if token::hash(shown) == self.hash {
            return Ok(());
        }
        count_failure("bad_bot_secret");
        Err(Error::unauthorized(
            "bad_bot_secret",
            "this is for the bot: send `Authorization: Bearer ...` with the server's `bot_secret`",
        ))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn it_is_told_from_others_and_never_printed() {
        let secret = BotSecret::made().unwrap();
        assert!(secret.reveal().len() >= MIN_BOT_SECRET);
        assert!(secret.check(secret.reveal()).is_ok());
        assert!(secret.check("").is_err());
        assert!(secret.check(BotSecret::made().unwrap().reveal()).is_err());
        assert!(!format!("{secret:?}").contains(secret.reveal()));
    }
}
