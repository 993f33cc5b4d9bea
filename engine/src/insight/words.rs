//! Words and figures of sentences, in each language.

use chrono::{Datelike, NaiveDate};
use kupets_semantic::text::plural;
use rust_decimal::Decimal;

use super::{dimension::Dimension, metric::Metric, parameters::Language};

/// Between groups of digits, and between a number and what it counts: a space that no line breaks at.
const NARROW: char = '\u{a0}';

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
const WEEKDAYS_EN: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const WEEKDAYS_RU: [&str; 7] = ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"];
const ON_WEEKDAY_RU: [&str; 7] =
    ["в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье"];

/// The form of a Russian noun after a whole number: `forms` are those of 1, 2 and 5.
pub(super) fn form(number: i128, forms: [&str; 3]) -> &str {
    // It depends on the last two digits alone.
    plural::russian(u64::try_from(number.unsigned_abs() % 100).unwrap_or_default(), forms)
}

/// The metric as a noun.
pub(super) fn metric(metric: Metric, language: Language) -> &'static str {
    let (en, ru) = match metric {
        Metric::Revenue => ("revenue", "выручка"),
        Metric::Gross => ("gross sales", "продажи без возвратов"),
        Metric::Refunds => ("refunds", "возвраты"),
        Metric::Orders => ("orders", "заказы"),
        Metric::Units => ("units", "штуки"),
        Metric::AverageOrder => ("average order", "средний чек"),
        Metric::Customers => ("customers", "покупатели"),
        Metric::NewCustomers => ("new customers", "новые покупатели"),
        Metric::RepeatRate => ("repeat rate", "доля повторных покупателей"),
    };
    if language == Language::Ru { ru } else { en }
}

/// The dimension as a noun.
pub(super) fn dimension(dimension: &Dimension, language: Language) -> String {
    let (en, ru) = match dimension {
        Dimension::Product => ("product", "товар"),
        Dimension::Category => ("category", "категория"),
        Dimension::Channel => ("channel", "канал"),
        Dimension::Segment => ("segment", "сегмент"),
        Dimension::CustomerKind => ("customers", "покупатели"),
        Dimension::Weekday => ("weekday", "день недели"),
        Dimension::Hour => ("hour", "час"),
        Dimension::Attribute(name) => return name.clone(),
    };
    (if language == Language::Ru { ru } else { en }).to_owned()
}

/// A key of a dimension as people read it.
pub(super) fn key(of: &Dimension, text: Option<&str>, language: Language) -> String {
    let ru = language == Language::Ru;
    let Some(text) = text else { return (if ru { "(не указано)" } else { "(none)" }).to_owned() };
    let known = match (of, text) {
        (Dimension::CustomerKind, "new") => Some(("new ones", "новые")),
        (Dimension::CustomerKind, "returning") => Some(("returning ones", "вернувшиеся")),
        (Dimension::CustomerKind, "guest") => Some(("guests", "гости")),
        (Dimension::Weekday, number) => number
            .parse::<usize>()
            .ok()
            .and_then(|n| n.checked_sub(1))
            .and_then(|n| Some((*WEEKDAYS_EN.get(n)?, *WEEKDAYS_RU.get(n)?))),
        (Dimension::Segment, name) => segment(name).map(|ru| (name, ru)),
        _ => None,
    };
    match known {
        Some((en, russian)) => (if ru { russian } else { en }).to_owned(),
        None if of == &Dimension::Hour => format!("{text}:00"),
        None if ru && matches!(of, Dimension::Product | Dimension::Category) => format!("«{text}»"),
        None => text.to_owned(),
    }
}

/// The segments of `rfm_segments` in Russian, and the stages that take their place where there are few customers.
pub(super) fn segment(name: &str) -> Option<&'static str> {
    Some(match name {
        "champions" => "чемпионы",
        "loyal" => "лояльные",
        "potential_loyalists" => "станут лояльными",
        "new_customers" => "новые",
        "promising" => "обещающие",
        "need_attention" => "требуют внимания",
        "about_to_sleep" => "засыпают",
        "cannot_lose" => "нельзя терять",
        "at_risk" => "под угрозой",
        "lost" => "потеряны",
        "hibernating" => "спящие",
        "new" => "новые",
        "active" => "активные",
        "cooling" => "остывают",
        "won_back" => "возвращены",
        _ => return None,
    })
}

