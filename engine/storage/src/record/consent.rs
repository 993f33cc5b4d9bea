//! `consent` of a customer: what they agreed to, by channel, as evidence: who asked, and when.

use chrono_tz::Tz;
use serde_json::{Map, Value};

use super::{
    limits::{MAX_CONSENTS, MAX_RAW_JSON_BYTES, MAX_TEXT_BYTES},
    text::{Field, bare, shown},
    time,
};

const FIELDS: [&str; 4] = ["channel", "given", "source", "at"];

/// The stored text of `consent` as sent: none where the list is empty.
pub(super) fn stored(raw: &str, zone: Tz) -> Field<String> {
    const EXPECTED: &str = "an array such as [{\"channel\": \"email\", \"given\": true, \"source\": \"checkout\", \"at\": \"2026-01-31\"}]";
    if raw.len() > MAX_RAW_JSON_BYTES {
        return Err(format!("is {} bytes long as sent; the limit is {MAX_RAW_JSON_BYTES}", raw.len()));
    }
    if !raw.starts_with('[') {
        return Err(format!("expected {EXPECTED}, got {}", shown(raw)));
    }
    let sent: Vec<Value> = serde_json::from_str(raw).map_err(|e| bare(&e))?;
    if sent.len() > MAX_CONSENTS {
        return Err(format!("holds more than {MAX_CONSENTS} entries"));
    }
    let read: Vec<Value> = (0..)
        .zip(&sent)
        .map(|(at, entry)| match entry {
            Value::Object(entry) => one(entry, zone).map_err(|message| format!("entry {at} {message}")),
            _ => Err(format!("entry {at} is no object; expected {EXPECTED}")),
        })
        .collect::<Result<_, String>>()?;
    Ok((!read.is_empty()).then(|| Value::from(read).to_string()))
}

fn one(entry: &Map<String, Value>, zone: Tz) -> Result<Value, String> {
    if let Some(unknown) = entry.keys().find(|key| !FIELDS.contains(&key.as_str())) {
        return Err(format!("has the unknown field {}; its fields are {}", shown(unknown), FIELDS.join(", ")));
    }
    let mut stored = Map::new();
    let channel = text(entry, "channel")?.ok_or("has no `channel`: email, phone, sms, …")?;
    stored.insert("channel".to_owned(), channel.into());
    match entry.get("given") {
        Some(Value::Bool(given)) => stored.insert("given".to_owned(), (*given).into()),
        _ => return Err("has no `given`: true or false".to_owned()),
    };
    if let Some(source) = text(entry, "source")? {
        stored.insert("source".to_owned(), source.into());
    }
    if let Some(at) = entry.get("at").filter(|at| !at.is_null()) {
        let at = time::parse(&at.to_string(), zone).map_err(|message| format!("has a wrong `at`: {message}"))?;
        let at = at.and_then(chrono::DateTime::from_timestamp_micros).ok_or("has an empty `at`")?;
        stored.insert("at".to_owned(), at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true).into());
    }
    Ok(Value::Object(stored))
}

fn text(entry: &Map<String, Value>, field: &str) -> Result<Option<String>, String> {
    match entry.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Value::String(text)) if text.len() > MAX_TEXT_BYTES || text.chars().any(char::is_control) => {
            Err(format!("has a `{field}` that is over {MAX_TEXT_BYTES} bytes or holds control characters"))
        }
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(format!("has a `{field}` that is no text")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use chrono_tz::Europe::Moscow;

    use super::*;

    #[test]
    fn entries_are_kept_with_what_proves_them() {
        let raw = r#"[ {"given": true, "channel": "email", "at": "2026-02-01", "source": "checkout"}, {"channel":"sms","given":false,"source":null} ]"#;
        let kept: Value = serde_json::from_str(&stored(raw, Moscow).unwrap().unwrap()).unwrap();
        assert_eq!(
            kept,
            serde_json::json!([
                {"channel": "email", "given": true, "source": "checkout", "at": "2026-01-31T21:00:00Z"},
                {"channel": "sms", "given": false},
            ])
        );
        assert_eq!(stored("[]", Moscow), Ok(None));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for (raw, says) in [
            (r#""email""#, "expected an array such as"),
            (r#"["email"]"#, "entry 0 is no object"),
            (r#"[{"given":true}]"#, "entry 0 has no `channel`"),
            (r#"[{"channel":"email"}]"#, "entry 0 has no `given`"),
            (r#"[{"channel":"email","given":"yes"}]"#, "entry 0 has no `given`"),
            (r#"[{"channel":"email","given":true,"when":1}]"#, "the unknown field when"),
            (r#"[{"channel":"email","given":true,"at":"soon"}]"#, "entry 0 has a wrong `at`"),
            (r#"[{"channel":1,"given":true}]"#, "entry 0 has a `channel` that is no text"),
        ] {
            let message = stored(raw, Moscow).unwrap_err();
            assert!(message.contains(says), "{raw}: {message}");
        }
        let many = vec![serde_json::json!({"channel": "email", "given": true}); MAX_CONSENTS + 1];
        assert!(stored(&Value::from(many).to_string(), Moscow).unwrap_err().contains("more than"));
    }
}
