//! One update, from who sent it to what is done about it.

use serde_json::json;

use crate::{
    action::{self, Action, Button},
    ask,
    bot::{Bot, Context, Done, Stop, Told},
    commands,
    document::Document,
    error::{Error, Result},
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
        // Blocked, let in again, and what they write then: in that order.
        Kind::Membership { chat, person, .. } if chat.private => Some(*person),
        _ => None,
    }
}

/// Whether it asks to stop what is being done, at once.
pub(crate) fn stops(bot: &Bot, incoming: &Incoming) -> bool {
    match &incoming.kind {
        Kind::Stopped { .. } => true,
        Kind::Message(message) => {
            let text = message.text.as_deref().unwrap_or_default();
            let command = text.split_whitespace().next().unwrap_or_default().to_lowercase();
            command == "/cancel" || command.strip_prefix("/cancel@").is_some_and(|name| is_me(bot, name))
        }
        Kind::Callback(callback) => {
            let found = callback.data.as_deref().and_then(|data| action::find(&bot.store, data).ok()?);
            found.is_some_and(|found| matches!(found.action, Action::Cancel { .. }) && found.user == callback.from.id)
        }
        _ => false,
    }
}

fn is_me(bot: &Bot, name: &str) -> bool {
    bot.me.get().is_some_and(|me| me.username.eq_ignore_ascii_case(name))
}

/// Who asks, and where; nothing where nobody does.
pub(crate) fn context(bot: &Bot, incoming: &Incoming) -> Result<Option<Context>> {
    let (person, chat, thread, message) = match &incoming.kind {
        Kind::Message(message) => {
            let Some(person) = &message.from else { return Ok(None) };
            (person, message.chat.clone(), message.thread, Some(message.id))
        }
        Kind::Callback(callback) => {
            let (chat, thread, id) = match &callback.message {
                Some((id, chat, thread)) => (chat.clone(), *thread, Some(*id)),
                None => (Chat { id: callback.from.id, private: true }, None, None),
            };
            (&callback.from, chat, thread, id)
        }
        _ => return Ok(None),
    };
    let Person { id: user, name, language } = person.clone();
    let state: UserState = bot.store.get(&state::user(user))?.unwrap_or_default();
    let lang = state.lang.unwrap_or_else(|| Lang::of(language.as_deref()));
    let mut cx = Context::new(incoming.id, user, name, state, lang, chat);
    (cx.thread, cx.message) = (thread, message);
    match &incoming.kind {
        Kind::Message(message) => cx.reply_to = message.reply_to.map(|(id, _)| id),
        Kind::Callback(callback) => cx.press = Some(callback.id.clone()),
        _ => {}
    }
    Ok(Some(cx))
}

/// What a press of the Stop button wants to stop: the answer to that update, and no later one.
pub(crate) fn stopped_update(bot: &Bot, incoming: &Incoming) -> Option<i64> {
    match &incoming.kind {
        Kind::Stopped { draft, .. } => *draft,
        Kind::Callback(callback) => match action::find(&bot.store, callback.data.as_deref()?).ok()??.action {
            Action::Cancel { update } => update,
            _ => None,
        },
        _ => None,
    }
}

/// Does what an update asks for, and tells why where it cannot.
pub(crate) async fn handle(bot: &Bot, cx: &Context, incoming: &Incoming) -> Result<()> {
    // Whoever writes in their own chat has unblocked the bot.
    if cx.chat.private && cx.state.blocked && bot.mark_blocked(cx.user, false).await? {
        commands::tell_of_paused(bot, cx.user).await;
    }
    let done = match &incoming.kind {
        Kind::Message(message) => read(bot, cx, message).await,
        Kind::Callback(callback) => pressed(bot, cx, callback).await,
        _ => Ok(()),
    };
    match done {
        Ok(()) | Err(Stop::Said) => Ok(()),
        Err(Stop::Failed(error)) => {
            let refused = matches!(&error, Error::Telegram(failure) if failure.is_final() && !failure.is_blocked());
            // Telegram is there and did not take it: it is offered now.
            if !(refused && offer_lost(bot, cx).await?) {
                bot.explain(cx, &error).await?;
            }
            Err(error)
        }
    }
}

/// A message.
async fn read(bot: &Bot, cx: &Context, message: &Message) -> Done {
    if message.service {
        return Ok(());
    }
    let text = message.text.as_deref().map(str::trim).unwrap_or_default();
    let text = match (cx.chat.private, bot.me.get()) {
        (true, Some(me)) => groups::addressed(text, &me.username, true).unwrap_or_else(|| text.to_owned()),
        (true, None) => text.to_owned(),
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
        let (name, named) = name.split_once('@').map_or((name, false), |(name, _)| (name, true));
        return commands::command(bot, cx, &name.to_lowercase(), rest, named).await;
    }
    if text.is_empty() {
        let document = if message.text.is_some() { texts::help(cx.lang) } else { texts::text_only(cx.lang) };
        return Ok(bot.say(cx, Document::text(document), Vec::new()).await?);
    }
    ask::words(bot, cx, &text).await
}

