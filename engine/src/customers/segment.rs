//! The rule of segments: it stands in the report `rfm_segments`, between two marks, and is read from there.

use std::sync::LazyLock;

use crate::{Error, Result};

const REPORT: &str = include_str!("../../../queries/rfm_segments.sql");

static RULE: LazyLock<Option<&str>> = LazyLock::new(|| {
    let (_, from) = REPORT.split_once("\n-- rule begins\n")?;
    let (rule, _) = from.split_once("\n-- rule ends\n")?;
    Some(rule)
});

/// The parts of a WITH clause that make `named`, with the column `segment`, out of `buyers`: its `frequency`, `monetary`
/// and `last_order_at`, all null for whoever has no order, as of `$as_of`.
///
/// # Errors
/// The report has lost its marks, which a test keeps from being shipped.
pub(crate) fn rule() -> Result<&'static str> {
    RULE.ok_or_else(|| Error::internal("the report rfm_segments does not mark the rule of segments"))
}

/// Whether the rule knows the segment.
///
/// # Errors
/// It does not; the message lists those it knows.
pub(crate) fn check(segment: &str) -> Result<()> {
    // The only texts of the rule are the names of segments.
    let names: Vec<&str> = rule()?.split('\'').skip(1).step_by(2).collect();
    if names.contains(&segment) {
        return Ok(());
    }
    let names = names.join(", ");
    Err(Error::invalid("bad_parameter", format!("There is no segment `{segment}`. There are: {names}.")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_report_holds_the_rule() {
        let rule = rule().unwrap();
        assert!(rule.starts_with("aged AS (") && rule.ends_with(')'));
        assert!(check("champions").is_ok() && check("lost").is_ok());
        let message = check("vip").unwrap_err().to_string();
        assert_eq!(message.matches(',').count(), 10, "{message}");
    }
}
