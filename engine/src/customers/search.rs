//! Words looked for in a customer's name, e-mail address, telephone number and id.

use crate::snapshot_reader::Values;
use kupets_core::{Error, Result};

/// Words of a search.
const MAX_WORDS: usize = 20;
/// Bytes of a search.
const MAX_BYTES: usize = 1024;

/// What a word is looked for in. A line break stands between the fields: no word has one. `ё` is often written `е`.
const TEXT: &str = "replace(lower(concat_ws(chr(10), customer_id, name, email, phone)), 'ё', 'е')";
/// The digits of the telephone number, however it is written.
const DIGITS: &str = "regexp_replace(phone, '[^0-9]', '', 'g')";

/// The condition that every word must be there; none for a search without words.
///
/// # Errors
/// Too long.
pub(super) fn condition(search: &str, values: &mut Values) -> Result<Option<String>> {
    if search.len() > MAX_BYTES || search.split_whitespace().count() > MAX_WORDS {
        return Err(Error::invalid(
            "bad_parameter",
            format!("The search is too long: it may have {MAX_WORDS} words and {MAX_BYTES} bytes."),
        ));
    }
    let words: Vec<String> = search.split_whitespace().map(|w| word(w, values)).collect();
    Ok((!words.is_empty()).then(|| words.join(" AND ")))
}

fn word(word: &str, values: &mut Values) -> String {
    let text = format!("contains({TEXT}, {})", values.text(word.to_lowercase().replace('ё', "е")));
    match phone_digits(word) {
        Some(digits) => format!("({text} OR contains({DIGITS}, {}))", values.text(digits)),
        None => text,
    }
}

/// The digits of a word that can be part of a telephone number.
fn phone_digits(word: &str) -> Option<String> {
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | '.' | '/');
    let digits: String = word.chars().filter(char::is_ascii_digit).collect();
    (word.chars().all(is_part) && !digits.is_empty()).then_some(digits)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn words_are_bound() {
        let mut values = Values::default();
        let sql = condition("Анна +7(000)", &mut values).unwrap().unwrap();
        assert_eq!(sql.matches("$v").count(), 3);
        assert!(!sql.contains("анна"));
        assert_eq!(condition(" \t ", &mut values).unwrap(), None);
        assert!(condition(&"a ".repeat(21), &mut values).is_err());
    }

    #[test]
    fn telephone_numbers_are_told_from_other_words() {
        assert_eq!(phone_digits("+7(900)123-45-67").as_deref(), Some("79001234567"));
        assert_eq!(phone_digits("c-1"), None);
        assert_eq!(phone_digits("--"), None);
    }
}
