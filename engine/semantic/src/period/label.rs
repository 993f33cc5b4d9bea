//! Periods as people read them: the first and the last day, both included.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Deserialize, Serialize};

use super::{Unit, Weekdays};

/// The same words in Russian and in English.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Text {
    /// In Russian.
    pub ru: String,
    /// In English.
    pub en: String,
}

impl Text {
    /// Both at once.
    pub fn new(ru: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ru: ru.into(), en: en.into() }
    }
}

const MONTHS_RU: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
const MONTHS_EN: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

pub(super) fn month_ru(month: u32) -> &'static str {
    MONTHS_RU.get(month.wrapping_sub(1) as usize).copied().unwrap_or_default()
}

pub(super) fn month_en(month: u32) -> &'static str {
    MONTHS_EN.get(month.wrapping_sub(1) as usize).copied().unwrap_or_default()
}

/// One day.
pub(super) fn day(day: NaiveDate) -> Text {
    Text::new(
        format!("{} {} {}", day.day(), month_ru(day.month()), day.year()),
        format!("{} {}, {}", month_en(day.month()), day.day(), day.year()),
    )
}

/// The days from `first` to `last`, both included; an end that is missing is open.
pub fn dates(first: Option<NaiveDate>, last: Option<NaiveDate>) -> Text {
    let (first, last) = match (first, last) {
        (None, None) => return Text::new("за всё время", "all time"),
        (None, Some(last)) => {
            let last = day(last);
            return Text::new(format!("по {}", last.ru), format!("through {}", last.en));
        }
        (Some(first), None) => {
            let first = day(first);
            return Text::new(format!("с {}", first.ru), format!("since {}", first.en));
        }
        (Some(first), Some(last)) => (first, last),
    };
    if last <= first {
        return day(first);
    }
    let end = day(last);
    if first.year() != last.year() {
        let begin = day(first);
        return Text::new(format!("{} – {}", begin.ru, end.ru), format!("{} – {}", begin.en, end.en));
    }
    if first.month() != last.month() {
        return Text::new(
            format!("{} {} – {}", first.day(), month_ru(first.month()), end.ru),
            format!("{} {} – {}", month_en(first.month()), first.day(), end.en),
        );
    }
    Text::new(
        format!("{}–{}", first.day(), end.ru),
        format!("{} {}–{}, {}", month_en(first.month()), first.day(), last.day(), last.year()),
    )
}

/// The label of a period on the clock of the zone; `to` is the first moment after it.
pub(super) fn label(from: Option<NaiveDateTime>, to: Option<NaiveDateTime>, weekdays: Option<Weekdays>) -> Text {
    let whole = |at: Option<NaiveDateTime>| at.is_none_or(|at| at.time() == NaiveTime::MIN);
    let mut text = if !whole(from) {
        let at = |at: NaiveDateTime| {
            let day = day(at.date());
            Text::new(format!("{} {}", day.ru, at.format("%H:%M")), format!("{} {}", day.en, at.format("%H:%M")))
        };
        let (from, to) = (from.map(at).unwrap_or_default(), to.map(at).unwrap_or_default());
        Text::new(format!("{} – {}", from.ru, to.ru), format!("{} – {}", from.en, to.en))
    } else if whole(to) {
        dates(from.map(|at| at.date()), to.and_then(|at| at.date().pred_opt()))
    } else {
        let days = dates(from.map(|at| at.date()), to.map(|at| at.date()));
        let clock = to.map(|at| at.format("%H:%M").to_string()).unwrap_or_default();
        Text::new(format!("{}, до {clock}", days.ru), format!("{}, until {clock}", days.en))
    };
    if let Some(days) = weekdays {
        let names = weekday_names(days);
        text.ru = format!("{}, {}", text.ru, names.ru);
        text.en = format!("{}, {}", text.en, names.en);
    }
    text
}

fn weekday_names(days: Weekdays) -> Text {
    const RU: [&str; 7] = ["понедельникам", "вторникам", "средам", "четвергам", "пятницам", "субботам", "воскресеньям"];
    const EN: [&str; 7] = ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"];
    if days == Weekdays::WEEKEND {
        return Text::new("по выходным", "weekends");
    }
    if days == Weekdays::WORKING {
        return Text::new("по будням", "weekdays");
    }
    let pick = |names: [&'static str; 7]| {
        days.days().filter_map(move |day| names.get(usize::from(day) - 1).copied()).collect::<Vec<_>>().join(", ")
    };
    Text::new(format!("по {}", pick(RU)), pick(EN))
}

