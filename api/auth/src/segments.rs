//! A workspace's own rules of segments, kept beside it as JSON: who is let in brings them along.

use std::sync::{Arc, LazyLock};

use kupets_core::{Error, Result, SegmentRule, SegmentRules};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The default rules, one copy for all workspaces that have no others.
static DEFAULT: LazyLock<Arc<SegmentRules>> = LazyLock::new(Arc::default);

/// A segment and the scores that belong to it. A range is its least and its greatest score, both in it; one that is left out
/// takes all scores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleBody {
    /// The name: up to 64 letters of any alphabet, digits, spaces, `_` and `-`. Several rules may have the same.
    #[schema(example = "champions")]
    segment: String,
    /// Recency: 5 for the fifth of customers who ordered last.
    #[serde(default = "any")]
    #[schema(value_type = Vec<u8>, min_items = 2, max_items = 2, default = json!([1, 5]), example = json!([5, 5]))]
    r: [u8; 2],
    /// Frequency: 5 for the fifth with the most orders.
    #[serde(default = "any")]
    #[schema(value_type = Vec<u8>, min_items = 2, max_items = 2, default = json!([1, 5]), example = json!([1, 5]))]
    f: [u8; 2],
    /// Monetary: 5 for the fifth with the most revenue.
    #[serde(default = "any")]
    #[schema(value_type = Vec<u8>, min_items = 2, max_items = 2, default = json!([1, 5]), example = json!([1, 5]))]
    m: [u8; 2],
    /// The mean of the scores of frequency and monetary, rounded up.
    #[serde(default = "any")]
    #[schema(value_type = Vec<u8>, min_items = 2, max_items = 2, default = json!([1, 5]), example = json!([4, 5]))]
    fm: [u8; 2],
}

/// The range of all scores.
fn any() -> [u8; 2] {
    [1, 5]
}

impl From<RuleBody> for SegmentRule {
    fn from(body: RuleBody) -> Self {
        let RuleBody { segment, r, f, m, fm } = body;
        Self { segment, r: r.into(), f: f.into(), m: m.into(), fm: fm.into() }
    }
}

impl From<&SegmentRule> for RuleBody {
    fn from(rule: &SegmentRule) -> Self {
        let SegmentRule { segment, r, f, m, fm } = rule;
        Self { segment: segment.clone(), r: (*r).into(), f: (*f).into(), m: (*m).into(), fm: (*fm).into() }
    }
}

/// The rules as the control database keeps them. Earlier versions kept the list alone.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Stored {
    Whole { rules: Vec<RuleBody>, look_back_months: Option<u32> },
    List(Vec<RuleBody>),
}

/// The rules that the control database has; none means the default ones.
///
/// # Errors
/// They are not rules; the message says why.
pub(crate) fn read(stored: Option<&str>) -> Result<Arc<SegmentRules>, String> {
    let Some(text) = stored else { return Ok(default_rules()) };
    let of = |rules: Vec<RuleBody>| {
        SegmentRules::new(rules.into_iter().map(Into::into).collect()).map_err(|e| e.to_string())
    };
    let rules = match serde_json::from_str(text).map_err(|e| e.to_string())? {
        Stored::List(rules) => of(rules)?,
        Stored::Whole { rules, look_back_months } => {
            of(rules)?.looking_back(look_back_months).map_err(|e| e.to_string())?
        }
    };
    Ok(Arc::new(rules))
}

/// The default rules.
pub(crate) fn default_rules() -> Arc<SegmentRules> {
    Arc::clone(&DEFAULT)
}

/// The rules as the control database keeps them.
///
/// # Errors
/// They do not serialize.
pub(crate) fn write(rules: &SegmentRules) -> Result<String> {
    let list: Vec<RuleBody> = rules.rules().iter().map(Into::into).collect();
    let whole = Stored::Whole { rules: list, look_back_months: rules.look_back_months() };
    serde_json::to_string(&whole).map_err(|e| Error::internal(format!("rules of segments: {e}")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn rules_survive_the_way_and_what_is_none_is_named() {
        let rules = SegmentRules::default();
        let text = write(&rules).unwrap();
        let champions = r#"{"rules":[{"segment":"champions","r":[5,5],"f":[1,5],"m":[1,5],"fm":[4,5]},"#;
        assert!(text.starts_with(champions) && text.ends_with(r#"],"look_back_months":24}"#), "{text}");
        assert_eq!(*read(Some(&text)).unwrap(), rules);
        assert_eq!(*read(None).unwrap(), rules);
        for months in [Some(6), None] {
            let own = SegmentRules::default().looking_back(months).unwrap();
            assert_eq!(*read(Some(&write(&own).unwrap())).unwrap(), own);
        }
        // What an earlier version wrote.
        assert_eq!(read(Some(r#"[{"segment":"all"}]"#)).unwrap().segments(), ["all"]);
        assert!(read(Some("[]")).unwrap_err().contains("recency 1"));
        assert!(read(Some("{")).is_err());
    }
}
