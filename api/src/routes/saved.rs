//! What views, saved reports and dashboards have in common: who sees them, who may change them, and pages of them.

use kupets_auth::Caller;
use kupets_control::saved::After;
use kupets_core::{Error, Result as CoreResult, Role};

use crate::problem::{Problem, Result, field};

/// The person who looks; none for a key, which sees what is shared.
pub fn viewer(caller: &Caller) -> Option<&str> {
    caller.user_id().ok()
}

/// Passes if the caller may change or delete what they see: the owner may, and of what is shared an admin.
///
/// # Errors
/// 403 `not_owner`.
pub fn check_owner(caller: &Caller, owner: Option<&str>, shared: bool) -> CoreResult<()> {
    if viewer(caller).is_some_and(|person| Some(person) == owner) || shared && caller.role() >= Role::Admin {
        return Ok(());
    }
    Err(Error::forbidden(
        "not_owner",
        "it is shared with you; its owner or an admin changes it: save a copy of your own",
    ))
}

/// The cursor of a page's last row.
pub fn cursor(created_at: i64, id: &str) -> String {
    format!("{created_at}.{id}")
}

/// Where a page begins.
///
/// # Errors
/// 422: it is no cursor of such a list.
pub fn after(cursor: &str) -> Result<After> {
    let parsed = cursor.split_once('.').and_then(|(at, id)| {
        let created_at = at.parse().ok()?;
        (id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .then(|| After { created_at, id: id.to_owned() })
    });
    parsed.ok_or_else(|| Problem::fields(vec![field("cursor", "is not a `next_cursor` of this list")]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn cursors_come_back_as_they_were() {
        let id = "0123456789abcdef0123456789abcdef";
        assert_eq!(after(&cursor(-5, id)).unwrap(), After { created_at: -5, id: id.to_owned() });
        assert!(after("5").is_err() && after("x.0123456789abcdef0123456789abcdef").is_err() && after("5.x").is_err());
    }
}
