//! What a workspace has decided about its assistant: how its questions are read.

use std::{borrow::Cow, collections::BTreeMap};

use chrono::{Datelike as _, NaiveDate};
use kupets_auth::Caller;
use kupets_control::workspaces::AssistantRow;
use kupets_engine::{
    Error, FieldError,
    semantic::{
        catalogue::{Dimension, Metric},
        find::NamedDay,
        period::{Calendar, DateOrder, Rule},
        text::{Token, stem, tokenize},
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::conversations::part;
use crate::{problem::Result, state::State};

/// Named days of a workspace, and words of its own.
const MOST: usize = 200;
/// Names of one day.
const MOST_NAMES: usize = 10;
/// Characters of a name or a word.
const LONGEST: usize = 100;

/// Days that people of a workspace call by a name of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NamedDays, example = json!({"names": ["shop birthday", "день рождения магазина"], "from": "06-10", "to": "06-12"}))]
pub struct NamedDays {
    /// What people call them, in either language; inflected forms are understood.
    pub names: Vec<String>,
    /// Month and day of the first day.
    pub from: String,
    /// Month and day of the last day; before the first: in the next year.
    pub to: String,
}

/// What a workspace has decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    /// Whether a model may write statements.
    pub expert_sql: bool,
    /// Which number of 05/06/2025 is the day; nothing: it follows from the currency.
    pub date_order: Option<DateOrder>,
    /// Its named days.
    pub named_days: Vec<NamedDays>,
    /// Its own words, each for a metric or a dimension.
    pub own_words: BTreeMap<String, String>,
}

impl Decisions {
    /// Those of the caller's workspace.
    ///
    /// # Errors
    /// The control database does not answer.
    pub async fn of(state: &State, caller: &Caller) -> Result<Self> {
        let row = state.auth.assistant(caller).await?;
        let order = row.date_order.map(serde_json::Value::String);
        Ok(Self {
            expert_sql: row.expert_sql,
            date_order: order.and_then(|order| serde_json::from_value(order).ok()),
            named_days: part(row.named_days.as_deref()).unwrap_or_default(),
            own_words: part(row.own_words.as_deref()).unwrap_or_default(),
        })
    }

    /// As they are stored.
    ///
    /// # Errors
    /// They do not serialize.
    pub fn row(&self) -> kupets_engine::Result<AssistantRow> {
        let json = |value: serde_json::Result<String>| {
            value.map_err(|e| Error::internal("what a workspace has decided does not serialize").with_source(e))
        };
        Ok(AssistantRow {
            expert_sql: self.expert_sql,
            own_words: (!self.own_words.is_empty())
                .then(|| json(serde_json::to_string(&self.own_words)))
                .transpose()?,
            date_order: self.date_order.map(|order| name(order).to_owned()),
            named_days: (!self.named_days.is_empty())
                .then(|| json(serde_json::to_string(&self.named_days)))
                .transpose()?,
        })
    }

    /// The calendar by which questions are read.
    pub fn calendar(&self, calendar: Calendar) -> Calendar {
        Calendar { date_order: self.date_order, ..calendar }
    }

    /// The named days as questions are read by them.
    pub fn days(&self) -> Vec<NamedDay> {
        let day = |named: &NamedDays| {
            let rule = Rule::Fixed { from: month_day(&named.from)?, to: month_day(&named.to)? };
            Some(NamedDay { names: named.names.clone(), rule })
        };
        self.named_days.iter().filter_map(day).collect()
    }

    /// A question with the workspace's own words put into those of the catalogue.
    pub fn understood<'a>(&self, question: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(question);
        for (word, stands_for) in &self.own_words {
            let Some((ru, en)) = title(stands_for) else { continue };
            let russian = word.chars().any(|char| matches!(char, 'а'..='я' | 'А'..='Я' | 'ё' | 'Ё'));
            let (own, said) = (tokenize(word), tokenize(&text));
            let alike =
                |tokens: &[Token]| tokens.iter().zip(&own).all(|(one, other)| stem::same(&one.text, &other.text));
            if own.is_empty() {
                continue;
            }
            // From the end, so that the places before it stay where they are.
            let places: Vec<_> = said.windows(own.len()).filter(|tokens| alike(tokens)).collect();
            let mut end = text.len();
            for tokens in places.into_iter().rev() {
                if let (Some(first), Some(last)) = (tokens.first(), tokens.last())
                    && last.span.end <= end
                {
                    end = first.span.start;
                    text.to_mut().replace_range(end..last.span.end, if russian { &ru } else { &en });
                }
            }
        }
        text
    }
}

