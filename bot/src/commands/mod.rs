//! Commands and buttons: what each asks the server for, and how it is told.

mod account;
mod customer;
mod deliveries;
mod insight;
pub(crate) mod menu;
mod report;
mod tasks;

pub(crate) use account::forget_dead_links;
pub(crate) use deliveries::tell_of_paused;
use serde_json::json;

use crate::{
    action::Action,
    api::{RowsPage, part},
    ask::{self, Question},
    bot::{Bot, Context, Done},
    document::Document,
    groups, tell, texts,
};

/// Commands whose answers show a workspace to whoever reads them.
const PRIVATE: [&str; 6] = ["settings", "workspace", "logout", "deliveries", "whoami", "new"];

/// A command with what follows it; whether it names the bot.
pub(crate) async fn command(bot: &Bot, cx: &Context, name: &str, rest: &str, named: bool) -> Done {
    if !cx.chat.private && PRIVATE.contains(&name) {
        return Ok(bot.say(cx, Document::text(texts::private_only(cx.lang)), Vec::new()).await?);
    }
    match name {
        "start" => account::start(bot, cx, rest).await,
        "help" => account::help(bot, cx).await,
        "whoami" => account::whoami(bot, cx).await,
        "logout" => account::logout(bot, cx).await,
        "workspace" => account::workspaces(bot, cx).await,
        "settings" => account::settings(bot, cx).await,
        "new" => account::new_conversation(bot, cx).await,
        "report" | "reports" => report::command(bot, cx, rest).await,
        "today" => report::today(bot, cx).await,
        "top" => report::top(bot, cx, rest).await,
        "forecast" => insight::forecast(bot, cx, "revenue", "month").await,
        "trends" => insight::trends(bot, cx, "last_month").await,
        "recommend" | "recommendations" => insight::advice(bot, cx, None).await,
        "customer" => customer::command(bot, cx, rest).await,
        "tasks" => tasks::list(bot, cx, None).await,
        "deliveries" => deliveries::list(bot, cx).await,
        "enable" => groups::enable(bot, cx, true).await,
        "disable" => groups::enable(bot, cx, false).await,
        "cancel" => {
            // It came here by the queue, so nothing of this person's is running.
            Ok(bot.say(cx, Document::text(texts::nothing_to_cancel(cx.lang)), Vec::new()).await?)
        }
        // It is another bot's of the group.
        _ if !cx.chat.private && !named => Ok(()),
        _ => Ok(bot.say(cx, Document::text(texts::unknown_command(cx.lang)), Vec::new()).await?),
    }
}

/// A button that was pressed.
pub(crate) async fn press(bot: &Bot, cx: &Context, action: Action) -> Done {
    if action.is_private() && !cx.chat.private {
        return Ok(bot.say(cx, Document::text(texts::private_only(cx.lang)), Vec::new()).await?);
    }
    match action {
        Action::Ask { words, conversation } => ask::ask(bot, cx, Question::Words(words, conversation)).await,
        Action::Recall { message, conversation } => ask::recall(bot, cx, message, conversation).await,
        Action::Plan { plan, conversation } => ask::ask(bot, cx, Question::Plan(plan, conversation)).await,
        Action::Sql { sql } => {
            let link = bot.link(cx).await?;
            let stage = bot.stage(cx).await?;
            // It is in the button and not asked of the server: whether it is theirs to see still, only that knows.
            bot.account(cx.user, link).await?;
            bot.deliver(cx, &stage, Document::new().code("sql", sql), Vec::new()).await?;
            Ok(())
        }
        Action::Rows { message, cursor } => rows(bot, cx, &message, cursor).await,
        Action::Feedback { message, up } => {
            let link = bot.link(cx).await?;
            let path = format!("/v1/assistant/messages/{}/feedback", part(&message));
            let verdict = json!({"verdict": if up { "up" } else { "down" }});
            bot.api.post(&link.credential, &path, &verdict).await?;
            let text = if up { texts::thanks(cx.lang) } else { texts::sorry(cx.lang) };
            Ok(bot.say(cx, Document::text(text), Vec::new()).await?)
        }
        // Both are dealt with before the queue.
        Action::Cancel { .. } | Action::ShowAgain => Ok(()),
        Action::Catalogue => report::catalogue(bot, cx).await,
        Action::Report { query } => report::run(bot, cx, query).await,
        Action::Periods { query } => report::periods(bot, cx, query).await,
        Action::File { query, format } => report::file(bot, cx, &query, &format).await,
        Action::Forecast { metric, grain } => insight::forecast(bot, cx, &metric, &grain).await,
        Action::Trends { period } => insight::trends(bot, cx, &period).await,
        Action::Advice { cursor } => insight::advice(bot, cx, cursor).await,
        Action::Decide { id, status } => insight::decide(bot, cx, &id, &status).await,
        Action::Customer { id } => customer::card(bot, cx, &id).await,
        Action::Timeline { id, cursor } => customer::timeline(bot, cx, &id, cursor).await,
        Action::Tasks { cursor } => tasks::list(bot, cx, cursor).await,
        Action::TaskDone { id } => tasks::finish(bot, cx, &id).await,
        Action::Settings => account::settings(bot, cx).await,
        Action::Language { lang } => account::language(bot, cx, lang).await,
        Action::Theme { dark } => account::theme(bot, cx, dark).await,
        Action::Tables { plain } => account::tables(bot, cx, plain).await,
        Action::Workspace { id } => account::switch(bot, cx, &id).await,
        Action::Logout => account::logout_now(bot, cx).await,
        Action::Deliveries => deliveries::list(bot, cx).await,
        Action::AddDigest => deliveries::choose_period(bot, cx).await,
        Action::AddDigestEvery { every } => deliveries::choose_hour(bot, cx, &every).await,
        Action::AddDigestAt { every, hour } => deliveries::add_digest(bot, cx, &every, hour).await,
        Action::AddAlert => deliveries::choose_alert(bot, cx).await,
        Action::AddAlertOf { alert } => deliveries::add_alert(bot, cx, alert).await,
        Action::SwitchDelivery { id, active } => deliveries::switch(bot, cx, &id, active).await,
        Action::DropDelivery { id } => deliveries::remove(bot, cx, &id).await,
    }
}

/// Records behind an answer, a page.
async fn rows(bot: &Bot, cx: &Context, message: &str, cursor: Option<String>) -> Done {
    let link = bot.link(cx).await?;
    let stage = bot.stage(cx).await?;
    let mut query = vec![("limit", "20".to_owned())];
    query.extend(cursor.map(|cursor| ("cursor", cursor)));
    let path = format!("/v1/assistant/messages/{}/rows", part(message));
    let page: RowsPage = bot.api.get(&link.credential, &path, &query).await?;
    let more = page.next_cursor.clone().map(|cursor| {
        let action = Action::Rows { message: message.to_owned(), cursor: Some(cursor) };
        vec![crate::action::Button::new(texts::more(cx.lang), action)]
    });
    bot.deliver(cx, &stage, tell::rows(&page, link, cx.lang), more.into_iter().collect()).await?;
    Ok(())
}
