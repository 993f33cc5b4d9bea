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
            || self.says(&["chat not found", "PEER_ID_INVALID", "user is deactivated"])
    }

    /// Nothing was done, and it may go another time.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Refused { code: 429 | 500..=599, .. })
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
        matches!(self, Self::Refused { code: 404, .. })
    }

    /// The topic is gone, or was never one.
    pub(crate) fn is_thread_gone(&self) -> bool {
        self.says(&["thread not found", "TOPIC_DELETED", "TOPIC_CLOSED"])
    }

    /// The method or the content is refused: another form may pass.
    pub(crate) fn is_form(&self) -> bool {
        const NOT_THE_FORM: &[&str] = &[
            "chat not found",
            "PEER_ID_INVALID",
            "thread not found",
            "TOPIC_",
            "to be replied",
            "not enough rights",
            "have no rights",
            "not modified",
            "to edit not found",
            "can't be edited",
            "BUTTON_",
            "reply markup",
            "upgraded to a supergroup",
            "ephemeral",
        ];
        matches!(self, Self::Refused { code: 400 | 404, .. }) && !self.says(NOT_THE_FORM)
    }

    /// An edit that changes nothing.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.says(&["message is not modified"])
    }

    fn says(&self, words: &[&str]) -> bool {
        matches!(self, Self::Refused { description, .. } if words.iter().any(|word| description.contains(word)))
    }
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
}
