//! The step by which a figure is cut in time: `по месяцам`, `weekly`, `by quarter`.

use serde::{Deserialize, Serialize};

use crate::period::Unit;
use crate::text::Token;

/// A step in time, or a cycle that is laid over itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grain {
    /// Calendar units one after another.
    Unit(Unit),
    /// Monday to Sunday over all weeks.
    Weekday,
    /// The hours of the day over all days.
    HourOfDay,
    /// January to December over all years.
    MonthOfYear,
}

/// The grain in those tokens, the first if there are more, with the tokens it takes.
pub fn find(tokens: &[Token]) -> Option<(Grain, std::ops::Range<usize>)> {
    (0..tokens.len()).find_map(|from| at(tokens, from).map(|(grain, to)| (grain, from..to)))
}

/// One word that says a step: `monthly`, `помесячная`, `еженедельно`.
fn single(word: &str) -> Option<Unit> {
    const STEMS: [(&str, Unit); 14] = [
        ("почасов", Unit::Hour),
        ("ежечасн", Unit::Hour),
        ("ежедневн", Unit::Day),
        ("подневн", Unit::Day),
        ("посуточн", Unit::Day),
        ("еженедельн", Unit::Week),
        ("понедельн", Unit::Week),
        ("помесячн", Unit::Month),
        ("ежемесячн", Unit::Month),
        ("поквартальн", Unit::Quarter),
        ("ежеквартальн", Unit::Quarter),
        ("ежегодн", Unit::Year),
        ("погодов", Unit::Year),
        ("погодн", Unit::Year),
    ];
    match word {
        "hourly" => Some(Unit::Hour),
        "daily" => Some(Unit::Day),
        "weekly" => Some(Unit::Week),
        "monthly" => Some(Unit::Month),
        "quarterly" => Some(Unit::Quarter),
        "yearly" | "annually" => Some(Unit::Year),
        _ => {
            let found = STEMS.iter().find(|(stem, _)| {
                crate::text::adjective(word, stem) || word.strip_prefix(stem).is_some_and(|end| end == "о")
            });
            found.map(|(_, unit)| *unit)
        }
    }
}

/// The step that a figure is averaged over, and in how many words it is said: `среднедневная`, `среднемесячных`, `средняя недельная`.
pub fn average(word: &str, next: &str) -> Option<(Unit, usize)> {
    const STEMS: [(&str, Unit); 7] = [
        ("часов", Unit::Hour),
        ("дневн", Unit::Day),
        ("суточн", Unit::Day),
        ("недельн", Unit::Week),
        ("месячн", Unit::Month),
        ("квартальн", Unit::Quarter),
        ("годов", Unit::Year),
    ];
    let unit = |word: &str| STEMS.iter().find(|(stem, _)| crate::text::adjective(word, stem)).map(|(_, unit)| *unit);
    if let Some(unit) = word.strip_prefix("средне").and_then(unit) {
        return Some((unit, 1));
    }
    // "Среднее годовое", but not "средний чек".
    if crate::text::adjective(word, "средн") { unit(next).map(|unit| (unit, 2)) } else { None }
}

/// The unit of time that a word names by itself, in the cases that "a day" and "за день" need.
pub fn unit(word: &str) -> Option<Unit> {
    Some(match full(word) {
        "час" | "hour" => Unit::Hour,
        "день" | "сутки" | "day" => Unit::Day,
        "неделю" | "неделя" | "неделе" | "week" => Unit::Week,
        "месяц" | "месяце" | "month" => Unit::Month,
        "квартал" | "квартале" | "quarter" => Unit::Quarter,
        "полугодие" => Unit::HalfYear,
        "год" | "году" | "year" => Unit::Year,
        _ => return None,
    })
}

/// Whether one word says a step in time.
pub(crate) fn says(word: &str) -> bool {
    single(word).is_some()
}

/// A short unit in full.
fn full(word: &str) -> &str {
    match word {
        "wk" => "week",
        "wks" => "weeks",
        "mo" | "mth" | "mnth" => "month",
        "mths" | "mos" => "months",
        "qtr" => "quarter",
        "qtrs" => "quarters",
        "yr" => "year",
        "yrs" => "years",
        "hr" => "hour",
        "hrs" => "hours",
        "нед" => "неделям",
        "мес" => "месяцам",
        other => other,
    }
}

/// The grain at that token, and the index of the token after it.
pub fn at(tokens: &[Token], at: usize) -> Option<(Grain, usize)> {
    let word = |at: usize| tokens.get(at).map_or("", |token| full(token.text.as_str()));
    let one = single(word(at));
    if let Some(unit) = one {
        // "Monthly active customers" count by the month all the same.
        return Some((Grain::Unit(unit), at + 1));
    }
    // "By hour" lays all days over each other, as "по часам" does; "hourly" and "per hour" are one after another.
    if word(at) == "by" && matches!(word(at + 1), "hour" | "hours") && word(at + 2) != "of" {
        return Some((Grain::HourOfDay, at + 2));
    }
    let (by, next) = match word(at) {
        // "Понедельная" is one word, "по недельная" two; a hyphen joins them too.
        "для" | "в" | "за" | "на" | "по" if each(word(at + 1)) => (By::Each, at + 2),
        "по" => (By::Russian, if word(at + 1) == "-" { at + 2 } else { at + 1 }),
        "by" | "per" | "each" | "every" => (By::English, at + 1),
        "/" if matches!(word(at + 1), "day" | "week" | "month" | "quarter" | "year" | "hour") => (By::English, at + 1),
        "в" if matches!(word(at + 1), "разрезе" | "разбивке") => {
            (By::Russian, at + if word(at + 2) == "по" { 3 } else { 2 })
        }
        "for" if matches!(word(at + 1), "each" | "every") => (By::English, at + 2),
        _ if each(word(at)) => (By::Each, at + 1),
        "day" | "week" | "month" | "quarter" | "year" | "hour" if word(at + 1) == "by" && word(at + 2) == word(at) => {
            (By::English, at + 2)
        }
        "день" if word(at + 1) == "за" && word(at + 2) == "днем" => {
            return Some((Grain::Unit(Unit::Day), at + 3));
        }
        _ => return None,
    };
    named(by, next, &word)
}

