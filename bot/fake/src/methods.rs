//! The methods: what each does, and what it refuses.

use serde_json::{Map, Value, json};

use crate::{
    call::Call,
    html, schema,
    state::{BOT, Button, Level, Sent, State},
};

/// A refusal: code and description.
#[derive(Debug)]
pub(crate) struct Refusal(pub(crate) i64, pub(crate) String);

type Answer = Result<Value, Refusal>;

fn refuse(description: impl Into<String>) -> Refusal {
    Refusal(400, format!("Bad Request: {}", description.into()))
}

/// The official reader takes a null for the text `null`: no bot means that.
fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.values().any(has_null),
        Value::Array(values) => values.iter().any(has_null),
        _ => false,
    }
}

/// Carries a call out.
pub(crate) fn carry_out(state: &mut State, call: &Call) -> Answer {
    let params = &call.params;
    if let Some((name, _)) = params.iter().find(|(_, value)| has_null(value)) {
        return Err(refuse(format!("parameter \"{name}\" has a null")));
    }
    let method = call.method.to_lowercase();
    if let Some(wrong) = schema::wrong(&method, params) {
        return Err(refuse(wrong));
    }
    let since = match method.as_str() {
        "sendmessagedraft" => Level::V9_3,
        "sendrichmessage" | "sendrichmessagedraft" => Level::V10_1,
        "editephemeralmessagetext" => Level::V10_2,
        _ => Level::V9_1,
    };
    if state.level < since {
        return Err(Refusal(404, "Not Found: method not found".to_owned()));
    }
    match method.as_str() {
        "getme" => Ok(json!({"id": BOT, "is_bot": true, "first_name": "Kupets", "username": "KupetsTestBot"})),
        "setmycommands" => commands(state.level, params),
        "deletewebhook" => {
            state.webhook = None;
            Ok(json!(true))
        }
        "setwebhook" => {
            state.webhook = Some(Value::Object(params.clone()));
            Ok(json!(true))
        }
        "getwebhookinfo" => Ok(json!({"url": "", "pending_update_count": state.updates.len()})),
        "sendchataction" => chat(state, params).map(|_| json!(true)),
        "answercallbackquery" => {
            let id = params.get("callback_query_id").and_then(Value::as_str).unwrap_or_default();
            if params.get("text").and_then(Value::as_str).is_some_and(|text| text.chars().count() > 200) {
                return Err(refuse("MESSAGE_TOO_LONG"));
            }
            if !state.queries.remove(id) {
                return Err(refuse("query is too old and response timeout expired or query ID is invalid"));
            }
            Ok(json!(true))
        }
        "sendmessage" => {
            let (text, source) = text(params)?;
            send(state, params, "text", text, source, None)
        }
        "sendrichmessage" => {
            let (text, source) = rich(params)?;
            send(state, params, "rich", text, source, None)
        }
        "sendmessagedraft" | "sendrichmessagedraft" => draft(state, params, method == "sendrichmessagedraft"),
        "editmessagetext" => edit(state, params, "message_id", None),
        "editephemeralmessagetext" => {
            let person = params
                .get("receiver_user_id")
                .and_then(Value::as_i64)
                .ok_or_else(|| refuse("receiver_user_id is empty"))?;
            edit(state, params, "ephemeral_message_id", Some(person))
        }
        "deletemessage" => {
            let (chat, id) = (chat(state, params)?, params.get("message_id").and_then(Value::as_i64));
            let found =
                state.sent.iter_mut().find(|sent| sent.chat == chat && Some(sent.id) == id && sent.only.is_none());
            found.ok_or_else(|| refuse("message to delete not found"))?.deleted = true;
            Ok(json!(true))
        }
        "sendphoto" | "senddocument" => upload(state, call, method == "sendphoto"),
        _ => Err(Refusal(404, "Not Found: method not found".to_owned())),
    }
}

fn commands(level: Level, params: &Map<String, Value>) -> Answer {
    let list = params.get("commands").and_then(Value::as_array).ok_or_else(|| refuse("commands must be an array"))?;
    for command in list {
        let name = command["command"].as_str().unwrap_or_default();
        let fits = (1..=32).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        let described = command["description"].as_str().is_some_and(|text| (1..=256).contains(&text.chars().count()));
        // Telegram passes over what it does not know; other servers may not.
        let known = level >= Level::V10_2 || command.get("is_ephemeral").is_none();
        if !fits || !described || !known {
            return Err(refuse("BOT_COMMAND_INVALID"));
        }
    }
    if list.len() > 100 {
        return Err(refuse("BOT_COMMANDS_TOO_MUCH"));
    }
    Ok(json!(true))
}

