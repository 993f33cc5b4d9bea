//! Sending: the form that a chat takes, the pieces of a long message, and what is remembered of both.
//!
//! Rich first where a document has what only rich messages show. Where Telegram refuses the method or the content, HTML, and
//! HTML for that chat from then on (for a week: servers are brought up to date). A wait that Telegram asks for is kept in the same
//! form. What may have been done is not done again. What is for one person of a group is looked at when it has been sent: each
//! message of it that all would see is taken back at once.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::{
    clock::Clock,
    document::Document,
    ephemeral::{Ephemeral, Form, Only},
    error::{Error, Result},
    render::{self, html, rich},
    state,
    store::{Change, Store},
    telegram::{Failure, File, Telegram},
};

/// Seconds for which a chat is sent no rich messages after one was refused.
const PLAIN_FOR: i64 = 7 * 86_400;
/// UTF-16 units of a caption, below Telegram's 1,024.
const CAPTION: usize = 1_000;

/// Where a message goes.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) chat: i64,
    pub(crate) thread: Option<i64>,
    pub(crate) reply_to: Option<i64>,
    /// In a group: the one person who sees it.
    pub(crate) only: Option<Only>,
}

impl Place {
    pub(crate) fn private(chat: i64) -> Self {
        Self { chat, thread: None, reply_to: None, only: None }
    }

    /// The same place where its group has another id.
    fn moved(&self, chat: i64) -> Self {
        Self { chat, thread: None, reply_to: None, ..self.clone() }
    }

    fn params(&self, form: Form) -> Map<String, Value> {
        let mut params = Map::new();
        params.insert("chat_id".to_owned(), json!(self.chat));
        if let Some(thread) = self.thread {
            params.insert("message_thread_id".to_owned(), json!(thread));
        }
        if let Some(message) = self.reply_to {
            // The message may have been deleted meanwhile.
            let reply = json!({"message_id": message, "allow_sending_without_reply": true});
            params.insert("reply_parameters".to_owned(), reply);
        }
        if let Some(only) = &self.only {
            only.put(form, &mut params);
        }
        params
    }
}

/// The one who sends.
#[derive(Debug, Clone)]
pub(crate) struct Messenger {
    pub(crate) telegram: Arc<Telegram>,
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ephemeral: Arc<Ephemeral>,
}

impl Messenger {
    /// Sends a document; the ids of its messages. Buttons stand below the last one.
    pub(crate) async fn send(&self, place: &Place, document: &Document, markup: Option<&Value>) -> Result<Vec<i64>> {
        match self.send_once(place, document, markup).await {
            Err(Error::Telegram(Failure::Refused { migrate_to: Some(chat), .. })) => {
                self.moved(place.chat, chat).await?;
                self.send_once(&place.moved(chat), document, markup).await
            }
            done => done,
        }
    }

    /// A group has another id: what is allowed there goes along, and so do conversations.
    pub(crate) async fn moved(&self, from: i64, to: i64) -> Result<()> {
        let Some(group) = self.store.get::<state::Group>(&state::group(from))? else { return Ok(()) };
        let mut changes = vec![Change::put(state::group(to), &group)?, Change::Remove(state::group(from))];
        let before = state::talks(from);
        for (key, talk) in self.store.list::<state::Talk>(&before, usize::MAX)? {
            let person = key.strip_prefix(&before).unwrap_or_default();
            changes.extend([Change::put(format!("{}{person}", state::talks(to)), &talk)?, Change::Remove(key)]);
        }
        Ok(self.store.commit(changes).await?)
    }

    async fn send_once(&self, place: &Place, document: &Document, markup: Option<&Value>) -> Result<Vec<i64>> {
        let mut refused = false;
        if document.wants_rich() && self.may_be_rich(place)? {
            let mut params = self.params(place);
            params.insert("rich_message".to_owned(), rich_message(document));
            put_markup(&mut params, markup);
            match self.post("sendRichMessage", place, params).await {
                Ok(id) => return Ok(id.into_iter().collect()),
                Err(failure) if failure.is_form() => {
                    tracing::info!(%failure, "no rich messages for a chat");
                    refused = true;
                }
                Err(failure) => return Err(failure.into()),
            }
        }
        let ids = self.texts(place, &html::messages(document), markup).await?;
        if refused {
            self.make_plain(place.chat).await?;
        }
        Ok(ids)
    }

