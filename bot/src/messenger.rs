//! Sending: the form that a chat takes, the pieces of a long message, and what is remembered of both.
//!
//! Rich first where a document has what only rich messages show. Where Telegram refuses the method or the content, HTML, and
//! HTML for that chat from then on (for a week: servers are brought up to date). A wait that Telegram asks for is kept in the same
//! form. What may have been done is not done again.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::{
    clock::Clock,
    document::Document,
    error::Result,
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
    pub(crate) only: Option<i64>,
}

impl Place {
    pub(crate) fn private(chat: i64) -> Self {
        Self { chat, thread: None, reply_to: None, only: None }
    }

    fn params(&self) -> Map<String, Value> {
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
        if let Some(person) = self.only {
            // Bot API 10.2 takes the one, 10.4 the other.
            params.insert("receiver_user_id".to_owned(), json!(person));
            params.insert("ephemeral_message_parameters".to_owned(), json!({"receiver_user_id": person}));
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
}

impl Messenger {
    /// Sends a document; the ids of its messages. Buttons stand below the last one.
    pub(crate) async fn send(&self, place: &Place, document: &Document, markup: Option<&Value>) -> Result<Vec<i64>> {
        match self.send_once(place, document, markup).await {
            Err(crate::Error::Telegram(Failure::Refused { migrate_to: Some(chat), .. })) => {
                let moved = Place { chat, thread: None, reply_to: None, ..place.clone() };
                self.send_once(&moved, document, markup).await
            }
            done => done,
        }
    }

    async fn send_once(&self, place: &Place, document: &Document, markup: Option<&Value>) -> Result<Vec<i64>> {
        let mut refused = false;
        if document.wants_rich() && !self.is_plain(place.chat)? {
            let mut params = place.params();
            params.insert("rich_message".to_owned(), rich_message(document));
            put_markup(&mut params, markup);
            match self.telegram.send("sendRichMessage", place.chat, &Value::Object(params)).await {
                Ok(message) => return Ok(message_id(&message).into_iter().collect()),
                Err(failure) if failure.is_form() => {
                    tracing::info!(%failure, "no rich messages for a chat");
                    refused = true;
                }
                Err(failure) => return Err(failure.into()),
            }
        }
        let mut ids = Vec::new();
        let parts = html::messages(document);
        for (at, html) in parts.iter().enumerate() {
            let mut params = place.params();
            text_params(&mut params, html);
            put_markup(&mut params, markup.filter(|_| at + 1 == parts.len()));
            let message = self.telegram.send("sendMessage", place.chat, &Value::Object(params)).await?;
            ids.extend(message_id(&message));
        }
        if refused {
            self.store.note(vec![Change::put(state::plain(place.chat), &self.clock.now().timestamp())?]).await?;
        }
        Ok(ids)
    }

    /// Puts a document in the place of a message; what does not fit follows it.
    pub(crate) async fn edit(
        &self,
        place: &Place,
        message: i64,
        document: &Document,
        markup: Option<&Value>,
    ) -> Result<Vec<i64>> {
        if document.wants_rich() && !self.is_plain(place.chat)? {
            let (method, mut params) = edit_params(place, message);
            params.insert("rich_message".to_owned(), rich_message(document));
            put_markup(&mut params, markup);
            match self.telegram.send(method, place.chat, &Value::Object(params)).await {
                Ok(_) => return Ok(vec![message]),
                Err(failure) if failure.is_unchanged() => return Ok(vec![message]),
                Err(failure) if failure.is_form() => {
                    self.store
                        .note(vec![Change::put(state::plain(place.chat), &self.clock.now().timestamp())?])
                        .await?;
                }
                Err(failure) => return Err(failure.into()),
            }
        }
        let parts = html::messages(document);
        let (first, rest) = parts.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
        let (method, mut params) = edit_params(place, message);
        text_params(&mut params, first);
        put_markup(&mut params, markup.filter(|_| rest.is_empty()));
        let mut ids = vec![message];
        match self.telegram.send(method, place.chat, &Value::Object(params)).await {
            Ok(_) => {}
            Err(failure) if failure.is_unchanged() => {}
            Err(failure) => return Err(failure.into()),
        }
        for (at, html) in rest.iter().enumerate() {
            let mut params = place.params();
            text_params(&mut params, html);
            put_markup(&mut params, markup.filter(|_| at + 1 == rest.len()));
            ids.extend(message_id(&self.telegram.send("sendMessage", place.chat, &Value::Object(params)).await?));
        }
        Ok(ids)
    }

    /// Sends a picture.
    pub(crate) async fn picture(&self, place: &Place, png: Vec<u8>, caption: &str) -> Result<()> {
        let file = File { field: "photo", name: "chart.png".to_owned(), media_type: "image/png", bytes: png };
        self.upload("sendPhoto", place, file, caption).await
    }

    /// Sends a file.
    pub(crate) async fn file(
        &self,
        place: &Place,
        name: String,
        media_type: &'static str,
        bytes: Vec<u8>,
        caption: &str,
    ) -> Result<()> {
        self.upload("sendDocument", place, File { field: "document", name, media_type, bytes }, caption).await
    }

    async fn upload(&self, method: &str, place: &Place, file: File, caption: &str) -> Result<()> {
        let mut params = place.params();
        if !caption.is_empty() {
            params.insert("caption".to_owned(), json!(render::cut(caption, CAPTION)));
        }
        self.telegram.upload(method, place.chat, &params, &file).await?;
        Ok(())
    }

    /// A message that one person of a group sees; nothing where the server would have shown it to all.
    ///
    /// Older servers pass over the parameter that they do not know. So it holds no figures, and is taken back where the answer
    /// says that it was an ordinary one.
    pub(crate) async fn only_for(&self, place: &Place, document: &Document) -> Result<Option<i64>> {
        let parts = html::messages(document);
        let mut params = place.params();
        text_params(&mut params, parts.first().map_or("", String::as_str));
        let message = match self.telegram.send("sendMessage", place.chat, &Value::Object(params)).await {
            Ok(message) => message,
            Err(failure) if failure.is_form() => return Ok(None),
            Err(failure) => return Err(failure.into()),
        };
        if let Some(id) = message["ephemeral_message_id"].as_i64() {
            return Ok(Some(id));
        }
        if let Some(id) = message_id(&message) {
            let params = json!({"chat_id": place.chat, "message_id": id});
            if let Err(failure) = self.telegram.call("deleteMessage", &params).await {
                tracing::debug!(%failure, "a note in a group stays");
            }
        }
        Ok(None)
    }

    fn is_plain(&self, chat: i64) -> Result<bool> {
        let since: Option<i64> = self.store.get(&state::plain(chat))?;
        Ok(since.is_some_and(|since| self.clock.now().timestamp() - since < PLAIN_FOR))
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

fn edit_params(place: &Place, message: i64) -> (&'static str, Map<String, Value>) {
    let mut params = Map::new();
    params.insert("chat_id".to_owned(), json!(place.chat));
    match place.only {
        Some(person) => {
            params.insert("receiver_user_id".to_owned(), json!(person));
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
    message["message_id"].as_i64()
}
