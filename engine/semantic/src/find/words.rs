//! The words periods are made of: what one word means, whatever its form.

use crate::period::{Season, Unit};

fn form(word: &str, stem: &str, ends: &[&str]) -> bool {
    word.strip_prefix(stem).is_some_and(|end| ends.contains(&end))
}

fn adjective(word: &str, stems: &[&str]) -> bool {
    stems.iter().any(|stem| crate::text::adjective(word, stem))
}

pub(super) const MONTHS: [(&str, &[&str], &[&str]); 12] = [
    ("январ", &["ь", "я", "ю", "ем", "е"], &["янв", "january", "jan"]),
    ("феврал", &["ь", "я", "ю", "ем", "е"], &["фев", "февр", "february", "feb"]),
    ("март", &["", "а", "у", "ом", "е"], &["мар", "march", "mar"]),
    ("апрел", &["ь", "я", "ю", "ем", "е"], &["апр", "april", "apr"]),
    ("ма", &["й", "я", "ю", "ем", "е"], &["may"]),
    ("июн", &["ь", "я", "ю", "ем", "е"], &["июн", "june", "jun"]),
    ("июл", &["ь", "я", "ю", "ем", "е"], &["июл", "july", "jul"]),
    ("август", &["", "а", "у", "ом", "е"], &["авг", "august", "aug"]),
    ("сентябр", &["ь", "я", "ю", "ем", "е"], &["сен", "сент", "september", "sep", "sept"]),
    ("октябр", &["ь", "я", "ю", "ем", "е"], &["окт", "october", "oct"]),
    ("ноябр", &["ь", "я", "ю", "ем", "е"], &["ноя", "нояб", "november", "nov"]),
    ("декабр", &["ь", "я", "ю", "ем", "е"], &["дек", "december", "dec"]),
];

/// 1 to 12.
pub(super) fn month(word: &str) -> Option<u8> {
    let is = |(stem, ends, other): &(&str, &[&str], &[&str])| form(word, stem, ends) || other.contains(&word);
    MONTHS.iter().position(is).map(|at| at as u8 + 1)
}

/// A month by its adjective: "мартовская", "июньского".
pub(super) fn month_adjective(word: &str) -> Option<u8> {
    const STEMS: [&str; 12] = [
        "январск",
        "февральск",
        "мартовск",
        "апрельск",
        "майск",
        "июньск",
        "июльск",
        "августовск",
        "сентябрьск",
        "октябрьск",
        "ноябрьск",
        "декабрьск",
    ];
    STEMS.iter().position(|stem| adjective(word, &[*stem])).map(|at| at as u8 + 1)
}

/// A season by its adjective: "летняя", "зимних".
pub(super) fn season_adjective(word: &str) -> Option<Season> {
    const STEMS: [(&str, Season); 4] =
        [("зимн", Season::Winter), ("весенн", Season::Spring), ("летн", Season::Summer), ("осенн", Season::Autumn)];
    STEMS.iter().find(|(stem, _)| adjective(word, &[*stem])).map(|(_, season)| *season)
}

/// Whether a month is written short or in the nominative, as in a table ("дек 24").
pub(super) fn tabular(word: &str) -> bool {
    MONTHS.iter().any(|(stem, ends, other)| {
        other.contains(&word)
            || word.strip_prefix(stem).is_some_and(|end| ends.first().is_some_and(|first| end == *first))
    })
}

/// A stem, its endings in the singular and in the plural, and its other names.
pub(super) type Weekday = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

pub(super) const WEEKDAYS: [Weekday; 7] = [
    ("понедельник", &["", "а", "у", "ом", "е"], &["ам", "и", "ами", "ов", "ах"], &["пн", "monday", "mon"]),
    ("вторник", &["", "а", "у", "ом", "е"], &["ам", "и", "ами", "ов", "ах"], &["вт", "tuesday", "tue", "tues"]),
    ("сред", &["а", "ы", "у", "ой", "е"], &["ам", "ами", "ах"], &["ср", "wednesday", "wed"]),
    (
        "четверг",
        &["", "а", "у", "ом", "е"],
        &["ам", "и", "ами", "ов", "ах"],
        &["чт", "thursday", "thu", "thur", "thurs"],
    ),
    ("пятниц", &["а", "ы", "у", "ей", "е"], &["ам", "ами", "", "ах"], &["пт", "friday", "fri"]),
    ("суббот", &["а", "ы", "у", "ой", "е"], &["ам", "ами", "", "ах"], &["сб", "saturday", "sat"]),
    ("воскресень", &["е", "я", "ю", "ем"], &["ям", "ями", "ях"], &["вс", "sunday", "sun"]),
];

/// A weekday in the singular, 1 is Monday.
pub(super) fn weekday(word: &str) -> Option<u8> {
    let is = |(stem, ends, _, other): &Weekday| form(word, stem, ends) || other.contains(&word);
    WEEKDAYS.iter().position(is).map(|at| at as u8 + 1)
}

