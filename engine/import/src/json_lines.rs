//! JSON that is no line an object: a list of objects, a list within an object, objects over several lines. Rewritten as NDJSON, a
//! value at a time, whatever its size.

use std::{
    fmt,
    io::{self, BufRead, BufWriter, Write},
};

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Members of an answer that hold its list.
const LISTS: [&str; 20] = [
    "orders",
    "data",
    "result",
    "results",
    "records",
    "rows",
    "purchases",
    "transactions",
    "payments",
    "sales",
    "charges",
    "deals",
    "value",
    "response",
    "list",
    "customers",
    "receipts",
    "postings",
    "leads",
    "заказы",
];

/// Whether a file that begins with `{` has another object in each line.
pub(super) fn is_lines(first: &[u8], is_only: bool) -> bool {
    let mut json = serde_json::Deserializer::from_slice(first);
    match json.deserialize_map(Members) {
        Ok(members) => !(is_only && members.iter().any(|(name, value)| is_list(name, value))),
        // A line that ends within its object goes on in the next one.
        Err(e) => !e.is_eof(),
    }
}

fn is_list(name: &str, value: &str) -> bool {
    LISTS.contains(&name.to_lowercase().as_str()) && value.starts_with('[')
}

/// Writes each object as a line.
///
/// # Errors
/// The text is no JSON, or the file cannot be written.
pub(super) fn to_lines(text: &mut dyn BufRead, out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::new(out);
    let mut json = serde_json::Deserializer::from_reader(text);
    loop {
        Spread(&mut out).deserialize(&mut json).map_err(io::Error::other)?;
        if json.end().is_ok() {
            break;
        }
    }
    out.flush()
}

/// The members of an object as they are written.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de str)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            members.push((name, map.next_value::<&RawValue>()?.get()));
        }
        Ok(members)
    }
}

/// Writes the objects of what is read.
struct Spread<'w, W: Write>(&'w mut W);

impl<W: Write> Spread<'_, W> {
    fn line<E: serde::de::Error>(&mut self, json: &str) -> Result<(), E> {
        // A line end is no part of a text in JSON, where it is written `\n`.
        let line = json.replace(['\n', '\r'], " ");
        self.0.write_all(line.as_bytes()).and_then(|()| self.0.write_all(b"\n")).map_err(E::custom)
    }
}

impl<'de, W: Write> DeserializeSeed<'de> for Spread<'_, W> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de, W: Write> Visitor<'de> for Spread<'_, W> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element::<Box<RawValue>>()? {
            self.line(value.get())?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut members = Vec::new();
        let mut is_wrapped = false;
        while let Some(name) = map.next_key::<String>()? {
            if LISTS.contains(&name.to_lowercase().as_str()) {
                match map.next_value_seed(Wrapped(self.0))? {
                    None => is_wrapped = true,
                    Some(value) => members.push((name, value)),
                }
            } else {
                members.push((name, map.next_value::<Box<RawValue>>()?.get().to_owned()));
            }
        }
        if is_wrapped {
            return Ok(());
        }
        let written: Result<Vec<String>, _> = members
            .iter()
            .map(|(name, value)| serde_json::to_string(name).map(|name| format!("{name}:{value}")))
            .collect();
        self.line(&format!("{{{}}}", written.map_err(A::Error::custom)?.join(",")))
    }
}

/// Writes the objects of a list within an object; what is no list is given back.
struct Wrapped<'w, W: Write>(&'w mut W);

impl<'de, W: Write> DeserializeSeed<'de> for Wrapped<'_, W> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de, W: Write> Visitor<'de> for Wrapped<'_, W> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Spread(self.0).visit_seq(list).map(|()| None)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        // An object within an object, such as `response`, may hold the list.
        Spread(self.0).visit_map(map).map(|()| None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some("null".to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Self::Value, E> {
        serde_json::to_string(value).map(Some).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn lines(text: &str) -> String {
        let mut out = Vec::new();
        to_lines(&mut text.as_bytes(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lists_and_what_holds_them_become_lines() {
        assert_eq!(
            lines("[{\"a\": 1.50,\n \"b\": \"x\\ny\"}, {\"a\": 2}]"),
            "{\"a\": 1.50,  \"b\": \"x\\ny\"}\n{\"a\": 2}\n"
        );
        assert_eq!(
            lines("{\"count\": 2, \"orders\": [{\"id\": 1}, {\"id\": 2}], \"next\": null}"),
            "{\"id\": 1}\n{\"id\": 2}\n"
        );
        assert_eq!(lines("{\"response\": {\"items\": 1, \"orders\": [{\"id\": 1}]}}"), "{\"id\": 1}\n");
        assert_eq!(
            lines("{\n \"id\": 1,\n \"data\": \"x\"}\n{\n \"id\": 2}"),
            "{\"id\":1,\"data\":\"x\"}\n{\"id\":2}\n"
        );
        assert!(to_lines(&mut "[{\"a\": 1".as_bytes(), &mut Vec::new()).is_err());
    }

    #[test]
    fn lines_are_told_from_what_is_none() {
        assert!(is_lines(b"{\"id\": 1, \"items\": []}", true) && is_lines(b"{\"orders\": []}", false));
        assert!(!is_lines(b"{", false) && !is_lines(b"{\"id\": 1,", false) && !is_lines(b"{\"orders\": [{}]}", true));
        assert!(is_lines(b"{not json}", false), "what is wrong with it is told by its row");
    }
}
