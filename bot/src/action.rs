//! What buttons do. A button carries an id and a key (Telegram takes 64 bytes); what it stands for is kept here, sealed by that key.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    error::{Error, Result},
    lang::Lang,
    seal::Key,
    store::{Change, Store},
};

/// What pressing a button does. `Cancel` stops the answer to its update; of a button that an earlier version made, whatever is being
/// done.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum Action {
    Ask {
        words: String,
        conversation: Option<String>,
    },
    Plan {
        plan: Value,
        conversation: Option<String>,
    },
    /// An answer of the server, by its message.
    Recall {
        message: String,
        conversation: String,
    },
    Sql {
        sql: String,
    },
    Rows {
        message: String,
        cursor: Option<String>,
    },
    Feedback {
        message: String,
        up: bool,
    },
    Cancel {
        update: Option<i64>,
    },
    ShowAgain,
    Catalogue,
    Report {
        query: ReportQuery,
    },
    Periods {
        query: ReportQuery,
    },
    File {
        query: ReportQuery,
        format: String,
    },
    Forecast {
        metric: String,
        grain: String,
    },
    Trends {
        period: String,
    },
    Advice {
        cursor: Option<String>,
    },
    Decide {
        id: String,
        status: String,
    },
    Customer {
        id: String,
    },
    Timeline {
        id: String,
        cursor: Option<String>,
    },
    Tasks {
        cursor: Option<String>,
    },
    TaskDone {
        id: String,
    },
    Settings,
    Language {
        lang: Lang,
    },
    Theme {
        dark: bool,
    },
    Tables {
        plain: bool,
    },
    Deliveries,
    AddDigest,
    AddDigestEvery {
        every: String,
    },
    AddDigestAt {
        every: String,
        hour: i64,
    },
    AddAlert,
    AddAlertOf {
        alert: Value,
    },
    SwitchDelivery {
        id: String,
        active: bool,
    },
    DropDelivery {
        id: String,
    },
    Workspace {
        id: String,
    },
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
                | Self::Tables { .. }
                | Self::Theme { .. }
                | Self::Workspace { .. }
        )
    }
}

/// Where buttons are kept, by id.
pub(crate) const BUTTON: &str = "button/";

/// Letters of an id. What follows it in a button is its key.
const ID: usize = 16;

/// A button: who may press it, since when, and what it does, sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct StoredButton {
    pub(crate) user: i64,
    pub(crate) at: i64,
    sealed: String,
}

/// A button that was pressed.
#[derive(Debug, Clone)]
pub(crate) struct Pressed {
    /// Whose it is.
    pub(crate) user: i64,
    pub(crate) action: Action,
    key: String,
    stored: StoredButton,
}

impl Pressed {
    /// It is there no more.
    pub(crate) fn gone(&self) -> Change {
        Change::Remove(self.key.clone())
    }

    /// It is there again.
    pub(crate) fn back(&self) -> Result<Change> {
        Ok(Change::put(self.key.as_str(), &self.stored)?)
    }
}

/// The button that carries this; nothing where it is not known any more.
pub(crate) fn find(store: &Store, data: &str) -> Result<Option<Pressed>> {
    let Some((id, key)) = data.split_at_checked(ID) else { return Ok(None) };
    let at = format!("{BUTTON}{id}");
    let Some(stored) = store.get::<StoredButton>(&at)? else { return Ok(None) };
    let text = Key::read(key).and_then(|key| key.open(&stored.sealed));
    // A key that nobody was shown opens nothing.
    let action = text.and_then(|text| serde_json::from_str(&text).ok());
    Ok(action.map(|action| Pressed { user: stored.user, action, key: at, stored }))
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
            let (id, key) = (id()?, Key::random()?);
            let text = serde_json::to_string(&button.action).map_err(|_| Error::Settings("a button".to_owned()))?;
            let stored = StoredButton { user, at, sealed: key.seal(&text) };
            changes.push(Change::put(format!("{BUTTON}{id}"), &stored)?);
            let data = format!("{id}{}", key.text());
            told.push(json!({"text": crate::render::cut(&button.text, 60), "callback_data": data}));
        }
        rows.push(Value::Array(told));
    }
    let markup = (!rows.is_empty()).then(|| json!({"inline_keyboard": rows}));
    Ok((markup, changes))
}

/// Ids are random: nobody can press what was not shown to them. It has [`ID`] letters.
fn id() -> Result<String> {
    let mut random = [0u8; 12];
    getrandom::fill(&mut random).map_err(|error| Error::Settings(format!("no random numbers: {error}")))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(random))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_button_fits_whatever_it_does_and_only_itself_says_what_that_is() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), 1, &[]).unwrap();
        let action = Action::Ask { words: "Иванова".repeat(120), conversation: Some("c".repeat(200)) };
        let keyboard = vec![vec![Button::new("x".repeat(300), action.clone())], Vec::new()];
        let (markup, changes) = markup(&keyboard, 7, 2).unwrap();
        let markup = markup.unwrap();
        let button = &markup["inline_keyboard"][0][0];
        let data = button["callback_data"].as_str().unwrap();
        assert!(data.len() <= 64 && changes.len() == 1);
        assert!(button["text"].as_str().unwrap().chars().count() <= 60);
        store.commit(changes).await.unwrap();
        let pressed = find(&store, data).unwrap().unwrap();
        assert_eq!((pressed.user, &pressed.action), (7, &action));
        let other = Key::random().unwrap().text();
        for wrong in ["", "x", "я", &data[..ID], &format!("{}{other}", &data[..ID]), &format!("{data}A")] {
            assert!(find(&store, wrong).unwrap().is_none(), "{wrong}");
        }
    }
}
