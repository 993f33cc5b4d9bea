//! `kupets bot`: the Telegram bot alone, on another machine than the server, for example where Telegram can be reached.

use std::{net::SocketAddr, path::PathBuf};

use clap::Args;
use kupets_bot::Webhook;
use tokio_util::sync::CancellationToken;

use super::failure::Failure;
use crate::{server, settings::Settings, telegram_bot, telemetry};

/// Arguments of `kupets bot`.
#[derive(Debug, Clone, Args)]
pub struct BotArgs {
    /// Address of the Kupets server.
    #[arg(long, value_name = "URL")]
    pub api: String,
    /// File with the server's `bot_secret`; without it the secret is taken from the environment as KUPETS_BOT_SECRET.
    #[arg(long, value_name = "FILE")]
    pub bot_secret_file: Option<PathBuf>,
    /// File with the bot's token, as @BotFather gives it; without it the token is taken from the environment as KUPETS_TELEGRAM_TOKEN.
    #[arg(long, value_name = "FILE")]
    pub telegram_token_file: Option<PathBuf>,
    /// Folder where links, chats and the place in the updates are kept; made where it is missing.
    #[arg(long, value_name = "DIR", default_value = "data/telegram")]
    pub data: PathBuf,
    /// Address of the Telegram Bot API; another one than Telegram's for a server of the Bot API that you run.
    #[arg(long, value_name = "URL")]
    pub telegram_api_url: Option<String>,
    /// Proxy through which Telegram is reached, http:// or https://.
    #[arg(long, value_name = "URL")]
    pub telegram_proxy: Option<String>,
    /// Public https address at which Telegram brings updates, in place of being asked for them.
    #[arg(long, value_name = "URL")]
    pub telegram_webhook_url: Option<String>,
    /// Address on which the bot listens for updates where it has such an address.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    pub telegram_webhook_listen: SocketAddr,
    /// What is logged: error, warn, info, debug, trace, or filters by module.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub log_level: String,
}

/// Runs the bot until the process is told to end.
///
/// # Errors
/// A secret is missing, a setting is wrong, or the folder cannot be used.
pub async fn run(args: BotArgs) -> Result<(), Failure> {
    telemetry::start(&Settings { log_level: args.log_level, ..Settings::default() })?;
    let bot_secret = secret(args.bot_secret_file, "--bot-secret-file", "KUPETS_BOT_SECRET")?;
    let token = secret(args.telegram_token_file, "--telegram-token-file", "KUPETS_TELEGRAM_TOKEN")?;
    let mut settings = kupets_bot::Settings::new(token, args.api, bot_secret, args.data);
    settings.telegram_url = args.telegram_api_url;
    settings.proxy = args.telegram_proxy;
    if let Some(url) = args.telegram_webhook_url {
        settings.webhook =
            Some(Webhook { url, listen: args.telegram_webhook_listen, secret: telegram_bot::word()?.into() });
    }
    let shutdown = CancellationToken::new();
    let told = shutdown.clone();
    tokio::spawn(async move {
        server::signal().await;
        told.cancel();
    });
    Ok(kupets_bot::run(settings, shutdown).await?)
}

/// What a file holds, else a variable of the environment; white space around it is none of it.
fn secret(file: Option<PathBuf>, flag: &str, variable: &str) -> Result<kupets_bot::Secret, Failure> {
    let text = match file {
        Some(path) => {
            std::fs::read_to_string(&path).map_err(|e| Failure::from(format!("{flag} {}: {e}", path.display())))?
        }
        None => std::env::var(variable)
            .map_err(|_| Failure::from(format!("name a file by {flag}, or set {variable} in the environment")))?,
    };
    match text.trim() {
        "" => Err(Failure::from(format!("{flag} or {variable} is empty"))),
        text => Ok(kupets_bot::Secret::from(text.to_owned())),
    }
}
