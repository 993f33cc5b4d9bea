//! What is shown while an answer is made: drafts where the server knows them, else a placeholder that is edited.
//!
//! A draft is gone after half a minute, so it is renewed; a wait that Telegram asks for a draft holds drafts alone, and never the
//! answer itself.

use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use crate::{
    action::{self, Action, Button},
    bot::{Bot, Context, Stage},
    messenger::{edit_params, message_id},
    render::{cut, escape},
    state::{self, Pending},
    store::{Change, StoreError},
    telegram::Failure,
    texts,
};

/// A draft is renewed so often.
const RENEWED: Duration = Duration::from_secs(10);
/// What is shown on the way is not waited for longer.
const PATIENCE: Duration = Duration::from_secs(8);
enum Mode {
    Drafts,
    /// Of a message of its own, or of the one in a group that its asker alone sees.
    Edits,
    /// Asked in a group and answered in private: nothing is shown on the way.
    Silent,
}

/// The showing of one answer.
pub(crate) struct Live<'a> {
    bot: &'a Bot,
    cx: &'a Context,
    mode: Mode,
    began: Instant,
    shown: Option<(String, Instant)>,
    words: String,
    /// Telegram asked to wait with edits.
    held: Option<Instant>,
    /// Whether drafts have a Stop button.
    can_stop: bool,
}

impl<'a> Live<'a> {
    pub(crate) fn new(bot: &'a Bot, cx: &'a Context, stage: &Stage) -> Self {
        let mode = match stage.aside {
            true => Mode::Silent,
            false if cx.chat.private && bot.drafts.known(bot.now()) => Mode::Drafts,
            false => Mode::Edits,
        };
        Self { bot, cx, mode, began: Instant::now(), shown: None, words: String::new(), held: None, can_stop: true }
    }

    /// The words so far.
    pub(crate) fn say(&mut self, words: String) {
        self.cx.told().words.clone_from(&words);
        self.words = words;
    }

    /// Shows what is new, at a pace.
    pub(crate) async fn tick(&mut self, stage: &mut Stage) {
        let now = Instant::now();
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
        // A null is left out of the call.
        let params = json!({
            "chat_id": self.cx.chat.id, "message_thread_id": self.cx.thread, "draft_id": self.cx.update.max(1),
            "text": escape(&cut(words, 4_000)), "parse_mode": "HTML", "can_stop": self.can_stop.then_some(true),
        });
        let chat = self.cx.chat.id;
        let Some(done) = self.bot.telegram.call_if_free("sendMessageDraft", chat, &params, PATIENCE).await else {
            return;
        };
        self.shown = Some((self.words.clone(), Instant::now()));
        match done {
            Ok(_) => {}
            Err(Failure::Refused { code: 429, retry_after, .. }) => {
                self.bot.drafts.hold(Duration::from_secs(retry_after.unwrap_or(5)));
            }
            Err(failure) if failure.is_unknown_method() => {
                tracing::info!(%failure, "the server knows no drafts: answers are shown by edits");
                self.bot.drafts.are_unknown(self.bot.now());
                (self.mode, self.shown) = (Mode::Edits, None);
            }
            // A server of before 10.3 that looks at what it does not know: without the button, /cancel is there.
            Err(failure) if self.can_stop && failure.is_about_stop() => (self.can_stop, self.shown) = (false, None),
            // This chat takes none; others may.
            Err(failure) if failure.is_final() => {
                tracing::info!(%failure, "an answer is shown by edits");
                (self.mode, self.shown) = (Mode::Edits, None);
            }
            Err(failure) => tracing::debug!(%failure, "a draft"),
        }
    }

    async fn edit(&mut self, stage: &mut Stage) {
        let words = if self.words.is_empty() { texts::counting(self.cx.lang) } else { &self.words };
        let cancel = Action::Cancel { update: Some(self.cx.update) };
        let stop = vec![vec![Button::new(texts::stop(self.cx.lang), cancel)]];
        let Ok((Some(markup), changes)) = action::markup(&stop, self.cx.user, self.bot.now()) else { return };
        if self.bot.store.note(changes).await.is_err() {
            return;
        }
        let place = &stage.place;
        let (method, mut params) = match stage.message {
            Some(message) => edit_params(place, message),
            None => ("sendMessage", Map::from_iter([("chat_id".to_owned(), json!(place.chat))])),
        };
        if stage.message.is_none() {
            params.insert("message_thread_id".to_owned(), json!(place.thread));
        }
        params.insert("text".to_owned(), json!(escape(&cut(words, 4_000))));
        params.insert("parse_mode".to_owned(), json!("HTML"));
        params.insert("reply_markup".to_owned(), markup);
        params.insert("link_preview_options".to_owned(), json!({"is_disabled": true}));
        // Once: the answer itself is what must arrive.
        let call = self.bot.telegram.call_if_free(method, place.chat, &Value::Object(params), PATIENCE).await;
        let Some(done) = call else { return };
        self.shown = Some((self.words.clone(), Instant::now()));
        match done {
            Ok(message) => {
                let new = if stage.message.is_none() { message_id(&message) } else { None };
                stage.message = stage.message.or(new);
                // First of all: a stop may come at any moment from here on, and finds it.
                self.cx.told().message = stage.message.map(|message| (stage.place.clone(), message));
                if let Some(message) = new {
                    self.keep(message).await;
                }
            }
            Err(Failure::Refused { code: 429, retry_after, .. }) => {
                let wait = Duration::from_secs(retry_after.unwrap_or(5));
                self.held = Some(Instant::now() + wait);
                // The answer would be told to wait as well.
                self.bot.telegram.hold(stage.place.chat, wait);
            }
            Err(failure) => tracing::debug!(%failure, "an answer in the making was not shown"),
        }
    }

    /// Notes what waits for the answer: a bot that starts anew in the middle of it puts the answer there.
    async fn keep(&self, message: i64) {
        let key = state::pending(self.cx.update);
        let kept = async {
            let Some(pending) = self.bot.store.get::<Pending>(&key)? else { return Ok::<(), StoreError>(()) };
            let change = Change::put(&key, &Pending { placeholder: Some(message), ..pending })?;
            self.bot.store.note(vec![change]).await
        };
        if let Err(error) = kept.await {
            tracing::warn!(%error, "a message that waits for its answer was not noted");
        }
    }
}
