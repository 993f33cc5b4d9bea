//! From start to stop.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{
    action::{BUTTON, StoredButton},
    bot::{Bot, Me},
    commands,
    dispatcher::Dispatcher,
    error::Result,
    lang::Lang,
    outbox::{self, Delivered},
    poll,
    settings::Settings,
    state::{ANSWER, AnswerOf, DELIVERED, LOST, OUTGOING, Outgoing},
    store::Change,
    webhook,
};

/// Buttons, answers and deliveries are remembered for so many seconds.
const REMEMBERED: i64 = 14 * 86_400;
/// An answer that may not have arrived is offered for so many seconds.
const OFFERED: i64 = 86_400;
/// Between two looks for what may be forgotten.
const SWEEP: Duration = Duration::from_secs(3_600);
/// The last write, and a worker of the webhook that is on its way out, are waited for so long.
const CLOSING: Duration = Duration::from_secs(10);

/// Runs the bot until `shutdown`. Telegram or the server being away is no end: it keeps trying.
///
/// # Errors
/// A setting is wrong, the state cannot be opened (another bot has it, for example), or the webhook's address is taken.
pub async fn run(settings: Settings, shutdown: CancellationToken) -> Result<()> {
    let bot = Arc::new(Bot::new(settings)?);
    let state = bot.store.watch();
    let ended = serve(bot, &shutdown).await;
    // Who comes after this one opens the same file.
    if !state.closed(CLOSING).await {
        tracing::warn!("the bot has ended and something still holds its state");
    }
    ended
}

async fn serve(bot: Arc<Bot>, shutdown: &CancellationToken) -> Result<()> {
    let dispatcher = Dispatcher::new(Arc::clone(&bot));
    tracing::info!(webhook = bot.settings.webhook.is_some(), "the Telegram bot starts");
    // Groups are read by the bot's own name, so nothing is taken over before it is known.
    if !introduce(&bot, shutdown).await {
        return Ok(());
    }
    dispatcher.resume().await?;
    let beside = tokio::spawn({
        let (bot, shutdown) = (Arc::clone(&bot), shutdown.clone());
        async move { tokio::join!(menus(&bot, &shutdown), outbox::run(&bot, &shutdown), sweep(&bot, &shutdown)) }
    });
    let ended = match bot.settings.webhook.clone() {
        Some(hook) => webhook::run(&bot, &dispatcher, &hook, shutdown).await,
        None => {
            poll::run(&bot, &dispatcher, shutdown).await;
            Ok(())
        }
    };
    dispatcher.drain(bot.settings.drain).await;
    beside.abort();
    // Aborted or done.
    let _ = beside.await;
    ended
}

/// Asks Telegram who the bot is, for as long as it takes; whether it is to go on.
async fn introduce(bot: &Bot, shutdown: &CancellationToken) -> bool {
    let mut wait = bot.settings.pace.retry;
    while !shutdown.is_cancelled() {
        match bot.telegram.call("getMe", &json!({})).await {
            Ok(me) => {
                let username = me["username"].as_str().unwrap_or_default().to_owned();
                tracing::info!(username, "Telegram knows the bot");
                let _ = bot.me.set(Me { id: me["id"].as_i64().unwrap_or_default(), username });
                return true;
            }
            Err(failure) => wait = poll::pause(&failure, wait, shutdown).await,
        }
    }
    false
}

/// The menus of commands; the bot works without.
async fn menus(bot: &Bot, shutdown: &CancellationToken) {
    for (group, scope) in [(false, "all_private_chats"), (true, "all_group_chats")] {
        // Without a language it is the menu of all others.
        for (lang, code) in [(Lang::En, None), (Lang::Ru, Some("ru"))] {
            let mut params = json!({"commands": commands::menu::telegram(lang, group), "scope": {"type": scope}});
            if let Some(code) = code {
                params["language_code"] = Value::from(code);
            }
            let mut wait = bot.settings.pace.retry;
            for _ in 0..5 {
                match bot.telegram.call("setMyCommands", &params).await {
                    Ok(_) => break,
                    Err(failure) => wait = poll::pause(&failure, wait, shutdown).await,
                }
            }
        }
    }
}

/// Forgets what is too old to be of use.
async fn sweep(bot: &Bot, shutdown: &CancellationToken) {
    loop {
        if let Err(error) = forget(bot).await {
            tracing::warn!(%error, "old buttons and answers stay");
        }
        tokio::select! {
            () = tokio::time::sleep(SWEEP) => {}
            () = shutdown.cancelled() => return,
        }
    }
}

async fn forget(bot: &Bot) -> Result<()> {
    let before = bot.now() - REMEMBERED;
    let mut old = bot.store.keys(BUTTON, |button: &StoredButton| button.at < before)?;
    old.extend(bot.store.keys(ANSWER, |answer: &AnswerOf| answer.at < before)?);
    old.extend(bot.store.keys(DELIVERED, |delivered: &Delivered| delivered.at < before)?);
    for prefix in [OUTGOING, LOST] {
        old.extend(bot.store.keys(prefix, |outgoing: &Outgoing| outgoing.at < bot.now() - OFFERED)?);
    }
    if old.is_empty() {
        return Ok(());
    }
    Ok(bot.store.note(old.into_iter().map(Change::Remove).collect()).await?)
}