/// "With the running unit" and "without it", for the other reading of N units.
pub(super) fn running(unit: Unit, with: bool) -> Text {
    let (ru, en) = match unit {
        Unit::Minute | Unit::Hour => ("текущего часа", "the running hour"),
        Unit::Day => ("сегодняшнего дня", "today"),
        Unit::Week => ("текущей недели", "this week"),
        Unit::Month => ("текущего месяца", "this month"),
        Unit::Quarter => ("текущего квартала", "this quarter"),
        Unit::HalfYear => ("текущего полугодия", "this half-year"),
        Unit::Year => ("текущего года", "this year"),
    };
    if with {
        Text::new(format!("с учётом {ru}"), format!("including {en}"))
    } else {
        Text::new(format!("без {ru}"), format!("without {en}"))
    }
}

/// The last calendar unit, against the rolling one.
pub(super) fn calendar_unit(unit: Unit) -> Text {
    let (ru, en) = match unit {
        Unit::Minute | Unit::Hour => ("прошлый час", "the hour before"),
        Unit::Day => ("вчера", "yesterday"),
        Unit::Week => ("прошлая календарная неделя", "the calendar week before"),
        Unit::Month => ("прошлый календарный месяц", "the calendar month before"),
        Unit::Quarter => ("прошлый календарный квартал", "the calendar quarter before"),
        Unit::HalfYear => ("прошлое календарное полугодие", "the calendar half-year before"),
        Unit::Year => ("прошлый календарный год", "the calendar year before"),
    };
    Text::new(ru, en)
}

/// The rolling unit, against the last calendar one.
pub(super) fn rolling_unit(unit: Unit) -> Text {
    let (ru, en) = match unit {
        Unit::Minute | Unit::Hour | Unit::Day => ("последние 24 часа", "the last 24 hours"),
        Unit::Week => ("7 дней до сегодня", "the 7 days before today"),
        Unit::Month => ("месяц до сегодня", "one month up to today"),
        Unit::Quarter => ("три месяца до сегодня", "three months up to today"),
        Unit::HalfYear => ("полгода до сегодня", "six months up to today"),
        Unit::Year => ("год до сегодня", "one year up to today"),
    };
    Text::new(ru, en)
}

/// The running calendar unit, against the rolling one.
pub(super) fn this_unit(unit: Unit) -> Text {
    let (ru, en) = match unit {
        Unit::Minute | Unit::Hour => ("текущий час", "this hour"),
        Unit::Day => ("сегодня", "today"),
        Unit::Week => ("текущая неделя", "this week"),
        Unit::Month => ("текущий месяц", "this month"),
        Unit::Quarter => ("текущий квартал", "this quarter"),
        Unit::HalfYear => ("текущее полугодие", "this half-year"),
        Unit::Year => ("текущий год", "this year"),
    };
    Text::new(ru, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_short_and_both_included() {
        let day = |text: &str| (!text.is_empty()).then(|| text.parse::<NaiveDate>().unwrap());
        for (first, last, ru, en) in [
            ("2026-11-01", "2026-11-28", "1–28 ноября 2026", "Nov 1–28, 2026"),
            ("2026-11-28", "2026-11-28", "28 ноября 2026", "Nov 28, 2026"),
            ("2026-10-25", "2026-11-03", "25 октября – 3 ноября 2026", "Oct 25 – Nov 3, 2026"),
            ("2025-12-25", "2026-01-03", "25 декабря 2025 – 3 января 2026", "Dec 25, 2025 – Jan 3, 2026"),
            ("", "2026-05-14", "по 14 мая 2026", "through May 14, 2026"),
            ("2026-05-15", "", "с 15 мая 2026", "since May 15, 2026"),
            ("", "", "за всё время", "all time"),
        ] {
            assert_eq!(dates(day(first), day(last)), Text::new(ru, en));
        }
    }

    #[test]
    fn clocks_and_weekdays_are_told() {
        let at = |text: &str| Some(NaiveDateTime::parse_from_str(text, "%F %R").unwrap());
        let hours = label(at("2026-11-27 16:52"), at("2026-11-29 16:52"), None);
        assert_eq!(hours.ru, "27 ноября 2026 16:52 – 29 ноября 2026 16:52");
        let part = label(at("2026-10-01 00:00"), at("2026-10-28 16:52"), None);
        assert_eq!(part, Text::new("1–28 октября 2026, до 16:52", "Oct 1–28, 2026, until 16:52"));
        let mondays = label(at("2026-10-01 00:00"), at("2026-11-01 00:00"), Some(Weekdays::one(1)));
        assert_eq!(mondays, Text::new("1–31 октября 2026, по понедельникам", "Oct 1–31, 2026, Mondays"));
    }
}
