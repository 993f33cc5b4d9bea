//! One update, from who sent it to what is done about it.

use std::sync::Mutex;

use serde_json::json;

use crate::{
    action::{self, Action, Button, StoredButton},
    ask,
    bot::{Bot, Context, Done, Stop},
    commands,
    document::Document,
    error::Result,
    groups,
    lang::Lang,
    state::{self, Outgoing, UserState},
    store::Change,
    telegram::{Callback, Chat, Incoming, Kind, Message, Person},
    texts,
};

/// Whose turn an update takes; nothing where nobody waits for it.
pub(crate) fn owner(incoming: &Incoming) -> Option<i64> {
    match &incoming.kind {
        Kind::Message(message) => message.from.as_ref().map(|person| person.id),
        Kind::Callback(callback) => Some(callback.from.id),
        _ => None,
    }
}

/// Whether it asks to stop what is being done, at once.
pub(crate) fn stops(bot: &Bot, incoming: &Incoming) -> bool {
    match &incoming.kind {
        Kind::Stopped { .. } => true,
        Kind::Message(message) => {
            let text = message.text.as_deref().unwrap_or_default();
            let command = text.split_whitespace().next().unwrap_or_default();
            command == "/cancel" || command.strip_prefix("/cancel@").is_some_and(|name| is_me(bot, name))
        }
        Kind::Callback(callback) => {
            let stored =
                callback.data.as_deref().and_then(|id| bot.store.get::<StoredButton>(&action::key(id)).ok()?);
            stored.is_some_and(|stored| stored.action == Action::Cancel && stored.user == callback.from.id)
        }
        _ => false,
    }
}

fn is_me(bot: &Bot, name: &str) -> bool {
    bot.me.get().is_some_and(|me| me.username.eq_ignore_ascii_case(name))
}

/// Who asks, and where; nothing where nobody does.
pub(crate) fn context(bot: &Bot, incoming: &Incoming) -> Result<Option<Context>> {
    let (person, chat, thread, message, reply_to) = match &incoming.kind {
        Kind::Message(message) => {
            let Some(person) = &message.from else { return Ok(None) };
            let reply = message.reply_to.map(|(id, _)| id);
            (person, message.chat.clone(), message.thread, Some(message.id), reply)
        }
        Kind::Callback(callback) => {
            let (chat, thread, id) = match &callback.message {
                Some((id, chat, thread)) => (chat.clone(), *thread, Some(*id)),
                None => (Chat { id: callback.from.id, private: true }, None, None),
            };
            (&callback.from, chat, thread, id, None)
        }
        _ => return Ok(None),
    };
    let Person { id: user, name, language } = person.clone();
    let state: UserState = bot.store.get(&state::user(user))?.unwrap_or_default();
    let lang = state.lang.unwrap_or_else(|| Lang::of(language.as_deref()));
    let told = Mutex::default();
    Ok(Some(Context { update: incoming.id, user, name, state, lang, chat, thread, message, reply_to, told }))
}

/// Does what an update asks for, and tells why where it cannot.
pub(crate) async fn handle(bot: &Bot, cx: &Context, incoming: &Incoming) -> Result<()> {
    if cx.state.blocked {
        // Whoever writes has unblocked the bot.
        bot.mark_blocked(cx.user, false).await?;
    }
    let done = match &incoming.kind {
        Kind::Message(message) => read(bot, cx, message).await,
        Kind::Callback(callback) => pressed(bot, cx, callback).await,
        _ => Ok(()),
    };
    match done {
        Ok(()) | Err(Stop::Said) => Ok(()),
        Err(Stop::Failed(error)) => {
            bot.explain(cx, &error).await?;
            Err(error)
        }
    }
}

