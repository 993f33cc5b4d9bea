//! A Bot API server for tests that refuses what Telegram refuses.
//!
//! People write and press buttons through [`FakeTelegram`]; what the bot sends is checked as Telegram checks it and can be looked
//! at as people see it. Faults are put before the next call of a method.

mod call;
mod html;
mod methods;
mod schema;
mod server;
mod shared;
mod state;

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};

pub use call::{Call, Upload};
use shared::Shared;
pub use state::{Button, Fault, Level, Sent};

/// The server. It ends when it is dropped.
#[derive(Debug)]
pub struct FakeTelegram {
    url: String,
    shared: Arc<Shared>,
    handle: actix_web::dev::ServerHandle,
}

/// A person with a private chat.
#[derive(Debug, Clone)]
pub struct Person {
    /// The id, of the person and of the private chat.
    pub id: i64,
    name: String,
    language: String,
}

impl FakeTelegram {
    /// Starts a server of the newest level for one token, on a free port.
    ///
    /// # Errors
    /// There is no free port.
    pub async fn start(token: &str) -> std::io::Result<Self> {
        let shared = Arc::new(Shared::new(token));
        let (url, handle) = server::start(Arc::clone(&shared))?;
        Ok(Self { url, shared, handle })
    }

    /// Where it is: what `telegram_api_url` is set to.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the server knows; the newest unless set.
    pub fn set_level(&self, level: Level) {
        self.shared.lock().level = level;
    }

    /// Refuses messages that come faster: so many a second to one chat, and to all.
    pub fn set_pace(&self, a_chat: usize, overall: usize) {
        self.shared.lock().pace = Some((a_chat, overall));
    }

    /// A person who has pressed Start.
    pub fn person(&self, id: i64, name: &str, language: &str) -> Person {
        self.shared.lock().opened.insert(id);
        Person { id, name: name.to_owned(), language: language.to_owned() }
    }

    /// A person who has not: the bot cannot write to them.
    pub fn stranger(&self, id: i64, name: &str, language: &str) -> Person {
        Person { id, name: name.to_owned(), language: language.to_owned() }
    }

    /// The person blocks the bot, or lets it in again.
    pub fn block(&self, person: &Person, blocked: bool) {
        let mut state = self.shared.lock();
        if blocked {
            state.blocked.insert(person.id);
        } else {
            state.blocked.remove(&person.id);
        }
    }

    /// The person writes to the bot; the message's id.
    pub fn write(&self, person: &Person, text: &str) -> i64 {
        self.message(person, person.id, json!({"text": text}))
    }

    /// The person replies to a message of the bot.
    pub fn reply(&self, person: &Person, to: i64, text: &str) -> i64 {
        let reply =
            json!({"message_id": to, "from": {"id": state::BOT, "is_bot": true, "first_name": "Bot"}, "date": 1});
        self.message(person, person.id, json!({"text": text, "reply_to_message": reply}))
    }

    /// The person replies in a group to a message that they alone see, and nobody else sees the reply.
    pub fn reply_alone(&self, person: &Person, to: &Sent, text: &str) -> i64 {
        let mut state = self.shared.lock();
        let id = state.next_message(to.chat);
        state.incoming.insert((to.chat, id), person.id);
        let bot = json!({"id": state::BOT, "is_bot": true, "first_name": "Bot"});
        state.push(json!({"message": {
            "message_id": 0, "ephemeral_message_id": id, "date": 1, "from": from(person), "receiver_user": bot, "text": text,
            "chat": {"id": to.chat, "type": "supergroup", "title": "Group"},
            "reply_to_message": {"message_id": 0, "ephemeral_message_id": to.id, "date": 1, "from": bot},
        }}));
        drop(state);
        self.shared.changed.notify_waiters();
        id
    }

    /// The person sends a command in a group that nobody else sees.
    pub fn write_alone(&self, group: i64, person: &Person, text: &str) -> i64 {
        let mut state = self.shared.lock();
        let id = state.next_message(group);
        state.incoming.insert((group, id), person.id);
        let bot = json!({"id": state::BOT, "is_bot": true, "first_name": "Bot"});
        state.push(json!({"message": {
            "message_id": 0, "ephemeral_message_id": id, "date": 1, "from": from(person), "receiver_user": bot, "text": text,
            "chat": {"id": group, "type": "supergroup", "title": "Group"},
        }}));
        drop(state);
        self.shared.changed.notify_waiters();
        id
    }

