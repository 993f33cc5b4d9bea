//! How long a workspace keeps its records, kept beside it as JSON: what is older is deleted day by day.

use kupets_core::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::check::Checked;

/// The longest time that can be set: 100 years. Longer is for ever.
pub const MAX_MONTHS: u16 = 1_200;

/// How long records are kept, in whole months of the workspace's calendar. A kind that is null or left out is kept for ever.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"purchases": 84, "interactions": 24, "customers": null}))]
pub struct Retention {
    /// Purchases, after they happened.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1200)]
    pub purchases: Option<u16>,
    /// Interactions, notes among them, after they happened.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1200)]
    pub interactions: Option<u16>,
    /// Customers, after the last purchase, interaction or change of theirs: they are erased then, and purchases that are kept longer
    /// stay as a guest's.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 1200)]
    pub customers: Option<u16>,
}

impl Retention {
    /// Whether nothing is ever deleted.
    pub fn keeps_all(self) -> bool {
        self == Self::default()
    }
}

/// Notes which of the months cannot be.
pub fn check(checked: &mut Checked, field: &str, retention: Retention) {
    let Retention { purchases, interactions, customers } = retention;
    for (name, months) in [("purchases", purchases), ("interactions", interactions), ("customers", customers)] {
        if months.is_some_and(|months| !(1..=MAX_MONTHS).contains(&months)) {
            checked.wrong(&format!("{field}.{name}"), "months from 1 to 1200, or null for ever");
        }
    }
}

/// What is stored of it, read.
pub(crate) fn read(text: Option<&str>) -> Result<Retention, serde_json::Error> {
    text.map_or_else(|| Ok(Retention::default()), serde_json::from_str)
}

/// As it is stored.
pub(crate) fn written(retention: Retention) -> Result<String> {
    serde_json::to_string(&retention).map_err(|e| Error::internal("a retention does not serialize").with_source(e))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn it_survives_the_way_and_impossible_months_are_named() {
        let kept = Retention { purchases: Some(84), interactions: None, customers: Some(1) };
        assert_eq!(read(Some(&written(kept).unwrap())).unwrap(), kept);
        assert!(read(None).unwrap().keeps_all() && read(Some("{}")).unwrap().keeps_all() && read(Some("5")).is_err());
        for (months, right) in [(0, false), (1, true), (1_200, true), (1_201, false)] {
            let mut checked = Checked::default();
            check(&mut checked, "retention", Retention { interactions: Some(months), ..Retention::default() });
            assert_eq!(checked.done(()).is_ok(), right, "{months}");
        }
    }
}
