//! Where a page ended, as opaque text: the sort key of its last item, so that what is added meanwhile shifts nothing.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use kupets_core::{Error, Result};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use xxhash_rust::xxh3::xxh3_64;

/// The end of a page of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListCursor {
    /// The field that the list is sorted by.
    pub(super) sort: String,
    /// From the greatest down.
    pub(super) desc: bool,
    /// The last customer's value of it, as text that a filter of the field would read; times in microseconds.
    pub(super) last: Option<String>,
    /// The last customer.
    pub(super) id: String,
    /// [`fingerprint`] of the query.
    pub(super) query: String,
}

/// The end of a page of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TimelineCursor {
    /// Time of the last event, microseconds since the epoch.
    pub(super) at: i64,
    /// Its kind.
    pub(super) kind: String,
    /// Its id.
    pub(super) id: String,
    /// [`fingerprint`] of the customer.
    pub(super) query: String,
}

/// A short name of a query: a cursor of one is refused by another.
pub(crate) fn fingerprint(query: &impl std::fmt::Debug) -> String {
    format!("{:016x}", xxh3_64(format!("{query:?}").as_bytes()))
}

/// The cursor as text.
pub(crate) fn encode(cursor: &impl Serialize) -> Result<String> {
    let json = serde_json::to_vec(cursor).map_err(|e| Error::internal("a cursor cannot be written").with_source(e))?;
    Ok(URL_SAFE_NO_PAD.encode(json))
}

/// The cursor in a text.
///
/// # Errors
/// The text is not a cursor of this kind.
pub(crate) fn decode<T: DeserializeOwned>(text: &str) -> Result<T> {
    let json = URL_SAFE_NO_PAD.decode(text).ok();
    json.and_then(|json| serde_json::from_slice(&json).ok()).ok_or_else(|| {
        bad("`cursor` is not one that was handed out here. Send `next_cursor` of a page as it is, or none for the first page.")
    })
}

/// The cursor is not of this query.
pub(crate) fn of_another(query: &str) -> Error {
    bad(&format!("`cursor` belongs to another query. Send it with the same {query} as the page it came with, or none."))
}

fn bad(message: &str) -> Error {
    Error::invalid("bad_cursor", message)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn cursors_survive_the_way() {
        let cursor =
            TimelineCursor { at: -1, kind: "purchase".into(), id: "№ 1/\"x\"".into(), query: fingerprint(&"c") };
        let text = encode(&cursor).unwrap();
        assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')), "{text}");
        assert_eq!(decode::<TimelineCursor>(&text).unwrap(), cursor);
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        let list = ListCursor { sort: "name".into(), desc: false, last: None, id: "c".into(), query: String::new() };
        for text in ["", "x", "!!!", "e30", "bnVsbA", &encode(&list).unwrap()] {
            assert_eq!(decode::<TimelineCursor>(text).unwrap_err().code(), "bad_cursor", "{text}");
        }
    }
}
