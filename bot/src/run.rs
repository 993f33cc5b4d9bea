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
    state::{
        ANSWER, AnswerOf, CHOSEN, DELIVERED, LOST, MISSING, OFFSET, OUTGOING, Outgoing, PENDING, PLAIN, SOURCE, Source,
        TAKEN, TALK, Talk,
    },
    store::Change,
    webhook,
};

/// Buttons, answers and deliveries are remembered for so many seconds.
const REMEMBERED: i64 = 14 * 86_400;
/// An answer that may not have arrived is offered for so many seconds.
const OFFERED: i64 = 86_400;
/// Between two looks for what may be forgotten.
const SWEEP: Duration = Duration::from_secs(3_600);
/// Such looks in a day.
const DAY: u64 = 24;
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
    know_source(&bot).await?;
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
    // What was removed is in no file while the bot is away.
    if let Err(error) = bot.store.renew().await {
        tracing::warn!(%error, "what was removed stays in the file until the next start");
    }
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

/// Numbers of updates are of one bot at one server. Where either is another one than before, what was kept by them means nothing,
/// and so does what the other server refused.
async fn know_source(bot: &Bot) -> Result<()> {
    let Some(me) = bot.me.get() else { return Ok(()) };
    let source = Source { bot: me.id, server: bot.telegram.server() };
    let before: Option<Source> = bot.store.get(SOURCE)?;
    if before.as_ref() == Some(&source) {
        return Ok(());
    }
    let mut changes = vec![Change::put(SOURCE, &source)?];
    if let Some(before) = before {
        tracing::info!("another bot or another server of the Bot API than before: updates are read from the first one");
        changes.extend([OFFSET, TAKEN, MISSING].map(|key| Change::Remove(key.to_owned())));
        changes.extend(bot.store.keys(PLAIN, |since: &i64| *since != CHOSEN)?.into_iter().map(Change::Remove));
        if before.bot != source.bot {
            // Asked of the other bot: they are to be answered by it or not at all.
            let keys = [PENDING, OUTGOING, LOST].map(|kind| bot.store.keys(kind, |_: &Value| true));
            for key in keys {
                changes.extend(key?.into_iter().map(Change::Remove));
            }
        }
    }
    Ok(bot.store.commit(changes).await?)
}

/// The menus of commands; the bot works without.
async fn menus(bot: &Bot, shutdown: &CancellationToken) {
    for (group, scope) in [(false, "all_private_chats"), (true, "all_group_chats")] {
        // Without a language it is the menu of all others.
        for (lang, code) in [(Lang::En, None), (Lang::Ru, Some("ru"))] {
            let menu = |alone| {
                let mut params =
                    json!({"commands": commands::menu::telegram(lang, group, alone), "scope": {"type": scope}});
                if let Some(code) = code {
                    params["language_code"] = Value::from(code);
                }
                params
            };
            let (mut params, mut wait) = (menu(true), bot.settings.pace.retry);
            for _ in 0..5 {
                match bot.telegram.call("setMyCommands", &params).await {
                    Ok(_) => break,
                    // A server that looks at what it does not know.
                    Err(failure) if group && failure.is_form() && params != menu(false) => params = menu(false),
                    Err(failure) if failure.is_final() => {
                        tracing::info!(%failure, "a menu of commands was refused; commands work without");
                        break;
                    }
                    Err(failure) => wait = poll::pause(&failure, wait, shutdown).await,
                }
            }
        }
    }
}

/// Forgets what is too old to be of use, and once a day whom no workspace knows any more, and what was removed.
async fn sweep(bot: &Bot, shutdown: &CancellationToken) {
    for hour in 0_u64.. {
        if let Err(error) = forget(bot).await {
            tracing::warn!(%error, "old buttons and answers stay");
        }
        if hour % DAY == 0
            && let Err(error) = daily(bot).await
        {
            tracing::warn!(%error, "what was removed stays in the file for another day");
        }
        tokio::select! {
            () = tokio::time::sleep(SWEEP) => {}
            () = shutdown.cancelled() => return,
        }
    }
}

async fn daily(bot: &Bot) -> Result<()> {
    commands::forget_dead_links(bot).await?;
    Ok(bot.store.renew().await?)
}

async fn forget(bot: &Bot) -> Result<()> {
    bot.held.forget(bot.now() - OFFERED);
    let before = bot.now() - REMEMBERED;
    let mut old = bot.store.keys(BUTTON, |button: &StoredButton| button.at < before)?;
    old.extend(bot.store.keys(ANSWER, |answer: &AnswerOf| answer.at < before)?);
    old.extend(bot.store.keys(DELIVERED, |delivered: &Delivered| delivered.at < before)?);
    old.extend(bot.store.keys(TALK, |talk: &Talk| talk.at < before)?);
    old.extend(bot.store.keys(PLAIN, |since: &i64| *since < before)?);
    for prefix in [OUTGOING, LOST] {
        old.extend(bot.store.keys(prefix, |outgoing: &Outgoing| outgoing.at < bot.now() - OFFERED)?);
    }
    if old.is_empty() {
        return Ok(());
    }
    Ok(bot.store.note(old.into_iter().map(Change::Remove).collect()).await?)
}