/// The chat of a call, if the bot may write there.
fn chat(state: &State, params: &Map<String, Value>) -> Result<i64, Refusal> {
    let chat = params.get("chat_id").and_then(Value::as_i64).ok_or_else(|| refuse("chat_id is empty"))?;
    if state.blocked.contains(&chat) {
        return Err(Refusal(403, "Forbidden: bot was blocked by the user".to_owned()));
    }
    if chat > 0 && !state.opened.contains(&chat) {
        return Err(Refusal(403, "Forbidden: bot can't initiate conversation with a user".to_owned()));
    }
    Ok(chat)
}

/// The words of a message, and their source.
fn text(params: &Map<String, Value>) -> Result<(String, String), Refusal> {
    let source = params.get("text").and_then(Value::as_str).unwrap_or_default();
    let text = match params.get("parse_mode").and_then(Value::as_str) {
        Some("HTML") => html::plain(source).map_err(|why| refuse(format!("can't parse entities: {why}")))?.text,
        Some(other) => return Err(refuse(format!("unsupported parse_mode {other}"))),
        None => source.to_owned(),
    };
    if text.trim().is_empty() {
        return Err(refuse("message text is empty"));
    }
    if text.chars().map(char::len_utf16).sum::<usize>() > 4096 {
        return Err(refuse("message is too long"));
    }
    Ok((text, source.to_owned()))
}

/// The words of a rich message, and their source.
fn rich(params: &Map<String, Value>) -> Result<(String, String), Refusal> {
    let source = params.get("rich_message").and_then(|rich| rich["html"].as_str());
    let source = source.ok_or_else(|| refuse("rich message must have exactly one of html, markdown and blocks"))?;
    let seen = html::rich(source).map_err(|why| refuse(format!("can't parse rich message: {why}")))?;
    if seen.text.trim().is_empty() {
        return Err(refuse("rich message is empty"));
    }
    if seen.text.chars().count() > 32_768 || seen.blocks > 500 || seen.columns > 20 {
        return Err(refuse("RICH_MESSAGE_TOO_LONG"));
    }
    Ok((seen.text, source.to_owned()))
}

fn markup(params: &Map<String, Value>) -> Result<Vec<Button>, Refusal> {
    let mut buttons = Vec::new();
    let Some(markup) = params.get("reply_markup") else { return Ok(buttons) };
    let rows = markup["inline_keyboard"].as_array().ok_or_else(|| refuse("object expected as reply markup"))?;
    for button in rows.iter().flat_map(|row| row.as_array().into_iter().flatten()) {
        let text = button["text"].as_str().filter(|text| !text.is_empty());
        let text = text.ok_or_else(|| refuse("inline keyboard button text is empty"))?;
        let data = button["callback_data"].as_str().ok_or_else(|| refuse("BUTTON_TYPE_INVALID"))?;
        if data.is_empty() || data.len() > 64 {
            return Err(refuse("BUTTON_DATA_INVALID"));
        }
        buttons.push(Button { text: text.to_owned(), data: data.to_owned() });
    }
    if buttons.len() > 100 {
        return Err(refuse("REPLY_MARKUP_TOO_LONG"));
    }
    Ok(buttons)
}

fn send(
    state: &mut State,
    params: &Map<String, Value>,
    kind: &'static str,
    text: String,
    source: String,
    file: Option<crate::call::Upload>,
) -> Answer {
    let chat = chat(state, params)?;
    let buttons = markup(params)?;
    if state.too_fast(chat) {
        return Err(Refusal(429, "Too Many Requests: retry after 1".to_owned()));
    }
    let only = only(state, params, chat)?;
    let id = state.next_message(chat);
    let reply_to = params.get("reply_parameters").and_then(|reply| reply["message_id"].as_i64());
    let sent =
        Sent { chat, id, kind, text, source, buttons, only, file, earlier: Vec::new(), reply_to, deleted: false };
    state.sent.push(sent);
    let mut message = json!({"message_id": id, "date": 1, "chat": {"id": chat, "type": "private"}});
    if only.is_some() {
        message["message_id"] = json!(0);
        message["ephemeral_message_id"] = json!(id);
    }
    Ok(message)
}