/// Takes the clock off a button that was pressed, before its turn comes: Telegram waits for that no longer than some seconds. Says so
/// where the button does nothing.
pub(crate) async fn acknowledge(bot: &Bot, callback: &Callback) -> Result<()> {
    let state: UserState = bot.store.get(&state::user(callback.from.id))?.unwrap_or_default();
    let lang = state.lang.unwrap_or_else(|| Lang::of(callback.from.language.as_deref()));
    let wrong = match action::find(&bot.store, callback.data.as_deref().unwrap_or_default())? {
        None => Some(texts::old_button(lang)),
        Some(found) if found.user != callback.from.id => Some(texts::not_yours(lang)),
        Some(_) => None,
    };
    let params = json!({"callback_query_id": callback.id, "text": wrong, "show_alert": wrong.is_some()});
    // One that is too old to be answered is still pressed.
    if let Err(failure) = bot.telegram.call("answerCallbackQuery", &params).await {
        tracing::debug!(%failure, "a button was not answered");
    }
    Ok(())
}

/// A button.
async fn pressed(bot: &Bot, cx: &Context, callback: &Callback) -> Done {
    let found = action::find(&bot.store, callback.data.as_deref().unwrap_or_default())?;
    let Some(found) = found.filter(|found| found.user == cx.user) else { return Ok(()) };
    if found.action == Action::ShowAgain {
        return show_again(bot, cx).await;
    }
    offer_lost(bot, cx).await?;
    if !found.action.is_once() {
        return commands::press(bot, cx, found.action).await;
    }
    // A second press, by a finger or by an update that comes twice, finds no button.
    bot.store.commit(vec![found.gone()]).await?;
    let done = commands::press(bot, cx, found.action.clone()).await;
    if matches!(done, Err(Stop::Failed(Error::Api(_)))) {
        // Nothing was made: it may be pressed again.
        bot.store.note(vec![found.back()?]).await?;
    }
    done
}

/// An answer that did not arrive, or may not have, is offered with the next update, and never sent again by itself. Whether there
/// was one.
async fn offer_lost(bot: &Bot, cx: &Context) -> Result<bool> {
    let key = state::outgoing(cx.chat.id, cx.user);
    let Some(outgoing) = bot.store.get::<Outgoing>(&key)? else { return Ok(false) };
    // Of one from before a restart there may be only the mark.
    let can_show = bot.held.may_be_lost(cx.chat.id, cx.user) || outgoing.again.is_some();
    bot.store.commit(vec![Change::put(state::lost(cx.chat.id, cx.user), &outgoing)?, Change::Remove(key)]).await?;
    let (text, keyboard) = match can_show {
        true => {
            let button = Button::new(texts::show_again(cx.lang), Action::ShowAgain);
            (texts::maybe_lost(cx.lang).to_owned(), vec![vec![button]])
        }
        false => (format!("{} {}", texts::maybe_lost(cx.lang), texts::please_repeat(cx.lang)), Vec::new()),
    };
    match bot.say(cx, Document::text(text), keyboard).await {
        // Telegram takes nothing now: it is offered another time, and what was asked meanwhile is not lost for it.
        Err(Error::Telegram(failure)) if failure.is_passing() => {
            bot.held.was_not_offered(cx.chat.id, cx.user);
            let back = Change::put(state::outgoing(cx.chat.id, cx.user), &outgoing)?;
            bot.store.commit(vec![back, Change::Remove(state::lost(cx.chat.id, cx.user))]).await?;
            Ok(false)
        }
        said => said.map(|()| true),
    }
}

async fn show_again(bot: &Bot, cx: &Context) -> Done {
    let lost = state::lost(cx.chat.id, cx.user);
    let Some(outgoing) = bot.store.get::<Outgoing>(&lost)? else {
        return Ok(bot.say(cx, Document::text(texts::nothing_lost(cx.lang)), Vec::new()).await?);
    };
    match (bot.held.lost(cx.chat.id, cx.user), outgoing.again) {
        (Some(answer), again) => {
            let stage = bot.stage(cx).await?;
            // It is here and not asked of the server: whether it is theirs to see still, only that knows.
            bot.account(cx.user, bot.link(cx).await?).await?;
            Ok(bot.deliver_again(cx, &stage, answer, again, vec![Change::Remove(lost)]).await?)
        }
        (None, Some(again)) => {
            bot.store.commit(vec![Change::Remove(lost)]).await?;
            commands::press(bot, cx, again).await
        }
        (None, None) => Ok(bot.say(cx, Document::text(texts::please_repeat(cx.lang)), Vec::new()).await?),
    }
}

/// What was begun and stopped ends with a message that stays, with the words that were there.
pub(crate) async fn stopped(bot: &Bot, cx: &Context) -> Result<()> {
    cx.end_turn();
    let Told { words, message } = cx.told().clone();
    let document = Document::new();
    let alone = cx.chat.private || message.as_ref().is_some_and(|(place, _)| place.only.is_some());
    let shows = alone && !words.is_empty();
    let document = if shows { document.plain(words) } else { document }.plain(texts::stopped(cx.lang));
    match message {
        Some((place, message)) => bot.messenger.edit(&place, message, &document, None).await.map(drop),
        None => bot.messenger.send(&cx.place(), &document, None).await.map(drop),
    }
}