/// A message.
async fn read(bot: &Bot, cx: &Context, message: &Message) -> Done {
    if let Some(to) = message.migrate_to {
        groups::moved(bot, message.chat.id, to).await?;
    }
    if message.service {
        return Ok(());
    }
    let text = message.text.as_deref().map(str::trim).unwrap_or_default();
    let text = match (cx.chat.private, bot.me.get()) {
        (true, _) => text.to_owned(),
        (false, Some(me)) => {
            let to_me = message.reply_to.is_some_and(|(_, author)| author == Some(me.id));
            let Some(text) = groups::addressed(text, &me.username, to_me && !text.is_empty()) else { return Ok(()) };
            text
        }
        (false, None) => return Ok(()),
    };
    offer_lost(bot, cx).await?;
    if let Some(command) = text.strip_prefix('/') {
        let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let name = name.split('@').next().unwrap_or(name).to_lowercase();
        return commands::command(bot, cx, &name, rest).await;
    }
    if text.is_empty() {
        let document = if message.text.is_some() { texts::help(cx.lang) } else { texts::text_only(cx.lang) };
        return Ok(bot.say(cx, Document::text(document), Vec::new()).await?);
    }
    ask::words(bot, cx, &text).await
}

/// A button.
async fn pressed(bot: &Bot, cx: &Context, callback: &Callback) -> Done {
    let id = callback.data.as_deref().filter(|id| id.len() <= 64).unwrap_or_default();
    let stored: Option<StoredButton> = bot.store.get(&action::key(id))?;
    let wrong = match &stored {
        None => Some(texts::old_button(cx.lang)),
        Some(stored) if stored.user != cx.user => Some(texts::not_yours(cx.lang)),
        Some(_) => None,
    };
    let params = json!({"callback_query_id": callback.id, "text": wrong, "show_alert": wrong.is_some()});
    // One that is too old to be answered is still pressed.
    if let Err(failure) = bot.telegram.call("answerCallbackQuery", &params).await {
        tracing::debug!(%failure, "a button was not answered");
    }
    match stored.filter(|_| wrong.is_none()) {
        None => Ok(()),
        Some(StoredButton { action: Action::ShowAgain, .. }) => show_again(bot, cx).await,
        Some(stored) => {
            offer_lost(bot, cx).await?;
            commands::press(bot, cx, stored.action).await
        }
    }
}

/// An answer whose outcome is not known is offered with the next update, and never sent again by itself.
async fn offer_lost(bot: &Bot, cx: &Context) -> Result<()> {
    let key = state::outgoing(cx.chat.id, cx.user);
    let Some(outgoing) = bot.store.get::<Outgoing>(&key)? else { return Ok(()) };
    bot.store.commit(vec![Change::put(state::lost(cx.chat.id, cx.user), &outgoing)?, Change::Remove(key)]).await?;
    let keyboard = vec![vec![Button::new(texts::show_again(cx.lang), Action::ShowAgain)]];
    bot.say(cx, Document::text(texts::maybe_lost(cx.lang)), keyboard).await
}

async fn show_again(bot: &Bot, cx: &Context) -> Done {
    let Some(outgoing) = bot.store.get::<Outgoing>(&state::lost(cx.chat.id, cx.user))? else {
        return Ok(bot.say(cx, Document::text(texts::nothing_lost(cx.lang)), Vec::new()).await?);
    };
    let stage = bot.stage(cx).await?;
    bot.store.commit(vec![Change::Remove(state::lost(cx.chat.id, cx.user))]).await?;
    // Its buttons have their ids already.
    let sent = match stage.message {
        Some(message) => bot.messenger.edit(&stage.place, message, &outgoing.document, outgoing.markup.as_ref()).await,
        None => bot.messenger.send(&stage.place, &outgoing.document, outgoing.markup.as_ref()).await,
    };
    sent.map(drop).map_err(Stop::from)
}

/// What was begun and stopped ends with a message that stays, with the words that were there.
pub(crate) async fn stopped(bot: &Bot, cx: &Context) -> Result<()> {
    let (words, message) = cx.told().clone();
    let document = Document::new();
    let shows = cx.chat.private && !words.is_empty();
    let document = if shows { document.plain(words) } else { document }.plain(texts::stopped(cx.lang));
    match message {
        Some(message) => bot.messenger.edit(&cx.place(), message, &document, None).await.map(drop),
        None => bot.messenger.send(&cx.place(), &document, None).await.map(drop),
    }
}
