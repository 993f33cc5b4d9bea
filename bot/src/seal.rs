//! What buttons do is kept sealed. The key is in the button itself, at Telegram, and nowhere here: so the bot's file names nobody,
//! whatever a button is about, and whoever is erased in Kupets is not to be found in it, whether the bot runs or not.
//!
//! A key is 128 random bits and seals one text. The text is combined with a stream of as many bytes: SHA-256 of the key and a counter.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};

/// A key, used once.
pub(crate) struct Key([u8; 16]);

impl Key {
    /// A new one.
    pub(crate) fn random() -> Result<Self> {
        let mut key = [0_u8; 16];
        getrandom::fill(&mut key).map_err(|error| Error::Settings(format!("no random numbers: {error}")))?;
        Ok(Self(key))
    }

    /// One that was written by [`Key::text`].
    pub(crate) fn read(text: &str) -> Option<Self> {
        Some(Self(BASE64_URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?))
    }

    /// 22 letters.
    pub(crate) fn text(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }

    /// A text, sealed.
    pub(crate) fn seal(&self, text: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.combined(text.as_bytes()))
    }

    /// A text that this key has sealed. With another key it is nothing, or no text that anybody wrote.
    pub(crate) fn open(&self, sealed: &str) -> Option<String> {
        String::from_utf8(self.combined(&BASE64_URL_SAFE_NO_PAD.decode(sealed).ok()?)).ok()
    }

    fn combined(&self, bytes: &[u8]) -> Vec<u8> {
        let blocks = bytes.chunks(32).zip(0_u64..).flat_map(|(block, at)| {
            let stream = Sha256::new().chain_update(self.0).chain_update(at.to_be_bytes()).finalize();
            block.iter().zip(stream).map(|(byte, key)| byte ^ key).collect::<Vec<u8>>()
        });
        blocks.collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_its_key_opens_a_text() {
        let (key, other) = (Key::random().unwrap(), Key::random().unwrap());
        let text = "выручка Ивановой ".repeat(9);
        let sealed = key.seal(&text);
        assert_eq!(Key::read(&key.text()).unwrap().open(&sealed).unwrap(), text);
        assert_ne!(other.open(&sealed).as_deref(), Some(text.as_str()));
        assert_ne!(sealed, other.seal(&text));
        // No part of the stream is used twice.
        let stream = key.combined(&[0; 96]);
        assert!(stream[..32] != stream[32..64] && stream[32..64] != stream[64..]);
        assert!(Key::read("short").is_none() && key.open("no base64!").is_none());
    }
}
