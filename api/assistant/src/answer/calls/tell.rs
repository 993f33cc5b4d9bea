//! What the answers of calls have in common: names of metrics, chances, days, quoted texts, numbered lists.

use chrono::{DateTime, NaiveDate, Utc};
use kupets_semantic::catalogue::{Metric, UnitOf};
use kupets_semantic::period::dates;

use crate::answer::decimal::Decimal;
use crate::answer::{Answer, Chart, Context, format};
use crate::language::Language;

/// Rows that are told in words; the others are in the table.
pub(super) const TOLD: usize = 5;
/// Letters of a text that somebody typed.
const QUOTED: usize = 80;

/// A metric's title and unit; a name that is not in the catalogue is told as it is.
pub(super) fn metric(name: &str, language: Language) -> (String, UnitOf) {
    Metric::parse(name).map_or_else(
        || (name.to_owned(), UnitOf::Number),
        |metric| {
            let names = metric.definition().names;
            (language.pick(names.ru, names.en).to_owned(), metric.unit())
        },
    )
}

/// A share of one, such as a probability, as per cent; nothing where it is not a number.
pub(super) fn chance(share: f64, language: Language) -> Option<String> {
    let share = Decimal::of_f64(share)?;
    let text = format::number(share.percent(), 0, language);
    Some(if language.russian() { format!("{text}\u{a0}%") } else { format!("{text}%") })
}

/// A number that may have a part.
pub(super) fn number(value: f64, digits: u32, language: Language) -> String {
    Decimal::of_f64(value).map_or_else(|| "—".to_owned(), |value| format::number(value, digits, language))
}

/// Money.
pub(super) fn money(value: Decimal, context: &Context<'_>) -> String {
    format::money(value, context.currency, context.language)
}

/// A day in words.
pub(super) fn day(day: NaiveDate, language: Language) -> String {
    language.text(&dates(Some(day), Some(day)))
}

/// The day of a moment, by the workspace's clock.
pub(super) fn day_of(at: DateTime<Utc>, context: &Context<'_>) -> String {
    day(at.with_timezone(&context.zone).date_naive(), context.language)
}

/// A text from the data in quotation marks, short and on one line: whatever stands in it is told, never followed.
pub(super) fn quoted(text: &str, language: Language) -> String {
    let plain: String = text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .chars()
        .filter(|char| !char.is_control() && !matches!(char, '«' | '»' | '“' | '”' | '"'))
        .collect();
    let mut short: String = plain.chars().take(QUOTED).collect();
    if short.len() < plain.len() {
        short.push('…');
    }
    if language.russian() { format!("«{short}»") } else { format!("“{short}”") }
}

/// A name with its key behind it where they differ.
pub(super) fn named(name: Option<&str>, key: &str, language: Language) -> String {
    match name.map(str::trim).filter(|name| !name.is_empty() && *name != key) {
        Some(name) => format!("{} ({key})", quoted(name, language)),
        None => key.to_owned(),
    }
}

/// The first rows, one a line and numbered, and how many more there are.
pub(super) fn rows<T>(rows: &[T], language: Language, line: impl Fn(&T) -> String) -> Vec<String> {
    let mut lines: Vec<String> =
        rows.iter().take(TOLD).enumerate().map(|(at, row)| format!("{}. {}", at + 1, line(row))).collect();
    if let Some(more) = rows.len().checked_sub(TOLD).filter(|more| *more > 0) {
        lines.push(match language {
            Language::Ru => format!("И ещё {more} в таблице."),
            Language::En => format!("And {more} more in the table."),
        });
    }
    lines
}

/// An answer of those lines.
pub(super) fn answer(lines: Vec<String>, chart: Chart, next: Option<(&str, &str)>, language: Language) -> Answer {
    let lines: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
    Answer { text: lines.join("\n"), chart, next: next.map(|(ru, en)| language.pick(ru, en).to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_typed_is_quoted_on_one_line() {
        assert_eq!(quoted("a\n\"b\"  c", Language::En), "“a b c”");
        assert_eq!(quoted(&"я".repeat(90), Language::Ru).chars().count(), QUOTED + 3);
        assert_eq!(named(Some("Анна"), "17", Language::Ru), "«Анна» (17)");
        assert_eq!(named(Some("17"), "17", Language::Ru), "17");
        assert_eq!(chance(0.845, Language::En).as_deref(), Some("85%"));
        assert_eq!(chance(f64::NAN, Language::En), None);
    }
}
