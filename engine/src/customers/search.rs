//! Words looked for in a customer's name, e-mail address, telephone number and id.

use kupets_core::{Error, Result};
use kupets_query::search_key;

use super::phone;
use crate::snapshot_reader::Values;

/// Words of a search.
const MAX_WORDS: usize = 20;
/// Bytes of a search.
const MAX_BYTES: usize = 1024;

/// What a word is looked for in. A line break stands between the fields: no word has one.
const TEXT: &str = "search_key(concat_ws(chr(10), customer_id, name, email, phone))";

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
    let words: Vec<&str> = search.split_whitespace().collect();
    // A number may be written in several words.
    let parts: Vec<String> = words.chunk_by(|a, b| is_phone(a) && is_phone(b)).map(|run| part(run, values)).collect();
    Ok((!parts.is_empty()).then(|| parts.join(" AND ")))
}

/// A word, or words that are a telephone number together or each for itself.
fn part(words: &[&str], values: &mut Values) -> String {
    let each: Vec<String> = words.iter().map(|word| one(word, values)).collect();
    let each = each.join(" AND ");
    match words.len() {
        0 | 1 => each,
        _ => phone::contains("phone", &words.join(" "), values)
            .map_or(each.clone(), |number| format!("(({each}) OR {number})")),
    }
}

fn one(word: &str, values: &mut Values) -> String {
    let text = format!("contains({TEXT}, {})", values.text(search_key(word)));
    let number = if is_phone(word) { phone::contains("phone", word, values) } else { None };
    number.map_or(text.clone(), |number| format!("({text} OR {number})"))
}

/// Whether a word can be part of a telephone number.
fn is_phone(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '-' | '(' | ')' | '.' | '/'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn words_are_bound() {
        let mut values = Values::default();
        let sql = condition("Анна +7(000)", &mut values).unwrap().unwrap();
        assert_eq!(sql.matches("$v").count(), 4, "{sql}");
        assert!(!sql.contains("анна"));
        assert_eq!(condition(" \t ", &mut values).unwrap(), None);
        assert!(condition(&"a ".repeat(21), &mut values).is_err());
    }

    #[test]
    fn telephone_numbers_are_told_from_other_words() {
        assert!(is_phone("+7(900)123-45-67") && !is_phone("c-1"));
        let sql = condition("--", &mut Values::default()).unwrap().unwrap();
        assert!(!sql.contains("phone_key"), "{sql}");
        // In one run, and each for itself.
        let sql = condition("8 900", &mut Values::default()).unwrap().unwrap();
        assert!(sql.matches("phone_key").count() > 4, "{sql}");
    }
}
