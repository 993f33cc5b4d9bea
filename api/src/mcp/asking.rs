//! Whose question a call is, and in which language and calendar it is read and answered.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};
use kupets_assistant::language::Language;
use kupets_auth::Caller;
use kupets_engine::{Engine, TenantContext, insight, semantic::period::Calendar};

/// What every tool needs of a call beside its arguments.
#[derive(Debug)]
pub(super) struct Asking {
    /// What answers.
    pub engine: Engine,
    /// Whose data it is.
    pub tenant: TenantContext,
    /// The language of the answer.
    pub language: Language,
    /// The calendar by which periods are read.
    pub calendar: Calendar,
}

impl Asking {
    /// A call of that caller; in the workspace's language unless another one is asked for.
    pub fn new(engine: &Engine, caller: &Caller, language: Option<kupets_mcp::Language>) -> Self {
        let language = match language {
            Some(kupets_mcp::Language::En) => Language::En,
            Some(kupets_mcp::Language::Ru) => Language::Ru,
            None => Language::of_locale(&caller.workspace().locale),
        };
        let tenant = caller.tenant().clone();
        let calendar = engine.calendar(&tenant);
        Self { engine: engine.clone(), tenant, language, calendar }
    }

    /// The language as calls of the engine have it.
    pub fn locale(&self) -> insight::Language {
        match self.language {
            Language::En => insight::Language::En,
            Language::Ru => insight::Language::Ru,
        }
    }

    /// The text in the language of the answer.
    pub fn say(&self, ru: impl Into<String>, en: impl Into<String>) -> String {
        if self.language.russian() { ru.into() } else { en.into() }
    }

    /// A moment as it is told: by the workspace's clock.
    pub fn moment(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.calendar.zone).to_rfc3339_opts(SecondsFormat::AutoSi, true)
    }

    /// Parameters of a call of the engine: those that were sent, and the language.
    pub fn parameters<const N: usize>(&self, sent: [(&str, Option<String>); N]) -> BTreeMap<String, String> {
        let language = ("locale".to_owned(), self.language.pick("ru", "en").to_owned());
        let sent = sent.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        sent.chain([language]).collect()
    }
}
