//! What is shown while an answer is made: drafts where the server knows them, else a placeholder that is edited.
//!
//! A draft is gone after half a minute, so it is renewed; a wait that Telegram asks for a draft holds drafts alone, and never the
//! answer itself.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use crate::{
    action::{self, Action, Button},
    bot::{Bot, Context, Stage},
    messenger::message_id,
    render::{cut, escape},
    telegram::Failure,
    texts,
};

/// A draft is renewed so often.
const RENEWED: Duration = Duration::from_secs(10);
/// What is shown on the way is not waited for longer.
const PATIENCE: Duration = Duration::from_secs(8);
/// "Typing" is shown for five seconds.
const TYPING: Duration = Duration::from_millis(4_500);
enum Mode {
    Drafts,
    Edits,
    /// In a group nothing is shown before it is the asker's alone.
    Silent,
}

/// The showing of one answer.
pub(crate) struct Live<'a> {
    bot: &'a Bot,
    cx: &'a Context,
    mode: Mode,
    began: Instant,
    typed: Option<Instant>,
    shown: Option<(String, Instant)>,
    words: String,
    /// Telegram asked to wait with edits.
    held: Option<Instant>,
}

impl<'a> Live<'a> {
    pub(crate) fn new(bot: &'a Bot, cx: &'a Context) -> Self {
        let mode = match cx.chat.private {
            false => Mode::Silent,
            true if bot.drafts.known(bot.now()) => Mode::Drafts,
            true => Mode::Edits,
        };
        Self { bot, cx, mode, began: Instant::now(), typed: None, shown: None, words: String::new(), held: None }
    }

    /// The words so far.
    pub(crate) fn say(&mut self, words: String) {
        self.cx.told().0.clone_from(&words);
        self.words = words;
    }

    /// Shows what is new, at a pace.
    pub(crate) async fn tick(&mut self, stage: &mut Stage) {
        let now = Instant::now();
        if self.typed.is_none_or(|at| now - at >= TYPING) {
            self.typed = Some(now);
            self.bot.telegram.typing(self.cx.chat.id, self.cx.thread).await;
        }
        let pace = self.bot.settings.pace;
        match self.mode {
            Mode::Silent => {}
            Mode::Drafts => {
                let due = match &self.shown {
                    None => now - self.began >= pace.placeholder / 3,
                    Some((words, at)) => (words != &self.words && now - *at >= pace.edits) || now - *at >= RENEWED,
                };
                if due && !self.bot.drafts.held() {
                    self.draft().await;
                }
            }
            Mode::Edits => {
                let due = match &self.shown {
                    None => now - self.began >= pace.placeholder,
                    Some((words, at)) => words != &self.words && now - *at >= pace.edits,
                };
                if due && self.held.is_none_or(|until| until <= now) {
                    self.edit(stage).await;
                }
            }
        }
    }

    async fn draft(&mut self) {
        let words = if self.words.is_empty() { texts::counting(self.cx.lang) } else { &self.words };
        let params = json!({
            "chat_id": self.cx.chat.id, "message_thread_id": self.cx.thread, "draft_id": self.cx.update.max(1),
            "text": escape(&cut(words, 4_000)), "parse_mode": "HTML", "can_stop": true,
        });
        self.shown = Some((self.words.clone(), Instant::now()));
        match self.bot.telegram.call_within("sendMessageDraft", &params, PATIENCE).await {
            Ok(_) => {}
            Err(Failure::Refused { code: 429, retry_after, .. }) => {
                self.bot.drafts.hold(Duration::from_secs(retry_after.unwrap_or(5)));
            }
            Err(failure) if failure.is_form() => {
                tracing::info!(%failure, "the server knows no drafts: answers are shown by edits");
                self.bot.drafts.are_unknown(self.bot.now());
                (self.mode, self.shown) = (Mode::Edits, None);
            }
            Err(failure) => tracing::debug!(%failure, "a draft"),
        }
    }

    async fn edit(&mut self, stage: &mut Stage) {
        let words = if self.words.is_empty() { texts::counting(self.cx.lang) } else { &self.words };
        let stop = vec![vec![Button::new(texts::stop(self.cx.lang), Action::Cancel)]];
        let Ok((Some(markup), changes)) = action::markup(&stop, self.cx.user, self.bot.now()) else { return };
        if self.bot.store.note(changes).await.is_err() {
            return;
        }
        let mut params = json!({
            "chat_id": stage.place.chat, "text": escape(&cut(words, 4_000)), "parse_mode": "HTML", "reply_markup": markup,
            "link_preview_options": {"is_disabled": true},
        });
        let method = match stage.message {
            Some(message) => {
                params["message_id"] = json!(message);
                "editMessageText"
            }
            None => {
                params["message_thread_id"] = json!(stage.place.thread);
                "sendMessage"
            }
        };
        self.shown = Some((self.words.clone(), Instant::now()));
        // Once: the answer itself is what must arrive.
        match self.bot.telegram.call_within(method, &params, PATIENCE).await {
            Ok(message) => {
                stage.message = stage.message.or(message_id(&message));
                self.cx.told().1 = stage.message;
            }
            Err(Failure::Refused { code: 429, retry_after, .. }) => {
                self.held = Some(Instant::now() + Duration::from_secs(retry_after.unwrap_or(5)));
            }
            Err(failure) => tracing::debug!(%failure, "an answer in the making was not shown"),
        }
    }
}
