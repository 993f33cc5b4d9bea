//! What goes over the wire.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::model::settings::Settings;

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The rules.
    System,
    /// The person.
    User,
    /// The model, in examples and repairs.
    Assistant,
}

/// One turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Who speaks.
    pub role: Role,
    /// What.
    pub content: String,
}

impl Message {
    /// The rules.
    pub fn system(content: impl Into<String>) -> Self {
        Self { role: Role::System, content: content.into() }
    }

    /// The person's.
    pub fn user(content: impl Into<String>) -> Self {
        Self { role: Role::User, content: content.into() }
    }

    /// The model's.
    pub fn assistant(content: impl Into<String>) -> Self {
        Self { role: Role::Assistant, content: content.into() }
    }
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Chat {
    /// The turns.
    pub messages: Vec<Message>,
    /// The JSON schema of the answer, as text: the model writes properties in the order in which they stand in it. Plain prose
    /// where missing.
    pub schema: Option<Box<RawValue>>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The text; with a schema, the JSON object alone.
    pub text: String,
    /// Tokens of the question, where the server counted them.
    pub prompt_tokens: Option<u64>,
    /// Tokens of the answer, where the server counted them.
    pub answer_tokens: Option<u64>,
    /// How long the model took to load, where the server says.
    pub loading: Option<Duration>,
}

/// A model that the server has.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Listed {
    /// Its name with its tag.
    pub name: String,
    /// What it is made of, to notice that it was replaced.
    #[serde(default)]
    pub digest: String,
    /// Its bytes.
    #[serde(default)]
    pub size: u64,
}

/// A model in memory.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Loaded {
    /// Its name with its tag.
    pub name: String,
    /// The context that it was loaded with.
    #[serde(default)]
    pub context_length: Option<u64>,
}

/// What is known of a model.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    /// Its family, such as `llama`.
    pub family: String,
    /// Its size, such as `7.6B`.
    pub parameters: String,
    /// The longest context that it was made for.
    pub context_length: Option<u64>,
    /// What it can do, such as `completion`.
    pub capabilities: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct ChatBody<'a> {
    pub model: &'a str,
    pub messages: &'a [Message],
    pub stream: bool,
    /// Thinking models think unless told not to.
    pub think: bool,
    /// Else the beginning of a long question vanishes without a sign.
    pub truncate: bool,
    /// Else the beginning of a long answer does.
    pub shift: bool,
    pub keep_alive: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<&'a RawValue>,
    pub options: Options,
}

/// The same in every call, so that the model is never loaded anew.
#[derive(Debug, Serialize)]
pub(super) struct Options {
    pub num_ctx: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub num_thread: Option<u32>,
    pub num_predict: u32,
    pub temperature: u8,
    pub seed: u8,
}

impl<'a> ChatBody<'a> {
    pub fn new(settings: &'a Settings, messages: &'a [Message], schema: Option<&'a RawValue>) -> Self {
        Self {
            model: &settings.model,
            messages,
            stream: !messages.is_empty(),
            think: false,
            truncate: false,
            shift: false,
            // In seconds; a negative number is for ever.
            keep_alive: settings.keep_alive.map_or(-1, |time| i64::try_from(time.as_secs()).unwrap_or(-1)),
            format: schema,
            options: Options {
                num_ctx: settings.num_ctx,
                num_thread: settings.num_thread,
                num_predict: settings.max_tokens,
                temperature: 0,
                seed: 1,
            },
        }
    }
}

/// A line of an answer. Anything may be missing.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Line {
    pub model: Option<String>,
    pub message: Option<LineMessage>,
    pub done: bool,
    pub done_reason: Option<String>,
    pub error: Option<Value>,
    pub prompt_eval_count: Option<u64>,
    pub eval_count: Option<u64>,
    pub load_duration: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LineMessage {
    pub content: Option<String>,
    pub thinking: Option<String>,
    pub tool_calls: Option<Value>,
}

/// What an `error` says: mostly a text, sometimes an object with a message.
pub(super) fn error_text(error: &Value) -> String {
    let inner = error.get("message").or_else(|| error.get("error")).unwrap_or(error);
    let text = inner.as_str().map_or_else(|| inner.to_string(), str::to_owned);
    text.chars().filter(|char| !char.is_control()).take(500).collect()
}

#[derive(Debug, Deserialize)]
pub(super) struct VersionBody {
    pub version: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct ModelsBody<T> {
    #[serde(default = "Vec::new")]
    pub models: Vec<T>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ShowBody {
    pub details: Details,
    pub model_info: serde_json::Map<String, Value>,
    pub capabilities: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Details {
    pub family: String,
    pub parameter_size: String,
}

impl From<ShowBody> for Shown {
    fn from(body: ShowBody) -> Self {
        let context = body.model_info.iter().find(|(name, _)| name.ends_with(".context_length"));
        Self {
            family: body.details.family,
            parameters: body.details.parameter_size,
            context_length: context.and_then(|(_, length)| length.as_u64()),
            capabilities: body.capabilities,
        }
    }
}

/// Whether two names are of one model: no tag is `latest`.
pub(super) fn same_model(one: &str, other: &str) -> bool {
    let bare = |name: &str| name.strip_suffix(":latest").unwrap_or(name).to_lowercase();
    bare(one) == bare(other)
}
