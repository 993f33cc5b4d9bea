//! What people may be called, and what a workspace may go by.

use chrono_tz::Tz;
use kupets_core::{Error, FieldError, Result};

/// Shortest password, in characters.
const MIN_PASSWORD: usize = 8;
/// Longest password, in bytes: hashing longer ones would be work for nothing.
const MAX_PASSWORD: usize = 1_024;
/// Longest name of a person or a workspace, in characters.
const MAX_NAME: usize = 200;

/// Collects what is wrong with a request, so that all of it is told at once.
#[derive(Debug, Default)]
pub struct Checked(Vec<FieldError>);

impl Checked {
    /// Notes that a field is wrong.
    pub fn wrong(&mut self, field: &str, message: &str) {
        self.0.push(FieldError::of(field, message));
    }

    /// A name of a person or a thing, trimmed.
    pub fn name(&mut self, field: &str, text: &str) -> String {
        let name = text.trim();
        if !(1..=MAX_NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            self.wrong(field, "1 to 200 characters");
        }
        name.to_owned()
    }

    /// An e-mail address, trimmed and lower-case.
    pub fn email(&mut self, field: &str, text: &str) -> String {
        let email = normal_email(text);
        if !is_email(&email) {
            self.wrong(field, "this is not an e-mail address");
        }
        email
    }

    /// A new password.
    pub fn password(&mut self, field: &str, text: &str) {
        if text.chars().count() < MIN_PASSWORD || text.len() > MAX_PASSWORD {
            self.wrong(field, "8 characters or more, 1024 bytes at most");
        }
    }

    /// A language of ours.
    pub fn locale(&mut self, field: &str, text: &str) {
        if !matches!(text, "en" | "ru") {
            self.wrong(field, "`en` or `ru`");
        }
    }

    /// A time zone.
    pub fn time_zone(&mut self, field: &str, text: &str) -> Tz {
        text.parse::<Tz>().unwrap_or_else(|_| {
            self.wrong(field, "an IANA name, for example `Europe/Moscow`");
            Tz::UTC
        })
    }

    /// A currency.
    pub fn currency(&mut self, field: &str, text: &str) {
        if text.len() != 3 || !text.bytes().all(|b| b.is_ascii_uppercase()) {
            self.wrong(field, "an ISO 4217 code of three capital letters, for example `EUR`");
        }
    }

    /// `value`, unless something is wrong.
    ///
    /// # Errors
    /// All that is wrong, by field.
    pub fn done<T>(self, value: T) -> Result<T> {
        if self.0.is_empty() { Ok(value) } else { Err(Error::wrong_fields(self.0)) }
    }
}

/// An address as accounts are told apart by it.
pub fn normal_email(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Whether mail could go there: one `@` with something on both sides and no spaces. More only the mail itself can tell.
fn is_email(text: &str) -> bool {
    let sides = text.rsplit_once('@').is_some_and(|(who, host)| {
        !who.is_empty() && !who.contains('@') && !host.is_empty() && !host.starts_with('.') && !host.ends_with('.')
    });
    sides && text.len() <= 254 && !text.chars().any(|c| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let mut checked = Checked::default();
        checked.name("name", "\u{7}");
        checked.email("email", "x");
        checked.password("password", "short");
        checked.locale("locale", "de");
        checked.time_zone("time_zone", "Mars");
        checked.currency("currency", "rub");
        let error = checked.done(()).unwrap_err();
        assert_eq!(error.fields().len(), 6);
        assert!(error.to_string().contains("6 fields"), "{error}");
    }

    #[test]
    fn addresses_are_told_from_other_text() {
        for good in ["a@b", "anna.petrova+x@mail.example.com", "почта@пример.рф"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "@b", "a@", "a b@c", "a@b@c", "a@.b", "a@b."] {
            assert!(!is_email(bad), "{bad}");
        }
        assert_eq!(normal_email(" Anna@Example.COM "), "anna@example.com");
    }
}
