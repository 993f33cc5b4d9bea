//! How the model is, for a status page.

use serde::Serialize;

use crate::language::Language;

/// How the model is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// No address is set.
    Off,
    /// Nothing answers there, or it fails again and again.
    Unreachable {
        /// Why, for the operator.
        reason: String,
    },
    /// The server does not have the model.
    ModelMissing {
        /// The command that gets it.
        pull: String,
    },
    /// It is being brought into memory.
    Loading,
    /// As many questions wait as may.
    Busy,
    /// It answers.
    Ready,
}

impl State {
    /// A sentence for people.
    pub fn tell(&self, language: Language) -> String {
        match (self, language) {
            (Self::Off, _) => language.pick("Модель не подключена", "No model is connected").to_owned(),
            (Self::Unreachable { reason }, Language::Ru) => format!("Сервер модели недоступен: {reason}"),
            (Self::Unreachable { reason }, Language::En) => format!("The model's server cannot be reached: {reason}"),
            (Self::ModelMissing { pull }, Language::Ru) => format!("Модели нет на сервере, выполните: {pull}"),
            (Self::ModelMissing { pull }, Language::En) => format!("The model is not on the server, run: {pull}"),
            (Self::Loading, _) => language.pick("Модель загружается", "The model is loading").to_owned(),
            (Self::Busy, _) => language.pick("Модель занята", "The model is busy").to_owned(),
            (Self::Ready, _) => language.pick("Модель готова", "The model is ready").to_owned(),
        }
    }
}
