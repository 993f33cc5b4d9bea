//! Reads JSON objects of known fields in one pass: each field's value stays raw text in the request's body.
//!
//! The usual way, a derived `Deserialize`, stops at the first wrong field of the first wrong record; here every field
//! of every record is answered.

use std::{fmt, ops::ControlFlow};

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use xxhash_rust::xxh3::Xxh3;

use super::{errors::RecordErrors, suggest::nearest, text::shown};

/// The widest record has no more fields.
const MAX_FIELDS: usize = 32;
/// Wrong keys kept of one object; more would not be listed.
const MAX_WRONG_KEYS: usize = 32;

/// Names of the fields of a record; a field is then known by its position.
pub(super) type Fields = &'static [&'static str];

/// An object whose fields are known and not yet parsed.
#[derive(Debug)]
pub(super) struct Object<'a> {
    fields: Fields,
    slots: [Option<&'a str>; MAX_FIELDS],
    wrong_keys: Vec<WrongKey>,
}

#[derive(Debug)]
enum WrongKey {
    Unknown(String),
    Twice(usize),
}

/// A field as sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent<'a> {
    Absent,
    Null,
    Value(&'a str),
}

impl<'a> Object<'a> {
    /// The raw value of a field.
    pub(super) fn get(&self, field: usize) -> Sent<'a> {
        match self.slots[field] {
            None => Sent::Absent,
            Some("null") => Sent::Null,
            Some(raw) => Sent::Value(raw),
        }
    }

    /// A hash of the fields as they were sent.
    pub(super) fn fingerprint(&self) -> u128 {
        let mut hasher = Xxh3::new();
        for (field, raw) in self.slots.iter().enumerate() {
            if let Some(raw) = raw {
                hasher.update(&[field as u8]);
                hasher.update(&raw.len().to_le_bytes());
                hasher.update(raw.as_bytes());
            }
        }
        hasher.digest128()
    }

    /// Says what is wrong with a field.
    pub(super) fn add(&self, field: usize, errors: &mut RecordErrors, message: &str) {
        errors.add(self.fields[field], message);
    }

    /// A field for which `null` is as good as none.
    pub(super) fn optional<T>(
        &self,
        field: usize,
        errors: &mut RecordErrors,
        parse: impl FnOnce(&'a str) -> Result<Option<T>, String>,
    ) -> Option<T> {
        let Sent::Value(raw) = self.get(field) else { return None };
        parse(raw).unwrap_or_else(|message| {
            errors.add(self.fields[field], message);
            None
        })
    }

    /// A field that must be there.
    pub(super) fn required<T: Default>(
        &self,
        field: usize,
        errors: &mut RecordErrors,
        parse: impl FnOnce(&'a str) -> Result<Option<T>, String>,
    ) -> T {
        let before = errors.count();
        let value = self.optional(field, errors, parse);
        if value.is_none() && errors.count() == before {
            errors.add(self.fields[field], "is required and must not be empty");
        }
        value.unwrap_or_default()
    }

    /// Adds the unknown and the doubled keys to `errors`; `attributes` says where fields of the app's own belong.
    pub(super) fn check_keys(&self, errors: &mut RecordErrors, attributes: &str) {
        for wrong in &self.wrong_keys {
            match wrong {
                WrongKey::Twice(field) => errors.add(self.fields[*field], "is given twice; send it once"),
                WrongKey::Unknown(key) => {
                    let meant = nearest(key, self.fields).map(|f| format!("did you mean `{f}`? ")).unwrap_or_default();
                    errors.add(&shown(key), format!("is not a known field; {meant}{attributes}"));
                }
            }
        }
    }
}

/// Reads one object; nothing may follow it.
///
/// # Errors
/// Broken JSON, or a value of another type ([`serde_json::Error::is_data`]).
pub(super) fn read_one<'a>(text: &'a str, fields: Fields) -> Result<Object<'a>, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let object = ObjectSeed(fields).deserialize(&mut reader)?;
    reader.end()?;
    Ok(object)
}

/// Reads an array and gives `each` its elements by position, until it breaks: an object, or the error of an element
/// that is something else.
///
/// # Errors
/// Broken JSON, or not an array.
pub(super) fn read_array<'a>(
    text: &'a str,
    fields: Fields,
    each: &mut dyn FnMut(usize, Result<Object<'a>, serde_json::Error>) -> ControlFlow<()>,
) -> Result<(), serde_json::Error> {
    let mut array = Array { fields, each, read: 0, stopped: false };
    let mut reader = serde_json::Deserializer::from_str(text);
    match reader.deserialize_seq(Elements(&mut array)).and_then(|()| reader.end()) {
        Err(error) if error.is_data() && !array.stopped => {
            // An element is not an object. Serde cannot go on behind it, so the rest is read again with each element
            // as raw text first; what was given to `each` already is passed over.
            let mut reader = serde_json::Deserializer::from_str(text);
            match reader.deserialize_seq(RawElements(&mut array)).and_then(|()| reader.end()) {
                Err(_) if array.stopped => Ok(()),
                result => result,
            }
        }
        Err(_) if array.stopped => Ok(()),
        result => result,
    }
}

struct Array<'a, 'f> {
    fields: Fields,
    each: &'f mut dyn FnMut(usize, Result<Object<'a>, serde_json::Error>) -> ControlFlow<()>,
    read: usize,
    stopped: bool,
}

impl<'a> Array<'a, '_> {
    fn give<E: serde::de::Error>(&mut self, element: Result<Object<'a>, serde_json::Error>) -> Result<(), E> {
        let at = self.read;
        self.read += 1;
        if (self.each)(at, element).is_break() {
            self.stopped = true;
            return Err(E::custom("stopped"));
        }
        Ok(())
    }
}

