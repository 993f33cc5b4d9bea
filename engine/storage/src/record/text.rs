//! Texts, ids, e-mail addresses and currencies out of raw JSON values. Each parser gives the value, nothing for an
//! empty text, or a message that says what was expected and what came.

use std::borrow::Cow;

use super::{decimal, decimal::DecimalError, limits};

/// What a parser of a field gives: the value, none where the text is empty, or what is wrong.
pub(super) type Field<T> = Result<Option<T>, String>;

/// A raw value as an error message shows it: short, on one line.
pub(super) fn shown(raw: &str) -> Cow<'_, str> {
    const SHOWN_CHARS: usize = 60;
    match raw.as_bytes().first() {
        Some(b'{') => "an object".into(),
        Some(b'[') => "an array".into(),
        _ => match raw.char_indices().nth(SHOWN_CHARS) {
            Some((end, _)) => format!("{}…", &raw[..end]).into(),
            None => raw.into(),
        },
    }
}

/// The message of a JSON error without its position, which counts from the start of the field.
pub(super) fn bare(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let suffix = format!(" at line {} column {}", error.line(), error.column());
    message.strip_suffix(&suffix).unwrap_or(&message).to_owned()
}

/// The text of a JSON string.
pub(super) fn string<'a>(raw: &'a str, expected: &str) -> Result<Cow<'a, str>, String> {
    let Some(inner) = raw.strip_prefix('"').and_then(|r| r.strip_suffix('"')) else {
        return Err(format!("expected {expected}, got {}", shown(raw)));
    };
    if inner.as_bytes().contains(&b'\\') {
        serde_json::from_str(raw).map(Cow::Owned).map_err(|e| format!("not a valid text: {}", bare(&e)))
    } else {
        Ok(Cow::Borrowed(inner))
    }
}

/// Refuses a text over `max` bytes or with a control character.
fn check(text: &str, max: usize, allowed: &[char]) -> Result<(), String> {
    if text.len() > max {
        return Err(format!("is {} bytes long; the limit is {max}", text.len()));
    }
    // C1 controls (U+0080 to U+009F) begin with 0xC2 in UTF-8: only then are characters looked at.
    let suspicious = text.bytes().any(|b| b < 0x20 || b == 0x7f || b == 0xc2);
    match suspicious.then(|| text.chars().find(|c| c.is_control() && !allowed.contains(c))).flatten() {
        Some(c) => Err(format!("holds the control character U+{:04X}; remove it", u32::from(c))),
        None => Ok(()),
    }
}

fn checked(text: Cow<'_, str>, max: usize, allowed: &[char]) -> Field<String> {
    if text.is_empty() {
        return Ok(None);
    }
    check(&text, max, allowed)?;
    Ok(Some(text.into_owned()))
}

/// A text on one line.
pub(super) fn line(raw: &str) -> Field<String> {
    checked(string(raw, "a text in quotes")?, limits::MAX_TEXT_BYTES, &[])
}

/// A text that may have lines and tabs.
pub(super) fn body(raw: &str) -> Field<String> {
    checked(string(raw, "a text in quotes")?, limits::MAX_BODY_BYTES, &['\n', '\r', '\t'])
}

/// An id: a text, or an integer kept as it is written. A text of spaces alone is none.
pub(super) fn id(raw: &str) -> Field<String> {
    const EXPECTED: &str = "a text or an integer";
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    let text = if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        Cow::Borrowed(raw)
    } else {
        string(raw, EXPECTED)?
    };
    if text.trim().is_empty() {
        return Ok(None);
    }
    checked(text, limits::MAX_ID_BYTES, &[])
}

/// One tag.
pub(super) fn tag(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    check(text, limits::MAX_TAG_BYTES, &[])
}

/// A key of `attributes`.
pub(super) fn attribute_key(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    check(text, limits::MAX_ID_BYTES, &[])
}

/// An e-mail address, checked lightly: something, one `@`, something, no spaces.
pub(super) fn email(raw: &str) -> Field<String> {
    let Some(text) = line(raw)? else { return Ok(None) };
    let well_formed = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !text.contains(char::is_whitespace)
    });
    if well_formed {
        Ok(Some(text))
    } else {
        Err(format!("expected an e-mail address such as \"anna@example.com\", got {}", shown(raw)))
    }
}

/// An ISO 4217 code, in upper case.
pub(super) fn currency(raw: &str) -> Field<[u8; 3]> {
    const EXPECTED: &str = "a currency code of three letters such as \"EUR\"";
    let text = string(raw, EXPECTED)?;
    match *text.as_bytes() {
        [] => Ok(None),
        [a, b, c] if [a, b, c].iter().all(u8::is_ascii_alphabetic) => {
            Ok(Some([a, b, c].map(|letter| letter.to_ascii_uppercase())))
        }
        _ => Err(format!("expected {EXPECTED}, got {}", shown(raw))),
    }
}

/// `in` or `out`.
pub(super) fn direction(raw: &str) -> Field<String> {
    const EXPECTED: &str = "\"in\" (they wrote to us) or \"out\" (we wrote to them)";
    let text = string(raw, EXPECTED)?;
    match text.as_ref() {
        "" => Ok(None),
        "in" | "out" => Ok(Some(text.into_owned())),
        _ => Err(format!("expected {EXPECTED}, got {}", shown(raw))),
    }
}

/// `true` or `false`.
pub(super) fn flag(raw: &str) -> Field<bool> {
    match raw {
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        "\"\"" => Ok(None),
        _ => Err(format!("expected true or false, got {}", shown(raw))),
    }
}

