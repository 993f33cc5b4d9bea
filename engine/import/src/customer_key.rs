//! One customer, written in several ways.

/// What a customer is known by, where it is written in several ways: an e-mail without capital letters, a telephone number without
/// spaces. None: as it stands.
pub(super) fn customer_key(text: &str, is_phone: bool) -> Option<String> {
    if is_phone {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let marks =
            text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | ' ' | '-' | '(' | ')' | '.' | '\u{a0}'));
        let russian = digits.len() == 11 && digits.starts_with(['7', '8']) && !text.starts_with("+8");
        let key = match (marks && (10..=15).contains(&digits.len()), russian) {
            (false, _) => return None,
            (true, true) => format!("+7{}", &digits[1..]),
            (true, false) if text.starts_with('+') => format!("+{digits}"),
            (true, false) => digits,
        };
        return (key != text).then_some(key);
    }
    let is_email = text.contains('@') && !text.contains([' ', '\\']);
    (is_email && text.chars().any(char::is_uppercase)).then(|| text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_customer_written_in_several_ways() {
        let key = |text: &str, is_phone| customer_key(text, is_phone).unwrap_or_else(|| text.to_owned());
        for phone in ["+7 900 000-00-01", "8 (900) 000 00 01", "79000000001", "+79000000001"] {
            assert_eq!(key(phone, true), "+79000000001", "{phone}");
        }
        assert_eq!(
            (key("+49 170 1234567", true), key("17850", true)),
            ("+491701234567".to_owned(), "17850".to_owned())
        );
        assert_eq!((key("Ann@X.ru", false), key("Ann", false)), ("ann@x.ru".to_owned(), "Ann".to_owned()));
    }
}
