//! Groups: the bot answers there only after an admin of the workspace has said so, and shows figures to the asker alone.

use crate::{
    api::Account,
    bot::{Bot, Context, Done},
    document::Document,
    error::Result,
    state::{self, Group},
    store::Change,
    telegram::Message,
    texts,
};

/// `/enable` and `/disable`: for the workspace of who asks, in the group where it is asked.
pub(crate) async fn enable(bot: &Bot, cx: &Context, on: bool) -> Done {
    if cx.chat.private {
        return Ok(bot.say(cx, Document::text(texts::in_a_group(cx.lang)), Vec::new()).await?);
    }
    let link = bot.link(cx).await?;
    // Asked now: what was an admin at linking may no longer be one.
    let account: Account = bot.api.get(&link.credential, "/v1/me", &[]).await?;
    if !matches!(account.role.as_str(), "owner" | "admin") {
        return Ok(bot.say(cx, Document::text(texts::admins_only(cx.lang)), Vec::new()).await?);
    }
    let key = state::group(cx.chat.id);
    let mut group: Group = bot.store.get(&key)?.unwrap_or_default();
    group.workspaces.retain(|workspace| *workspace != link.workspace.id);
    if on {
        group.workspaces.push(link.workspace.id.clone());
    }
    bot.store.commit(vec![Change::put(key, &group)?]).await?;
    let text = if on { texts::group_open(cx.lang) } else { texts::group_shut(cx.lang) };
    Ok(bot.say(cx, Document::text(text), Vec::new()).await?)
}

/// The bot has left a group, or was put out of it: what was allowed there is over.
pub(crate) async fn left(bot: &Bot, chat: i64) -> Result<()> {
    Ok(bot.store.commit(vec![Change::Remove(state::group(chat))]).await?)
}

/// A group that has become a supergroup has another id. Either of the two says so, whoever wrote there.
pub(crate) async fn moves(bot: &Bot, message: &Message) -> Result<()> {
    let here = message.chat.id;
    match (message.migrate_to, message.migrate_from) {
        (Some(to), _) => bot.messenger.moved(here, to).await,
        (_, Some(from)) => bot.messenger.moved(from, here).await,
        _ => Ok(()),
    }
}

/// What of a message in a group is meant for the bot: commands to it or to nobody, words that begin or end with its name, and
/// replies to it.
pub(crate) fn addressed(text: &str, username: &str, replies_to_me: bool) -> Option<String> {
    let mention = format!("@{}", username.to_lowercase());
    if let Some(command) = text.strip_prefix('/') {
        let name = command.split_whitespace().next().unwrap_or_default().to_lowercase();
        return match name.split_once('@') {
            Some((_, whom)) => (format!("@{whom}") == mention).then(|| text.to_owned()),
            None => Some(text.to_owned()),
        };
    }
    let lower = text.to_lowercase();
    // Lower case has the length of the text where names are: Telegram's are ASCII.
    if username.is_empty() || !lower.contains(&mention) {
        return replies_to_me.then(|| text.to_owned());
    }
    let words = text
        .split_whitespace()
        .filter(|word| word.trim_end_matches([',', ':', '.', '!', '?']).to_lowercase() != mention);
    Some(words.collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_meant_for_the_bot_is_read() {
        let mine = |text| addressed(text, "ShopBot", false);
        assert_eq!(mine("@shopbot выручка за март"), Some("выручка за март".to_owned()));
        assert_eq!(mine("выручка, @ShopBot?"), Some("выручка,".to_owned()));
        assert_eq!(mine("/today@ShopBot"), Some("/today@ShopBot".to_owned()));
        assert_eq!(mine("/today@OtherBot"), None);
        assert_eq!(mine("обед в час"), None);
        assert_eq!(addressed("а по каналам?", "ShopBot", true), Some("а по каналам?".to_owned()));
    }
}