/// A date: `14 April 2026`, `14 апреля 2026 года`.
pub(super) fn date(day: NaiveDate, language: Language) -> String {
    let month = day.month0() as usize;
    match language {
        Language::En => format!("{} {} {}", day.day(), MONTHS_EN.get(month).unwrap_or(&""), day.year()),
        Language::Ru => format!("{} {} {} года", day.day(), MONTHS_RU.get(month).unwrap_or(&""), day.year()),
    }
}

/// On that day: `on Tuesday, 14 April 2026`, `во вторник, 14 апреля 2026 года`.
pub(super) fn on(day: NaiveDate, language: Language) -> String {
    let weekday = day.weekday().num_days_from_monday() as usize;
    match language {
        Language::En => format!("on {}, {}", WEEKDAYS_EN.get(weekday).unwrap_or(&""), date(day, language)),
        Language::Ru => format!("{}, {}", ON_WEEKDAY_RU.get(weekday).unwrap_or(&""), date(day, language)),
    }
}

/// So many days: `21 days`, `21 день`.
pub(crate) fn days(number: i64, language: Language) -> String {
    counted(number.into(), language, ["day", "days"], ["день", "дня", "дней"])
}

/// So many orders: `1 order`, `21 заказ`.
pub(crate) fn orders(number: u64, language: Language) -> String {
    counted(number.into(), language, ["order", "orders"], ["заказ", "заказа", "заказов"])
}

/// So many of something. The forms are those of 1 and 2 in English, of 1, 2 and 5 in Russian.
fn counted(count: i128, language: Language, en: [&str; 2], ru: [&str; 3]) -> String {
    let text = number(count.saturating_mul(10_000), 0, language);
    match language {
        Language::En => format!("{text} {}", en[usize::from(count != 1)]),
        Language::Ru => format!("{text}{NARROW}{}", form(count, ru)),
    }
}

/// A value of a metric with what it counts: `1,234.50 RUB`, `21 заказ`, `12.5 %`. `units` are ten-thousandths.
pub(super) fn figure(units: i128, of: Metric, currency: &str, language: Language) -> String {
    if of == Metric::RepeatRate {
        return format!("{}{NARROW}%", number(units.saturating_mul(100), 1, language));
    }
    if matches!(of, Metric::Revenue | Metric::Gross | Metric::Refunds | Metric::AverageOrder) {
        return money(units, currency, language);
    }
    let text = number(units, 2, language);
    let noun = match (of, language) {
        (of, Language::En) => {
            let one = units.unsigned_abs() == 10_000;
            match of {
                Metric::Orders if one => "order",
                Metric::Orders => "orders",
                Metric::Units if one => "unit",
                Metric::Units => "units",
                _ if one => "customer",
                _ => "customers",
            }
        }
        (of, Language::Ru) => {
            let forms = match of {
                Metric::Orders => ["заказ", "заказа", "заказов"],
                Metric::Units => ["штука", "штуки", "штук"],
                _ => ["покупатель", "покупателя", "покупателей"],
            };
            // After a fraction stands the form of 2.
            if text.contains(',') { forms[1] } else { form(units / 10_000, forms) }
        }
    };
    format!("{text}{NARROW}{noun}")
}

/// An amount of money with all digits that the currency has: `4,774.70 USD`. `units` are ten-thousandths.
fn money(units: i128, currency: &str, language: Language) -> String {
    let digits = minor_digits(currency);
    let mut amount = rounded(units, digits);
    amount.rescale(digits);
    if amount.is_zero() {
        amount.set_sign_positive(true);
    }
    format!("{}{NARROW}{currency}", written(&amount.to_string(), language))
}

