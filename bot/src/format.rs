//! Numbers, money and dates as people of a language write them.

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, Timelike as _};
use chrono_tz::Tz;
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive as _};
use serde_json::Value;

use crate::lang::Lang;

/// Nothing to show; never a zero.
pub(crate) const NONE: &str = "–";

/// A number of a JSON value: numbers, and decimals as texts.
pub(crate) fn decimal(value: &Value) -> Option<Decimal> {
    let parse = |text: &str| text.parse().ok().or_else(|| Decimal::from_scientific(text).ok());
    match value {
        Value::Number(number) => parse(&number.to_string()),
        Value::String(text) => parse(text),
        _ => None,
    }
}

/// The same for drawing.
pub(crate) fn float(value: &Value) -> Option<f64> {
    decimal(value).and_then(|value| value.to_f64()).or_else(|| value.as_f64())
}

/// A number with at most so many digits after the point, in groups of three.
pub(crate) fn number(value: Decimal, digits: u32, lang: Lang) -> String {
    let rounded = value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero).normalize();
    fixed(rounded, rounded.scale(), lang)
}

/// A number with exactly so many digits after the point.
fn fixed(value: Decimal, digits: u32, lang: Lang) -> String {
    let rounded = value.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    let text = format!("{:.*}", digits as usize, rounded.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        // Four digits of a Russian number stay together.
        if place > 0 && (whole.len() - place).is_multiple_of(3) && !(lang == Lang::Ru && whole.len() == 4) {
            grouped.push(lang.pick('\u{a0}', ','));
        }
        grouped.push(digit);
    }
    if !fraction.is_empty() {
        grouped.push(lang.pick(',', '.'));
        grouped.push_str(fraction);
    }
    if rounded.is_sign_negative() && !rounded.is_zero() { format!("−{grouped}") } else { grouped }
}

/// How a currency is written; its code where it has no sign that everybody reads.
pub(crate) fn symbol(currency: &str) -> &str {
    match currency {
        "RUB" => "₽",
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "KZT" => "₸",
        "UAH" => "₴",
        "TRY" => "₺",
        "CNY" | "JPY" => "¥",
        "INR" => "₹",
        code => code,
    }
}

/// Whole sums without hundredths, others with both digits.
pub(crate) fn money(value: Decimal, currency: &str, lang: Lang) -> String {
    let cents = value.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    let text = fixed(cents, if cents.fract().is_zero() { 0 } else { 2 }, lang);
    let sign = symbol(currency);
    // A code of letters follows the sum in both languages.
    match lang {
        Lang::En if !sign.chars().all(|c| c.is_ascii_alphabetic()) => match text.strip_prefix('−') {
            Some(text) => format!("−{sign}{text}"),
            None => format!("{sign}{text}"),
        },
        _ => format!("{text}\u{a0}{sign}"),
    }
}

/// A share: 12.3 %.
pub(crate) fn percent(value: Decimal, lang: Lang) -> String {
    let text = number(value * Decimal::ONE_HUNDRED, 1, lang);
    format!("{text}{}", lang.pick("\u{a0}%", "%"))
}

/// A change with its sign.
pub(crate) fn change(value: Decimal, lang: Lang) -> String {
    let text = percent(value, lang);
    if value.round_dp(3) > Decimal::ZERO { format!("+{text}") } else { text }
}

/// Whether a unit is a currency: three capital letters.
pub(crate) fn is_currency(unit: &str) -> bool {
    unit.len() == 3 && unit.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// A figure in its unit.
pub(crate) fn figure(value: &Value, unit: Option<&str>, lang: Lang) -> String {
    let Some(value) = decimal(value) else { return NONE.to_owned() };
    match unit {
        Some(unit) if is_currency(unit) => money(value, unit, lang),
        Some("ratio") => percent(value, lang),
        _ => number(value, 2, lang),
    }
}

/// A figure that is not known to the last digit.
pub(crate) fn estimate(value: &Value, unit: Option<&str>, lang: Lang) -> String {
    match decimal(value).filter(|value| value.abs() >= Decimal::ONE_HUNDRED) {
        Some(large) => {
            let whole = large.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
            figure(&Value::String(whole.to_string()), unit, lang)
        }
        None => figure(value, unit, lang),
    }
}

/// A figure for an axis: 1.2M.
pub(crate) fn short(value: f64, lang: Lang) -> String {
    let size = value.abs();
    let (scale, name) = match size {
        _ if size >= 1e9 => (1e9, lang.pick("\u{a0}млрд", "B")),
        _ if size >= 1e6 => (1e6, lang.pick("\u{a0}млн", "M")),
        _ if size >= 1e4 => (1e3, lang.pick("\u{a0}тыс.", "k")),
        _ => (1.0, ""),
    };
    let digits = if scale > 1.0 || size >= 100.0 || size == 0.0 { 1 } else { 2 };
    let scaled = Decimal::from_f64_retain(value / scale).unwrap_or_default();
    format!("{}{name}", number(scaled, digits, lang))
}

const MONTHS: [(&str, &str); 12] = [
    ("янв", "Jan"),
    ("фев", "Feb"),
    ("мар", "Mar"),
    ("апр", "Apr"),
    ("мая", "May"),
    ("июн", "Jun"),
    ("июл", "Jul"),
    ("авг", "Aug"),
    ("сен", "Sep"),
    ("окт", "Oct"),
    ("ноя", "Nov"),
    ("дек", "Dec"),
];

fn month(month: u32, lang: Lang) -> &'static str {
    let (ru, en) = MONTHS[(month as usize + 11) % 12];
    lang.pick(ru, en)
}

