//! Shifts and anomalies in sentences.

use chrono::NaiveDate;

use super::{
    days::Compared,
    dimension::Dimension,
    explain::Comparison,
    parameters::Language,
    words::{self, capital, figure, metric},
};

/// The one thing behind a finding.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cause {
    /// A key of a dimension: its name, and its metric a day before and after.
    Key { dimension: Dimension, key: Option<String>, label: Option<String>, before: i128, after: i128 },
    /// One purchase of this size.
    Purchase { id: String, amount: i128 },
}

/// What a sentence is about.
pub(super) struct Sentence<'a> {
    pub comparison: &'a Comparison,
    pub language: Language,
    /// One key of a dimension, as people know it; none for the whole.
    pub of: Option<(&'a Dimension, Option<&'a str>)>,
    pub compared: &'a Compared,
    pub cause: Option<&'a Cause>,
    pub seasonal: Option<bool>,
}

impl Sentence<'_> {
    /// A level that lasts for so many days since a day.
    pub fn shift(&self, since: NaiveDate, lasted: i64) -> String {
        let (before, after) = (self.figure(self.compared.before), self.figure(self.compared.after));
        let (date, days) = (words::date(since, self.language), words::days(lasted, self.language));
        let by = self.by();
        // A ratio is no figure of a day.
        let daily = !self.comparison.metric.is_ratio();
        let first = match self.language {
            Language::En => {
                let each = if daily { " a day" } else { "" };
                format!("Since {date}, for {days}, {}: {after}{each}, before {before}{by}.", self.subject())
            }
            Language::Ru => {
                let each = if daily { " в день" } else { "" };
                format!("С {date}, {days}, {}: {after}{each}, раньше {before}{by}.", self.subject())
            }
        };
        self.with_rest(first)
    }

    /// A day out of line.
    pub fn anomaly(&self, day: NaiveDate) -> String {
        let (usual, value) = (self.figure(self.compared.before), self.figure(self.compared.after));
        let (on, by) = (words::on(day, self.language), self.by());
        let first = match self.language {
            Language::En => format!("{on}, {}: {value}, usually {usual} on such a day{by}.", self.subject()),
            Language::Ru => format!("{on}, {}: {value}, обычно в такой день {usual}{by}.", self.subject()),
        };
        self.with_rest(capital(&first))
    }

    fn figure(&self, units: i128) -> String {
        figure(units, self.comparison.metric, &self.comparison.currency, self.language)
    }

    fn by(&self) -> String {
        words::percent(self.compared.before, self.compared.after, self.language)
            .map_or_else(String::new, |by| format!(" ({by})"))
    }

    fn subject(&self) -> String {
        let metric = metric(self.comparison.metric, self.language);
        match self.of {
            None => metric.to_owned(),
            Some((dimension, label)) => format!(
                "{metric}, {} {}",
                words::dimension(dimension, self.language),
                words::key(dimension, label, self.language)
            ),
        }
    }

    fn with_rest(&self, mut text: String) -> String {
        let ru = self.language == Language::Ru;
        match self.cause {
            Some(Cause::Key { dimension, key, label, before, after }) => {
                let named = words::key(dimension, label.as_deref().or(key.as_deref()), self.language);
                let (dimension, before, after) =
                    (words::dimension(dimension, self.language), self.figure(*before), self.figure(*after));
                text.push_str(&match ru {
                    true => format!(" Причина: {dimension} {named}, {after} вместо {before}."),
                    false => format!(" The cause: {dimension} {named}, {after} instead of {before}."),
                });
            }
            Some(Cause::Purchase { id, amount }) => {
                let amount = self.figure(*amount);
                text.push_str(&match ru {
                    true => format!(" Причина: одна покупка {id}, {amount}."),
                    false => format!(" The cause: a single purchase, {id}, {amount}."),
                });
            }
            None => {}
        }
        text.push_str(match (self.seasonal, ru) {
            (Some(true), true) => " Это сезон: год назад было так же.",
            (Some(true), false) => " It is the season: it was so a year ago.",
            (Some(false), true) => " Сезоном это не объяснить: год назад такого не было.",
            (Some(false), false) => " It is not the season: a year ago it was not so.",
            (None, _) => "",
        });
        text
    }
}

/// What a driver's sentence gets besides: since when, and whether it is the season.
pub(super) fn of_driver(sentence: &mut String, since: Option<NaiveDate>, seasonal: Option<bool>, language: Language) {
    if let Some(since) = since {
        let date = words::date(since, language);
        sentence.push_str(&match language {
            Language::En => format!(" It began on {date}."),
            Language::Ru => format!(" Началось {date}."),
        });
    }
    if seasonal == Some(true) {
        sentence.push_str(match language {
            Language::En => " It is the season: it was so a year ago.",
            Language::Ru => " Это сезон: год назад было так же.",
        });
    }
}