/// A weekday in the plural, 1 is Monday.
pub(super) fn weekdays(word: &str) -> Option<u8> {
    if word == "воскресений" {
        return Some(7);
    }
    let is = |(stem, _, ends, other): &Weekday| {
        form(word, stem, ends) || other.iter().any(|name| name.is_ascii() && word.strip_suffix('s') == Some(*name))
    };
    // "Tues" and "thurs" are short for one day.
    WEEKDAYS.iter().position(is).map(|at| at as u8 + 1).filter(|_| weekday(word).is_none())
}

/// A weekday's short name, which is also something else ("sun", "ср").
pub(super) fn short_weekday(word: &str) -> bool {
    word.chars().count() <= 3 && weekday(word).is_some()
}

pub(super) fn season(word: &str) -> Option<Season> {
    let ru = |stem: &str, ends: &[&str]| form(word, stem, ends);
    match word {
        "winter" => Some(Season::Winter),
        "spring" => Some(Season::Spring),
        "summer" => Some(Season::Summer),
        "autumn" | "fall" => Some(Season::Autumn),
        _ if ru("зим", &["а", "ы", "е", "у", "ой"]) => Some(Season::Winter),
        _ if ru("весн", &["а", "ы", "е", "у", "ой"]) => Some(Season::Spring),
        _ if ru("лет", &["о", "а", "у", "ом"]) => Some(Season::Summer),
        _ if ru("осен", &["ь", "и", "ью"]) => Some(Season::Autumn),
        _ => None,
    }
}

/// A unit in any number and case, and how many of it the word means (a fortnight is two weeks).
pub(super) fn unit(word: &str) -> Option<(Unit, u32)> {
    let ru = |stem: &str, ends: &[&str]| form(word, stem, ends);
    let one = |unit| Some((unit, 1));
    match word {
        "minute" | "minutes" | "min" | "mins" | "мин" => one(Unit::Minute),
        "hour" | "hours" | "hr" | "hrs" | "час" | "часа" | "часов" | "часы" | "часу" | "часом" | "часам" | "часах" => {
            one(Unit::Hour)
        }
        "day" | "days" | "день" | "дня" | "дни" | "дней" | "дню" | "днем" | "дне" | "дням" | "днях" | "днями"
        | "дн" | "сутки" | "суток" | "сутках" | "суткам" | "сутками" | "денек" | "денька" => {
            one(Unit::Day)
        }
        "week" | "weeks" | "wk" | "wks" | "нед" | "недель" | "недельку" => one(Unit::Week),
        "fortnight" | "fortnights" => Some((Unit::Week, 2)),
        "month" | "months" | "mo" | "mos" | "mth" | "mths" | "мес" => one(Unit::Month),
        "quarter" | "quarters" | "qtr" | "qtrs" | "кв" | "кварт" => one(Unit::Quarter),
        "year" | "years" | "yr" | "yrs" | "лет" | "годов" | "годик" => one(Unit::Year),
        _ if ru("минут", &["", "а", "ы", "у", "ам", "ах"]) => one(Unit::Minute),
        _ if ru("недел", &["я", "и", "ю", "е", "ей", "ям", "ях", "ями"]) => one(Unit::Week),
        _ if ru("месяц", &["", "а", "у", "ем", "е", "ы", "ев", "ам", "ах", "ами"]) => {
            one(Unit::Month)
        }
        _ if ru("квартал", &["", "а", "у", "ом", "е", "ы", "ов", "ам", "ах", "ами"]) => {
            one(Unit::Quarter)
        }
        "полуг" | "полугод" => one(Unit::HalfYear),
        _ if ru("полугоди", &["е", "я", "ю", "ем", "и", "й", "ям", "ях"]) => one(Unit::HalfYear),
        _ if ru("год", &["", "а", "у", "ом", "е", "ы", "ам", "ах", "ами"]) => one(Unit::Year),
        _ => None,
    }
}

/// A unit by one letter, next to its number only ("7d").
pub(super) fn letter_unit(word: &str) -> Option<Unit> {
    match word {
        "h" | "ч" => Some(Unit::Hour),
        "d" | "д" => Some(Unit::Day),
        "w" | "н" => Some(Unit::Week),
        "m" | "м" => Some(Unit::Month),
        "q" => Some(Unit::Quarter),
        "y" | "г" => Some(Unit::Year),
        _ => None,
    }
}

/// The word "year" after its number, "г." too.
pub(super) fn year_word(word: &str) -> bool {
    matches!(word, "г" | "гг" | "year" | "yr")
        || unit(word) == Some((Unit::Year, 1)) && !matches!(word, "лет" | "years" | "yrs")
}

/// How a unit is pointed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pointer {
    /// This, the running one.
    This,
    /// The calendar one before.
    Last,
    /// The last one up to today.
    Past,
    /// The one before last.
    BeforeLast,
    /// The one to come.
    Next,
}

