//! What an update holds, read from its JSON by name: what is unknown is passed over, and numbers with decimals (a location)
//! do no harm, as nothing is decoded that is not needed.

use serde_json::Value;

/// An update.
#[derive(Debug, Clone)]
pub(crate) struct Incoming {
    pub(crate) id: i64,
    pub(crate) kind: Kind,
}

/// What happened.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Message(Message),
    Callback(Callback),
    /// The Stop button of a draft, in a private chat.
    Stopped {
        chat: i64,
        draft: Option<i64>,
    },
    /// What the bot is in a chat has changed.
    Membership {
        chat: Chat,
        person: i64,
        gone: bool,
    },
    /// A kind that the bot has no use for.
    Other,
}

#[derive(Debug, Clone)]
pub(crate) struct Chat {
    pub(crate) id: i64,
    pub(crate) private: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) language: Option<String>,
}

/// Which message of a chat. One that a single person of a group sees has a number of its own kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MessageId {
    /// Everybody's.
    Plain(i64),
    /// One person's.
    Ephemeral(i64),
}

#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) id: MessageId,
    pub(crate) chat: Chat,
    pub(crate) from: Option<Person>,
    /// Its words; below a picture or a file, too.
    pub(crate) text: Option<String>,
    /// The message that it replies to, and who wrote that one.
    pub(crate) reply_to: Option<(MessageId, Option<i64>)>,
    pub(crate) thread: Option<i64>,
    /// The group got another id.
    pub(crate) migrate_to: Option<i64>,
    /// The group had another id.
    pub(crate) migrate_from: Option<i64>,
    /// It tells that something happened in the chat; nobody wrote it.
    pub(crate) service: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Callback {
    pub(crate) id: String,
    pub(crate) from: Person,
    pub(crate) data: Option<String>,
    /// The message with the button: its id, chat and thread; none where Telegram no longer has it.
    pub(crate) message: Option<(MessageId, Chat, Option<i64>)>,
}

impl Incoming {
    /// Reads an update; nothing where it has no id.
    pub(crate) fn read(update: &Value) -> Option<Self> {
        let id = update["update_id"].as_i64()?;
        Some(Self { id, kind: kind(update).unwrap_or(Kind::Other) })
    }
}

fn kind(update: &Value) -> Option<Kind> {
    // Edited messages are not asked again: the first answer stands.
    if let Some(message) = update.get("message") {
        return Some(Kind::Message(read_message(message)?));
    }
    if let Some(query) = update.get("callback_query") {
        let message = query.get("message").and_then(|message| {
            let thread = message["message_thread_id"].as_i64().filter(|_| message["is_topic_message"] == true);
            Some((message_id(message)?, chat(&message["chat"])?, thread))
        });
        return Some(Kind::Callback(Callback {
            id: query["id"].as_str()?.to_owned(),
            from: person(&query["from"])?,
            data: query["data"].as_str().map(str::to_owned),
            message,
        }));
    }
    if let Some(stopped) = update.get("stopped_message_generation") {
        return Some(Kind::Stopped { chat: stopped["chat"]["id"].as_i64()?, draft: stopped["draft_id"].as_i64() });
    }
    if let Some(change) = update.get("my_chat_member") {
        let status = change["new_chat_member"]["status"].as_str()?;
        let (chat, person) = (chat(&change["chat"])?, change["from"]["id"].as_i64()?);
        // Who is restricted may be in the chat or out of it.
        let gone = matches!(status, "kicked" | "left") || change["new_chat_member"]["is_member"] == false;
        return Some(Kind::Membership { chat, person, gone });
    }
    None
}

/// The number of a message; that of everybody's is 0 where only one person sees it.
fn message_id(message: &Value) -> Option<MessageId> {
    if let Some(id) = message["ephemeral_message_id"].as_i64() {
        return Some(MessageId::Ephemeral(id));
    }
    message["message_id"].as_i64().filter(|id| *id != 0).map(MessageId::Plain)
}

fn read_message(message: &Value) -> Option<Message> {
    let reply = &message["reply_to_message"];
    Some(Message {
        id: message_id(message)?,
        chat: chat(&message["chat"])?,
        from: person(&message["from"]).filter(|_| message["from"]["is_bot"] != true),
        text: message["text"].as_str().or_else(|| message["caption"].as_str()).map(str::to_owned),
        reply_to: message_id(reply).map(|id| (id, reply["from"]["id"].as_i64())),
        // In a group without topics a thread is only a chain of replies.
        thread: message["message_thread_id"].as_i64().filter(|_| message["is_topic_message"] == true),
        migrate_to: message["migrate_to_chat_id"].as_i64(),
        migrate_from: message["migrate_from_chat_id"].as_i64(),
        service: message.as_object().is_some_and(|fields| fields.keys().any(|name| is_service(name))),
    })
}

