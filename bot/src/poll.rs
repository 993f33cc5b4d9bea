//! Updates, asked for by long polling. It never gives up: Telegram may be down for hours, and the token may be put right.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{bot::Bot, dispatcher::Dispatcher, telegram::Failure};

/// Kinds of updates that the bot has a use for.
pub(crate) const KINDS: &[&str] = &["message", "callback_query", "my_chat_member", "stopped_message_generation"];
/// Those that every server knows.
pub(crate) const OLD_KINDS: &[&str] = &["message", "callback_query", "my_chat_member"];
/// The longest wait after failures in a row.
const LONGEST: Duration = Duration::from_secs(60);

/// Polls until it is told to end.
pub(crate) async fn run(bot: &Arc<Bot>, dispatcher: &Arc<Dispatcher>, shutdown: &CancellationToken) {
    let mut wait = bot.settings.pace.retry;
    // A webhook that was set once refuses every poll.
    let mut unhooked = false;
    let mut kinds = KINDS;
    while !shutdown.is_cancelled() {
        if !unhooked {
            unhooked = match bot.telegram.call("deleteWebhook", &json!({})).await {
                Ok(_) => true,
                // A server that has no webhooks has none set.
                Err(Failure::Refused { code: 400 | 404, .. }) => true,
                Err(failure) => {
                    wait = pause(&failure, wait, shutdown).await;
                    continue;
                }
            };
        }
        let offset = dispatcher.offset().unwrap_or_default();
        let seconds = bot.settings.poll_seconds;
        let params = json!({"offset": offset, "timeout": seconds, "limit": 100, "allowed_updates": kinds});
        let within = Duration::from_secs(seconds + 15);
        let polled = tokio::select! {
            polled = bot.telegram.call_within("getUpdates", &params, within) => polled,
            () = shutdown.cancelled() => return,
        };
        match polled {
            Ok(Value::Array(updates)) => {
                wait = bot.settings.pace.retry;
                if let Err(error) = dispatcher.take(updates).await {
                    // Not taken over: Telegram keeps them and gives them again.
                    tracing::error!(%error, "updates were not taken over");
                    tokio::time::sleep(wait).await;
                }
            }
            Ok(_) => tracing::warn!("getUpdates answers with no list"),
            // A server that looks at the names knows fewer of them.
            Err(failure) if is_about_kinds(&failure, kinds) => kinds = OLD_KINDS,
            Err(failure) => {
                unhooked = unhooked && !matches!(failure, Failure::Refused { code: 409, .. });
                wait = pause(&failure, wait, shutdown).await;
            }
        }
    }
}

/// Whether a server may have refused a call for the kinds of updates that it names.
pub(crate) fn is_about_kinds(failure: &Failure, kinds: &[&str]) -> bool {
    matches!(failure, Failure::Refused { code: 400, .. }) && kinds.len() > OLD_KINDS.len()
}

/// Waits after a failure; the next wait.
pub(crate) async fn pause(failure: &Failure, wait: Duration, shutdown: &CancellationToken) -> Duration {
    let asked = match failure {
        Failure::Refused { retry_after: Some(seconds), .. } => Duration::from_secs(*seconds),
        _ => wait,
    };
    match failure {
        Failure::Refused { code: 409, .. } => {
            let why = failure.description();
            tracing::warn!(%failure, why, "another program polls with the same token: only one can run");
        }
        Failure::Refused { code: 401 | 404, .. } => {
            tracing::error!(
                "Telegram does not know the bot's token: set telegram_token to the one that @BotFather shows"
            );
        }
        failure => {
            // These calls say nothing of anybody.
            let why = failure.description();
            tracing::warn!(%failure, why, seconds = asked.as_secs_f32(), "no updates, trying again");
        }
    }
    tokio::select! {
        () = tokio::time::sleep(asked) => {}
        () = shutdown.cancelled() => {}
    }
    (wait * 2).min(LONGEST)
}
