//! Messages that one person of a group sees: who that is, in answer to what, and in which form the server takes it.

use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value, json};

/// Seconds until they are tried again on a server that did not know them.
const UNKNOWN_FOR: i64 = 86_400;

/// The one person of a group who sees a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Only {
    pub(crate) person: i64,
    /// The press that is answered. With it, for a quarter of a minute, a bot may do it that is no admin of the group.
    pub(crate) press: Option<String>,
    /// The message of theirs that is answered, which nobody else sees either. It is as good as a press.
    pub(crate) incoming: Option<i64>,
}

/// How a server is told whom a message is for. Of both at once it takes none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Since Bot API 10.3, as one parameter.
    Parameters,
    /// Of 10.2.
    Receiver,
}

/// What is known of the server.
#[derive(Debug, Default)]
pub(crate) struct Ephemeral(Mutex<Known>);

#[derive(Debug, Default, Clone, Copy)]
enum Known {
    #[default]
    Nothing,
    Form(Form),
    /// It passes over both, since when.
    Neither(i64),
}

impl Ephemeral {
    /// The forms to try, in order.
    pub(crate) fn forms(&self, now: i64) -> &'static [Form] {
        match *self.lock() {
            Known::Form(Form::Parameters) => &[Form::Parameters],
            Known::Form(Form::Receiver) => &[Form::Receiver],
            Known::Neither(since) if now - since <= UNKNOWN_FOR => &[],
            Known::Neither(_) | Known::Nothing => &[Form::Parameters, Form::Receiver],
        }
    }

    /// The form of a message that follows one which was taken.
    pub(crate) fn form(&self) -> Form {
        match *self.lock() {
            Known::Form(form) => form,
            Known::Nothing | Known::Neither(_) => Form::Parameters,
        }
    }

    pub(crate) fn is_known(&self, form: Form) {
        *self.lock() = Known::Form(form);
    }

    pub(crate) fn is_unknown(&self, now: i64) {
        *self.lock() = Known::Neither(now);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Only {
    /// Says in a call whom it is for.
    pub(crate) fn put(&self, form: Form, params: &mut Map<String, Value>) {
        let mut whom = Map::from_iter([("receiver_user_id".to_owned(), json!(self.person))]);
        if let Some(press) = &self.press {
            whom.insert("callback_query_id".to_owned(), json!(press));
        }
        match form {
            Form::Parameters => {
                params.insert("ephemeral_message_parameters".to_owned(), Value::Object(whom));
            }
            Form::Receiver => params.extend(whom),
        }
        if let Some(message) = self.incoming {
            params.insert("reply_parameters".to_owned(), json!({"ephemeral_message_id": message}));
        }
    }
}
