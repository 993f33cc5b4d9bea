//! Figures as people write them, in both languages.

pub(super) use crate::insight::words::decimal as number;
use crate::insight::{Language, words::form};

/// Money is told without fraction from this on, in ten-thousandths.
const WHOLE_FROM: u128 = 100 * 10_000;

/// A whole number with its thousands apart.
pub(super) fn whole(number: u128, language: Language) -> String {
    let digits = number.to_string();
    // A space that no line breaks at.
    let between = match language {
        Language::En => ',',
        Language::Ru => '\u{a0}',
    };
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(between);
        }
        text.push(digit);
    }
    text
}

/// Money in ten-thousandths: whole units from a hundred on, else two digits.
pub(super) fn money(units: i128, currency: &str, language: Language) -> String {
    let size = units.unsigned_abs();
    let amount = if size >= WHOLE_FROM {
        whole((size + 5_000) / 10_000, language)
    } else {
        let cents = (size + 50) / 100;
        format!("{}{}{:02}", cents / 100, point(language), cents % 100)
    };
    let sign = if units < 0 { "\u{2212}" } else { "" };
    let symbol = match currency {
        "EUR" => "€",
        "GBP" => "£",
        "RUB" => "₽",
        "USD" => "$",
        code => code,
    };
    match language {
        Language::En if matches!(symbol, "€" | "£" | "$") => format!("{sign}{symbol}{amount}"),
        Language::En | Language::Ru => format!("{sign}{amount}\u{a0}{symbol}"),
    }
}

fn point(language: Language) -> char {
    match language {
        Language::En => '.',
        Language::Ru => ',',
    }
}

/// A share as percent, with as many digits as tell something.
pub(super) fn percent(share: f64, language: Language) -> String {
    let value = 100.0 * share;
    let digits = match value.abs() {
        size if size == 0.0 || size >= 9.95 => 0,
        size if size >= 0.095 => 1,
        size if size >= 0.0095 => 2,
        _ => 3,
    };
    format!("{}\u{a0}%", number(value, digits, language))
}

/// Days as a whole number, at least one: what was measured in days is never told as none.
pub(super) fn days(value: f64) -> u128 {
    // `as` saturates, and makes of what is no number 0.
    (value.round() as u128).max(1)
}

/// A number and its English noun: one, and any other.
pub(super) fn en(number: u128, forms: [&str; 2]) -> String {
    format!("{} {}", whole(number, Language::En), forms[usize::from(number != 1)])
}

/// A number and its Russian noun in the form that it asks for, as `[день, дня, дней]`.
pub(super) fn ru(number: u128, forms: [&str; 3]) -> String {
    // The form depends on the last two digits alone.
    format!("{}\u{a0}{}", whole(number, Language::Ru), form((number % 100) as i128, forms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn russian_numbers_have_three_forms() {
        let told: Vec<String> = [0, 1, 2, 5, 11, 12, 14, 21, 22, 25, 101, 111, 1_001, 1_000_000]
            .map(|n| ru(n, ["день", "дня", "дней"]).replace('\u{a0}', " "))
            .into();
        assert_eq!(
            told,
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
                "1 001 день",
                "1 000 000 дней"
            ]
        );
        assert_eq!((en(1, ["day", "days"]).as_str(), en(1_234, ["day", "days"]).as_str()), ("1 day", "1,234 days"));
    }

    #[test]
    fn money_is_told_in_the_manner_of_the_language() {
        let both = |units, currency| {
            [Language::En, Language::Ru].map(|language| money(units, currency, language).replace('\u{a0}', " "))
        };
        assert_eq!(both(123_456_789, "GBP"), ["£12,346", "12 346 £"]);
        assert_eq!(both(-995_049, "RUB"), ["−99.50 ₽", "−99,50 ₽"]);
        assert_eq!(both(0, "KZT"), ["0.00 KZT", "0,00 KZT"]);
        assert_eq!(both(i128::MIN, "USD")[0].len(), both(i128::MAX, "USD")[0].len() + "−".len());
    }

    #[test]
    fn shares_keep_what_tells_something() {
        let told = [0.0, 1.0, 0.634, 0.0995, 0.021, 0.000_98, 0.000_1, 0.000_012]
            .map(|share| percent(share, Language::En).replace('\u{a0}', " "));
        assert_eq!(told, ["0 %", "100 %", "63 %", "10 %", "2.1 %", "0.1 %", "0.01 %", "0.001 %"]);
        assert_eq!((days(f64::NAN), days(0.2), days(2.5)), (1, 1, 3));
    }
}
