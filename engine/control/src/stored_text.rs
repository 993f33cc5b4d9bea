//! Limits of texts that somebody else wrote.

use kupets_core::{Error, Kind, Result};
use serde::de::IgnoredAny;

/// Refuses a text that is too long.
pub(crate) fn text(field: &str, text: Option<&str>, most: usize) -> Result<()> {
    match text {
        Some(text) if text.len() > most => Err(Error::new(
            Kind::TooLarge,
            "text_too_large",
            format!("{field} has {} bytes; at most {most} are stored. Send less", text.len()),
        )),
        _ => Ok(()),
    }
}

/// Refuses JSON that is too long or none.
pub(crate) fn json(field: &str, value: Option<&str>, most: usize) -> Result<()> {
    text(field, value, most)?;
    match value.map(serde_json::from_str::<IgnoredAny>) {
        Some(Err(e)) => Err(Error::invalid("bad_json", format!("{field} is not JSON: {e}")).with_source(e)),
        _ => Ok(()),
    }
}
