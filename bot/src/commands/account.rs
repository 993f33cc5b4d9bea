//! The link of a person with their workspaces, and what they set for themselves.

use serde_json::json;

use crate::{
    action::{Action, Button, Keyboard, rows_of},
    api::{Account, ApiError},
    bot::{Bot, Context, Done},
    document::{Document, Inline},
    error::Result,
    lang::Lang,
    state::{self, Link, UserState},
    store::Change,
    texts,
};

/// Letters of a link's token.
fn is_token(text: &str) -> bool {
    (16..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// `/start`, with a token where it came by a link.
pub(super) async fn start(bot: &Bot, cx: &Context, token: &str) -> Done {
    let token = token.trim();
    if token.is_empty() {
        return match cx.state.link() {
            Some(_) => help(bot, cx).await,
            None => Ok(bot.say(cx, Document::text(texts::welcome(cx.lang)), Vec::new()).await?),
        };
    }
    if !cx.chat.private {
        // The link would be seen by all; it stays good for its owner's own chat.
        return Ok(bot.say(cx, Document::text(texts::link_private(cx.lang)), Vec::new()).await?);
    }
    // Who presses Start twice need not fear for the link that the first press has made.
    let bad = match cx.state.link() {
        Some(link) => {
            let now = texts::fill(texts::in_workspace(cx.lang), &[("workspace", &link.workspace.name)]);
            format!("{} {now}", texts::link_bad(cx.lang))
        }
        None => texts::link_bad(cx.lang).to_owned(),
    };
    if !is_token(token) {
        return Ok(bot.say(cx, Document::text(bad), Vec::new()).await?);
    }
    let body = json!({
        "token": token, "telegram_user_id": cx.user, "telegram_name": cx.name, "locale": cx.lang.code(),
    });
    let redeemed = match bot.api.redeem(&body).await {
        Ok(redeemed) => redeemed,
        Err(ApiError::Problem { status, code, .. }) if (400..500).contains(&status) && status != 429 => {
            tracing::info!(status, code, "a link was not redeemed");
            return Ok(bot.say(cx, Document::text(bad), Vec::new()).await?);
        }
        // It may be used up, and what it was redeemed for is lost.
        Err(error @ (ApiError::Cut(_) | ApiError::Broken(_))) => {
            tracing::warn!(%error, "a link was redeemed, perhaps, and what for is not known");
            return Ok(bot.say(cx, Document::text(bad), Vec::new()).await?);
        }
        Err(error) => return Err(error.into()),
    };
    let mut state = cx.state.clone();
    state.lang.get_or_insert(cx.lang);
    state.links.retain(|link| link.workspace.id != redeemed.workspace.id);
    state.links.push(Link {
        credential: redeemed.credential,
        user: redeemed.user,
        workspace: redeemed.workspace,
        role: redeemed.role,
    });
    state.current = state.links.len() - 1;
    bot.keep(cx.user, &state).await?;
    bot.known.is_told(cx.user, &state.links[state.current].workspace.id, bot.now());
    let Some(link) = state.link() else { return Ok(()) };
    let text = texts::fill(texts::linked(cx.lang), &[("name", &link.user.name), ("workspace", &link.workspace.name)]);
    let document = Document::text(text).plain(texts::try_these(cx.lang));
    Ok(bot.say(cx, document, examples(cx.lang)).await?)
}

fn examples(lang: Lang) -> Keyboard {
    let examples = texts::examples(lang);
    examples
        .iter()
        .map(|words| vec![Button::new(*words, Action::Ask { words: (*words).to_owned(), conversation: None })])
        .collect()
}

/// `/help`.
pub(super) async fn help(bot: &Bot, cx: &Context) -> Done {
    let items = super::menu::MENU
        .iter()
        .filter(|(name, ..)| *name != "help")
        .map(|(name, ru, en, _)| vec![Inline::Plain(format!("/{name} – {}", cx.lang.pick(ru, en)))]);
    let document = Document::text(texts::help(cx.lang)).list(items.collect()).plain(texts::help_groups(cx.lang));
    let keyboard = if cx.state.link().is_some() && cx.chat.private { examples(cx.lang) } else { Vec::new() };
    Ok(bot.say(cx, document, keyboard).await?)
}

/// `/whoami`.
pub(super) async fn whoami(bot: &Bot, cx: &Context) -> Done {
    let link = bot.link(cx).await?;
    // Asked anew: a role may have changed, or the link be gone.
    let account = bot.account(cx.user, link).await?;
    let mut now = link.clone();
    // It was renamed, or has another zone or currency since.
    if now.follow(account.clone()) {
        bot.remember(cx.user, &now).await?;
    }
    let stage = bot.stage(cx).await?;
    let role = texts::role(&account.role, cx.lang);
    let lines = [
        (texts::name(cx.lang), link.user.name.as_str()),
        (texts::workspace(cx.lang), account.workspace.name.as_str()),
        (texts::your_role(cx.lang), role),
        (texts::time_zone(cx.lang), account.workspace.time_zone.as_str()),
        (texts::currency(cx.lang), account.workspace.currency.as_str()),
    ];
    let text: Vec<String> = lines.iter().map(|(title, value)| format!("{title}: {value}")).collect();
    let keyboard = workspace_buttons(&cx.state);
    bot.deliver(cx, &stage, Document::text(text.join("\n")), keyboard).await?;
    Ok(())
}

/// Buttons for the other workspaces.
fn workspace_buttons(state: &UserState) -> Keyboard {
    let current = state.link().map(|link| link.workspace.id.clone());
    let others = state.links.iter().filter(|link| Some(&link.workspace.id) != current.as_ref());
    others
        .map(|link| {
            vec![Button::new(format!("→ {}", link.workspace.name), Action::Workspace { id: link.workspace.id.clone() })]
        })
        .collect()
}

/// `/workspace`: the choice between those that are linked.
pub(super) async fn workspaces(bot: &Bot, cx: &Context) -> Done {
    let link = bot.link(cx).await?;
    let text = texts::fill(texts::in_workspace(cx.lang), &[("workspace", &link.workspace.name)]);
    let more = if cx.state.links.len() > 1 { "" } else { texts::link_more(cx.lang) };
    Ok(bot.say(cx, Document::text(format!("{text} {more}").trim_end()), workspace_buttons(&cx.state)).await?)
}

/// Goes to another workspace.
pub(super) async fn switch(bot: &Bot, cx: &Context, id: &str) -> Done {
    let mut state = cx.state.clone();
    let Some(at) = state.links.iter().position(|link| link.workspace.id == id) else {
        return Ok(bot.say(cx, Document::text(texts::link_gone(cx.lang)), Vec::new()).await?);
    };
    state.current = at;
    bot.keep(cx.user, &state).await?;
    let text = texts::fill(texts::in_workspace(cx.lang), &[("workspace", &state.links[at].workspace.name)]);
    Ok(bot.say(cx, Document::text(text), Vec::new()).await?)
}

/// `/logout`: asks once more.
pub(super) async fn logout(bot: &Bot, cx: &Context) -> Done {
    let link = bot.link(cx).await?;
    let text = texts::fill(texts::logout_sure(cx.lang), &[("workspace", &link.workspace.name)]);
    let keyboard = vec![vec![Button::new(texts::logout_yes(cx.lang), Action::Logout)]];
    Ok(bot.say(cx, Document::text(text), keyboard).await?)
}

/// Ends the link on both sides. The server's side may be gone already.
pub(super) async fn logout_now(bot: &Bot, cx: &Context) -> Done {
    let link = bot.link(cx).await?;
    match bot.api.post(&link.credential, "/v1/telegram/unlink", &json!({})).await {
        Ok(_) | Err(ApiError::Problem { status: 401 | 404, .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let mut state = cx.state.clone();
    state.links.retain(|other| other.credential != link.credential);
    state.current = 0;
    let mut changes = vec![Change::put(state::user(cx.user), &state)?];
    changes.push(Change::Remove(state::talk(cx.chat.id, cx.user)));
    bot.store.commit(changes).await?;
    Ok(bot.say(cx, Document::text(texts::logged_out(cx.lang)), Vec::new()).await?)
}

/// Forgets links that the server ended since their people wrote last: they left, or were removed. Of the others it takes over what
/// the workspace is now.
pub(crate) async fn forget_dead_links(bot: &Bot) -> Result<()> {
    let people: Vec<(String, UserState)> = bot.store.list(state::USER, usize::MAX)?;
    for (key, person) in people {
        for link in person.links {
            let asked = bot.api.get::<Account>(&link.credential, "/v1/me", &[]).await;
            let account = match asked {
                Ok(account) => Some(account),
                Err(ApiError::Problem { status: 401, .. }) => None,
                // It is away; tomorrow is another day.
                Err(ApiError::Unreachable(_)) => return Ok(()),
                Err(_) => continue,
            };
            // What they have changed meanwhile stays.
            let Some(mut state) = bot.store.get::<UserState>(&key)? else { break };
            let new = match account {
                Some(account) => {
                    let kept = state.links.iter_mut().find(|other| other.credential == link.credential);
                    kept.is_some_and(|kept| kept.follow(account))
                }
                None => {
                    state.links.retain(|other| other.credential != link.credential);
                    state.current = 0;
                    true
                }
            };
            if new {
                bot.store.commit(vec![Change::put(key.as_str(), &state)?]).await?;
            }
        }
    }
    Ok(())
}

/// `/new`: the next question stands alone.
pub(super) async fn new_conversation(bot: &Bot, cx: &Context) -> Done {
    bot.store.note(vec![Change::Remove(state::talk(cx.chat.id, cx.user))]).await?;
    Ok(bot.say(cx, Document::text(texts::new_talk(cx.lang)), Vec::new()).await?)
}

/// `/settings`.
pub(super) async fn settings(bot: &Bot, cx: &Context) -> Done {
    let link = bot.link(cx).await?;
    let text = texts::fill(
        texts::settings(cx.lang),
        &[
            ("workspace", &link.workspace.name),
            ("zone", &link.workspace.time_zone),
            ("currency", &link.workspace.currency),
        ],
    );
    let other = cx.lang.pick(Lang::En, Lang::Ru);
    let mut buttons = vec![
        Button::new(cx.lang.pick("English", "Русский"), Action::Language { lang: other }),
        Button::new(
            if cx.state.dark { texts::light(cx.lang) } else { texts::dark(cx.lang) },
            Action::Theme { dark: !cx.state.dark },
        ),
    ];
    let plain = bot.store.get::<i64>(&state::plain(cx.user))? == Some(state::CHOSEN);
    let tables = if plain { texts::rich_tables(cx.lang) } else { texts::plain_tables(cx.lang) };
    buttons.push(Button::new(tables, Action::Tables { plain: !plain }));
    buttons.push(Button::new(texts::deliveries(cx.lang), Action::Deliveries));
    let mut keyboard = rows_of(2, buttons);
    keyboard.extend(workspace_buttons(&cx.state));
    Ok(bot.say(cx, Document::text(text), keyboard).await?)
}

/// Sets the language.
pub(super) async fn language(bot: &Bot, cx: &Context, lang: Lang) -> Done {
    set(bot, cx, |state| state.lang = Some(lang)).await?;
    Ok(bot.say(cx, Document::text(texts::language_set(lang)), Vec::new()).await?)
}

/// Sets the colours of charts.
pub(super) async fn theme(bot: &Bot, cx: &Context, dark: bool) -> Done {
    set(bot, cx, |state| state.dark = dark).await?;
    Ok(bot.say(cx, Document::text(texts::theme_set(cx.lang)), Vec::new()).await?)
}

/// Sets whether tables come as text: apps that are not new do not show them otherwise.
pub(super) async fn tables(bot: &Bot, cx: &Context, plain: bool) -> Done {
    let key = state::plain(cx.user);
    let change = if plain { Change::put(key, &state::CHOSEN)? } else { Change::Remove(key) };
    bot.store.commit(vec![change]).await?;
    let text = if plain { texts::tables_plain(cx.lang) } else { texts::tables_rich(cx.lang) };
    Ok(bot.say(cx, Document::text(text), Vec::new()).await?)
}

async fn set(bot: &Bot, cx: &Context, change: impl FnOnce(&mut UserState)) -> Result<()> {
    // Not as it was when this began: the link may have been made new meanwhile.
    let kept: Option<UserState> = bot.store.get(&state::user(cx.user))?;
    let mut state = kept.unwrap_or_else(|| cx.state.clone());
    change(&mut state);
    bot.keep(cx.user, &state).await
}