/// Whether a message with that field tells that something happened. Names that came later begin as their kin do.
fn is_service(field: &str) -> bool {
    const NAMES: &[&str] = &[
        "new_chat_members",
        "left_chat_member",
        "pinned_message",
        "new_chat_title",
        "new_chat_photo",
        "delete_chat_photo",
        "group_chat_created",
        "supergroup_chat_created",
        "channel_chat_created",
        "message_auto_delete_timer_changed",
        "migrate_from_chat_id",
        "migrate_to_chat_id",
        "users_shared",
        "connected_website",
        "write_access_allowed",
        "proximity_alert_triggered",
        "boost_added",
        "paid_message_price_changed",
        "direct_message_price_changed",
    ];
    const KIN: &[&str] = &[
        "forum_topic_",
        "general_forum_topic_",
        "video_chat_",
        "chat_background_",
        "chat_owner_",
        "chat_shared",
        "giveaway_",
        "checklist_tasks_",
        "suggested_post_",
        "community_chat_",
        "poll_option_",
    ];
    NAMES.contains(&field) || KIN.iter().any(|begin| field.starts_with(begin))
}

fn chat(chat: &Value) -> Option<Chat> {
    Some(Chat { id: chat["id"].as_i64()?, private: chat["type"] == "private" })
}

fn person(from: &Value) -> Option<Person> {
    let parts = ["first_name", "last_name"].iter().filter_map(|part| from[part].as_str());
    Some(Person {
        id: from["id"].as_i64()?,
        name: parts.collect::<Vec<_>>().join(" "),
        language: from["language_code"].as_str().map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn read(text: &str) -> Incoming {
        Incoming::read(&serde_json::from_str(text).unwrap()).unwrap()
    }

    #[test]
    fn a_location_with_decimals_is_a_message_without_text() {
        let update = read(
            r#"{"update_id":7,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5,"is_bot":false,
            "first_name":"A"},"location":{"latitude":55.755826,"longitude":37.617300,"horizontal_accuracy":12.5}}}"#,
        );
        let Kind::Message(message) = update.kind else { panic!("a message") };
        assert_eq!((message.text, message.from.unwrap().name), (None, "A".to_owned()));
    }

    #[test]
    fn what_happened_in_a_chat_is_no_question_and_words_below_a_picture_are() {
        let message = |more: &str| {
            let head = r#"{"update_id":9,"message":{"message_id":1,"date":1,"chat":{"id":5,"type":"private"},"from":{"id":5,"first_name":"A"}"#;
            match read(&format!("{head},{more}}}}}")).kind {
                Kind::Message(message) => message,
                other => panic!("{other:?}"),
            }
        };
        for happened in ["forum_topic_edited", "chat_background_set", "write_access_allowed", "video_chat_started"] {
            assert!(message(&format!("\"{happened}\":{{}}")).service, "{happened}");
        }
        let picture = message(r#""photo":[],"caption":"выручка за март","forward_origin":{"type":"hidden_user"}"#);
        assert_eq!((picture.text.as_deref(), picture.service), (Some("выручка за март"), false));
    }

    #[test]
    fn a_message_that_one_person_sees_has_its_own_number() {
        let update = read(
            r#"{"update_id":8,"callback_query":{"id":"q","data":"d","from":{"id":5,"is_bot":false,"first_name":"A"},
            "message":{"message_id":0,"ephemeral_message_id":17,"date":1,"chat":{"id":-5,"type":"supergroup"}}}}"#,
        );
        let Kind::Callback(callback) = update.kind else { panic!("a press") };
        assert_eq!(callback.message.map(|(id, ..)| id), Some(MessageId::Ephemeral(17)));
    }

    #[test]
    fn what_is_unknown_or_broken_is_passed_over() {
        for text in [
            r#"{"update_id":1,"brand_new":{"x":1.5}}"#,
            r#"{"update_id":2,"message":{"chat":7}}"#,
            r#"{"update_id":3,"callback_query":{"id":"1"}}"#,
        ] {
            assert!(matches!(read(text).kind, Kind::Other), "{text}");
        }
        assert!(Incoming::read(&serde_json::json!({"x": 1})).is_none());
    }
}
