//! Numbers and days as people read them, in both languages.

use chrono::{Datelike as _, NaiveDate};
use kupets_engine::insight::Language;
use rust_decimal::{Decimal, prelude::FromPrimitive as _};

/// One of two texts.
pub fn say(language: Language, en: &'static str, ru: &'static str) -> &'static str {
    match language {
        Language::En => en,
        Language::Ru => ru,
    }
}

/// A number with at most `places` digits of fraction, grouped by thousands.
pub fn number(value: Decimal, places: u32, language: Language) -> String {
    let rounded = value.round_dp_with_strategy(places, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    let text = rounded.abs().normalize().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let (group, point) = match language {
        Language::En => (',', '.'),
        // Space that does not break a line.
        Language::Ru => ('\u{a0}', ','),
    };
    let mut out = String::new();
    if rounded.is_sign_negative() && !rounded.is_zero() {
        out.push('\u{2212}');
    }
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(group);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push(point);
        out.push_str(fraction);
    }
    out
}

/// An amount of money: whole above a hundred, where cents are noise.
pub fn money(value: Decimal, currency: &str, language: Language) -> String {
    let places = if value.abs() >= Decimal::ONE_HUNDRED { 0 } else { 2 };
    format!("{}\u{a0}{currency}", number(value, places, language))
}

/// A ratio as a change: `+5.2 %`.
pub fn change(ratio: Decimal, language: Language) -> String {
    let percent = number(ratio.abs() * Decimal::ONE_HUNDRED, 1, language);
    let sign = if ratio.is_sign_negative() { "\u{2212}" } else { "+" };
    format!("{sign}{percent}\u{a0}%")
}

/// A float of a forecast as a decimal.
pub fn decimal(value: f64) -> Decimal {
    Decimal::from_f64(value).unwrap_or_default()
}

const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// As in "28 мая".
const MONTHS_RU_OF: [&str; 12] = [
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
const MONTHS_RU: [&str; 12] = [
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
];

fn name(months: [&'static str; 12], date: NaiveDate) -> &'static str {
    months[date.month0() as usize % 12]
}

/// A day: `28 May 2026`.
pub fn day(date: NaiveDate, language: Language) -> String {
    let months = match language {
        Language::En => MONTHS_EN,
        Language::Ru => MONTHS_RU_OF,
    };
    format!("{}\u{a0}{} {}", date.day(), name(months, date), date.year())
}

/// A month: `May 2026`.
pub fn month(date: NaiveDate, language: Language) -> String {
    let months = match language {
        Language::En => MONTHS_EN,
        Language::Ru => MONTHS_RU,
    };
    format!("{} {}", name(months, date), date.year())
}

/// Several days: `18 May 2026 – 24 May 2026`; both are in it.
pub fn days(first: NaiveDate, last: NaiveDate, language: Language) -> String {
    match first == last {
        true => day(first, language),
        false => format!("{} – {}", day(first, language), day(last, language)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn of(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn numbers_are_grouped_and_rounded_as_people_do() {
        use Language::{En, Ru};
        assert_eq!(number(of("1234567.891"), 2, En), "1,234,567.89");
        assert_eq!(number(of("1234567.891"), 2, Ru), "1\u{a0}234\u{a0}567,89");
        assert_eq!(number(of("-999.5"), 0, En), "\u{2212}1,000");
        assert_eq!(number(of("-0.001"), 2, En), "0");
        assert_eq!(money(of("99.999"), "EUR", En), "100\u{a0}EUR");
        assert_eq!(money(of("12300.55"), "RUB", Ru), "12\u{a0}301\u{a0}RUB");
        assert_eq!(change(of("0.0523"), En), "+5.2\u{a0}%");
        assert_eq!(change(of("-0.5"), Ru), "\u{2212}50\u{a0}%");
    }

    #[test]
    fn days_have_names() {
        let (from, to) = ("2026-05-18".parse().unwrap(), "2026-05-24".parse().unwrap());
        assert_eq!(days(from, to, Language::Ru), "18\u{a0}мая 2026 – 24\u{a0}мая 2026");
        assert_eq!(month(from, Language::En), "May 2026");
        assert_eq!(days(to, to, Language::En), "24\u{a0}May 2026");
    }
}