struct Elements<'a, 'f, 'r>(&'r mut Array<'a, 'f>);

impl<'de> Visitor<'de> for Elements<'de, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        while let Some(object) = elements.next_element_seed(ObjectSeed(self.0.fields))? {
            self.0.give(Ok(object))?;
        }
        Ok(())
    }
}

struct RawElements<'a, 'f, 'r>(&'r mut Array<'a, 'f>);

impl<'de> Visitor<'de> for RawElements<'de, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        for _ in 0..self.0.read {
            elements.next_element::<IgnoredAny>()?;
        }
        while let Some(raw) = elements.next_element::<&'de RawValue>()? {
            self.0.give(read_one(raw.get(), self.0.fields))?;
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct ObjectSeed(Fields);

impl<'de> DeserializeSeed<'de> for ObjectSeed {
    type Value = Object<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ObjectSeed {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        if self.0.len() > MAX_FIELDS {
            return Err(A::Error::custom("a record of too many fields"));
        }
        let mut object = Object { fields: self.0, slots: [None; MAX_FIELDS], wrong_keys: Vec::new() };
        let mut guess = 0;
        while let Some(key) = entries.next_key_seed(KeySeed { fields: self.0, guess })? {
            let wrong = match key {
                Key::Known(field) => {
                    guess = field + 1;
                    let raw = entries.next_value::<&'de RawValue>()?;
                    let twice = object.slots[field].replace(raw.get()).is_some();
                    twice.then_some(WrongKey::Twice(field))
                }
                Key::Unknown(name) => {
                    entries.next_value::<IgnoredAny>()?;
                    Some(WrongKey::Unknown(name))
                }
            };
            if let Some(wrong) = wrong
                && object.wrong_keys.len() < MAX_WRONG_KEYS
            {
                object.wrong_keys.push(wrong);
            }
        }
        Ok(object)
    }
}

enum Key {
    Known(usize),
    Unknown(String),
}

/// Recognises a key. `guess` is where to look first: apps send their fields in one order.
#[derive(Clone, Copy)]
struct KeySeed {
    fields: Fields,
    guess: usize,
}

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Self::Value, E> {
        if self.fields.get(self.guess).is_some_and(|field| *field == key) {
            return Ok(Key::Known(self.guess));
        }
        Ok(match self.fields.iter().position(|field| *field == key) {
            Some(field) => Key::Known(field),
            None => Key::Unknown(key.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    const FIELDS: Fields = &["thing_id", "name", "size"];

    /// The name of an element as it stands in the text, or why it is no object.
    type Seen = Result<Option<String>, String>;

    fn array(text: &str) -> (Vec<Seen>, Result<(), String>) {
        let mut seen = Vec::new();
        let result = read_array(text, FIELDS, &mut |at, element| {
            assert_eq!(at, seen.len());
            seen.push(element.map(|o| o.slots[1].map(str::to_owned)).map_err(|e| e.to_string()));
            ControlFlow::Continue(())
        });
        (seen, result.map_err(|e| e.to_string()))
    }

    #[test]
    fn values_stay_raw() {
        let object = read_one(r#" {"size" : [1, {"a":2}] , "name":null} "#, FIELDS).unwrap();
        assert_eq!(object.get(0), Sent::Absent);
        assert_eq!(object.get(1), Sent::Null);
        assert_eq!(object.get(2), Sent::Value(r#"[1, {"a":2}]"#));
    }

    #[test]
    fn escaped_keys_are_the_same_keys() {
        let object = read_one(r#"{"n\u0061me":1}"#, FIELDS).unwrap();
        assert_eq!(object.get(1), Sent::Value("1"));
    }

    #[test]
    fn wrong_keys_are_named() {
        let object = read_one(r#"{"nmae":1,"size":1,"size":2,"other":{}}"#, FIELDS).unwrap();
        let mut errors = RecordErrors::new(0);
        object.check_keys(&mut errors, "see there");
        let text = format!("{errors:?}");
        assert_eq!(errors.count(), 3);
        assert!(text.contains("is not a known field; did you mean `name`? see there"), "{text}");
        assert!(text.contains("is given twice"), "{text}");
    }

    #[test]
    fn elements_of_other_types_do_not_stop_the_rest() {
        let (seen, result) = array(r#"[{"name":1},5,"x",{"name":2},null,[{}],{"name":3},1.5e3,true]"#);
        assert_eq!(result, Ok(()));
        let good: Vec<_> = seen.iter().filter_map(|s| s.clone().ok().flatten()).collect();
        assert_eq!(good, ["1", "2", "3"]);
        assert_eq!(seen.len(), 9);
        assert!(seen[1].clone().unwrap_err().contains("expected an object"));
    }

    #[test]
    fn broken_json_is_an_error_of_the_whole() {
        for text in
            ["[{},", "[{}", "[{}]]", "[{} {}]", "[5,{]", r#"[{"name":}]"#, "[01]", "{}", "", r#"[{"name":"\q"}]"#]
        {
            assert!(array(text).1.is_err(), "{text}");
        }
        assert_eq!(array("[]"), (vec![], Ok(())));
    }

    #[test]
    fn stops_when_told() {
        for text in ["[{},{},{},5,", "[5,{},{},{},"] {
            let mut n = 0;
            let result = read_array(text, FIELDS, &mut |_, _| {
                n += 1;
                if n == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            assert!(result.is_ok());
            assert_eq!(n, 2);
        }
    }
}