/// The name of an order of dates, as it is stored and sent.
pub fn name(order: DateOrder) -> &'static str {
    match order {
        DateOrder::DayFirst => "day_first",
        DateOrder::MonthFirst => "month_first",
    }
}

/// The titles of a metric or a dimension.
fn title(name: &str) -> Option<(String, String)> {
    let metric = Metric::parse(name).map(|metric| {
        let names = metric.definition().names;
        (names.ru.to_lowercase(), names.en.to_lowercase())
    });
    metric.or_else(|| {
        let (ru, en) = Dimension::parse(name)?.title();
        Some((ru.to_lowercase(), en.to_lowercase()))
    })
}

/// Month and day of `06-10`.
fn month_day(text: &str) -> Option<(u8, u8)> {
    // A leap year has all days that there are.
    let day = NaiveDate::parse_from_str(&format!("2024-{text}"), "%Y-%m-%d").ok().filter(|_| text.len() == 5)?;
    Some((u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?))
}

fn is_name(text: &str) -> bool {
    !tokenize(text).is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control)
}

/// What is wrong with named days.
pub fn wrong_days(days: &[NamedDays]) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    if days.len() > MOST {
        wrong.push(FieldError::of("named_days", format!("{MOST} at most")));
    }
    for (at, day) in days.iter().enumerate() {
        if !(1..=MOST_NAMES).contains(&day.names.len()) || !day.names.iter().all(|name| is_name(name)) {
            let message = format!("1 to {MOST_NAMES} names of 1 to {LONGEST} characters");
            wrong.push(FieldError::of(&format!("named_days[{at}].names"), message));
        }
        for (field, text) in [("from", &day.from), ("to", &day.to)] {
            if month_day(text).is_none() {
                let message = "a month and a day, for example `06-10`";
                wrong.push(FieldError::of(&format!("named_days[{at}].{field}"), message));
            }
        }
    }
    wrong
}

/// What is wrong with a workspace's own words.
pub fn wrong_words(words: &BTreeMap<String, String>) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    if words.len() > MOST {
        wrong.push(FieldError::of("own_words", format!("{MOST} at most")));
    }
    for (word, stands_for) in words {
        if !is_name(word) {
            wrong.push(FieldError::of("own_words", format!("a word has 1 to {LONGEST} characters")));
        }
        if title(stands_for).is_none() {
            let message = format!("`{stands_for}` is no metric and no dimension of /v1/metrics");
            wrong.push(FieldError::of("own_words", message));
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(word: &str, stands_for: &str) -> Decisions {
        Decisions { own_words: BTreeMap::from([(word.to_owned(), stands_for.to_owned())]), ..Decisions::default() }
    }

    #[test]
    fn own_words_are_understood_in_every_form() {
        assert_eq!(
            decided("сборы", "revenue").understood("Какие сборы за март и сборов за май?"),
            "Какие выручка за март и выручка за май?"
        );
        assert_eq!(decided("takings", "revenue").understood("takings in May"), "revenue in May");
        assert_eq!(decided("сборы", "revenue").understood("заказы за март"), "заказы за март");
    }

    #[test]
    fn own_words_may_overlap() {
        assert_eq!(decided("ля ля", "revenue").understood("ля ля ля"), "ля выручка");
    }

    #[test]
    fn days_are_of_the_calendar() {
        assert_eq!((month_day("02-29"), month_day("02-30"), month_day("6-1")), (Some((2, 29)), None, None));
        let bad = NamedDays { names: Vec::new(), from: "06-10".to_owned(), to: "13-01".to_owned() };
        let fields: Vec<String> = wrong_days(&[bad]).into_iter().map(|wrong| wrong.field).collect();
        assert_eq!(fields, ["named_days[0].names", "named_days[0].to"]);
        assert_eq!(wrong_words(&BTreeMap::from([("сборы".to_owned(), "profits".to_owned())])).len(), 1);
    }
}
