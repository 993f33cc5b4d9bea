//! People who take data out as a file: the audit log has who took what.

use kupets_auth::{Action, Caller, Subject};
use kupets_engine::query::Format;
use serde_json::json;

use crate::{problem::Result, state::State};

/// Notes that a person takes a file, before its first byte leaves: JSON is what pages are made of, and what keys fetch is counted
/// by their uses.
///
/// # Errors
/// It cannot be written down: nothing is handed out then.
pub async fn note(state: &State, caller: &Caller, kind: &'static str, id: &str, format: Format) -> Result<()> {
    if format == Format::Json || !caller.is_person() {
        return Ok(());
    }
    let subject = Subject::of(kind, id).with(json!({"format": format.file_extension()}));
    Ok(state.auth.note(caller, Action::Downloaded, subject).await?)
}
