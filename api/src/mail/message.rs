//! A mail as it goes over the wire (RFC 5322): plain text in UTF-8.

use std::fmt::Write as _;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use kupets_auth::Mail;

/// Bytes of text in one encoded word of a header (RFC 2047 allows 75 characters of it).
const WORD_BYTES: usize = 39;
/// Bytes of text in one line of the body: 76 characters of base64.
const LINE_BYTES: usize = 57;

/// Whom mail comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// What to call it; may be empty.
    pub name: String,
    /// The address.
    pub address: String,
}

impl Sender {
    /// `crm@example.com`, or `Name <crm@example.com>`.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, address) = match text.trim().strip_suffix('>') {
            Some(text) => text.rsplit_once('<')?,
            None => ("", text.trim()),
        };
        let name = name.trim().trim_matches('"').to_owned();
        let good = is_plain(address) && address.contains('@') && !name.chars().any(char::is_control);
        good.then(|| Self { name, address: address.to_owned() })
    }
}

/// Whether an address can stand in a command as it is.
fn is_plain(address: &str) -> bool {
    !address.is_empty() && address.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>'))
}

/// The text of a mail, without the dot at its end.
///
/// # Errors
/// The address cannot be written in a mail.
pub fn message(from: &Sender, mail: &Mail, now: DateTime<Utc>) -> Result<String, String> {
    if !is_plain(&mail.to) {
        return Err("an address beyond ASCII needs a server of mail with SMTPUTF8, which is not supported".to_owned());
    }
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|e| e.to_string())?;
    let host = from.address.rsplit('@').next().unwrap_or_default();
    let sender = match from.name.as_str() {
        "" => from.address.clone(),
        name => format!("{} <{}>", encoded(name), from.address),
    };
    let mut text = format!(
        "From: {sender}\r\nTo: {}\r\nSubject: {}\r\nDate: {}\r\nMessage-ID: <{}@{host}>\r\nAuto-Submitted: auto-generated\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n",
        mail.to,
        encoded(&mail.subject),
        now.to_rfc2822(),
        hex::encode(random),
    );
    let body = mail.text.replace('\n', "\r\n");
    for line in body.as_bytes().chunks(LINE_BYTES) {
        let _ = write!(text, "\r\n{}", BASE64_STANDARD.encode(line));
    }
    Ok(text)
}

/// A text as encoded words: any text is safe in a header then.
fn encoded(text: &str) -> String {
    let mut words: Vec<String> = vec![String::new()];
    for letter in text.chars() {
        let word = match words.pop() {
            Some(word) if word.len() + letter.len_utf8() <= WORD_BYTES => word,
            Some(full) => {
                words.push(full);
                String::new()
            }
            None => String::new(),
        };
        words.push(word + letter.encode_utf8(&mut [0; 4]));
    }
    let words: Vec<_> = words.iter().map(|word| format!("=?UTF-8?B?{}?=", BASE64_STANDARD.encode(word))).collect();
    words.join("\r\n ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_sender_may_have_a_name() {
        let sender = |text: &str| Sender::parse(text).map(|s| (s.name, s.address));
        assert_eq!(sender("crm@example.com"), Some((String::new(), "crm@example.com".to_owned())));
        assert_eq!(sender("\"Купец\" <crm@example.com>"), Some(("Купец".to_owned(), "crm@example.com".to_owned())));
        for bad in ["", "nobody", "a@b>c", "A\r\nBcc: x@y <a@b>", "A <a b@c>", "почта@пример.рф"] {
            assert_eq!(sender(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_message_has_short_lines_and_nothing_of_the_text_breaks_out() {
        let from = Sender::parse("Купец <crm@example.com>").unwrap();
        let mail = Mail {
            to: "anna@example.com".to_owned(),
            subject: "Новый пароль в Kupets, и это длинная тема\r\nBcc: x@y".to_owned(),
            text: "Здравствуйте!\n.\nhttps://crm.example.com/reset/x\n".to_owned(),
        };
        let text = message(&from, &mail, DateTime::UNIX_EPOCH).unwrap();
        assert!(text.lines().all(|line| line.len() <= 76 && line.is_ascii()), "{text}");
        assert!(!text.contains("Bcc"), "{text}");
        assert!(text.contains("Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n"), "{text}");
        let (_, body) = text.split_once("\r\n\r\n").unwrap();
        let body = BASE64_STANDARD.decode(body.replace("\r\n", "")).unwrap();
        assert_eq!(String::from_utf8(body).unwrap(), mail.text.replace('\n', "\r\n"));
        let foreign = Mail { to: "почта@пример.рф".to_owned(), ..mail };
        assert!(message(&from, &foreign, DateTime::UNIX_EPOCH).is_err());
    }
}
