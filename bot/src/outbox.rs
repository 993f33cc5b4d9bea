//! Digests and alerts, taken from the server's outbox and sent. The server decides when; here it is seen to that each is sent once.

use std::{sync::Arc, time::Duration};

use futures::StreamExt as _;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::{
    action::{self, Action, Button},
    api::{ApiError, OutboxItem, Section},
    bot::Bot,
    charts,
    document::{Block, Document},
    error::{Error, Result},
    lang::Lang,
    messenger::Place,
    state::{self, UserState},
    store::Change,
    tables::{self, Look},
    telegram::Failure,
    texts,
};

/// Items sent beside each other.
const AT_ONCE: usize = 8;
/// Rows of a section's table.
const ROWS: usize = 20;
/// A server without an outbox may be brought up to date.
const ABSENT: Duration = Duration::from_secs(300);
const LONGEST: Duration = Duration::from_secs(60);

/// What became of an item.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivered {
    pub(crate) at: i64,
    status: String,
    reason: Option<String>,
}

/// Takes and sends until it is told to end.
pub(crate) async fn run(bot: &Arc<Bot>, shutdown: &CancellationToken) {
    let mut wait = bot.settings.pace.retry;
    loop {
        let taken = tokio::select! {
            taken = bot.api.outbox(bot.settings.outbox_seconds) => taken,
            () = shutdown.cancelled() => return,
        };
        let pause = match taken {
            Ok(items) => {
                wait = bot.settings.pace.retry;
                // A server that does not wait must not be asked without a pause.
                let pause = if items.is_empty() { wait } else { Duration::ZERO };
                futures::stream::iter(items).for_each_concurrent(AT_ONCE, |item| one(bot, item)).await;
                pause
            }
            Err(ApiError::Problem { status: 404, .. }) => ABSENT,
            Err(error) => {
                tracing::warn!(%error, "the outbox of deliveries");
                wait = (wait * 2).min(LONGEST);
                wait
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = shutdown.cancelled() => return,
        }
    }
}

async fn one(bot: &Bot, item: OutboxItem) {
    if let Err(error) = deliver(bot, &item).await {
        tracing::warn!(delivery = item.id, %error, "a delivery");
    }
}

/// Sends an item and says what became of it. One that was begun before, in this process or an earlier one, is not sent again.
async fn deliver(bot: &Bot, item: &OutboxItem) -> Result<()> {
    let key = state::delivered(&item.id);
    if let Some(before) = bot.store.get::<Delivered>(&key)? {
        return Ok(bot.api.delivered(&item.id, &before.status, before.reason.as_deref()).await?);
    }
    let outcome = |status: &str, reason: Option<&str>| Delivered {
        at: bot.now(),
        status: status.to_owned(),
        reason: reason.map(str::to_owned),
    };
    // Until more is known: it was on its way when the process ended.
    let begun = outcome("sent", Some("whether it arrived is not known"));
    bot.store.commit(vec![Change::put(&key, &begun)?]).await?;
    let done = match send(bot, item).await {
        Ok(()) => outcome("sent", None),
        Err(Error::Telegram(failure)) if failure.is_blocked() => {
            bot.mark_blocked(item.telegram_user_id, true).await?;
            outcome("failed", Some("the person has blocked the bot"))
        }
        Err(Error::Telegram(Failure::Unknown { .. })) => begun,
        Err(Error::Telegram(Failure::Unreachable { .. })) => {
            // Nothing was sent: it stays in the outbox, and comes again.
            bot.store.commit(vec![Change::Remove(key)]).await?;
            return Ok(());
        }
        Err(error) => outcome("failed", Some(&error.to_string())),
    };
    bot.store.commit(vec![Change::put(&key, &done)?]).await?;
    Ok(bot.api.delivered(&item.id, &done.status, done.reason.as_deref()).await?)
}

async fn send(bot: &Bot, item: &OutboxItem) -> Result<()> {
    let chat = item.chat_id.unwrap_or(item.telegram_user_id);
    if chat != item.telegram_user_id {
        // Everybody in a group would see the figures.
        return Err(Error::Settings("deliveries go to the person's own chat only".to_owned()));
    }
    let person: UserState = bot.store.get(&state::user(item.telegram_user_id))?.unwrap_or_default();
    let lang = item.locale.as_deref().map_or_else(|| person.lang.unwrap_or(Lang::En), |locale| Lang::of(Some(locale)));
    let place = Place::private(chat);
    for section in &item.content.sections {
        let picture = charts::of_section(section, &item.workspace, lang, person.dark).transpose()?;
        if let Some(picture) = picture {
            bot.messenger.picture(&place, picture.png, &picture.caption).await?;
        }
    }
    let keyboard = vec![
        vec![
            Button::new(texts::what_to_do(lang), Action::Advice { cursor: None }),
            Button::new(texts::why(lang), Action::Trends { period: "last_7_whole_days".to_owned() }),
        ],
        vec![Button::new(texts::deliveries(lang), Action::Deliveries)],
    ];
    let (markup, changes) = action::markup(&keyboard, item.telegram_user_id, bot.now())?;
    bot.store.note(changes).await?;
    bot.messenger.send(&place, &tell(item, lang), markup.as_ref()).await.map(drop)
}

fn tell(item: &OutboxItem, lang: Lang) -> Document {
    let mut document = Document::new().heading(item.content.title.clone());
    if let Some(text) = &item.content.text {
        document = document.plain(text.clone());
    }
    for section in &item.content.sections {
        let mut blocks = section_blocks(section, item, lang);
        match &section.title {
            Some(title) if section.folded => document = document.details(title.clone(), blocks),
            Some(title) => {
                document = document.heading(title.clone());
                document.blocks.append(&mut blocks);
            }
            None => document.blocks.append(&mut blocks),
        }
    }
    document.footer(item.workspace.name.clone())
}

fn section_blocks(section: &Section, item: &OutboxItem, lang: Lang) -> Vec<Block> {
    let mut blocks = Document::new();
    if let Some(text) = &section.text {
        blocks = blocks.plain(text.clone());
    }
    if let Some(table) = section.result.as_ref().filter(|table| !table.rows.is_empty()) {
        let look = Look {
            lang,
            zone: item.workspace.zone(),
            currency: Some(&item.workspace.currency),
            grain: table.meta.get("grain").and_then(serde_json::Value::as_str),
            titles: &[],
            rows: ROWS,
        };
        blocks = blocks.table(tables::grid(table, &look));
    }
    blocks.blocks
}