/// The one person of a group whom a message is for. A server that does not know the parameter passes over it.
fn only(state: &State, params: &Map<String, Value>, chat: i64) -> Result<Option<i64>, Refusal> {
    let as_one = params.get("ephemeral_message_parameters");
    let (person, press) = match state.level {
        level if level < Level::V10_2 => return Ok(None),
        Level::V10_2 => (params.get("receiver_user_id"), params.get("callback_query_id")),
        _ if as_one.is_some() && params.contains_key("receiver_user_id") => {
            return Err(refuse("receiver_user_id and ephemeral_message_parameters exclude each other"));
        }
        _ => (
            as_one.and_then(|only| only.get("receiver_user_id")),
            as_one.and_then(|only| only.get("callback_query_id")),
        ),
    };
    let Some(person) = person.and_then(Value::as_i64) else { return Ok(None) };
    if chat > 0 {
        return Err(refuse("ephemeral messages can be sent to groups only"));
    }
    let pressed = press.and_then(Value::as_str).is_some_and(|id| state.presses.get(id) == Some(&person));
    let replies = params.get("reply_parameters").and_then(|reply| reply["ephemeral_message_id"].as_i64());
    let asked = replies.is_some_and(|id| state.incoming.get(&(chat, id)) == Some(&person));
    if !pressed && !asked && !state.admin_in.contains(&chat) {
        return Err(refuse("not enough rights to send ephemeral messages to the chat"));
    }
    Ok(Some(person))
}

fn draft(state: &mut State, params: &Map<String, Value>, is_rich: bool) -> Answer {
    let chat = chat(state, params)?;
    if chat < 0 {
        return Err(refuse("drafts can be sent to private chats only"));
    }
    if params.get("draft_id").and_then(Value::as_i64).unwrap_or_default() == 0 {
        return Err(refuse("draft_id must be non-zero"));
    }
    if is_rich {
        rich(params)?
    } else {
        text(params)?
    };
    if state.too_fast(chat) {
        return Err(Refusal(429, "Too Many Requests: retry after 1".to_owned()));
    }
    Ok(json!(true))
}

fn edit(state: &mut State, params: &Map<String, Value>, id: &str, only: Option<i64>) -> Answer {
    let chat = chat(state, params)?;
    let (kind, (text, source)) = if params.contains_key("rich_message") {
        if state.level < Level::V10_1 {
            return Err(refuse("message text is empty"));
        }
        ("rich", rich(params)?)
    } else {
        ("text", text(params)?)
    };
    let buttons = markup(params)?;
    if state.too_fast(chat) {
        return Err(Refusal(429, "Too Many Requests: retry after 1".to_owned()));
    }
    let id = params.get(id).and_then(Value::as_i64);
    let found = state.sent.iter_mut().find(|sent| {
        sent.chat == chat
            && Some(sent.id) == id
            && sent.only == only
            && !sent.deleted
            && matches!(sent.kind, "text" | "rich")
    });
    let message = found.ok_or_else(|| refuse("message to edit not found"))?;
    if message.source == source && message.buttons == buttons {
        return Err(refuse(
            "message is not modified: specified new message content and reply markup are exactly the same as a current content",
        ));
    }
    let before = std::mem::replace(&mut message.text, text);
    message.earlier.push(before);
    (message.kind, message.source, message.buttons) = (kind, source, buttons);
    Ok(json!({"message_id": message.id, "date": 1, "chat": {"id": chat, "type": "private"}}))
}

fn upload(state: &mut State, call: &Call, photo: bool) -> Answer {
    let file = call.file.clone().ok_or_else(|| refuse("there is no file in the request"))?;
    if photo {
        let size = png_size(&file.bytes).ok_or_else(|| refuse("IMAGE_PROCESS_FAILED"))?;
        let (long, short) = (size.0.max(size.1), size.0.min(size.1));
        if size.0 + size.1 > 10_000 || long > short * 20 || file.bytes.len() > 10_000_000 {
            return Err(refuse("PHOTO_INVALID_DIMENSIONS"));
        }
    }
    let caption = call.params.get("caption").and_then(Value::as_str).unwrap_or_default();
    if caption.chars().map(char::len_utf16).sum::<usize>() > 1024 {
        return Err(refuse("message caption is too long"));
    }
    if file.bytes.is_empty() {
        return Err(refuse("file must be non-empty"));
    }
    let kind = if photo { "photo" } else { "document" };
    send(state, &call.params, kind, caption.to_owned(), caption.to_owned(), Some(file))
}

/// Width and height of a PNG file.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let number = |at: usize| rest.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
    (rest.get(4..8)? == b"IHDR").then_some((number(8)?, number(12)?))
}