/// Digits after the point that amounts of a currency have (ISO 4217; those of more than two that anybody trades in).
fn minor_digits(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV"
        | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

/// A number with groups of digits, rounded to `digits` after the point, zeros at the end left out. `units` are ten-thousandths.
fn number(units: i128, digits: u32, language: Language) -> String {
    written(&rounded(units, digits).normalize().to_string(), language)
}

fn rounded(units: i128, digits: u32) -> Decimal {
    let decimal = Decimal::try_from_i128_with_scale(units, 4).unwrap_or(Decimal::MAX);
    decimal.round_dp_with_strategy(digits, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
}

/// The digits of a decimal in groups, with the point of the language.
fn written(text: &str, language: Language) -> String {
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("−", rest));
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let (group, point) = if language == Language::Ru { (NARROW, ',') } else { (',', '.') };
    let mut grouped = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            grouped.push(group);
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped.push(point);
        grouped.push_str(fraction);
    }
    grouped
}

/// A number with so many digits after the point.
pub(crate) fn decimal(value: f64, digits: usize, language: Language) -> String {
    let text = format!("{value:.digits$}");
    match language {
        Language::En => text,
        Language::Ru => text.replace('.', ","),
    }
}

/// By how many per cent: `+12 %`, `−40 %`, `+1.5 %`; none from nothing, and from next to nothing: ten times and more is no per cent.
pub(super) fn percent(before: i128, after: i128, language: Language) -> Option<String> {
    let share = growth(before, after).filter(|share| *share < 1_000.0)?;
    let sign = if share < 0.0 { '−' } else { '+' };
    Some(format!("{sign}{}", rough_percent(share, language)))
}

/// By how many per cent, with one digit after the point and no sign: `36.5 %`; none from nothing.
pub(super) fn percent_to_a_tenth(before: i128, after: i128, language: Language) -> Option<String> {
    Some(format!("{}{NARROW}%", decimal(growth(before, after)?.abs(), 1, language)))
}

/// A share of a whole, without a sign: `16 %`, `1.5 %`.
pub(super) fn share(part: i128, whole: i128, language: Language) -> Option<String> {
    (whole != 0).then(|| rough_percent(100.0 * part as f64 / whole as f64, language))
}

fn growth(before: i128, after: i128) -> Option<f64> {
    (before > 0).then(|| 100.0 * (after - before) as f64 / before as f64)
}

/// Per cents without a sign, with a digit after the point where there are few.
fn rough_percent(share: f64, language: Language) -> String {
    let text = decimal(share.abs(), usize::from(share.abs() < 9.95), language);
    let text = text.strip_suffix(".0").or_else(|| text.strip_suffix(",0")).unwrap_or(&text);
    format!("{text}{NARROW}%")
}

/// A figure with its sign: `+1,234.50 RUB`.
pub(super) fn signed(units: i128, of: Metric, currency: &str, language: Language) -> String {
    let text = figure(units, of, currency, language);
    if units > 0 { format!("+{text}") } else { text }
}

/// The metric as that of which something is a share: `of revenue`, `выручки`.
pub(super) fn of_metric(of: Metric, language: Language) -> String {
    let russian = match of {
        Metric::Revenue => "выручки",
        Metric::Gross => "продаж без возвратов",
        Metric::Refunds => "возвратов",
        Metric::Orders => "заказов",
        Metric::Units => "штук",
        Metric::AverageOrder => "среднего чека",
        Metric::Customers => "покупателей",
        Metric::NewCustomers => "новых покупателей",
        Metric::RepeatRate => "доли повторных",
    };
    match language {
        Language::En => format!("of {}", metric(of, language)),
        Language::Ru => russian.to_owned(),
    }
}