pub(super) fn pointer(word: &str) -> Option<Pointer> {
    const THIS: [&str; 14] = [
        "этот",
        "эта",
        "это",
        "эти",
        "этого",
        "этой",
        "этом",
        "эту",
        "этим",
        "этих",
        "этому",
        "тек",
        "this",
        "current",
    ];
    match word {
        _ if THIS.contains(&word) => Some(Pointer::This),
        "these" | "running" | "present" | "ongoing" | "curr" | "сей" | "сего" => Some(Pointer::This),
        "last" | "previous" | "prev" | "prior" | "preceding" | "прош" | "пред" | "lst" => Some(Pointer::Last),
        "past" | "trailing" | "rolling" | "latest" | "recent" | "посл" => Some(Pointer::Past),
        "next" | "coming" | "upcoming" | "following" | "след" => Some(Pointer::Next),
        _ if adjective(word, &["текущ", "нынешн", "сегодняшн"]) => Some(Pointer::This),
        _ if adjective(word, &["позапрошл", "предпрошл", "позапозапрошл"]) => {
            Some(Pointer::BeforeLast)
        }
        _ if adjective(word, &["прошл", "предыдущ", "предшествующ", "минувш", "прошедш", "истекш"]) => {
            Some(Pointer::Last)
        }
        _ if adjective(word, &["последн", "крайн"]) => Some(Pointer::Past),
        _ if adjective(word, &["следующ", "будущ", "ближайш", "предстоящ", "грядущ", "наступающ"]) => {
            Some(Pointer::Next)
        }
        _ => None,
    }
}

/// "Whole", "calendar": a unit by the calendar, not a rolling one.
pub(super) fn whole(word: &str) -> bool {
    matches!(word, "full" | "whole" | "complete" | "completed" | "calendar" | "entire")
        || adjective(word, &["полн", "цел", "календарн", "завершенн", "закрыт"])
}

pub(super) fn few(word: &str) -> bool {
    matches!(word, "few" | "several" | "несколько" | "нескольких")
}

/// The beginning, middle or end: 1, 2, 3.
pub(super) fn third(word: &str) -> Option<u8> {
    match word {
        "early" | "beginning" | "start" => Some(1),
        "mid" | "middle" => Some(2),
        "late" | "end" => Some(3),
        _ if form(word, "начал", &["о", "а", "у", "е", "ом"]) => Some(1),
        _ if form(word, "середин", &["а", "ы", "е", "у", "ой"]) => Some(2),
        _ if form(word, "кон", &["ец", "ца", "це", "цу", "цом"]) => Some(3),
        _ => None,
    }
}

/// A noun or adjective of time in the instrumental: after "с" it is compared with, not counted from.
pub(super) fn instrumental(word: &str) -> bool {
    const UNITS: [&str; 8] = ["днем", "неделей", "месяцем", "кварталом", "полугодием", "годом", "сутками", "периодом"];
    let ends = |ends: &[&str]| ends.iter().any(|end| word.ends_with(end));
    UNITS.contains(&word)
        || month(word).is_some() && ends(&["ем", "ом"])
        || weekday(word).is_some() && ends(&["ом", "ой", "ей"]) && word.chars().count() > 4
        || season(word).is_some() && ends(&["ом", "ой", "ью"])
        || pointer(word).is_some() && ends(&["ым", "им"])
}

/// Roman numerals as quarters and halves have them.
pub(super) fn roman(word: &str) -> Option<u8> {
    match word {
        "i" | "і" => Some(1),
        "ii" | "іі" => Some(2),
        "iii" | "ііі" => Some(3),
        "iv" => Some(4),
        _ => None,
    }
}

/// Words for all records.
pub(super) const ALL: [&str; 43] = [
    "до сих пор",
    "по сей день",
    "с открытия",
    "с самого открытия",
    "с момента открытия",
    "с момента основания",
    "с основания",
    "с запуска",
    "с момента запуска",
    "since we opened",
    "since opening",
    "since launch",
    "since the start",
    "from the very beginning",
    "все время",
    "всё время",
    "весь период",
    "все периоды",
    "все годы",
    "всю историю",
    "все даты",
    "когда либо",
    "когда-либо",
    "с самого начала",
    "с начала времен",
    "с начала работы",
    "самого начала",
    "за все время",
    "все время работы",
    "all time",
    "all the time",
    "of all time",
    "ever",
    "the entire history",
    "entire history",
    "all history",
    "the whole history",
    "since the beginning",
    "since inception",
    "lifetime",
    "from day one",
    "since day one",
    "from the beginning",
];

/// Whether a unit of time stands in the plural, so that a number of them is meant.
pub(super) fn plural_unit(word: &str) -> bool {
    const PLURAL: [&str; 12] = [
        "дни",
        "дней",
        "днях",
        "недели",
        "недель",
        "неделях",
        "месяцы",
        "месяцев",
        "месяцах",
        "days",
        "weeks",
        "months",
    ];
    PLURAL.contains(&word)
}
