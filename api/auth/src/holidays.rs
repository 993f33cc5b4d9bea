//! A workspace's holidays, kept beside it as JSON: forecasts go by them, and who is let in brings them along.

use std::sync::Arc;

use chrono::{Datelike as _, NaiveDate};
use kupets_core::{Error, Result};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::check::Checked;

/// Holidays of a workspace.
const MAX_HOLIDAYS: usize = 1_000;
/// Characters of a name.
const MAX_NAME: usize = 100;

/// A day on which the shop is closed, or sells otherwise than on others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"date": "2026-01-01", "name": "New Year"}))]
pub struct Holiday {
    /// The day, in the workspace's zone.
    pub date: NaiveDate,
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub name: Option<String>,
}

/// Holidays as they are stored, in the order of their days.
pub fn checked(checked: &mut Checked, field: &str, holidays: Vec<Holiday>) -> Vec<Holiday> {
    let mut all: Vec<_> = holidays
        .into_iter()
        .map(|Holiday { date, name }| Holiday {
            date,
            name: name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
        })
        .collect();
    all.sort_by_key(|holiday| holiday.date);
    if all.len() > MAX_HOLIDAYS {
        checked.wrong(field, "1000 days at most");
    }
    if all.windows(2).any(|pair| pair[0].date == pair[1].date) {
        checked.wrong(field, "a day is in it twice");
    }
    if all.iter().any(|holiday| !(1900..=2200).contains(&holiday.date.year())) {
        checked.wrong(field, "days from 1900 to 2200");
    }
    let names = all.iter().filter_map(|holiday| holiday.name.as_ref());
    if names.into_iter().any(|name| name.chars().count() > MAX_NAME || name.chars().any(char::is_control)) {
        checked.wrong(field, "a name has 100 characters at most, without line breaks");
    }
    all
}

/// What is stored of them, read.
pub(crate) fn read(text: Option<&str>) -> Result<Arc<[Holiday]>, serde_json::Error> {
    text.map_or_else(|| Ok(Arc::default()), |text| serde_json::from_str::<Vec<Holiday>>(text).map(Into::into))
}

/// As they are stored.
pub(crate) fn written(holidays: &[Holiday]) -> Result<String> {
    serde_json::to_string(holidays).map_err(|e| Error::internal("holidays do not serialize").with_source(e))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn day(text: &str, name: Option<&str>) -> Holiday {
        Holiday { date: text.parse().unwrap(), name: name.map(str::to_owned) }
    }

    #[test]
    fn they_are_kept_in_order_and_each_day_once() {
        let mut none = Checked::default();
        let kept =
            checked(&mut none, "holidays", vec![day("2026-05-09", Some(" ")), day("2026-01-01", Some(" Year "))]);
        none.done(()).unwrap();
        assert_eq!(kept, [day("2026-01-01", Some("Year")), day("2026-05-09", None)]);
        assert_eq!(*read(Some(&written(&kept).unwrap())).unwrap(), *kept);
        assert!(read(None).unwrap().is_empty() && read(Some("5")).is_err());
        let long = "x".repeat(101);
        for bad in [
            vec![day("2026-01-01", None), day("2026-01-01", Some("again"))],
            vec![day("1800-01-01", None)],
            vec![day("2026-01-01", Some(&long))],
            (0..1_001).map(|n| Holiday { date: NaiveDate::MIN + chrono::Days::new(n), name: None }).collect(),
        ] {
            let mut wrong = Checked::default();
            checked(&mut wrong, "holidays", bad);
            assert!(wrong.done(()).is_err());
        }
    }
}