/// A day: 5 Nov 2011.
pub(crate) fn day(day: NaiveDate, lang: Lang) -> String {
    format!("{} {} {}", day.day(), month(day.month(), lang), day.year())
}

/// First and last day, both included.
pub(crate) fn days(first: NaiveDate, last: NaiveDate, lang: Lang) -> String {
    if first == last {
        return day(first, lang);
    }
    let begin = if first.year() != last.year() {
        day(first, lang)
    } else if first.month() != last.month() {
        format!("{} {}", first.day(), month(first.month(), lang))
    } else {
        first.day().to_string()
    };
    format!("{begin} – {}", day(last, lang))
}

/// A moment on the workspace's clock: day and time.
pub(crate) fn moment(text: &str, zone: Tz, lang: Lang) -> String {
    match DateTime::parse_from_rfc3339(text) {
        Ok(at) => {
            let at = at.with_timezone(&zone);
            format!("{}, {:02}:{:02}", day(at.date_naive(), lang), at.hour(), at.minute())
        }
        Err(_) => text.to_owned(),
    }
}

/// The day of a moment, or of a date, on the workspace's clock.
pub(crate) fn date_of(text: &str, zone: Tz) -> Option<NaiveDate> {
    let at = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&zone).date_naive());
    at.or_else(|_| text.parse::<NaiveDate>()).ok().or_else(|| {
        // A period of a report has no zone: it is on the workspace's clock already.
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(|at| at.date())
    })
}

/// The day of a moment as people write it.
pub(crate) fn date(text: &str, zone: Tz, lang: Lang) -> String {
    date_of(text, zone).map_or_else(|| text.to_owned(), |at| day(at, lang))
}

/// The beginning of a step by its grain.
pub(crate) fn step(text: &str, grain: Option<&str>, zone: Tz, lang: Lang) -> String {
    let Some(at) = date_of(text, zone) else { return text.to_owned() };
    match grain {
        Some("month") => {
            let name = if lang == Lang::Ru && at.month() == 5 { "май" } else { month(at.month(), lang) };
            format!("{name} {}", at.year())
        }
        Some("quarter") => format!("{}{} {}", lang.pick("кв. ", "Q"), at.month0() / 3 + 1, at.year()),
        Some("year") => at.year().to_string(),
        Some("week") => {
            at.checked_add_days(chrono::Days::new(6)).map_or_else(|| day(at, lang), |end| days(at, end, lang))
        }
        Some("hour") => match NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f") {
            Ok(local) => format!("{}, {:02}:{:02}", day(at, lang), local.hour(), local.minute()),
            Err(_) => moment(text, zone, lang),
        },
        _ => day(at, lang),
    }
}

/// The days of `from` <= t < `to`.
pub(crate) fn span(from: Option<&str>, to: Option<&str>, zone: Tz, lang: Lang) -> Option<String> {
    let first = date_of(from?, zone)?;
    let end = to?;
    // Midnight is the end of the day before; a running period ends at a moment of its last day.
    let last = match DateTime::parse_from_rfc3339(end) {
        Ok(at) => (at.with_timezone(&zone) - chrono::TimeDelta::microseconds(1)).date_naive(),
        Err(_) => date_of(end, zone)?.pred_opt()?,
    };
    Some(days(first, last.max(first), lang))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;

    fn shown(text: &str, unit: &str, lang: Lang) -> String {
        figure(&serde_json::from_str(text).unwrap(), Some(unit), lang)
    }

    #[test]
    fn figures_are_written_as_in_the_language() {
        assert_eq!(shown("1254300.5", "RUB", Lang::Ru), "1\u{a0}254\u{a0}300,50\u{a0}₽");
        assert_eq!(shown("-1254300.0000", "GBP", Lang::En), "−£1,254,300");
        assert_eq!(shown("\"3110.00\"", "RUB", Lang::Ru), "3110\u{a0}₽");
        assert_eq!(shown("1.5", "CHF", Lang::En), "1.50\u{a0}CHF");
        assert_eq!(shown("0.1234", "ratio", Lang::Ru), "12,3\u{a0}%");
        assert_eq!(shown("1.5e-7", "orders", Lang::En), "0");
        assert_eq!(figure(&json!(null), None, Lang::En), NONE);
        assert_eq!(estimate(&json!(393_447.86), Some("RUB"), Lang::Ru), "393\u{a0}448\u{a0}₽");
        assert_eq!(estimate(&json!(5.25), Some("GBP"), Lang::En), "£5.25");
        assert_eq!(change(Decimal::new(123, 3), Lang::En), "+12.3%");
        assert_eq!(
            (short(1_234_567.0, Lang::Ru), short(0.25, Lang::En)),
            ("1,2\u{a0}млн".to_owned(), "0.25".to_owned())
        );
    }

    #[test]
    fn periods_show_their_first_and_last_day() {
        let zone = chrono_tz::Europe::Moscow;
        let span = |from, to| span(Some(from), Some(to), zone, Lang::En).unwrap();
        assert_eq!(span("2026-03-31T21:00:00Z", "2026-04-30T21:00:00Z"), "1 – 30 Apr 2026");
        assert_eq!(span("2025-12-31", "2026-02-01"), "31 Dec 2025 – 31 Jan 2026");
        assert_eq!(span("2026-03-31T21:00:00Z", "2026-04-01T09:00:00Z"), "1 Apr 2026");
        assert_eq!(step("2026-05-04T09:00:00", Some("hour"), zone, Lang::En), "4 May 2026, 09:00");
        assert_eq!(step("2026-05-01", Some("month"), zone, Lang::Ru), "май 2026");
        assert_eq!(step("2026-05-04T00:00:00", Some("week"), zone, Lang::Ru), "4 – 10 мая 2026");
    }
}
