//! What buttons do. A button carries a short id (Telegram takes 64 bytes); what it stands for is kept here.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    error::{Error, Result},
    lang::Lang,
    store::Change,
};

/// What pressing a button does. `Cancel` stops the answer to its update; of a button that an earlier version made, whatever is being
/// done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Action {
    Ask { words: String, conversation: Option<String> },
    Plan { plan: Value, conversation: Option<String> },
    Sql { sql: String },
    Rows { message: String, cursor: Option<String> },
    Feedback { message: String, up: bool },
    Cancel { update: Option<i64> },
    ShowAgain,
    Catalogue,
    Report { query: ReportQuery },
    Periods { query: ReportQuery },
    File { query: ReportQuery, format: String },
    Forecast { metric: String, grain: String },
    Trends { period: String },
    Advice { cursor: Option<String> },
    Decide { id: String, status: String },
    Customer { id: String },
    Timeline { id: String, cursor: Option<String> },
    Tasks { cursor: Option<String> },
    TaskDone { id: String },
    Settings,
    Language { lang: Lang },
    Theme { dark: bool },
    Deliveries,
    AddDigest,
    AddDigestEvery { every: String },
    AddDigestAt { every: String, hour: i64 },
    AddAlert,
    AddAlertOf { alert: Value },
    SwitchDelivery { id: String, active: bool },
    DropDelivery { id: String },
    Workspace { id: String },
    Logout,
}

impl Action {
    /// Whether a second press would do it a second time.
    pub(crate) fn is_once(&self) -> bool {
        matches!(self, Self::AddDigestAt { .. } | Self::AddAlertOf { .. })
    }

    /// Whether it is done in a private chat only: what it shows, or changes, is one person's.
    pub(crate) fn is_private(&self) -> bool {
        matches!(
            self,
            Self::AddAlert
                | Self::AddAlertOf { .. }
                | Self::AddDigest
                | Self::AddDigestAt { .. }
                | Self::AddDigestEvery { .. }
                | Self::Language { .. }
                | Self::Logout
                | Self::Settings
                | Self::Theme { .. }
                | Self::Workspace { .. }
        )
    }
}

/// Where buttons are kept, by id.
pub(crate) const BUTTON: &str = "button/";

/// The key of a button.
pub(crate) fn key(id: &str) -> String {
    format!("{BUTTON}{id}")
}

/// A button: who may press it, since when, and what it does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredButton {
    pub(crate) user: i64,
    pub(crate) at: i64,
    pub(crate) action: Action,
}

/// A report with what it is asked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct ReportQuery {
    pub(crate) id: String,
    pub(crate) period: Option<String>,
    pub(crate) grain: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<u32>,
}

impl ReportQuery {
    /// A report of the catalogue for a period.
    pub(crate) fn of(id: &str, period: &str) -> Self {
        Self { id: id.to_owned(), period: Some(period.to_owned()), ..Self::default() }
    }
}

/// A button.
#[derive(Debug, Clone)]
pub(crate) struct Button {
    text: String,
    action: Box<Action>,
}

impl Button {
    pub(crate) fn new(text: impl Into<String>, action: Action) -> Self {
        Self { text: text.into(), action: Box::new(action) }
    }
}

/// Buttons in rows.
pub(crate) type Keyboard = Vec<Vec<Button>>;

/// Buttons in rows of so many.
pub(crate) fn rows_of(width: usize, buttons: Vec<Button>) -> Keyboard {
    buttons.chunks(width).map(<[Button]>::to_vec).collect()
}

/// The markup of a keyboard, and what must be kept for it to work.
pub(crate) fn markup(keyboard: &Keyboard, user: i64, at: i64) -> Result<(Option<Value>, Vec<Change>)> {
    let mut changes = Vec::new();
    let mut rows = Vec::new();
    for row in keyboard.iter().filter(|row| !row.is_empty()) {
        let mut told = Vec::new();
        for button in row {
            let id = id()?;
            let stored = StoredButton { user, at, action: button.action.as_ref().clone() };
            changes.push(Change::put(key(&id), &stored)?);
            told.push(json!({"text": crate::render::cut(&button.text, 60), "callback_data": id}));
        }
        rows.push(Value::Array(told));
    }
    let markup = (!rows.is_empty()).then(|| json!({"inline_keyboard": rows}));
    Ok((markup, changes))
}

/// Ids are random: nobody can press what was not shown to them.
fn id() -> Result<String> {
    let mut random = [0u8; 12];
    getrandom::fill(&mut random).map_err(|error| Error::Settings(format!("no random numbers: {error}")))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_id_fits_whatever_the_button_does() {
        let action = Action::Ask { words: "я".repeat(900), conversation: Some("c".repeat(200)) };
        let keyboard = vec![vec![Button::new("x".repeat(300), action)], Vec::new()];
        let (markup, changes) = markup(&keyboard, 1, 2).unwrap();
        let markup = markup.unwrap();
        let button = &markup["inline_keyboard"][0][0];
        assert!(button["callback_data"].as_str().unwrap().len() <= 64 && changes.len() == 1);
        assert!(button["text"].as_str().unwrap().chars().count() <= 60);
    }
}