    /// Sends texts, one after another; their ids.
    async fn texts(&self, place: &Place, parts: &[String], markup: Option<&Value>) -> Result<Vec<i64>> {
        let mut ids = Vec::new();
        for (at, html) in parts.iter().enumerate() {
            let mut params = self.params(place);
            text_params(&mut params, html);
            put_markup(&mut params, markup.filter(|_| at + 1 == parts.len()));
            let message = self.send_text("sendMessage", place.chat, params).await?;
            ids.extend(self.kept_private("sendMessage", place, &message).await?);
        }
        Ok(ids)
    }

    /// Sends a text, or edits one. Where its tags are refused (another server may know fewer of them) its words go alone.
    async fn send_text(&self, method: &str, chat: i64, mut params: Map<String, Value>) -> Result<Value, Failure> {
        match self.telegram.send(method, chat, &Value::Object(params.clone())).await {
            Err(failure) if failure.is_markup() => {
                tracing::warn!(%failure, "a message goes without its markup");
                let words = params.get("text").and_then(Value::as_str).map(html::bare).unwrap_or_default();
                params.insert("text".to_owned(), json!(words));
                params.remove("parse_mode");
                self.telegram.send(method, chat, &Value::Object(params)).await
            }
            done => done,
        }
    }

    /// Puts a document in the place of a message; what does not fit follows it.
    pub(crate) async fn edit(
        &self,
        place: &Place,
        message: i64,
        document: &Document,
        markup: Option<&Value>,
    ) -> Result<Vec<i64>> {
        let mut refused = false;
        if document.wants_rich() && self.may_be_rich(place)? {
            let (method, mut params) = edit_params(place, message);
            params.insert("rich_message".to_owned(), rich_message(document));
            put_markup(&mut params, markup);
            match self.telegram.send(method, place.chat, &Value::Object(params)).await {
                Ok(_) => return Ok(vec![message]),
                Err(failure) if failure.is_unchanged() => return Ok(vec![message]),
                Err(failure) if failure.is_form() => refused = true,
                Err(failure) => return Err(failure.into()),
            }
        }
        let parts = html::messages(document);
        let (first, rest) = parts.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        let (method, mut params) = edit_params(place, message);
        text_params(&mut params, first);
        put_markup(&mut params, markup.filter(|_| rest.is_empty()));
        match self.send_text(method, place.chat, params).await {
            Ok(_) => {}
            Err(failure) if failure.is_unchanged() => {}
            Err(failure) => return Err(failure.into()),
        }
        if refused {
            // It was the form, and not the message, that was refused.
            self.make_plain(place.chat).await?;
        }
        let mut ids = vec![message];
        // The answer has begun in the group: what all would see of the rest goes to its asker's own chat.
        match (self.texts(place, rest, markup).await, &place.only) {
            (Err(Error::Telegram(failure)), Some(only)) if failure.is_final() => {
                self.texts(&Place::private(only.person), rest, markup).await?;
            }
            (sent, _) => ids.extend(sent?),
        }
        Ok(ids)
    }

    /// Sends a picture; the id of its message, where it is in that place.
    pub(crate) async fn picture(&self, place: &Place, png: Vec<u8>, caption: &str) -> Result<Option<i64>> {
        let file = File { field: "photo", name: "chart.png".to_owned(), media_type: "image/png", bytes: png };
        self.upload("sendPhoto", place, &file, caption).await
    }

    /// Sends a file.
    pub(crate) async fn file(&self, place: &Place, file: &File, caption: &str) -> Result<()> {
        self.upload("sendDocument", place, file, caption).await.map(drop)
    }

    async fn upload(&self, method: &str, place: &Place, file: &File, caption: &str) -> Result<Option<i64>> {
        let sent = match self.upload_once(method, place, file, caption).await {
            Err(Failure::Refused { migrate_to: Some(chat), .. }) => {
                self.moved(place.chat, chat).await?;
                self.upload_once(method, &place.moved(chat), file, caption).await
            }
            sent => sent,
        };
        match (sent, &place.only) {
            // It comes later than the server takes it for one person, or the bot is no admin of the group.
            (Err(failure), Some(only)) if failure.is_final() => {
                self.upload_once(method, &Place::private(only.person), file, caption).await?;
                Ok(None)
            }
            (done, _) => Ok(done?),
        }
    }

    async fn upload_once(
        &self,
        method: &str,
        place: &Place,
        file: &File,
        caption: &str,
    ) -> Result<Option<i64>, Failure> {
        let mut params = self.params(place);
        if !caption.is_empty() {
            params.insert("caption".to_owned(), json!(render::cut(caption, CAPTION)));
        }
        let message = self.telegram.upload(method, place.chat, &params, file).await?;
        self.kept_private(method, place, &message).await
    }