/// Names with commas between them and a last `and`.
pub(super) fn list(names: &[String], language: Language) -> String {
    let and = if language == Language::Ru { " и " } else { " and " };
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{}{and}{last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// With its first letter small.
pub(super) fn small(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// With its first letter a capital.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn plain(text: String) -> String {
        text.replace(NARROW, " ")
    }

    #[test]
    fn russian_nouns_follow_their_number() {
        let forms = [0, 1, 2, 5, 11, 12, 14, 21, 22, 25, 101, 111, 112, 1001, -3];
        let forms = forms.map(|n| plain(days(n, Language::Ru)));
        assert_eq!(
            forms,
            [
                "0 дней",
                "1 день",
                "2 дня",
                "5 дней",
                "11 дней",
                "12 дней",
                "14 дней",
                "21 день",
                "22 дня",
                "25 дней",
                "101 день",
                "111 дней",
                "112 дней",
                "1 001 день",
                "−3 дня"
            ]
        );
        let orders = |n: i128| plain(figure(n * 1000, Metric::Orders, "RUB", Language::Ru));
        assert_eq!(
            [orders(10), orders(30), orders(50), orders(25)],
            ["1 заказ", "3 заказа", "5 заказов", "2,5 заказа"]
        );
        let orders = |n: i128| plain(figure(n * 1000, Metric::Orders, "RUB", Language::En));
        assert_eq!([orders(10), orders(30), orders(25)], ["1 order", "3 orders", "2.5 orders"]);
    }

    #[test]
    fn figures_have_groups_and_a_point_of_their_language() {
        let money = |units, language| plain(figure(units, Metric::Revenue, "RUB", language));
        assert_eq!(money(123_456_789_155_500, Language::En), "12,345,678,915.55 RUB");
        assert_eq!(money(-12_345_678_900, Language::Ru), "−1 234 567,89 RUB");
        assert_eq!(money(12_340_000, Language::Ru), "1 234,00 RUB");
        assert_eq!(money(47_747_000, Language::Ru), "4 774,70 RUB");
        assert_eq!(money(47_747_000, Language::En), "4,774.70 RUB");
        assert_eq!([money(0, Language::En), money(-4, Language::En)], ["0.00 RUB", "0.00 RUB"]);
        let of = |currency: &str| plain(figure(12_345_678, Metric::AverageOrder, currency, Language::En));
        assert_eq!([of("USD"), of("JPY"), of("KWD")], ["1,234.57 USD", "1,235 JPY", "1,234.568 KWD"]);
        assert_eq!(plain(figure(12_340_000, Metric::Orders, "", Language::Ru)), "1 234 заказа");
        assert_eq!(plain(figure(1255, Metric::RepeatRate, "", Language::Ru)), "12,6 %");
    }

    #[test]
    fn days_are_named() {
        let day = NaiveDate::from_ymd_opt(2026, 4, 14).unwrap();
        assert_eq!(on(day, Language::En), "on Tuesday, 14 April 2026");
        assert_eq!(on(day, Language::Ru), "во вторник, 14 апреля 2026 года");
        assert_eq!(capital("во вторник"), "Во вторник");
        assert_eq!(percent(50, 30, Language::En).map(plain), Some("−40 %".to_owned()));
        assert_eq!(percent(1000, 1015, Language::Ru).map(plain), Some("+1,5 %".to_owned()));
        assert_eq!((percent(0, 5, Language::En), percent(1, 11, Language::En)), (None, None));
        assert_eq!(percent_to_a_tenth(1000, 1365, Language::En).map(plain), Some("36.5 %".to_owned()));
        assert_eq!(share(-160, 1000, Language::En).map(plain), Some("16 %".to_owned()));
        assert_eq!(share(20, 1000, Language::Ru).map(plain), Some("2 %".to_owned()));
        assert_eq!(plain(signed(120_000, Metric::Revenue, "RUB", Language::Ru)), "+12,00 RUB");
        let names = ["a", "b", "c"].map(str::to_owned);
        assert_eq!((list(&names, Language::En), list(&names[..1], Language::Ru)), ("a, b and c".into(), "a".into()));
    }

    #[test]
    fn the_first_letter_alone_changes() {
        assert_eq!((small("Выручка, A"), capital("выручка, A")), ("выручка, A".into(), "Выручка, A".into()));
    }
}
