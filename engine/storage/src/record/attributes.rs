//! `attributes` and `tags`: the parts of a record that are stored as JSON text.

use std::fmt;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::{
    limits::{MAX_ATTRIBUTES, MAX_ATTRIBUTES_BYTES, MAX_RAW_JSON_BYTES, MAX_TAGS},
    text::{Field, attribute_key, bare, shown, tag},
};

/// An object of attributes as sent. `null` values stay in it: for a customer they remove the key.
pub(super) fn object(raw: &str) -> Result<Map<String, Value>, String> {
    if !raw.starts_with('{') {
        return Err(format!("expected an object such as {{\"city\": \"Kazan\"}}, got {}", shown(raw)));
    }
    check_raw(raw)?;
    let mut reader = serde_json::Deserializer::from_str(raw);
    let map = reader.deserialize_map(Attributes).map_err(|e| bare(&e))?;
    let bytes = text(&map).len();
    if bytes > MAX_ATTRIBUTES_BYTES {
        return Err(format!("is {bytes} bytes of JSON; the limit is {MAX_ATTRIBUTES_BYTES}"));
    }
    Ok(map)
}

/// The stored text of an object of attributes as sent: none where it is empty; keys with `null` are left out.
pub(super) fn stored(raw: &str) -> Field<String> {
    let mut map = object(raw)?;
    map.retain(|_, value| !value.is_null());
    Ok((!map.is_empty()).then(|| text(&map)))
}

/// Compact JSON with sorted keys, so that the same attributes are the same text.
pub(super) fn text(map: &Map<String, Value>) -> String {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_unstable_by_key(|(key, _)| *key);
    let mut out = String::with_capacity(16 * entries.len() + 2);
    for (key, value) in entries {
        out.push(if out.is_empty() { '{' } else { ',' });
        // `Display` of a `Value` writes compact JSON; nested objects are sorted in case a feature keeps their order.
        let mut value = value.clone();
        value.sort_all_objects();
        out.push_str(&Value::from(key.as_str()).to_string());
        out.push(':');
        out.push_str(&value.to_string());
    }
    if out.is_empty() {
        out.push('{');
    }
    out.push('}');
    out
}

/// Tags as sent, each once, in the order sent; none where the list is empty.
pub(super) fn tags(raw: &str) -> Field<Vec<String>> {
    check_raw(raw)?;
    let sent: Vec<String> = serde_json::from_str(raw)
        .map_err(|_| format!("expected an array of texts such as [\"vip\", \"wholesale\"], got {}", shown(raw)))?;
    let mut tags: Vec<String> = Vec::with_capacity(sent.len().min(MAX_TAGS));
    for (i, text) in sent.into_iter().enumerate() {
        tag(&text).map_err(|message| format!("tag {i} {message}"))?;
        if !tags.contains(&text) {
            if tags.len() == MAX_TAGS {
                return Err(format!("holds more than {MAX_TAGS} tags"));
            }
            tags.push(text);
        }
    }
    Ok((!tags.is_empty()).then_some(tags))
}

/// The stored text of tags: a JSON array.
pub(super) fn tags_text(tags: &[String]) -> String {
    Value::from(tags).to_string()
}

/// How many values a value holds, itself included.
pub(super) fn count(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(count).sum::<usize>(),
        Value::Object(map) => 1 + map.values().map(count).sum::<usize>(),
        _ => 1,
    }
}

/// Refuses before parsing what parsing would make many times larger in memory.
fn check_raw(raw: &str) -> Result<(), String> {
    if raw.len() > MAX_RAW_JSON_BYTES {
        return Err(format!("is {} bytes long as sent; the limit is {MAX_RAW_JSON_BYTES}", raw.len()));
    }
    Ok(())
}

/// Reads an object and refuses what a plain map would swallow: the same key twice, and keys without end.
struct Attributes;

impl<'de> Visitor<'de> for Attributes {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        use serde::de::Error;
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            attribute_key(&key).map_err(|m| Error::custom(format!("the key \"{}\" {m}", shown(&key))))?;
            if map.len() == MAX_ATTRIBUTES && !map.contains_key(&key) {
                return Err(Error::custom(format!("holds more than {MAX_ATTRIBUTES} keys")));
            }
            let value = entries.next_value::<Value>()?;
            if map.contains_key(&key) {
                return Err(Error::custom(format!("holds the key \"{}\" twice", shown(&key))));
            }
            map.insert(key, value);
        }
        Ok(map)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn attributes_become_sorted_compact_json() {
        assert_eq!(
            stored(r#"{ "z": 1.50, "a": {"y": [1, 2], "b": null}, "gone": null, "é": "\u00e9" }"#),
            Ok(Some(r#"{"a":{"b":null,"y":[1,2]},"z":1.50,"é":"é"}"#.to_owned()))
        );
        assert_eq!(stored("{}"), Ok(None));
        assert_eq!(stored(r#"{"a":null}"#), Ok(None));
        assert_eq!(text(&Map::new()), "{}");
        // Numbers stay as written.
        let long = r#"{"a":123456789012345678901234567890.10}"#;
        assert_eq!(stored(long), Ok(Some(long.to_owned())));
    }

    #[test]
    fn attributes_have_limits() {
        let keys = |n: usize| format!("{{{}}}", (0..n).map(|i| format!("\"k{i}\":1")).collect::<Vec<_>>().join(","));
        assert!(object(&keys(100)).is_ok());
        assert!(object(&keys(101)).unwrap_err().contains("more than 100 keys"));
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_ATTRIBUTES_BYTES));
        assert!(object(&long).unwrap_err().contains("the limit is 16384"));
        let spaced = |spaces: usize| format!("{{\"a\":{}1}}", " ".repeat(spaces));
        assert!(object(&spaced(60_000)).is_ok());
        assert!(object(&spaced(66_000)).unwrap_err().contains("as sent; the limit is 65536"));
        assert!(object(r#"{"a":1,"a":2}"#).unwrap_err().contains("\"a\" twice"));
        assert!(object(r#"{"":1}"#).unwrap_err().contains("is empty"));
        assert!(object(r#"{"a\u0000":1}"#).unwrap_err().contains("U+0000"));
        assert!(object("[1]").unwrap_err().contains("got an array"));
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(500), "]".repeat(500));
        assert!(object(&deep).unwrap_err().contains("recursion limit"));
    }

    #[test]
    fn tags_are_a_set_of_texts() {
        assert_eq!(tags(r#"["vip","b2b","vip"]"#), Ok(Some(vec!["vip".to_owned(), "b2b".to_owned()])));
        assert_eq!(tags("[]"), Ok(None));
        assert!(tags("\"vip\"").unwrap_err().contains("expected an array"));
        assert!(tags("[1]").unwrap_err().contains("expected an array of texts"));
        assert_eq!(tags(r#"["a",""]"#).unwrap_err(), "tag 1 is empty");
        assert!(tags(r#"["a\nb"]"#).unwrap_err().contains("U+000A"));
        let many = |n: usize| serde_json::to_string(&(0..n).map(|i| i.to_string()).collect::<Vec<_>>()).unwrap();
        assert!(tags(&many(50)).is_ok());
        assert!(tags(&many(51)).unwrap_err().contains("more than 50"));
        assert_eq!(tags_text(&["a\"".to_owned()]), r#"["a\""]"#);
    }
}
