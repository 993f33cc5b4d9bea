//! What is known of a call that was not done.

/// Why a call was not done, or that it is not known.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Failure {
    /// Telegram said no: nothing was done.
    #[error("Telegram refused {method} ({code}): {description}")]
    Refused {
        /// The method.
        method: String,
        /// The code, as of HTTP.
        code: i64,
        /// Telegram's words.
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

    /// Seconds that Telegram asks to wait.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The method or the content is refused: another form may pass.
    pub(crate) fn is_form(&self) -> bool {
        const NOT_THE_FORM: &[&str] = &[
            "chat not found",
            "PEER_ID_INVALID",
            "thread not found",
            "to be replied",
            "not enough rights",
            "have no rights",
            "not modified",
            "to edit not found",
            "can't be edited",
            "BUTTON_",
            "reply markup",
            "upgraded to a supergroup",
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
