//! What is known of a call that was not done.

/// Why a call was not done, or that it is not known. What it shows holds nothing that a person wrote or is: it goes into the log.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// Telegram said no: nothing was done.
    #[error("Telegram refused {method} ({code})")]
    Refused {
        /// The method.
        method: String,
        /// The code, as of HTTP.
        code: i64,
        /// Telegram's words; they may quote the message.
        description: String,
        /// Seconds to wait.
        retry_after: Option<u64>,
        /// The group's new id.
        migrate_to: Option<i64>,
    },
    /// It never reached Telegram.
    #[error("Telegram cannot be reached ({method}): {what}")]
    Unreachable {
        /// The method.
        method: String,
        /// What happened.
        what: String,
    },
    /// It was sent, and no answer came: it may have been done.
    #[error("whether {method} was done is not known: {what}")]
    Unknown {
        /// The method.
        method: String,
        /// What happened.
        what: String,
    },
    /// A message for one person of a group was shown to all of it; it has been taken back.
    #[error("{method} would have shown all of a group what is one person's")]
    Public {
        /// The method.
        method: String,
    },
}

impl Failure {
    /// The person has blocked the bot, or the chat is gone.
    pub(crate) fn is_blocked(&self) -> bool {
        matches!(self, Self::Refused { code: 403, .. })
            || self.says(&["chat not found", "peer id invalid", "user is deactivated", "user is blocked"])
    }

    /// Nothing was done, and it may go another time.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } => true,
            Self::Refused { code, .. } => matches!(code, 429 | 500..=599) && !is_unknown_code(*code),
            _ => false,
        }
    }

    /// It was not done, and would not be another time either.
    pub(crate) fn is_final(&self) -> bool {
        matches!(self, Self::Public { .. }) || (matches!(self, Self::Refused { .. }) && !self.is_passing())
    }

    /// Seconds that Telegram asks to wait.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Telegram's words, for the log of calls that say nothing of anybody.
    pub(crate) fn description(&self) -> &str {
        match self {
            Self::Refused { description, .. } => description,
            _ => "",
        }
    }

    /// The server does not know the method.
    pub(crate) fn is_unknown_method(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if is_unknown_code(*code))
            || self.says(&["method not found", "unknown method", "unsupported method", "method is not supported"])
    }

    /// The topic is gone, or was never one.
    pub(crate) fn is_thread_gone(&self) -> bool {
        self.says(&["thread not found", "topic deleted", "topic closed", "topic id invalid"])
    }

    /// The method or the content is refused: another form may pass.
    pub(crate) fn is_form(&self) -> bool {
        const NOT_THE_FORM: &[&str] = &[
            "chat not found",
            "peer id invalid",
            "thread not found",
            "topic ",
            "to be replied",
            "not enough rights",
            "have no rights",
            "need administrator rights",
            "bot not admin",
            "not modified",
            "to edit not found",
            "can't be edited",
            "button ",
            "reply markup",
            "upgraded to a supergroup",
            "ephemeral",
        ];
        let refused = matches!(self, Self::Refused { code, .. } if *code == 400 || is_unknown_code(*code));
        refused && !self.says(NOT_THE_FORM)
    }

    /// The tags or entities of a text are refused: without them it may pass.
    pub(crate) fn is_markup(&self) -> bool {
        const OF_THE_MARKUP: &[&str] = &["parse entities", "entity ", "entities", "start tag", "end tag", "parse mode"];
        matches!(self, Self::Refused { code: 400, .. }) && self.says(OF_THE_MARKUP)
    }

    /// The server does not know the Stop button of drafts.
    pub(crate) fn is_about_stop(&self) -> bool {
        matches!(self, Self::Refused { code: 400, .. }) && self.says(&["can stop"])
    }

    /// An edit that changes nothing.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.says(&["message is not modified", "message not modified"])
    }

    /// Whether the description has any of these. Some are told as a sentence and some as a name (`TOPIC_CLOSED`), and servers that are
    /// not Telegram's own spell them otherwise: they are compared in small letters, with blanks.
    fn says(&self, words: &[&str]) -> bool {
        let Self::Refused { description, .. } = self else { return false };
        let description = description.to_lowercase().replace('_', " ");
        words.iter().any(|word| description.contains(word))
    }
}

/// The codes by which a server says that it does not know a method.
fn is_unknown_code(code: i64) -> bool {
    matches!(code, 404 | 405 | 501)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_logged_quotes_nobody() {
        let failure = Failure::Refused {
            method: "sendMessage".to_owned(),
            code: 400,
            description: "Bad Request: can't parse entities: unsupported tag \"Иванова\"".to_owned(),
            retry_after: None,
            migrate_to: None,
        };
        assert_eq!(failure.to_string(), "Telegram refused sendMessage (400)");
        assert!(failure.is_form() && failure.is_final() && !failure.is_passing());
    }

    fn refused(code: i64, description: &str) -> Failure {
        let (method, description) = ("sendMessage".to_owned(), description.to_owned());
        Failure::Refused { method, code, description, retry_after: None, migrate_to: None }
    }

    #[test]
    fn what_is_refused_is_known_however_it_is_spelled() {
        for gone in ["Bad Request: message thread not found", "TOPIC_CLOSED", "Bad Request: topic_deleted"] {
            assert!(refused(400, gone).is_thread_gone() && !refused(400, gone).is_form(), "{gone}");
        }
        for same in ["Bad Request: message is not modified: specified", "Bad Request: MESSAGE_NOT_MODIFIED"] {
            assert!(refused(400, same).is_unchanged() && !refused(400, same).is_form(), "{same}");
        }
        for code in [404, 405, 501] {
            let unknown = refused(code, "whatever");
            assert!(unknown.is_unknown_method() && unknown.is_form() && unknown.is_final(), "{code}");
        }
        assert!(refused(400, "Bad Request: method not found").is_unknown_method());
        assert!(refused(500, "Internal Server Error").is_passing() && refused(502, "Bad Gateway").is_passing());
        assert!(refused(403, "Forbidden: bot was blocked by the user").is_blocked());
        assert!(refused(400, "Bad Request: USER_IS_BLOCKED").is_blocked());
        for not_the_form in ["BUTTON_DATA_INVALID", "BOT_NOT_ADMIN", "need administrator rights in the chat"] {
            assert!(!refused(400, &format!("Bad Request: {not_the_form}")).is_form(), "{not_the_form}");
        }
        assert!(refused(400, "Bad Request: can't parse entities: unsupported start tag \"x\"").is_markup());
        assert!(refused(400, "Bad Request: ENTITY_BOUNDS_INVALID").is_markup());
        assert!(!refused(400, "Bad Request: message is too long").is_markup());
    }
}