/// A decimal in ten-thousandths, from a number or a text. `instead` ends the message on too many digits.
pub(super) fn decimal(raw: &str, instead: &str) -> Field<i64> {
    const EXPECTED: &str = "a decimal such as 15.30";
    let text = match raw.as_bytes().first() {
        Some(b'-' | b'0'..=b'9') => Cow::Borrowed(raw),
        _ => string(raw, EXPECTED)?,
    };
    if text.is_empty() {
        return Ok(None);
    }
    decimal::parse(&text).map(Some).map_err(|error| match error {
        DecimalError::NotANumber => format!("expected {EXPECTED}, got {}", shown(raw)),
        DecimalError::TooPrecise => {
            format!("expected a decimal with at most 4 fraction digits, got {}; {instead}", shown(raw))
        }
        DecimalError::TooLarge => {
            format!("expected a decimal of at most {} either way, got {}", decimal::text(decimal::MAX), shown(raw))
        }
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn ids_are_texts_or_integers() {
        assert_eq!(id("\"85123A\""), Ok(Some("85123A".to_owned())));
        assert_eq!(id("17850"), Ok(Some("17850".to_owned())));
        assert_eq!(id("-1"), Ok(Some("-1".to_owned())));
        assert_eq!(id("123456789012345678901234567890").unwrap().unwrap(), "123456789012345678901234567890");
        for blank in ["\"\"", "\" \"", "\"\u{a0} \"", r#""\t""#] {
            assert_eq!(id(blank), Ok(None), "{blank}");
        }
        for raw in ["1.5", "1e3", "true", "[1]", "{}"] {
            assert!(id(raw).unwrap_err().starts_with("expected a text or an integer, got "), "{raw}");
        }
        assert!(id(&format!("\"{}\"", "x".repeat(200))).is_ok());
        assert_eq!(id(&format!("\"{}\"", "x".repeat(201))).unwrap_err(), "is 201 bytes long; the limit is 200");
        assert_eq!(id(&"1".repeat(201)).unwrap_err(), "is 201 bytes long; the limit is 200");
        assert!(id(r#""a\nb""#).unwrap_err().contains("U+000A"));
        assert!(id(r#""a\u0000b""#).unwrap_err().contains("U+0000"));
    }

    #[test]
    fn texts_hold_no_control_characters() {
        assert_eq!(line("\"Анна — ёж £ é\""), Ok(Some("Анна — ёж £ é".to_owned())));
        assert_eq!(line(r#""a \"quoted\" \u00e9""#), Ok(Some("a \"quoted\" é".to_owned())));
        assert_eq!(line("\"\u{a3}\""), Ok(Some("£".to_owned())));
        for raw in [r#""\u0001""#, "\"\u{7f}\"", "\"\u{85}\"", r#""a\tb""#] {
            assert!(line(raw).unwrap_err().contains("control character"), "{raw}");
        }
        assert_eq!(line("\"\""), Ok(None));
        assert_eq!(line("79991234567").unwrap_err(), "expected a text in quotes, got 79991234567");
        assert!(line(r#""\ud800""#).unwrap_err().contains("not a valid text"));
        assert!(line(&format!("\"{}\"", "x".repeat(1025))).unwrap_err().contains("the limit is 1024"));
    }

    #[test]
    fn bodies_may_have_lines() {
        assert_eq!(body(r#""a\r\n\tb""#), Ok(Some("a\r\n\tb".to_owned())));
        assert!(body(r#""a\u0000""#).is_err());
        assert!(body(&format!("\"{}\"", "x".repeat(64 << 10))).is_ok());
        assert!(body(&format!("\"{}\"", "x".repeat((64 << 10) + 1))).unwrap_err().contains("the limit is 65536"));
    }

    #[test]
    fn emails_are_checked_lightly() {
        assert_eq!(email("\"anna+x@пример.рф\""), Ok(Some("anna+x@пример.рф".to_owned())));
        assert_eq!(email("\"\""), Ok(None));
        for raw in ["\"anna\"", "\"@a\"", "\"a@\"", "\"a@b@c\"", "\"a b@c\"", "\"a@b c\""] {
            assert!(email(raw).unwrap_err().contains("anna@example.com"), "{raw}");
        }
    }

    #[test]
    fn currencies_are_three_letters() {
        assert_eq!(currency("\"gBp\""), Ok(Some(*b"GBP")));
        assert_eq!(currency("\"\""), Ok(None));
        for raw in ["\"EURO\"", "\"12A\"", "\"€\"", "840"] {
            assert!(currency(raw).unwrap_err().contains("three letters"), "{raw}");
        }
    }

    #[test]
    fn directions_are_two() {
        assert_eq!(direction("\"in\""), Ok(Some("in".to_owned())));
        assert!(direction("\"In\"").unwrap_err().contains("\"out\""));
    }

    #[test]
    fn decimals_come_as_numbers_or_texts() {
        assert_eq!(decimal("2.55", ""), Ok(Some(25_500)));
        assert_eq!(decimal("\"2.55\"", ""), Ok(Some(25_500)));
        assert_eq!(decimal("\"\"", ""), Ok(None));
        assert_eq!(
            decimal("1.23456", "send fewer digits").unwrap_err(),
            "expected a decimal with at most 4 fraction digits, got 1.23456; send fewer digits"
        );
        assert!(decimal("1e30", "").unwrap_err().contains("at most 99999999999999.9999"));
        assert!(decimal("\"1,5\"", "").unwrap_err().contains("got \"1,5\""));
        assert!(decimal("true", "").unwrap_err().contains("got true"));
        assert!(decimal(&format!("\"{}\"", "x".repeat(500)), "").unwrap_err().len() < 120);
    }
}
