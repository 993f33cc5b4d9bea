//! Numbers and money as a language writes them.

use kupets_semantic::catalogue::UnitOf;

use super::decimal::Decimal;
use crate::language::Language;

/// A number with marks between thousands and so many digits after the point.
pub fn number(value: Decimal, scale: u32, language: Language) -> String {
    let value = value.rounded(scale);
    let (thousands, point) = match language {
        Language::Ru => ('\u{a0}', ','),
        Language::En => (',', '.'),
    };
    let digits = value.digits.unsigned_abs().to_string();
    let scale = scale as usize;
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, part) = digits.split_at(digits.len() - scale);
    let mut text = String::new();
    if value.digits < 0 {
        text.push(if language.russian() { '−' } else { '-' });
    }
    for (at, digit) in whole.chars().enumerate() {
        // Four digits stand together in Russian.
        if at > 0 && (whole.len() - at).is_multiple_of(3) && (whole.len() > 4 || !language.russian()) {
            text.push(thousands);
        }
        text.push(digit);
    }
    if scale > 0 {
        text.push(point);
        text.push_str(part);
    }
    text
}

/// Money in a currency.
pub fn money(value: Decimal, currency: &str, language: Language) -> String {
    let sign = match currency {
        "RUB" => "₽",
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        other => other,
    };
    let scale = if matches!(currency, "JPY" | "KRW") { 0 } else { 2 };
    let text = number(value, scale, language);
    match (language, sign.chars().count()) {
        (Language::En, 1) => match text.strip_prefix('-') {
            Some(text) => format!("-{sign}{text}"),
            None => format!("{sign}{text}"),
        },
        _ => format!("{text}\u{a0}{sign}"),
    }
}

/// A share as per cent: 0.1234 is 12.3 %.
pub fn percent(ratio: Decimal, language: Language) -> String {
    let text = number(ratio.percent(), 1, language);
    if language.russian() { format!("{text}\u{a0}%") } else { format!("{text}%") }
}

/// A value of that unit.
pub fn value(value: Decimal, unit: UnitOf, currency: &str, language: Language) -> String {
    let counted = |ru: [&'static str; 3], en: [&'static str; 2]| {
        let whole = value.rounded(0).digits.unsigned_abs();
        let exact = value.rounded(0).equals(value);
        let text = number(value, if exact { 0 } else { 2 }, language);
        let number = if exact { u64::try_from(whole).unwrap_or(0) } else { 2 };
        format!("{text}\u{a0}{}", language.plural(number, ru, en))
    };
    match unit {
        UnitOf::Currency => money(value, currency, language),
        UnitOf::Ratio => percent(value, language),
        UnitOf::Orders => counted(["заказ", "заказа", "заказов"], ["order", "orders"]),
        UnitOf::Units => counted(["штука", "штуки", "штук"], ["unit", "units"]),
        UnitOf::Customers => counted(["клиент", "клиента", "клиентов"], ["customer", "customers"]),
        UnitOf::Products => counted(["товар", "товара", "товаров"], ["product", "products"]),
        UnitOf::Interactions => counted(["обращение", "обращения", "обращений"], ["interaction", "interactions"]),
        UnitOf::Number => number(value, 2, language),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn each_language_writes_its_own_way() {
        let decimal = |text: &str| Decimal::parse(text).unwrap();
        assert_eq!(money(decimal("1234567.895"), "GBP", Language::En), "£1,234,567.90");
        assert_eq!(money(decimal("-1234567.8"), "RUB", Language::Ru), "−1\u{a0}234\u{a0}567,80\u{a0}₽");
        assert_eq!(money(decimal("5"), "KZT", Language::En), "5.00\u{a0}KZT");
        assert_eq!(percent(decimal("0.12345"), Language::Ru), "12,3\u{a0}%");
        assert_eq!(value(decimal("21"), UnitOf::Orders, "GBP", Language::Ru), "21\u{a0}заказ");
        assert_eq!(value(decimal("12"), UnitOf::Customers, "GBP", Language::Ru), "12\u{a0}клиентов");
        assert_eq!(value(decimal("1.0000"), UnitOf::Units, "GBP", Language::En), "1\u{a0}unit");
        assert_eq!(number(decimal("0.05"), 1, Language::En), "0.1");
        assert_eq!(number(decimal("1234"), 0, Language::Ru), "1234");
    }

    #[test]
    fn changes_are_exact() {
        let decimal = |text: &str| Decimal::parse(text).unwrap();
        assert!(decimal("110").change_from(decimal("100")).unwrap().equals(decimal("0.1")));
        assert_eq!(decimal("1").change_from(decimal("0")), None);
        assert_eq!(decimal("1").change_from(decimal("-5")), None);
        assert!(decimal("0.2").minus(decimal("0.15")).unwrap().equals(decimal("0.05")));
    }
}
