//! The parameters of a question, as text in a query string.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use kupets_core::{Error, Result, TenantContext};

use crate::reports::{self, Period};

/// What was sent, and what is needed to understand it.
#[derive(Debug)]
pub struct Asked<'a> {
    text: &'a BTreeMap<String, String>,
    zone: Tz,
    currency: &'a str,
    now: DateTime<Utc>,
}

/// The language of sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Russian.
    Ru,
}

impl Language {
    /// What `locale` takes.
    pub const NAMES: [&str; 2] = ["en", "ru"];
}

fn bad(message: String) -> Error {
    Error::invalid("bad_parameter", message)
}

impl<'a> Asked<'a> {
    /// Checks that only `known` names were sent.
    ///
    /// # Errors
    /// Another was; the message lists those there are.
    pub fn new(
        text: &'a BTreeMap<String, String>,
        known: &[&str],
        tenant: &'a TenantContext,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        if let Some(name) = text.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(bad(format!("There is no parameter `{name}`. There are: {}.", known.join(", "))));
        }
        Ok(Self { text, zone: tenant.time_zone(), currency: tenant.currency(), now })
    }

    /// The text of a parameter; an empty one counts as not sent.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.text.get(name).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// A copy of the text of a parameter.
    pub fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// A moment, or a date as midnight in the workspace's zone.
    ///
    /// # Errors
    /// It is neither.
    pub fn time(&self, name: &str) -> Result<Option<DateTime<Utc>>> {
        self.text(name).map(|text| kupets_core::time::parse(name, text, self.zone)).transpose()
    }

    /// The period asked for: `period` by name, or `from` and `to`; none if neither was sent.
    ///
    /// # Errors
    /// Both were sent, a time is none, or the end is before the beginning.
    pub fn period(&self) -> Result<Option<Period>> {
        let sent = Period { from: self.time("from")?, to: self.time("to")?, ..Period::default() };
        match (self.text("period"), sent) {
            (None, Period { from: None, to: None, .. }) => Ok(None),
            (None, Period { from: Some(from), to: Some(to), .. }) if from >= to => {
                Err(bad("`from` must be before `to`; `to` is not part of the period.".into()))
            }
            (None, sent) => Ok(Some(sent)),
            (Some(name), Period { from: None, to: None, .. }) => reports::named(name, self.zone, self.now)
                .map(Some)
                .ok_or_else(|| bad(format!("`period` is `{name}`; it may be {}.", reports::PERIODS.join(", ")))),
            (Some(_), _) => Err(bad("Send either `period` or `from` and `to`, not both.".into())),
        }
    }

    /// Dates, with commas between them.
    ///
    /// # Errors
    /// One is not a date.
    pub fn dates(&self, name: &str) -> Result<Vec<NaiveDate>> {
        let read = |text: &str| {
            text.trim().parse().map_err(|_| {
                bad(format!("`{name}` holds `{text}`, which is not a date. Example: {name}=2026-01-01,2026-05-09."))
            })
        };
        self.text(name).map_or(Ok(Vec::new()), |text| text.split(',').map(read).collect())
    }

    /// A whole number within bounds.
    ///
    /// # Errors
    /// It is not one, or out of bounds.
    pub fn integer(&self, name: &str, default: u32, least: u32, most: u32) -> Result<u32> {
        let Some(text) = self.text(name) else { return Ok(default) };
        match text.parse() {
            Ok(n) if (least..=most).contains(&n) => Ok(n),
            _ => Err(bad(format!("`{name}` is `{text}`; it is a whole number from {least} to {most}."))),
        }
    }

    /// The moment the question is asked at: `as_of`, or now.
    ///
    /// # Errors
    /// It is not a time.
    pub fn as_of(&self) -> Result<DateTime<Utc>> {
        Ok(self.time("as_of")?.unwrap_or(self.now))
    }

    /// The currency of figures.
    ///
    /// # Errors
    /// It is not a code.
    pub fn currency(&self) -> Result<String> {
        reports::currency_code(self.text("currency"), self.currency)
    }

    /// The language of sentences.
    ///
    /// # Errors
    /// There are only two.
    pub fn language(&self) -> Result<Language> {
        match self.text("locale") {
            None => Ok(Language::En),
            // `ru-RU` is Russian too.
            Some(text) => match text.split('-').next() {
                Some("en") => Ok(Language::En),
                Some("ru") => Ok(Language::Ru),
                _ => Err(bad(format!("`locale` is `{text}`; it may be en or ru."))),
            },
        }
    }
}