    /// The bot is made an admin of a group: there it may write to one person at any time.
    pub fn make_admin(&self, group: i64) {
        self.shared.lock().admin_in.insert(group);
    }

    /// Messages, edits and drafts that were refused because they came too fast.
    pub fn held_back(&self) -> usize {
        self.shared.lock().held_back
    }

    /// The person writes in a group.
    pub fn write_in(&self, group: i64, person: &Person, text: &str) -> i64 {
        self.message(person, group, json!({"text": text}))
    }

    /// The person sends something that is no text: the fields of the message.
    pub fn message(&self, person: &Person, chat: i64, fields: Value) -> i64 {
        let mut state = self.shared.lock();
        let id = state.next_message(chat);
        let kind = if chat < 0 { "supergroup" } else { "private" };
        let mut message = json!({
            "message_id": id, "date": 1, "chat": {"id": chat, "type": kind, "title": "Group"}, "from": from(person),
        });
        merge(&mut message, fields);
        state.push(json!({"message": message}));
        drop(state);
        self.shared.changed.notify_waiters();
        id
    }

    /// The person presses a button below a message; the id of the press, or nothing where there is no such button.
    pub fn press(&self, person: &Person, message: &Sent, button: &str) -> Option<String> {
        let data = message.buttons.iter().find(|known| known.text.contains(button))?.data.clone();
        let mut state = self.shared.lock();
        let id = state.next_query();
        state.presses.insert(id.clone(), person.id);
        let kind = if message.chat < 0 { "supergroup" } else { "private" };
        let mut below = json!({"message_id": message.id, "date": 1, "chat": {"id": message.chat, "type": kind}});
        if message.only.is_some() {
            below["message_id"] = json!(0);
            below["ephemeral_message_id"] = json!(message.id);
        }
        state.push(json!({"callback_query": {
            "id": id, "from": from(person), "data": data, "chat_instance": "1", "message": below,
        }}));
        drop(state);
        self.shared.changed.notify_waiters();
        Some(id)
    }

    /// The person presses the Stop button of a draft.
    pub fn stop_draft(&self, person: &Person, draft: i64) {
        self.push(
            json!({"stopped_message_generation": {"chat": {"id": person.id, "type": "private"}, "draft_id": draft}}),
        );
    }

    /// Any update; it gets the next id unless it has one.
    pub fn push(&self, update: Value) {
        self.shared.lock().push(update);
        self.shared.changed.notify_waiters();
    }

    /// Time passes: presses can no longer be answered, nor can anything be answered for one person of a group.
    pub fn forget_presses(&self) {
        let mut state = self.shared.lock();
        state.queries.clear();
        state.presses.clear();
        state.incoming.clear();
    }

    /// What happens to the next call of a method.
    pub fn fault(&self, method: &str, fault: Fault) {
        self.shared.lock().faults.push((method.to_lowercase(), fault));
    }

    /// Messages of the bot in a chat that are there now, in order; to one person of a group among them.
    pub fn messages(&self, chat: i64) -> Vec<Sent> {
        self.shared.lock().sent.iter().filter(|sent| sent.chat == chat && !sent.deleted).cloned().collect()
    }

    /// All calls, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.shared.lock().calls.clone()
    }

    /// Calls of one method.
    pub fn calls_of(&self, method: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.method.eq_ignore_ascii_case(method)).collect()
    }

    /// Updates that the bot has not confirmed yet.
    pub fn unconfirmed(&self) -> usize {
        self.shared.lock().updates.len()
    }

    /// Waits until something is so; nothing when it is not within the time.
    pub async fn until<T>(&self, within: Duration, look: impl Fn(&Self) -> Option<T>) -> Option<T> {
        let waiting = async {
            loop {
                // Registered before the look, so that no change falls between.
                let changed = self.shared.changed.notified();
                if let Some(found) = look(self) {
                    return found;
                }
                let _ = tokio::time::timeout(Duration::from_millis(200), changed).await;
            }
        };
        tokio::time::timeout(within, waiting).await.ok()
    }
}

impl Drop for FakeTelegram {
    fn drop(&mut self) {
        // Told to stop; nobody waits for it.
        drop(self.handle.stop(false));
    }
}

fn from(person: &Person) -> Value {
    json!({"id": person.id, "is_bot": false, "first_name": person.name, "language_code": person.language})
}

fn merge(into: &mut Value, fields: Value) {
    if let (Some(into), Value::Object(fields)) = (into.as_object_mut(), fields) {
        into.extend(fields);
    }
}
