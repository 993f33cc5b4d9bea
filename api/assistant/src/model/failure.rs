//! How asking a model fails. Every failure has the same end: the question is answered without it.

use std::time::Duration;

use thiserror::Error;

use crate::language::Language;

/// Why there is no answer of the model.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Failure {
    /// No model is set up.
    #[error("no model is set up")]
    Off,
    /// Nothing answers at the address.
    #[error("the model's server cannot be reached: {reason}")]
    Unreachable {
        /// The cause, down to the operating system's.
        reason: String,
    },
    /// A server that checks `Host` and `Origin` said no with an empty page.
    #[error("Ollama refuses this address: set OLLAMA_HOST or OLLAMA_ORIGINS on its side")]
    Refused,
    /// The server does not have the model.
    #[error("the model is not there: run `ollama pull {model}`")]
    ModelMissing {
        /// Its name.
        model: String,
    },
    /// Too many are waiting, here or at the server.
    #[error("the model is busy")]
    Busy,
    /// The model did not begin to answer in time: it may still be loading.
    #[error("the model did not begin to answer in time")]
    SlowStart,
    /// The answer stopped in the middle.
    #[error("the model's answer stalled")]
    Stalled,
    /// The answer took longer than it may.
    #[error("the model's answer took too long")]
    TooSlow,
    /// The answer ended before its end.
    #[error("the model's answer was cut off")]
    Cut,
    /// The question does not fit the model's context.
    #[error("the question is too long for the model")]
    TooLong,
    /// The answer is larger than it may be.
    #[error("the model's answer is too large")]
    TooLarge,
    /// The server said that it failed.
    #[error("the model's server failed ({status}): {message}")]
    Server {
        /// The HTTP status; 200 where it failed in the middle of an answer.
        status: u16,
        /// What it said.
        message: String,
    },
    /// What came is not the protocol.
    #[error("the model's server answered strangely: {reason}")]
    Protocol {
        /// How.
        reason: String,
    },
    /// It failed too often and is left alone for a while.
    #[error("the model failed repeatedly and is tried again in {} s", retry_in.as_secs())]
    Paused {
        /// When it is tried again.
        retry_in: Duration,
    },
}

impl Failure {
    /// Whether it says that the server is not well, so that it is to be left alone after several.
    pub(super) fn of_server(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::SlowStart
            | Self::Stalled
            | Self::TooSlow
            | Self::Cut
            | Self::Protocol { .. } => true,
            Self::Server { status, .. } => *status >= 500 || *status == 200,
            Self::Off
            | Self::Refused
            | Self::ModelMissing { .. }
            | Self::Busy
            | Self::TooLong
            | Self::TooLarge
            | Self::Paused { .. } => false,
        }
    }

    /// A short name for logs and metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Unreachable { .. } => "unreachable",
            Self::Refused => "refused",
            Self::ModelMissing { .. } => "model_missing",
            Self::Busy => "busy",
            Self::SlowStart => "slow_start",
            Self::Stalled => "stalled",
            Self::TooSlow => "too_slow",
            Self::Cut => "cut",
            Self::TooLong => "too_long",
            Self::TooLarge => "too_large",
            Self::Server { .. } => "server",
            Self::Protocol { .. } => "protocol",
            Self::Paused { .. } => "paused",
        }
    }

    /// What a person is told who asked a question that is now answered without the model.
    pub fn tell(&self, language: Language) -> String {
        let text = |ru: &str, en: &str| language.pick(ru, en).to_owned();
        match self {
            Self::Off => text("Модель не подключена.", "No model is connected."),
            Self::ModelMissing { model } => match language {
                Language::Ru => {
                    format!("Модели нет на сервере: выполните `ollama pull {model}`. Ответ дан без неё.")
                }
                Language::En => {
                    format!("The model is not on the server: run `ollama pull {model}`. Answered without it.")
                }
            },
            Self::Refused => text(
                "Ollama отклоняет этот адрес: проверьте OLLAMA_HOST и OLLAMA_ORIGINS на её стороне. Ответ дан без модели.",
                "Ollama refuses this address: check OLLAMA_HOST and OLLAMA_ORIGINS on its side. Answered without the model.",
            ),
            Self::Busy => text(
                "Модель занята другими вопросами. Ответ дан без неё.",
                "The model is busy with other questions. Answered without it.",
            ),
            Self::SlowStart => {
                text("Модель ещё загружается. Ответ дан без неё.", "The model is still loading. Answered without it.")
            }
            Self::TooLong => text("Вопрос слишком длинный для модели.", "The question is too long for the model."),
            _ => text(
                "Модель сейчас недоступна. Ответ дан без неё.",
                "The model is not available now. Answered without it.",
            ),
        }
    }
}