    /// A message that one person of a group sees; nothing where the server does not do that, or not for this bot.
    ///
    /// Older servers pass over a parameter that they do not know. So the first one holds no figures.
    pub(crate) async fn only_for(&self, place: &Place, document: &Document) -> Option<i64> {
        let parts = html::messages(document);
        let only = place.only.as_ref()?;
        let now = self.clock.now().timestamp();
        let forms = self.ephemeral.forms(now);
        for form in forms {
            let mut params = Place { only: None, ..place.clone() }.params(*form);
            only.put(*form, &mut params);
            text_params(&mut params, parts.first().map_or("", String::as_str));
            match self.post("sendMessage", place, params).await {
                Ok(id) => {
                    self.ephemeral.is_known(*form);
                    return id;
                }
                Err(Failure::Public { .. }) => {}
                Err(failure) => {
                    tracing::debug!(%failure, "no message for one person of a group");
                    return None;
                }
            }
        }
        if !forms.is_empty() {
            self.ephemeral.is_unknown(now);
        }
        None
    }

    fn params(&self, place: &Place) -> Map<String, Value> {
        place.params(self.ephemeral.form())
    }

    /// Sends a message; its id.
    async fn post(&self, method: &str, place: &Place, params: Map<String, Value>) -> Result<Option<i64>, Failure> {
        let message = self.telegram.send(method, place.chat, &Value::Object(params)).await?;
        self.kept_private(method, place, &message).await
    }

    /// The id of a message that was sent. One that is for one person and that all see is taken back.
    async fn kept_private(&self, method: &str, place: &Place, message: &Value) -> Result<Option<i64>, Failure> {
        if place.only.is_none() {
            return Ok(message_id(message));
        }
        if let Some(id) = message["ephemeral_message_id"].as_i64() {
            return Ok(Some(id));
        }
        if let Some(id) = message_id(message) {
            let params = json!({"chat_id": place.chat, "message_id": id});
            if let Err(failure) = self.telegram.call("deleteMessage", &params).await {
                tracing::warn!(%failure, "a message for one person stays in a group");
            }
        }
        Err(Failure::Public { method: method.to_owned() })
    }

    /// Whether a rich message may go there. Before Bot API 10.3 one for a single person of a group would be shown to all of it.
    fn may_be_rich(&self, place: &Place) -> Result<bool> {
        Ok((place.only.is_none() || self.ephemeral.form() == Form::Parameters) && !self.is_plain(place.chat)?)
    }

    fn is_plain(&self, chat: i64) -> Result<bool> {
        let since: Option<i64> = self.store.get(&state::plain(chat))?;
        Ok(since.is_some_and(|since| since == state::CHOSEN || self.clock.now().timestamp() - since < PLAIN_FOR))
    }

    async fn make_plain(&self, chat: i64) -> Result<()> {
        let now = self.clock.now().timestamp();
        Ok(self.store.note(vec![Change::put(state::plain(chat), &now)?]).await?)
    }
}

pub(crate) fn rich_message(document: &Document) -> Value {
    // Names and numbers of customers are no links.
    json!({"html": rich::html(document), "skip_entity_detection": true})
}

fn text_params(params: &mut Map<String, Value>, html: &str) {
    params.insert("text".to_owned(), json!(html));
    params.insert("parse_mode".to_owned(), json!("HTML"));
    params.insert("link_preview_options".to_owned(), json!({"is_disabled": true}));
}

fn put_markup(params: &mut Map<String, Value>, markup: Option<&Value>) {
    if let Some(markup) = markup {
        params.insert("reply_markup".to_owned(), markup.clone());
    }
}

/// The method that edits a message of a place, and what says which.
pub(crate) fn edit_params(place: &Place, message: i64) -> (&'static str, Map<String, Value>) {
    let mut params = Map::new();
    params.insert("chat_id".to_owned(), json!(place.chat));
    match &place.only {
        Some(only) => {
            params.insert("receiver_user_id".to_owned(), json!(only.person));
            params.insert("ephemeral_message_id".to_owned(), json!(message));
            ("editEphemeralMessageText", params)
        }
        None => {
            params.insert("message_id".to_owned(), json!(message));
            ("editMessageText", params)
        }
    }
}

pub(crate) fn message_id(message: &Value) -> Option<i64> {
    message["message_id"].as_i64().filter(|id| *id != 0)
}
