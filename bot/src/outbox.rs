//! Digests and alerts, taken from the server's outbox and sent. The server decides when; here it is seen to that each is sent once.

use std::{sync::Arc, time::Duration};

use futures::StreamExt as _;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;

use crate::{
    action::{self, Action, Button, Keyboard},
    api::{ApiError, OutboxItem, Outcome, OutcomeStatus},
    bot::Bot,
    document::{Document, Inline},
    error::{Error, Result},
    lang::Lang,
    messenger::Place,
    state::{self, UserState},
    store::Change,
    telegram::Failure,
    texts,
};

/// Items sent beside each other.
const AT_ONCE: usize = 8;
/// A server without an outbox may be brought up to date.
const ABSENT: Duration = Duration::from_secs(300);
const LONGEST: Duration = Duration::from_secs(60);
/// Seconds until an item that could not be sent is given again; and the most that the server takes.
const AGAIN: u64 = 30;
const MOST_AGAIN: u64 = 3_600;

/// What became of an item.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Delivered {
    pub(crate) at: i64,
    outcome: Outcome,
}

/// Takes and sends until it is told to end.
pub(crate) async fn run(bot: &Arc<Bot>, shutdown: &CancellationToken) {
    let mut wait = bot.settings.pace.retry;
    // A server that was started anew has forgotten the name.
    let mut named = false;
    loop {
        if let Some(me) = bot.me.get().filter(|_| !named) {
            match bot.api.tell_name(&me.username).await {
                Ok(()) => named = true,
                Err(error) => tracing::warn!(%error, "the server does not know what the bot is called"),
            }
        }
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
                named = false;
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
        tracing::warn!(message = item.id, %error, "a delivery");
    }
}

fn outcome(status: OutcomeStatus, reason: Option<&str>) -> Outcome {
    Outcome { status, reason: reason.map(str::to_owned), retry_after: None }
}

/// Sends an item and says what became of it. One that was begun before, in this process or an earlier one, is not sent again.
async fn deliver(bot: &Bot, item: &OutboxItem) -> Result<()> {
    let key = state::delivered(&item.id);
    if let Some(before) = bot.store.get::<Delivered>(&key)? {
        return Ok(bot.api.settle(&item.id, &before.outcome).await?);
    }
    // Until more is known: it was on its way when the process ended.
    let begun = outcome(OutcomeStatus::Sent, Some("whether it arrived is not known"));
    bot.store.commit(vec![Change::put(&key, &Delivered { at: bot.now(), outcome: begun.clone() })?]).await?;
    let done = match send(bot, item).await {
        Ok(()) => outcome(OutcomeStatus::Sent, None),
        Err(Error::Telegram(failure)) if failure.is_blocked() => {
            bot.mark_blocked(item.chat_id, true).await?;
            outcome(OutcomeStatus::Blocked, Some("the person has blocked the bot"))
        }
        Err(Error::Telegram(Failure::Unknown { .. })) => begun,
        Err(Error::Telegram(failure)) if failure.is_passing() => {
            // Nothing was sent: it may be given again.
            bot.store.commit(vec![Change::Remove(key)]).await?;
            let seconds = failure.retry_after().unwrap_or(AGAIN).clamp(1, MOST_AGAIN);
            let later = outcome(OutcomeStatus::Later, Some(&failure.to_string()));
            return Ok(bot.api.settle(&item.id, &Outcome { retry_after: Some(seconds), ..later }).await?);
        }
        Err(error) => outcome(OutcomeStatus::Failed, Some(&error.to_string())),
    };
    bot.store.commit(vec![Change::put(&key, &Delivered { at: bot.now(), outcome: done.clone() })?]).await?;
    Ok(bot.api.settle(&item.id, &done).await?)
}

async fn send(bot: &Bot, item: &OutboxItem) -> Result<()> {
    if item.chat_id <= 0 {
        // Everybody in a group would see the figures.
        return Err(Error::Settings("deliveries go to the person's own chat only".to_owned()));
    }
    let person: UserState = bot.store.get(&state::user(item.chat_id))?.unwrap_or_default();
    let lang = item.locale.as_deref().map_or_else(|| person.lang.unwrap_or(Lang::En), |locale| Lang::of(Some(locale)));
    let (markup, changes) = action::markup(&keyboard(item, &person, lang), item.chat_id, bot.now())?;
    if !changes.is_empty() {
        bot.store.note(changes).await?;
    }
    bot.messenger.send(&Place::private(item.chat_id), &tell(item), markup.as_ref()).await.map(drop)
}

/// Buttons work in the workspace that the person is in: of another one there is only the way there.
fn keyboard(item: &OutboxItem, person: &UserState, lang: Lang) -> Keyboard {
    let of_item = |link: &&state::Link| link.workspace.id == item.workspace_id;
    if person.link().filter(of_item).is_some() {
        return vec![
            vec![
                Button::new(texts::what_to_do(lang), Action::Advice { cursor: None }),
                Button::new(texts::why(lang), Action::Trends { period: "last_7_whole_days".to_owned() }),
            ],
            vec![Button::new(texts::deliveries(lang), Action::Deliveries)],
        ];
    }
    let link = person.links.iter().find(of_item);
    link.map(|link| {
        let action = Action::Workspace { id: link.workspace.id.clone() };
        vec![Button::new(format!("→ {}", link.workspace.name), action)]
    })
    .into_iter()
    .collect()
}

/// The message: its title, and its parts, whose first line is a heading where the others are a list.
fn tell(item: &OutboxItem) -> Document {
    let mut document = Document::new();
    if !item.title.is_empty() {
        document = document.heading(item.title.clone());
    }
    for part in item.text.split("\n\n").map(str::trim).filter(|part| !part.is_empty()) {
        let inline = match part.split_once('\n') {
            Some((first, rest)) if rest.starts_with("• ") && !first.starts_with("• ") => {
                vec![Inline::Bold(first.to_owned()), Inline::Plain(format!("\n{rest}"))]
            }
            _ => vec![Inline::Plain(part.to_owned())],
        };
        document = document.paragraph(inline);
    }
    document
}
