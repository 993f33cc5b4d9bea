//! The Telegram bot that runs inside the server, where a token is set: a client of the server's own address.

use kupets_bot::Webhook;
use kupets_core::{Error, Result};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::state::State;

/// Bytes of the word by which the bot knows that Telegram calls.
const WORD: usize = 32;

/// What the bot is started with; `None` where no token is set. It reaches the server at `url`.
///
/// # Errors
/// The system gives no randomness.
pub fn settings(state: &State, url: String) -> Result<Option<kupets_bot::Settings>> {
    let settings = &state.settings;
    let Some(token) = &settings.telegram_token else { return Ok(None) };
    let secret = |text: &str| kupets_bot::Secret::from(text.to_owned());
    let data = settings.data.join("telegram");
    let mut bot =
        kupets_bot::Settings::new(secret(token.reveal()), url, secret(state.telegram.secret().reveal()), data);
    bot.telegram_url.clone_from(&settings.telegram_api_url);
    bot.proxy = settings.telegram_proxy.as_ref().map(|proxy| proxy.reveal().to_owned());
    if let Some(url) = &settings.telegram_webhook_url {
        let (url, listen) = (url.clone(), settings.telegram_webhook_listen);
        bot.webhook = Some(Webhook { url, listen, secret: word()?.into() });
    }
    Ok(Some(bot))
}

/// A word made anew at each start: Telegram is told it when the webhook is set.
pub fn word() -> Result<String> {
    let mut bytes = [0_u8; WORD];
    getrandom::fill(&mut bytes).map_err(|e| Error::unavailable(format!("The system gives no randomness: {e}")))?;
    Ok(hex::encode(bytes))
}

/// A bot at work.
#[derive(Debug)]
pub struct Running {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// Starts it. A bot that ends by itself is told by the log: the server goes on without it.
    pub fn start(settings: kupets_bot::Settings) -> Self {
        let stop = CancellationToken::new();
        let shutdown = stop.clone();
        let task = tokio::spawn(async move {
            if let Err(error) = kupets_bot::run(settings, shutdown).await {
                tracing::error!(%error, "the Telegram bot has ended; the server goes on without it until it is started anew");
            }
        });
        Self { stop, task }
    }

    /// Lets it end what it is about to answer, and waits for that.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the Telegram bot broke");
        }
    }
}
