//! What the server knows of its Telegram bot: the secret that they share, and what people find it by.

use std::sync::{Arc, PoisonError, RwLock};

use kupets_auth::BotSecret;
use kupets_core::{Error, Result};

use crate::settings::Settings;

/// The bot of this server.
#[derive(Debug)]
pub struct Telegram {
    secret: BotSecret,
    /// Without `@`. Set by the settings, or by the bot itself when Telegram has told it.
    name: RwLock<Option<Arc<str>>>,
    /// Whether there is a bot that could turn tokens into links: one inside, or one that knows the secret.
    served: bool,
}

impl Telegram {
    /// The bot that the settings speak of; without a secret there one is made for this run.
    ///
    /// # Errors
    /// The system gives no randomness.
    pub fn new(settings: &Settings) -> Result<Self> {
        let secret = match &settings.bot_secret {
            Some(secret) => BotSecret::chosen(secret.reveal()),
            None => BotSecret::made()?,
        };
        let name = settings.telegram_bot_name.as_deref().map(|name| Arc::from(name.trim_start_matches('@')));
        let served = settings.telegram_token.is_some() || settings.bot_secret.is_some();
        Ok(Self { secret, name: RwLock::new(name), served })
    }

    /// The secret that the bot shows.
    pub fn secret(&self) -> &BotSecret {
        &self.secret
    }

    /// Notes what the bot is called, as Telegram has told it.
    pub fn set_name(&self, name: &str) {
        let name = Arc::from(name.trim_start_matches('@'));
        *self.name.write().unwrap_or_else(PoisonError::into_inner) = Some(name);
    }

    /// The address that opens the bot with a token.
    ///
    /// # Errors
    /// `telegram_not_set_up`: names the setting that is missing.
    pub fn start_url(&self, token: &str) -> Result<String> {
        let name = self.ready()?;
        Ok(format!("https://t.me/{name}?start={token}"))
    }

    /// The bot's name, where there is a bot that people can be sent to.
    ///
    /// # Errors
    /// `telegram_not_set_up`: names the setting that is missing.
    pub fn ready(&self) -> Result<Arc<str>> {
        let missing =
            |what: &str| Err(Error::conflict("telegram_not_set_up", format!("this server has no bot: {what}")));
        if !self.served {
            return missing(
                "the operator sets `telegram_token` (the bot runs inside the server) or `bot_secret` (it runs alone)",
            );
        }
        match &*self.name.read().unwrap_or_else(PoisonError::into_inner) {
            Some(name) => Ok(Arc::clone(name)),
            None => missing("its name is not known yet; the operator sets `telegram_bot_name`"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::settings::Secret;

    #[test]
    fn what_is_missing_is_named() {
        let telegram = Telegram::new(&Settings::default()).unwrap();
        assert!(telegram.ready().unwrap_err().to_string().contains("`telegram_token`"));
        let secret = Some(Secret::from("s".repeat(40)));
        let telegram = Telegram::new(&Settings { bot_secret: secret, ..Settings::default() }).unwrap();
        assert!(telegram.ready().unwrap_err().to_string().contains("`telegram_bot_name`"));
        telegram.set_name("@kupets_bot");
        assert_eq!(telegram.start_url("x").unwrap(), "https://t.me/kupets_bot?start=x");
    }
}
