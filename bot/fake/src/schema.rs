//! Which parameters a method has, and of which type: a name that Telegram does not know it passes over in silence, and a test must not.

use serde_json::{Map, Value};

/// Kinds of updates that there are.
const UPDATES: &[&str] = &[
    "message",
    "edited_message",
    "channel_post",
    "edited_channel_post",
    "business_connection",
    "business_message",
    "edited_business_message",
    "deleted_business_messages",
    "guest_message",
    "message_reaction",
    "message_reaction_count",
    "inline_query",
    "chosen_inline_result",
    "callback_query",
    "shipping_query",
    "pre_checkout_query",
    "purchased_paid_media",
    "poll",
    "poll_answer",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "chat_boost",
    "removed_chat_boost",
    "managed_bot",
    "subscription",
    "stopped_message_generation",
];

/// What any message may have.
const OF_A_MESSAGE: &[&str] = &[
    "chat_id",
    "message_thread_id",
    "reply_parameters",
    "reply_markup",
    "ephemeral_message_parameters",
    "receiver_user_id",
    "callback_query_id",
];
const OF_A_TEXT: &[&str] = &["text", "parse_mode", "link_preview_options"];

/// Parameters of a method beside those of any message; nothing where it is not known.
fn own(method: &str) -> Option<(&'static [&'static str], &'static [&'static [&'static str]])> {
    Some(match method {
        "getme" => (&[], &[]),
        "getupdates" => (&["offset", "limit", "timeout", "allowed_updates"], &[]),
        "setwebhook" => {
            (&["url", "secret_token", "max_connections", "allowed_updates", "drop_pending_updates", "ip_address"], &[])
        }
        "deletewebhook" => (&["drop_pending_updates"], &[]),
        "setmycommands" => (&["commands", "scope", "language_code"], &[]),
        "sendchataction" => (&["chat_id", "message_thread_id", "action"], &[]),
        "answercallbackquery" => (&["callback_query_id", "text", "show_alert", "url", "cache_time"], &[]),
        "sendmessage" => (&[], &[OF_A_MESSAGE, OF_A_TEXT]),
        "sendrichmessage" => (&["rich_message"], &[OF_A_MESSAGE]),
        "sendmessagedraft" => {
            (&["chat_id", "message_thread_id", "draft_id", "text", "parse_mode", "can_stop", "keep_on_stop"], &[])
        }
        "sendrichmessagedraft" => {
            (&["chat_id", "message_thread_id", "draft_id", "rich_message", "can_stop", "keep_on_stop"], &[])
        }
        "editmessagetext" => (&["chat_id", "message_id", "rich_message", "reply_markup"], &[OF_A_TEXT]),
        "editephemeralmessagetext" => {
            (&["chat_id", "receiver_user_id", "ephemeral_message_id", "rich_message", "reply_markup"], &[OF_A_TEXT])
        }
        "deletemessage" => (&["chat_id", "message_id"], &[]),
        "sendphoto" | "senddocument" => (&["caption", "parse_mode"], &[OF_A_MESSAGE]),
        _ => return None,
    })
}

/// Whether a parameter is of its type. In each method a name has the same one.
fn fits(name: &str, value: &Value) -> bool {
    match name {
        "chat_id" => value.is_i64() || value.as_str().is_some_and(|name| name.starts_with('@')),
        "message_thread_id"
        | "message_id"
        | "ephemeral_message_id"
        | "receiver_user_id"
        | "draft_id"
        | "cache_time" => value.is_i64(),
        "offset" => value.is_i64(),
        "limit" | "max_connections" => value.as_i64().is_some_and(|number| (1..=100).contains(&number)),
        "timeout" => value.as_i64().is_some_and(|number| number >= 0),
        "show_alert" | "can_stop" | "keep_on_stop" | "drop_pending_updates" => value.is_boolean(),
        "link_preview_options" => has_only(value, &["is_disabled", "url", "show_above_text"]),
        "reply_parameters" => {
            has_only(value, &["message_id", "ephemeral_message_id", "chat_id", "allow_sending_without_reply"])
                && (value["message_id"].is_i64() || value["ephemeral_message_id"].is_i64())
        }
        "reply_markup" => has_only(value, &["inline_keyboard"]),
        "rich_message" => has_only(value, &["html", "is_rtl", "skip_entity_detection"]),
        "ephemeral_message_parameters" => {
            has_only(value, &["receiver_user_id", "callback_query_id", "replace_callback_query_message"])
        }
        "scope" => value["type"].is_string(),
        "commands" => value.is_array(),
        "allowed_updates" => value
            .as_array()
            .is_some_and(|kinds| kinds.iter().all(|kind| kind.as_str().is_some_and(|kind| UPDATES.contains(&kind)))),
        "secret_token" => value.as_str().is_some_and(|text| {
            (1..=256).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        }),
        "url" => value.as_str().is_some_and(|url| url.is_empty() || url.starts_with("https://")),
        "language_code" => value.as_str().is_some_and(|code| code.len() == 2),
        "action" => value
            .as_str()
            .is_some_and(|action| action == "typing" || action.starts_with("upload_") || action.starts_with("record_")),
        // Texts. In a form one of digits alone is read as a number.
        _ => value.is_string() || value.is_number(),
    }
}

fn has_only(value: &Value, names: &[&str]) -> bool {
    value.as_object().is_some_and(|fields| fields.keys().all(|name| names.contains(&name.as_str())))
}

/// What is wrong with the parameters of a call; nothing where the method is not known.
pub(crate) fn wrong(method: &str, params: &Map<String, Value>) -> Option<String> {
    let (own, more) = own(method)?;
    params.iter().find_map(|(name, value)| {
        let known = own.iter().chain(more.iter().copied().flatten()).any(|known| known == name);
        match (known, fits(name, value)) {
            (true, true) => None,
            (true, false) => Some(format!("parameter \"{name}\" is not of its type: {value}")),
            (false, _) => Some(format!("there is no parameter \"{name}\"")),
        }
    })
}
