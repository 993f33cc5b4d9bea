//! What the bot is started with.

use std::{fmt, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use crate::clock::{Clock, SystemClock};

/// A value that no log and no `Debug` shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The value.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Updates brought by Telegram instead of being asked for.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// The public https address that Telegram calls; a proxy in front leads it to `listen`.
    pub url: String,
    /// Where the bot listens.
    pub listen: SocketAddr,
    /// What Telegram sends along with each call (1 to 256 of `A-Za-z0-9_-`); a call without it is refused.
    pub secret: Secret,
}

/// How fast the bot may send: what Telegram allows, unless a server of one's own allows more.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Between two messages to one person.
    pub person: Duration,
    /// Between two messages to one group.
    pub group: Duration,
    /// Between any two messages.
    pub overall: Duration,
    /// Messages to one chat that may go at once before the pace holds them.
    pub burst: u32,
    /// Between two edits of one message, and between two drafts.
    pub edits: Duration,
    /// How long an answer may take before a placeholder is sent where drafts are not known.
    pub placeholder: Duration,
    /// First wait after a failure of the connection; it doubles up to a minute.
    pub retry: Duration,
    /// A wait that Telegram asks for and that is longer than this is not worth holding an answer for: it is offered afterwards.
    pub patience: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            person: Duration::from_secs(1),
            group: Duration::from_secs(3),
            overall: Duration::from_millis(36),
            burst: 3,
            edits: Duration::from_secs(2),
            placeholder: Duration::from_millis(1_500),
            retry: Duration::from_secs(1),
            patience: Duration::from_secs(300),
        }
    }
}

/// Everything that the bot needs to know.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The bot's token, from @BotFather.
    pub token: Secret,
    /// Address of the Bot API; `https://api.telegram.org` unless a server of one's own is used.
    pub telegram_url: Option<String>,
    /// Address of the Kupets server.
    pub api_url: String,
    /// What the server knows this bot by.
    pub bot_secret: Secret,
    /// Folder for offsets, chats and links; made where it is missing, for its owner only.
    pub data: PathBuf,
    /// An HTTP or HTTPS proxy for calls to Telegram.
    pub proxy: Option<String>,
    /// Updates by webhook; long polling where absent.
    pub webhook: Option<Webhook>,
    /// How fast to send.
    pub pace: Pace,
    /// Seconds that a long poll waits.
    pub poll_seconds: u64,
    /// Seconds that the outbox of deliveries is waited for.
    pub outbox_seconds: u64,
    /// Questions answered at once; the others wait in line.
    pub concurrency: usize,
    /// What is being answered may take so long to end when the bot stops; what does not is begun anew at the next start.
    pub drain: Duration,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
}

impl Settings {
    /// Settings with the usual pace, for a bot of this token.
    pub fn new(token: Secret, api_url: String, bot_secret: Secret, data: PathBuf) -> Self {
        Self {
            token,
            telegram_url: None,
            api_url,
            bot_secret,
            data,
            proxy: None,
            webhook: None,
            pace: Pace::default(),
            poll_seconds: 50,
            outbox_seconds: 25,
            concurrency: 16,
            drain: Duration::from_secs(10),
            clock: Arc::new(SystemClock),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_shown() {
        let secret = |text: &str| Secret::from(text.to_owned());
        let settings = Settings::new(secret("1:abc"), "http://x".to_owned(), secret("s3cret"), PathBuf::from("x"));
        let shown = format!("{settings:?}");
        assert!(!shown.contains("1:abc") && !shown.contains("s3cret"), "{shown}");
    }
}
