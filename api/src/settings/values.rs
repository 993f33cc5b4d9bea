//! Values of settings that are more than a number or a text.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, SeqAccess, Visitor},
};

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// A value that no log and no `Debug` shows.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// The value.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Texts: a list in the file, and elsewhere one text with commas between them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct List(Vec<String>);

impl List {
    /// The texts.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl From<&str> for List {
    fn from(text: &str) -> Self {
        text.split(',').collect()
    }
}

impl<T: AsRef<str>> FromIterator<T> for List {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        let trimmed = texts.into_iter().map(|text| text.as_ref().trim().to_owned());
        Self(trimmed.filter(|text| !text.is_empty()).collect())
    }
}

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;

        impl<'de> Visitor<'de> for Texts {
            type Value = List;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of texts, or one text with commas between them")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<List, E> {
                Ok(List::from(text))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut texts: A) -> Result<List, A::Error> {
                let mut list = Vec::new();
                while let Some(text) = texts.next_element::<String>()? {
                    list.push(text);
                }
                Ok(list.into_iter().collect())
            }
        }

        deserializer.deserialize_any(Texts)
    }
}

/// Whether Telegram could call a bot so, with or without `@`.
pub fn is_bot_name(name: &str) -> bool {
    let bare = name.strip_prefix('@').unwrap_or(name);
    (5..=32).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