/// Whether a word is "each" in some case.
fn each(word: &str) -> bool {
    matches!(word, "каждый" | "каждую" | "каждое" | "каждого" | "каждой" | "каждому" | "каждом")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// "По" and the dative plural.
    Russian,
    /// "By", "per", "each".
    English,
    /// "Каждый".
    Each,
}

fn named<'a>(by: By, at: usize, word: &impl Fn(usize) -> &'a str) -> Option<(Grain, usize)> {
    let next = at + 1;
    let grain = match (by, word(at)) {
        (By::Russian, "дням" | "дней") if matches!(word(next), "недели" | "неделе") => {
            return Some((Grain::Weekday, next + 1));
        }
        (By::Russian, "часам" | "часов") => {
            let of_day = matches!((word(next), word(next + 1)), ("дня" | "суток", _));
            return Some((Grain::HourOfDay, if of_day { next + 1 } else { next }));
        }
        (By::Russian, "месяцам") if matches!(word(next), "года") => {
            return Some((Grain::MonthOfYear, next + 1));
        }
        (By::Each, "день" | "дня" | "дню" | "дне") if word(next) == "недели" => {
            return Some((Grain::Weekday, next + 1));
        }
        (By::English, "day" | "days") if matches!((word(next), word(next + 1)), ("of", "week")) => {
            return Some((Grain::Weekday, next + 2));
        }
        (By::English, "day" | "days")
            if matches!((word(next), word(next + 1), word(next + 2)), ("of", "the", "week")) =>
        {
            return Some((Grain::Weekday, next + 3));
        }
        (By::English, "hour" | "hours")
            if matches!((word(next), word(next + 1), word(next + 2)), ("of", "the", "day")) =>
        {
            return Some((Grain::HourOfDay, next + 3));
        }
        (By::English, "hour") if matches!((word(next), word(next + 1)), ("of", "day")) => {
            return Some((Grain::HourOfDay, next + 2));
        }
        (By::English, "weekday" | "weekdays") => return Some((Grain::Weekday, next)),
        (By::Russian, "дням" | "суткам" | "датам")
        | (By::English, "day" | "days" | "date" | "dates")
        | (By::Each, "день" | "дня" | "дню" | "дне") => Unit::Day,
        (By::Russian, "неделям" | "недельно" | "недельная")
        | (By::English, "week" | "weeks")
        | (By::Each, "неделю" | "неделя" | "недели" | "неделе") => Unit::Week,
        (By::Russian, "месяцам" | "месячно")
        | (By::English, "month" | "months")
        | (By::Each, "месяц" | "месяца" | "месяцу" | "месяце") => Unit::Month,
        (By::Russian, "кварталам" | "квартально")
        | (By::English, "quarter" | "quarters")
        | (By::Each, "квартал" | "квартала" | "кварталу" | "квартале") => Unit::Quarter,
        (By::Russian, "полугодиям") | (By::English, "half") => Unit::HalfYear,
        (By::Russian, "годам") | (By::English, "year" | "years") | (By::Each, "год" | "года" | "году") => {
            Unit::Year
        }
        (By::English, "hour" | "hours") | (By::Each, "час" | "часа" | "часу" | "часе") => Unit::Hour,
        (By::Russian, "дню") if word(next) == "недели" => return Some((Grain::Weekday, next + 1)),
        _ => return None,
    };
    // "Half-year".
    let next = match (grain, word(next), word(next + 1)) {
        (Unit::HalfYear, "-", "year") => next + 2,
        (Unit::HalfYear, "year", _) => next + 1,
        _ => next,
    };
    Some((Grain::Unit(grain), next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenize;

    #[test]
    fn grains_in_both_languages() {
        for (text, expected) in [
            ("выручка по месяцам", Some(Grain::Unit(Unit::Month))),
            ("выручка по неделям за год", Some(Grain::Unit(Unit::Week))),
            ("помесячно", Some(Grain::Unit(Unit::Month))),
            ("в разрезе кварталов", None),
            ("в разбивке по кварталам", Some(Grain::Unit(Unit::Quarter))),
            ("по дням недели", Some(Grain::Weekday)),
            ("по дням", Some(Grain::Unit(Unit::Day))),
            ("по часам", Some(Grain::HourOfDay)),
            ("за каждый месяц", Some(Grain::Unit(Unit::Month))),
            ("для каждого месяца", Some(Grain::Unit(Unit::Month))),
            ("в каждой неделе", Some(Grain::Unit(Unit::Week))),
            ("для каждого дня недели", Some(Grain::Weekday)),
            ("в каждой стране", None),
            ("revenue by month", Some(Grain::Unit(Unit::Month))),
            ("weekly revenue", Some(Grain::Unit(Unit::Week))),
            ("orders per day", Some(Grain::Unit(Unit::Day))),
            ("by day of the week", Some(Grain::Weekday)),
            ("by half-year", Some(Grain::Unit(Unit::HalfYear))),
            ("month by month", Some(Grain::Unit(Unit::Month))),
            ("по городам", None),
            ("revenue by city", None),
        ] {
            assert_eq!(find(&tokenize(text)).map(|(grain, _)| grain), expected, "{text}");
        }
    }
}
