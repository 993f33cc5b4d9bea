//! Currencies as files write them: signs, abbreviations and codes beside a figure, and words of their own.

use super::number;

/// A currency that a file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Currency {
    /// Its code of three letters.
    pub(super) code: &'static str,
    /// No other currency is written so. `$` and `руб.` are those of several countries.
    pub(super) is_sure: bool,
}

/// The currency that stands beside a figure, as in `1 500,00 руб.` and `$10.00`.
pub(super) fn beside(figure: &str) -> Option<Currency> {
    let marks =
        |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '+' | '-' | '\u{2212}' | '\'' | '\u{a0}' | '\u{202f}');
    let text = figure.trim_matches(marks);
    // Most figures have none, which their first and last characters tell.
    let is_bare = |c: Option<char>| c.is_none_or(|c| c.is_ascii_digit());
    if is_bare(text.chars().next()) && is_bare(text.chars().next_back()) {
        return None;
    }
    let marks = |c: char| c.is_ascii_digit() || marks(c);
    let front = text.split(marks).next().unwrap_or_default();
    let back = text.rsplit(marks).next().unwrap_or_default();
    of_sign(front).or_else(|| of_sign(back)).or_else(|| of_sign(back.trim_start_matches(['.', ','])))
}

fn of_sign(text: &str) -> Option<Currency> {
    if text.is_empty() {
        return None;
    }
    let lower = text.to_lowercase();
    number::CURRENCIES
        .iter()
        .find(|(name, ..)| *name == lower)
        .map(|(_, code, is_sure)| Currency { code, is_sure: *is_sure })
}

/// The currency that a header names, as in `Сумма, руб.`, `Amount (USD)` and `Price, €`.
pub(super) fn of_header(name: &str) -> Option<Currency> {
    let last = match name.trim().strip_suffix(')') {
        Some(rest) => rest.rsplit_once('(')?.1,
        None => name.rsplit_once([',', ' '])?.1,
    };
    let last = last.trim();
    // A word of a header that happens to be a currency's abbreviation is none.
    (last.chars().any(|c| !c.is_ascii_lowercase())).then(|| of_sign(last)).flatten()
}

/// The name of a column without the currency, the tax or the unit that stands after it.
pub(super) fn without_unit(name: &str) -> &str {
    let name = name.trim();
    let bracketed = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')).map(|(before, _)| before.trim_end());
    if let Some(before) = bracketed.filter(|before| !before.is_empty()) {
        return before;
    }
    match name.rsplit_once([',', ' ']) {
        Some((before, _)) if of_header(name).is_some() => before.trim_end_matches([',', ' ']),
        _ => name,
    }
}

/// A currency's code by what a cell of its own says; none if it is not known.
pub(super) fn named(name: &str) -> Option<String> {
    let lower = name.trim().to_lowercase();
    if name.trim().len() == 3 && name.trim().bytes().all(|b| b.is_ascii_alphabetic()) {
        return Some(if lower == "rur" { "RUB".to_owned() } else { lower.to_uppercase() });
    }
    let known = match lower.as_str() {
        _ if lower.contains("белорус") => "BYN",
        _ if lower.contains("российск") || lower.starts_with("рубл") => "RUB",
        _ if lower.contains("тенге") => "KZT",
        _ if lower.contains("гривн") => "UAH",
        _ if lower.contains("доллар") && (lower.contains("сша") || !lower.contains(' ')) => "USD",
        _ if lower.contains("us dollar") || lower.contains("u.s. dollar") => "USD",
        "евро" | "euro" | "euros" => "EUR",
        "pound sterling" | "british pound" => "GBP",
        _ => return of_sign(&lower).map(|currency| currency.code.to_owned()),
    };
    Some(known.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beside_figures() {
        let code = |text| beside(text).map(|currency| (currency.code, currency.is_sure));
        for (text, expected) in [
            ("1 500,00 руб.", Some(("RUB", false))),
            ("1 500,00 ₽", Some(("RUB", true))),
            ("1234,50р.", Some(("RUB", false))),
            ("$1,010.00", Some(("USD", false))),
            ("-$6.00", Some(("USD", false))),
            ("US$ 6", Some(("USD", true))),
            ("€20.00", Some(("EUR", true))),
            ("20.00 EUR", Some(("EUR", true))),
            ("(£15.00)", Some(("GBP", true))),
            ("12.50", None),
            ("1 234,50", None),
            ("5 шт.", None),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
    }

    #[test]
    fn in_headers_and_cells() {
        let code = |text| of_header(text).map(|currency| currency.code);
        assert_eq!(
            (code("Сумма, руб."), code("Amount (USD)"), code("Price, €")),
            (Some("RUB"), Some("USD"), Some("EUR"))
        );
        assert_eq!(
            (code("Amount"), code("Order total"), code("Дата (МСК)"), code("Product try")),
            (None, None, None, None)
        );
        let bare = ["Сумма, руб.", "Amount (USD)", "Order Total (inc tax)", "Amount", "Item, full"].map(without_unit);
        assert_eq!(bare, ["Сумма", "Amount", "Order Total", "Amount", "Item, full"]);
        let words = ["руб.", "Доллар США", "eur", "₸", "RUR", "purple"].map(|word| named(word).unwrap_or_default());
        assert_eq!(words, ["RUB", "USD", "EUR", "KZT", "RUB", ""]);
    }
}
